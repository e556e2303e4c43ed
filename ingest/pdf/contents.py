"""Tables of contents, whose lines end in the number of a page, are no text of the document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pdf.lines import Line

__all__ = ["without_contents"]

_LEADER = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxl]+)$|(?:\.\s?){8,}$|…{2,}\s*\d{1,4}$")
_PAGE_NUMBER = re.compile(r"\S.*\s\d{1,4}$")
_FEWEST = 4  # lines with leaders that make a table of contents


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page without entries of a table of contents: dotted, or a page number among dotted ones."""
    dotted = [_LEADER.search(line.text) is not None for line in lines]
    if sum(dotted) < _FEWEST:
        return list(lines)
    first, last = dotted.index(True), len(dotted) - 1 - dotted[::-1].index(True)
    return [
        line
        for number, line in enumerate(lines)
        if not dotted[number]
        and not (first - 2 <= number <= last + 2 and _PAGE_NUMBER.match(line.text))
        # The first half of an entry of two lines.
        and not (number + 1 < len(lines) and dotted[number + 1] and first <= number)
    ]
