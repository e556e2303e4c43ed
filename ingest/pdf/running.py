"""Running heads and feet, page numbers: what stands at the edge of a page and comes again on others."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pdf.lines import Line

__all__ = ["without_running"]

_EDGE = 0.09  # share of a page's height
_MARGIN = 0.12  # in which the outermost lines of a page may still run
_STEP = 4.0  # points; lines of the same height are closer
_OUTERMOST = 2
_FOLIO = re.compile(
    r"\W*(?:page\s*|p\.\s*|第\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|页\s*共|-)\s*\d{1,4})?\s*页?\W*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+|\b[ivxl]+\b")


def _is_edge(line: Line) -> bool:
    """Whether a line stands where running heads and feet do."""
    return line.base < _EDGE * line.height or line.base > (1 - _EDGE) * line.height


def without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of each page without those that run through the document.

    A line runs if it stands at the edge of two pages at least, at the same height, and of a quarter of all (heads of
    left and right pages often differ), its numbers left out of account; or, in type not larger than the text, also on
    the next page or the one after, as the name of a chapter does.
    """
    edges = [_edge_lines(page) for page in pages]
    seen = Counter(place for edge in edges for place in {_place(line) for line in edge})
    running = {place for place, times in seen.items() if place[0] and times >= max(2, len(pages) / 4)}
    kept = []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        others = (*edges[max(0, number - 2) : number], *edges[number + 1 : number + 3])
        near = {_place(line) for other in others for line in other}
        size = 1.1 * median(line.size for line in page) if page else 0.0
        gone = {
            id(line)
            for line in edge
            if (place := _place(line)) in running
            or (place[0] and place in near and line.size < size)
            or _FOLIO.fullmatch(line.text)
        }
        kept.append([line for line in page if id(line) not in gone])
    return kept


def _edge_lines(page: Sequence[Line]) -> list[Line]:
    by_base = sorted(page, key=lambda line: line.base)
    outermost = [
        line
        for line in (*by_base[:_OUTERMOST], *by_base[-_OUTERMOST:])
        if min(line.base, line.height - line.base) < _MARGIN * line.height
    ]
    ids = {id(line) for line in outermost}
    return outermost + [line for line in page if _is_edge(line) and id(line) not in ids]


def _place(line: Line) -> tuple[str, int]:
    # Page numbers stand on the left of left pages and on the right of right ones.
    return _NUMBER.sub("0", line.text.lower()).strip("0 |·-–—"), round(line.base / _STEP)
