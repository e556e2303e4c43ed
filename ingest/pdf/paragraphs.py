"""Lines in reading order to the blocks of a document: what a page, a figure or a note interrupts is joined again."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ingest.pdf.blocks import Block, blocks_in, code
from ingest.pdf.figures import is_prose
from ingest.pdf.headings import types_of
from ingest.pdf.hyphens import Joiner
from ingest.pdf.roles import find_front, runs_of
from ingest.pdf.sentences import stops

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.pdf.lines import Line

__all__ = ["blocks_of"]


def blocks_of(pages: Sequence[Sequence[Line]], title: Sequence[Line]) -> list[Block]:
    """Return the blocks of a document in reading order.

    `title` are the lines of the title on the first page, if it has one.
    """
    lines = [line for page in pages for line in page]
    types = types_of(lines, title[0].size if title else 0.0)
    joiner = Joiner(line.text for line in lines)
    blocks: list[Block] = []
    for number, page in enumerate(pages):
        columns = runs_of([list(group) for _, group in groupby(page, key=lambda line: line.column)], types)
        if number == 0 and title:
            find_front(columns, title)
        for column in columns:
            blocks.extend(blocks_in(column, joiner))
    return list(_flowing(blocks, joiner))


def _flowing(blocks: Iterable[Block], joiner: Joiner) -> Iterator[Block]:
    """Join the paragraphs that a column, a page, a figure or a note interrupts."""
    open_: Block | None = None
    waiting: list[Block] = []  # what interrupts
    for block in blocks:
        if open_ is not None and block.kind in ("note", "caption"):
            waiting.append(block)
            continue
        if open_ is not None and _continues(open_, block, bool(waiting)):
            open_.text = joiner.join(open_.text, block.text)
            open_.lines.extend(block.lines)
            open_.full = block.full
            continue
        if open_ is not None and _is_more_code(open_, block):
            open_ = code(open_.lines + block.lines)
            continue
        if open_ is not None:
            yield open_
        yield from waiting
        waiting = []
        open_ = block
    if open_ is not None:
        yield open_
    yield from waiting


def _continues(before: Block, block: Block, interrupted: bool) -> bool:
    if before.kind not in ("text", "item") or block.kind != "text":
        return False
    last, first = before.lines[-1], block.lines[0]
    if (
        (_is_same_column(before, block) and not interrupted)
        or stops(before.text)
        or abs(before.size - block.size) > 0.6
    ):
        return False
    if not is_prose(last) and len(before.lines) == 1:
        return False
    return first.text[0].islower() or before.text.endswith("-") or (before.full and first.text[0].isalpha())


def _is_more_code(before: Block, block: Block) -> bool:
    if "code" not in (before.kind, block.kind) or not all(line.mono for line in before.lines + block.lines):
        return False
    last, first = before.lines[-1], block.lines[0]
    return last.page == first.page and 0 < first.base - last.base < 6 * first.size


def _is_same_column(before: Block, block: Block) -> bool:
    last, first = before.lines[-1], block.lines[0]
    return (last.page, last.column) == (first.page, first.column)
