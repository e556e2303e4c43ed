"""The list of references, which is about other works, is left out; what follows it stays."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pdf.blocks import Block

__all__ = ["without_references"]

_HEADING = re.compile(
    r"(?:(?:\d{1,2}|[IVX]+)?\.?\s*)?(?:references?(?: and notes| cited)?|bibliography|literature cited|works cited"
    r"|(?:主要)?\s*[参參]\s*考\s*(?:文\s*[献獻]|[资資]\s*料))\W*",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"\b(?:1[89]|20)\d\d\b|^\W{0,2}\d{1,3}\W{1,2}\s|arxiv|et al|https?://", re.IGNORECASE)
_AFTER = re.compile(
    r"(?:[A-Z]\.?\s+)?(?:appendi(?:x|ces)|supplement|supporting information|附\s*[录錄])|[A-Z](?:\.\d+)*\.?\s+[A-Z]",
    re.IGNORECASE,
)


def without_references(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without the lists of references, each to the next heading in the style of its own."""
    kept: list[Block] = []
    heading: Block | None = None
    for number, block in enumerate(blocks):
        if heading is not None and _ends(block, heading):
            heading = None
        if heading is None and _begins(blocks, number):
            heading = block
        if heading is None:
            kept.append(block)
    return kept


def _begins(blocks: Sequence[Block], number: int) -> bool:
    if not _HEADING.fullmatch(blocks[number].text):
        return False
    # In a table of contents the word is followed by other headings, not by entries.
    section = takewhile(lambda block: not block.level, blocks[number + 1 : number + 9])
    following = [block.text for block in section]
    return sum(_ENTRY.search(text) is not None for text in following) > 0.4 * len(following)


def _ends(block: Block, heading: Block) -> bool:
    if _HEADING.fullmatch(block.text):
        return False
    if block.level and _AFTER.match(block.text):
        return True
    alike = abs(block.size - heading.size) < 0.3 and block.bold == heading.bold
    return bool(block.level) and bool(heading.level) and alike and not _ENTRY.search(block.text)
