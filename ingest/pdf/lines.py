"""Words to pieces of lines, and pieces of one row to lines.

A piece is what stands on one baseline without a gap in which a gutter between columns could run; whether two pieces
of a row are one line is only known when the columns are.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.pdf.margins import with_initials, without_line_numbers
from ingest.pdf.spelling import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.pdf.words import Sheet, Word

__all__ = ["Line", "Piece", "line_of", "pieces_of", "rows_of"]

_GAP = 0.9  # em: wider than the space between words of a justified line, narrower than a gutter
_BACK = -0.6  # em: accents and italic corrections step back
_SAME_BASE = 0.3  # em
_SCRIPT = 0.75  # em by which sub- and superscripts leave the baseline
_BAND = 24.0  # points: more than a script leaves its line in any type but that of posters
_STRAY_GAP = re.compile(r" (?=[,;:.)\]](?:\s|$))")  # where a script stood
_HAN_GAP = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")


@dataclass(slots=True)
class Piece:
    """Words side by side; lengths in points, from the upper left corner of the page."""

    words: list[Word]
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is read, and what is told from its looks."""

    text: str
    size: float
    bold: bool  # all of it
    mono: bool  # all of it
    left: float
    right: float
    base: float
    cells: int  # pieces that wide gaps part, as the cells of a table
    page: int
    column: int  # numbered through the page in reading order
    height: float  # of the page
    mark: str = ""  # a raised number or sign before the first word, as of a footnote


def pieces_of(sheet: Sheet) -> list[Piece]:
    """Return the pieces of a page, from the top downwards."""
    pieces: list[Piece] = []
    for word in with_initials(without_line_numbers(sheet.words)):
        if pieces and _is_beside(pieces[-1], word):
            _add(pieces[-1], word)
        else:
            pieces.append(Piece([word], word.left, word.right, word.base, word.size))
    return _merged(pieces)


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Group pieces by their baselines; each row from left to right, scripts with the line that they belong to."""
    rows: list[list[Piece]] = []
    near: defaultdict[int, list[int]] = defaultdict(list)  # rows by a coarse baseline
    # Large before small: a script finds its line, never a line its script.
    for piece in sorted(pieces, key=lambda piece: (-round(piece.size), piece.base)):
        band = int(piece.base // _BAND)
        best, distance = -1, 1.0
        for number in (*near[band - 1], *near[band], *near[band + 1]):
            leader = rows[number][0]
            away = abs(piece.base - leader.base)
            if piece.size > 0.85 * leader.size or away < 0.1 * leader.size:
                away /= _SAME_BASE * leader.size
            elif _touches(piece, rows[number]):
                away /= _SCRIPT * leader.size
            else:
                continue
            if away < distance:
                best, distance = number, away
        if best < 0:
            near[band].append(len(rows))
            rows.append([piece])
        else:
            rows[best].append(piece)
    rows.sort(key=lambda row: row[0].base)
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _touches(script: Piece, row: Sequence[Piece]) -> bool:
    return any(max(script.left - piece.right, piece.left - script.right) < 0.5 * piece.size for piece in row)


def line_of(row: Sequence[Piece], *, page: int, column: int, height: float, marks: frozenset[str]) -> Line:
    """Join a row of pieces; of the raised words those in `marks`, which point at a footnote, are left out."""
    words = [word for piece in row for word in piece.words]
    if any(after.left < before.left for before, after in pairwise(words)):
        words.sort(key=lambda word: word.left)  # scripts stand among the words of another piece
    leader = max(row, key=lambda piece: sum(len(word.text) for word in piece.words) * piece.size)
    weights: Counter[float] = Counter()
    for word in words:
        weights[word.size] += len(word.text)
    size = max(weights, key=lambda each: (weights[each], each))
    mark = ""
    if len(words) > 1 and _is_raised(words[0], leader.base, size):
        mark, words = words[0].text, words[1:]
    text = ""
    for number, word in enumerate(words):
        if number and word.text.strip(",") in marks and _is_raised(word, leader.base, size):
            base = words[number - 1].text
            if len(base) > 1 and not base[-1].isdigit():  # else an exponent, as in "x²" and "10²"
                continue
        text += word.text if not text or _is_glued(words[number - 1], word) else " " + word.text
    text = _spaced(words) if all(word.mono for word in words) else _STRAY_GAP.sub("", text)
    shown = [word for word in words if any(map(str.isalnum, word.text))]
    return Line(
        text=_HAN_GAP.sub("", text) if any(ord(letter) > 0x2E80 for letter in text) else text,
        size=size,
        bold=bool(shown) and all(word.bold for word in shown),
        mono=all(word.mono for word in words),
        left=row[0].left,
        right=max(piece.right for piece in row),
        base=leader.base,
        cells=len(row),
        page=page,
        column=column,
        height=height,
        mark=mark,
    )


def _spaced(words: Sequence[Word]) -> str:
    """Join words of a typewriter's face with as many spaces as the gaps between them are wide."""
    width = max(sum(word.right - word.left for word in words) / sum(len(word.text) for word in words), 1.0)
    text = words[0].text
    for before, word in pairwise(words):
        text += (
            " " * (0 if _is_glued(before, word) else max(1, round((word.left - before.right) / width)))
            + word.text
        )
    return text


def _is_raised(word: Word, base: float, size: float) -> bool:
    return word.size < 0.85 * size and 0.15 * size < base - word.base < size


def _is_glued(before: Word, word: Word) -> bool:
    # Kerning makes PDFium see a space where none is as wide as nothing.
    return word.left - before.right < (0.15 if word.glued else 0.03) * max(word.size, before.size)


def _is_beside(piece: Piece, word: Word) -> bool:
    size, gap = max(piece.size, word.size), _widest_gap(piece.size, word.size)
    reach = _SAME_BASE if word.size > 0.85 * piece.size and piece.size > 0.85 * word.size else _SCRIPT
    return abs(word.base - piece.base) < reach * size and _BACK * size < word.left - piece.right < gap


def _widest_gap(size: float, other: float) -> float:
    """Return the widest gap within a line, in points: by the smaller type, as a heading's gutter is the text's."""
    return _GAP * max(min(size, other), 0.7 * max(size, other))


def _add(piece: Piece, word: Word) -> None:
    if word.size > 1.1 * piece.size or (
        word.size > 0.9 * piece.size and abs(word.base - piece.base) < 0.1 * piece.size
    ):
        piece.base, piece.size = word.base, max(word.size, piece.size)
    piece.words.append(word)
    piece.left, piece.right = min(piece.left, word.left), max(piece.right, word.right)


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Join the pieces of a row that stand side by side although they were drawn apart, such as scripts."""
    merged: list[Piece] = []
    for row in rows_of(pieces):
        current: Piece | None = None
        for piece in row:
            if current is not None and piece.left - current.right < _widest_gap(piece.size, current.size):
                current.words.extend(piece.words)
                current.right = max(current.right, piece.right)
                if piece.size > current.size:
                    current.base, current.size = piece.base, piece.size
            else:
                current = piece
                merged.append(piece)
    return merged
