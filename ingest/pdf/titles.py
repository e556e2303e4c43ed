"""The title of a PDF, from its metadata where the first pages bear it out, or from the largest type; its authors."""

from __future__ import annotations

import re
from statistics import median
from typing import TYPE_CHECKING

from ingest.pdf.headings import SECTION_NAME
from ingest.spelling import squeezed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pdf.lines import Line

__all__ = ["author_of", "shown_title", "title_of"]

_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft word|powerpoint|slide \d|.*\.(?:docx?|pptx?|tex|dvi|pdf|indd|ps|eps|qxd)|\W*|arxiv:.*"
    r"|[\d.]+|.{1,3})$|\\|^\(?anonymous",
    re.IGNORECASE,
)
_VOLUME = re.compile(r"\b(?:1[89]|20)\d\d\b|\bvol|\bno\.|\bpp?\.|第.{1,6}[卷期]", re.IGNORECASE)
_FIRST_OF_MANY = re.compile(r"(?:1\.?|一、|第一[章节節])\s*(?=\S)")
_SECOND = re.compile(r"(?:2\.?|二、|第二[章节節])\s*(?=\S)")
_HEAD = 0.15  # share of a page's height, in which the name and volume of a journal stand
_LARGER = 1.1
_LONGEST = 300


def title_of(told: str, pages: Sequence[Sequence[Line]]) -> str:
    """Return the title; empty where neither the metadata nor the type tells it.

    `told` is what the metadata say; `pages` are the lines of the first pages, running heads included.
    """
    told = " ".join(told.split())
    shown = " ".join(line.text for line in shown_title(pages))[:_LONGEST]
    if _NO_TITLE.search(told):
        return shown
    if not shown:
        return told
    page = " ".join(line.text for lines in pages[:2] for line in lines)
    if not _stands_in(told, page) and not _is_alike(told, shown):
        return shown
    # The page's own title, where the metadata add the name of the site to it, or cut it short.
    return shown if len(squeezed(shown)) > 12 and squeezed(told).startswith(squeezed(shown)) else told


def shown_title(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """Return the lines of the first text in the largest type of the first page, where that is larger than the rest."""
    lines = (
        [line for line in pages[0] if re.search(r"[^\W\d]{2}|[\u3400-\u9fff]", line.text)] if pages else []
    )
    while lines:
        upper = [line for line in lines if line.base < 0.75 * line.height] or lines
        largest = max((line.size for line in upper), default=0.0)
        if largest < _LARGER * median(line.size for line in lines):
            return []
        start = next(number for number, line in enumerate(upper) if line.size > 0.97 * largest)
        title = [upper[start]]
        for line in upper[start + 1 : start + 6]:
            if line.size < 0.9 * largest or not 0 < line.base - title[-1].base < 2.2 * largest:
                break
            title.append(line)
        if _is_first_heading(title[0], pages):
            return []
        if not _is_journal(title, pages):
            return title
        lines = [line for line in lines if line not in title]
    return []


def author_of(told: str, page: Sequence[Line]) -> str:
    """Return the authors that the metadata name, if the first page names each of them with two words or in Han.

    Metadata often hold the name of whoever owned the computer.
    """
    told = " ".join(told.split()).strip("\"' ")
    names = [name for name in re.split(r"\s*(?:;|,|、|&| and )\s*", told) if name]
    shown = " ".join(line.text for line in page).casefold()
    for name in names:
        words = re.findall(r"[^\W\d_]+", name.casefold())
        if not words or (len(words) < 2 and not re.fullmatch(r"[\u3400-\u9fff]{2,4}", name)):
            return ""
        if words[-1] not in shown or words[0] not in shown:
            return ""
    return "; ".join(names)[:200] if ";" in told else told[:200]


def _is_alike(told: str, shown: str) -> bool:
    words = set(re.findall(r"\w{4,}", told.lower()))
    return 2 * len(words & set(re.findall(r"\w{4,}", shown.lower()))) > len(words)


def _stands_in(title: str, page: str) -> bool:
    if len(squeezed(title)) > 12:
        return squeezed(title) in squeezed(page)  # whatever a line end did to it
    return re.search(rf"(?<!\w){re.escape(title)}(?!\w)", page, re.IGNORECASE) is not None


def _is_first_heading(line: Line, pages: Sequence[Sequence[Line]]) -> bool:
    """Whether the line is only the first of the headings: one of a usual name, or of many that are numbered."""
    if SECTION_NAME.fullmatch(line.text):
        return True
    return _FIRST_OF_MANY.match(line.text) is not None and any(
        _SECOND.match(other.text) and abs(other.size - line.size) < 0.5 for page in pages for other in page
    )


def _is_journal(title: Sequence[Line], pages: Sequence[Sequence[Line]]) -> bool:
    """Whether a head of the pages has the same words with a volume or year: then they name the journal."""
    letters = squeezed(" ".join(line.text for line in title))
    return any(
        line not in title
        and line.base < _HEAD * line.height
        and letters in squeezed(line.text)
        and _VOLUME.search(line.text)
        for page in pages[:3]
        for line in page
    )
