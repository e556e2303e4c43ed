"""Words inside figures and the cells of tables, which are no prose; told by the caption that stands next to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pdf.lines import Line

__all__ = ["CAPTION", "is_prose", "is_soup", "is_table"]

CAPTION = re.compile(
    r"(?:(?:figure|fig\.|table|algorithm|listing)\s*\d+|[图圖表]\s*\d+(?:[-.]\d+)?)\s*(?:[.:：|]|\s|$)",
    re.IGNORECASE,
)

_WORD = re.compile(r"[^\W\d_]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NUMERIC = re.compile(r"[-+±∼~<>≤≥]?[\d.,]+(?:[%kKMB×x]|e-?\d+)?|[-–—]|[IVX]+")


def is_prose(line: Line) -> bool:
    """Whether a line reads like part of a sentence."""
    if line.cells > 1 and _NUMERIC.fullmatch(line.text.rsplit(maxsplit=1)[-1]):
        return False  # a row of a table
    if line.cells > 2:
        # A justified line may have wide gaps; the cells of a table are short.
        return len(_WORD.findall(line.text)) >= 3 * line.cells
    return len(_WORD.findall(line.text)) >= 5 or len(_HAN.findall(line.text)) >= 12


def is_soup(lines: Sequence[Line]) -> bool:
    """Whether lines that stand together have no prose among them."""
    return sum(map(is_prose, lines)) < 0.3 * len(lines)


def is_table(lines: Sequence[Line]) -> bool:
    """Whether lines are rows of numbers, which say nothing without their table."""
    tokens = [token for line in lines for token in line.text.split()]
    numbers = sum(_NUMERIC.fullmatch(token) is not None for token in tokens)
    rows = sum(line.cells >= 3 for line in lines)
    return len(lines) >= 3 and rows > 0.5 * len(lines) and numbers > 0.4 * len(tokens)
