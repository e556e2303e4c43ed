"""What extractors that know nothing of each other take for the article, block by block.

Every block is marked with a character of its own, each extractor is given a copy of the tree, and the marks that
come back are its vote. So nothing needs to be aligned, and what an extractor does to the text does not matter.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.html.markdown import Block
    from ingest.html.markup import Element

__all__ = ["EXTRACTORS", "ballots"]

EXTRACTORS = ("trafilatura", "readability")
"""The voters. trafilatura votes for precision; its other moods, asked beside it, changed nothing."""

# CJK extension B: letters to every extractor, and in no page but dictionaries.
_FIRST_MARK = 0x20000
_MOST_MARKS = 0xA6DF


def ballots(root: Element, blocks: Sequence[Block], url: str) -> tuple[frozenset[int], ...]:
    """Return, for each of `EXTRACTORS`, the numbers of the blocks that it keeps.

    `root` is marked in place: afterwards it is of no use but for the ancestors of elements.
    """
    from trafilatura import extract

    marked = _mark(blocks)
    return (
        _marks(extract(copy.deepcopy(root), url=url, include_comments=False, favor_precision=True), marked),
        _marks(_readability(root), marked),
    )


def _readability(root: Element) -> str:
    from trafilatura.readability_lxml import Document

    try:
        return str(Document(copy.deepcopy(root)).summary())
    except (AttributeError, IndexError, TypeError, ValueError):
        return ""  # it found no body, or nothing in it


def _mark(blocks: Sequence[Block]) -> int:
    """Mark the blocks, and return how many of them are."""
    marked = blocks[:_MOST_MARKS]
    for number, block in enumerate(marked):
        owner, mark = block.head.owner, chr(_FIRST_MARK + number)
        if block.head.is_tail:
            owner.tail = mark + (owner.tail or "")
        else:
            owner.text = mark + (owner.text or "")
    return len(marked)


def _marks(text: str | None, marked: int) -> frozenset[int]:
    """The marks in a text; a character of the page itself that looks like one beyond the last is none."""
    codes = (ord(char) - _FIRST_MARK for char in text or "")
    return frozenset(code for code in codes if 0 <= code < marked)
