"""The reading order of a page: the pieces of its lines, column by column.

A gutter is a tall strip without text that has the lines' ends on its left and many lines' beginnings on its right, as
in Breuel's "Two Geometric Algorithms for Layout Analysis" (DAS 2002); what spans it (a title, a wide table) parts the
columns above from those below, and the columns are searched for gutters of their own, as in the XY-cut of Nagy and
Seth ("Hierarchical Representation of Optically Scanned Documents", ICPR 1984). The plain XY-cut would cut a page of
two columns at any gap that the two happen to share, and read across it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from ingest.pdf.lines import Piece, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["reading_order"]

_GUTTER = 0.7  # em, the narrowest
_FEWEST_LINES = 4  # on each side of a gutter
_NARROWEST = 7.0  # em, of a line that counts: labels, dates and numbers beside the text are no column
_SPAN = 0.12  # of a column's width into which a line must reach to span the gutter; else it only sticks out
_NEXT = 1.35  # em from a line to the next of its paragraph
_AMONG = 2.3  # em from one line that spans to the next, for what stands between to be part of the same
_MOST_NAMES = 9  # rows
_DEEPEST = 4


def reading_order(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces grouped by column, in reading order; pieces that span columns are groups of their own."""
    return [group for group in _ordered(list(pieces), _DEEPEST) if group]


def _ordered(pieces: list[Piece], depth: int) -> list[list[Piece]]:
    gutter = _gutter(pieces) if depth else None
    if gutter is None:
        return [pieces]
    left, right = gutter
    groups: list[list[Piece]] = []
    for band, spans in _bands(rows_of(pieces), left, right):
        if spans:
            groups += _ordered(band, depth - 1)
            continue
        for part in _without_names(band, left, right):
            before = [piece for piece in part if piece.left + piece.right < left + right]
            after = [piece for piece in part if piece.left + piece.right >= left + right]
            groups += _ordered(before, depth - 1) + _ordered(after, depth - 1)
    return groups


def _bands(rows: list[list[Piece]], left: float, right: float) -> list[tuple[list[Piece], bool]]:
    """Part the rows into those that span the gutter, with all that stands among them, and those beside it."""
    outer_left = min(piece.left for row in rows for piece in row)
    outer_right = max(piece.right for row in rows for piece in row)

    def spans(piece: Piece) -> bool:
        return left - piece.left > _SPAN * (left - outer_left) and piece.right - right > _SPAN * (
            outer_right - right
        )

    bands: list[tuple[list[Piece], bool]] = []
    pending: list[Piece] = []  # beside the gutter, since the last row that spans it
    last, first = -1e9, 0.0  # the baseline of that row, and its beginning
    for row in rows:
        base, size = row[0].base, max(piece.size for piece in row)
        # The last line of a paragraph across both columns may end before the gutter.
        ends = not pending and base - last < _NEXT * size and len(row) == 1 and abs(row[0].left - first) < 2
        if not ends and not any(map(spans, row)):
            pending += row
            continue
        if bands and bands[-1][1] and base - last < _AMONG * size:
            bands[-1][0].extend(pending + row)
        else:
            bands += [(pending, False), (list(row), True)]
        pending, last, first = [], base, row[0].left
    bands.append((pending, False))
    return [band for band in bands if band[0]]


def _without_names(band: list[Piece], left: float, right: float) -> list[list[Piece]]:
    """Part what stands above the columns, such as the names of authors side by side, from the columns below.

    It ends with a gap on both sides, and has no full lines.
    """
    rows = rows_of(band)
    width = min(left - min(piece.left for piece in band), max(piece.right for piece in band) - right)
    for number in range(1, min(len(rows), _MOST_NAMES)):
        above = [piece for row in rows[:number] for piece in row]
        if any(piece.right - piece.left > 0.85 * width for piece in above):
            break
        gap = rows[number][0].base - rows[number - 1][0].base
        sides = {piece.left + piece.right < left + right for piece in above}
        if gap > 2.0 * max(piece.size for piece in rows[number - 1]) and len(sides) == 2:
            return [above, [piece for row in rows[number:] for piece in row]]
    return [band]


def _gutter(pieces: list[Piece]) -> tuple[float, float] | None:
    """Return the sides of the gutter with the most lines beside it."""
    prose = [piece for piece in pieces if piece.right - piece.left >= _NARROWEST * piece.size]
    if len(prose) < 2 * _FEWEST_LINES:
        return None
    size = median(piece.size for piece in prose)
    outermost = min(piece.left for piece in prose)
    begins = Counter(round(piece.left / 2) for piece in prose)
    best: tuple[float, float] | None = None
    most = 0
    for place, _ in begins.most_common(8):
        at = 2.0 * place
        if begins[place] + begins[place - 1] + begins[place + 1] < _FEWEST_LINES or at < outermost + 4 * size:
            continue
        strip = (at - 1.5 - _GUTTER * size, at - 1.5)
        if (beside := _beside(prose, strip)) > most:
            best, most = strip, beside
    return best


def _beside(prose: list[Piece], strip: tuple[float, float]) -> int:
    """Return how many lines face each other across a strip; 0 if it is no gutter."""
    left, right = strip
    before = [piece for piece in prose if piece.right <= left + 0.5]
    after = [piece for piece in prose if piece.left >= right - 0.5]
    faced_before, faced_after = _facing(before, after), _facing(after, before)
    fewest = min(len(faced_before), len(faced_after))
    if fewest < _FEWEST_LINES:
        return 0
    # Any strip has some lines beside it by chance, with others that go across among them.
    top, foot = min(piece.base for piece in faced_after), max(piece.base for piece in faced_after)
    crossed = sum(
        top <= piece.base <= foot and piece.left < left and piece.right > right + 0.5 for piece in prose
    )
    return 0 if crossed > 0.5 * fewest else len(faced_before) + len(faced_after)


def _facing(side: list[Piece], other: list[Piece]) -> list[Piece]:
    """Return the lines that have a line of the other side within two lines' height."""
    bases = sorted(piece.base for piece in other)
    faced = []
    for piece in side:
        at = bisect_left(bases, piece.base - 2.5 * piece.size)
        if at < len(bases) and bases[at] < piece.base + 2.5 * piece.size:
            faced.append(piece)
    return faced
