"""PDFs to Markdown text: paragraphs joined, words that a line end cut made whole, headings by their size.

Text, and the place and size of each of its lines, come from PDFium through pypdfium2. What repeats at the top or
foot of the pages is dropped, and so is the list of references at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.html.dates import iso_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float  # of its type, in points
    left: float
    right: float
    top: float  # from the head of the page, in points
    height: float  # of the page


_MOST_PAGES = 400
_EDGE = 0.09  # share of a page's height in which running heads and feet stand
_HYPHENS = "-\u2010\u00ad"
_HAN_END = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]$")
_HAN_START = re.compile(r"^[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,4}\.|[A-Z]\.)\s+\S")
# Headings in bold type of the size of the text.
_SECTION = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2}){0,2}\.?\s+[A-Z][A-Za-z ,:&'’-]{3,60}|(?i:abstract|introduction|conclusions?)|摘\s*要)$"
)
_STAMP = re.compile(r"arXiv:\d{4}\.\d{4,5}v\d")  # up the left margin of every paper there
_REFERENCES = re.compile(
    r"^(?:#+ )?(?:\d{1,2}\.?\s+)?(?:references?(?: and notes)?|bibliography|literature cited|参考文献)\W*$",
    re.IGNORECASE,
)
_AFTER_REFERENCES = re.compile(
    r"^(?:#+ )?(?:[A-Z]\.?\s+)?(?:appendi(?:x|ces)|supplement|附录|supporting information)", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word|powerpoint|slide \d|.*\.(?:docx?|pptx?|tex|dvi|pdf|indd|ps|eps|qxd)|\W*|arxiv:.*|[\d.]+|.{1,3})$|\\|^\(?anonymous",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[•◦▪‣●○■□–·\u2022\uf0b7\uf0a7]\s*")


def read_pdf(body: bytes) -> PdfText:
    """Return the text of a PDF. Raises BrokenPdfError; a scanned one has the empty text."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise BrokenPdfError(str(error)) from error
    try:
        facts = document.get_metadata_dict(skip_empty=True)
        count = len(document)
        pages = [_lines(document, number) for number in range(min(count, _MOST_PAGES))]
    finally:
        document.close()
    running = _running(pages)
    kept = [
        [line for line in page if (_shape(line.text), _is_edge(line)) not in running and not _is_folio(line)]
        for page in pages
    ]
    shown = _largest(kept[0]) if kept else ""
    told = " ".join(str(facts.get("Title", "")).split())
    return PdfText(
        title=shown if _NO_TITLE.search(told) or _is_better(shown, told) else told,
        author=" ".join(str(facts.get("Author", "")).split())[:200],
        published=iso_date(str(facts.get("CreationDate", "")).removeprefix("D:")[:8]),
        text="\n\n".join(_without_references(list(_paragraphs(kept)))),
        pages=count,
    )


def _lines(document: Any, number: int) -> list[_Line]:
    """Return the lines of a page in reading order; none for a page that cannot be read."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        page = document[number]
        words = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    height = page.get_height()
    text = words.get_text_range()
    lines: list[_Line] = []
    at = 0
    for raw in re.split(r"(\r\n|\n|\r)", text):
        stripped = raw.strip()
        if stripped:
            first = at + len(raw) - len(raw.lstrip())
            last = first + len(stripped) - 1
            # Characters that PDFium made up, such as the space at a line's end, have no place; the first one has.
            left, _, _, top = words.get_charbox(min(first, words.count_chars() - 1))
            right = words.get_charbox(min(last, words.count_chars() - 1))[2]
            size = pdfium.FPDFText_GetFontSize(words.raw, first + len(stripped) // 2)
            size = _drawn_size(words, first, len(stripped)) if size <= 1.5 else size
            lines.append(_Line(_spelled(stripped), round(size, 1), left, right, height - top, height))
        at += len(raw)
    words.close()
    page.close()
    return lines


def _drawn_size(words: Any, first: int, length: int) -> float:
    """Return the height of the tallest character: some files scale a type of one point."""
    boxes = (
        words.get_charbox(index)
        for index in range(first, first + min(length, 40))
        if index < words.count_chars()
    )
    return max((top - bottom for _, bottom, _, top in boxes), default=0.0)


# U+FFFE is what PDFium leaves of the hyphen where it joined a cut word.
_LIGATURES = str.maketrans(
    {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u00a0": " ", "\u200b": "", "\ufffe": ""}
)


def _spelled(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text.translate(_LIGATURES))


def _shape(text: str) -> str:
    """Return a line with its numbers made alike: page numbers change from page to page."""
    return re.sub(r"\d+|\b[ivxl]+\b", "0", text.lower())


def _is_edge(line: _Line) -> bool:
    return line.top < _EDGE * line.height or line.top > (1 - _EDGE) * line.height


def _is_folio(line: _Line) -> bool:
    return (
        _is_edge(line)
        and re.fullmatch(r"\W*(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\W*", line.text, re.IGNORECASE)
        is not None
    )


def _running(pages: Sequence[Sequence[_Line]]) -> set[tuple[str, bool]]:
    """Return the running heads and feet: what stands at the edge of three pages or more, and of a third of them."""
    seen = Counter(
        shape for page in pages for shape in {_shape(line.text) for line in page if _is_edge(line)}
    )
    return {(shape, True) for shape, times in seen.items() if times >= max(3, len(pages) / 3)}


def _largest(lines: Sequence[_Line]) -> str:
    """Return the first text of the largest type on the first page, where it is larger than the rest."""
    upright = [
        line
        for line in lines
        if line.top < 0.75 * line.height and len(line.text) > 3 and not _STAMP.match(line.text)
    ]
    if not upright:
        return ""
    largest = max(line.size for line in upright)
    if largest <= 1.1 * median(line.size for line in lines):
        return upright[0].text if len(upright[0].text) < 120 else ""
    start = next(index for index, line in enumerate(upright) if line.size > 0.97 * largest)
    title: list[str] = []
    for line in upright[start : start + 5]:
        if line.size < 0.9 * largest:
            break
        title.append(line.text)
    return " ".join(title)[:300]


def _is_better(shown: str, told: str) -> bool:
    """Whether the largest type is to be believed over the metadata: those of a journal or conference name no paper."""
    words = set(re.findall(r"\w{4,}", told.lower()))
    return bool(shown) and len(shown) > 15 and not words & set(re.findall(r"\w{4,}", shown.lower()))


def _paragraphs(pages: Sequence[Sequence[_Line]]) -> Iterator[str]:
    lines = [line for page in pages for line in page if not _STAMP.match(line.text)]
    if not lines:
        return
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    body = weights.most_common(1)[0][0]
    widths = sorted(line.right - line.left for line in lines if line.size == body and len(line.text) > 20)
    full = widths[int(0.8 * (len(widths) - 1))] if widths else 0.0
    paragraph, level, previous = "", 0, lines[0]
    for line in lines:
        heading = _heading_level(line, body)
        if paragraph and _continues(previous, line, full, level, heading):
            paragraph = _joined(paragraph, line.text)
        else:
            if paragraph:
                yield paragraph
            paragraph = "#" * heading + " " * bool(heading) + _BULLET.sub("- ", line.text)
        level, previous = heading, line
    yield paragraph


def _continues(previous: _Line, line: _Line, full: float, level: int, heading: int) -> bool:
    """Whether a line goes on with what the one before it began; `level` and `heading` are those of the two."""
    if level != heading or _BULLET.match(line.text):
        return False
    if heading:
        return (
            abs(line.size - previous.size) <= 0.2
            and not _NUMBERED.match(line.text)
            and not _SECTION.match(previous.text)
        )
    return abs(line.size - previous.size) <= 0.6 and not _ends(previous, line, full)


def _heading_level(line: _Line, body: float) -> int:
    if len(line.text) > 100 or len(line.text) < 3 or not re.search(r"[^\W\d]{2,}", line.text):
        return 0
    if line.size >= 1.5 * body:
        return 1
    if line.size >= 1.12 * body and (
        line.size >= 1.25 * body or _NUMBERED.match(line.text) or line.text[0].isupper()
    ):
        return 2
    return 2 if line.size >= 0.95 * body and _SECTION.match(line.text) else 0


def _ends(previous: _Line, line: _Line, full: float) -> bool:
    """Whether a paragraph ends with the line `previous`: it is short, or the next begins further in or far below."""
    width = previous.right - previous.left
    stops = previous.text[-1] in ".!?:;。！？：；…”\"'）)"
    if full and width < 0.7 * full and (stops or len(previous.text) < 30):
        return True
    gap = line.top - previous.top
    if gap > 2.2 * max(previous.size, 6.0) and stops:
        return True
    return stops and 4 < line.left - previous.left < 40 and width < 1.02 * full and gap > 0


def _joined(paragraph: str, line: str) -> str:
    if paragraph[-1] in _HYPHENS and len(paragraph) > 1 and paragraph[-2].isalpha() and line[0].islower():
        return paragraph[:-1] + line
    if _HAN_END.search(paragraph) and _HAN_START.search(line):
        return paragraph + line
    return f"{paragraph} {line}"


def _without_references(paragraphs: list[str]) -> list[str]:
    """Return the paragraphs without the list of references in the last two thirds; appendices after it stay."""
    for index in range(len(paragraphs) - 1, len(paragraphs) // 3, -1):
        if _REFERENCES.match(paragraphs[index]):
            after = (i for i in range(index + 1, len(paragraphs)) if _AFTER_REFERENCES.match(paragraphs[i]))
            return paragraphs[:index] + paragraphs[next(after, len(paragraphs)) :]
    return paragraphs
