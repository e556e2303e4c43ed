"""A PDF from its bytes to Markdown text, bounded in time: what was read when time gets short is what there is."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.fences import fenced
from ingest.html.dates import iso_date
from ingest.pdf.columns import reading_order
from ingest.pdf.contents import without_contents
from ingest.pdf.lines import Line, line_of, pieces_of, rows_of
from ingest.pdf.paragraphs import blocks_of
from ingest.pdf.references import without_references
from ingest.pdf.running import without_running
from ingest.pdf.titles import author_of, shown_title, title_of
from ingest.pdf.words import read_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.pdf.blocks import Block

__all__ = ["BrokenPdfError", "PdfText", "read_pdf"]


class BrokenPdfError(ValueError):
    """The file is no PDF, is damaged beyond reading, or asks for a password."""


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF holds; `pages` counts all of its pages, read or not."""

    title: str
    author: str
    published: str
    text: str
    pages: int


_MOST_PAGES = 600
_SECONDS = 12.0
"""For reading pages: less than an extraction worker is given, as what was read must then be put together."""


def read_pdf(
    body: bytes, *, seconds: float = _SECONDS, clock: Callable[[], float] = time.monotonic
) -> PdfText:
    """Return the text of a PDF. Raises BrokenPdfError; a scanned one has the empty text.

    No page is begun when `seconds` have passed by the clock.
    """
    import pypdfium2

    until = clock() + seconds
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise BrokenPdfError(str(error)) from error
    try:
        facts = document.get_metadata_dict(skip_empty=True)
        count = len(document)
        pages: list[list[Line]] = []
        for number in range(min(count, _MOST_PAGES)):
            if pages and clock() > until:
                break
            pages.append(_lines(document, number))
    finally:
        document.close()
    kept = [without_contents(page) for page in without_running(pages)]
    blocks = without_references(blocks_of(kept, shown_title(pages)))
    return PdfText(
        title=title_of(str(facts.get("Title", "")), pages),
        author=author_of(str(facts.get("Author", "")), [line for page in pages[:2] for line in page]),
        published=iso_date(str(facts.get("CreationDate", "")).removeprefix("D:")[:8]),
        text=_markdown(blocks),
        pages=count,
    )


def _lines(document: Any, number: int) -> list[Line]:
    """Return the lines of a page in reading order; none for a page that cannot be read."""
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []
    try:
        sheet = read_sheet(page)
    except pypdfium2.PdfiumError:
        return []
    finally:
        page.close()
    groups = [rows_of(group) for group in reading_order(pieces_of(sheet))]

    def joined(marks: frozenset[str]) -> list[Line]:
        return [
            line_of(row, page=number, column=column, height=sheet.height, marks=marks)
            for column, rows in enumerate(groups)
            for row in rows
        ]

    lines = joined(frozenset())
    if marks := frozenset(line.mark for line in lines if line.mark):
        lines = joined(marks)
    return [line for line in lines if line.text and (line.mono or not _is_stray(line.text))]


def _is_stray(text: str) -> bool:
    """Whether a line is the sum sign of a formula, or a number in the margin."""
    return len(text) < 3 and not re.search(r"[\u3400-\u9fff]|[A-Za-z]{2}", text)


def _markdown(blocks: list[Block]) -> str:
    parts: list[str] = []
    for number, block in enumerate(blocks):
        match block.kind:
            case "heading":
                part = f"{'#' * block.level} {block.text}"
            case "code":
                part = fenced(block.text)
            case _:
                part = block.text
        tight = number and block.kind == "item" and blocks[number - 1].kind == "item"
        parts.append(("\n" if tight else "\n\n" if parts else "") + part)
    return "".join(parts)
