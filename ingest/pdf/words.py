"""The words of a page, with place, size and weight, as PDFium tells of its characters (pypdfium2's raw interface).

PDFium's own text has the characters in the order in which they are drawn, and gives up where two columns share a line;
here only its word boundaries are believed, and the order of the lines is left to `columns`.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ingest.pdf.spelling import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Sheet", "Word", "read_sheet"]


@dataclass(frozen=True, slots=True)
class Word:
    """Characters drawn without a space between them, in one size and on one baseline; lengths in points."""

    text: str
    left: float
    right: float
    base: float  # the baseline, from the head of the page downwards
    size: float  # of the type, as drawn
    bold: bool
    mono: bool  # in a typewriter's face
    glued: bool  # stands right after the word before it, as an exponent does


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its size in points, and its words in the order in which they are drawn."""

    width: float
    height: float
    words: tuple[Word, ...]


_MOST_CHARS = 60_000  # of a page; a dense page of a newspaper has 20,000
_FARTHEST = 20_000.0  # points, more than the largest page has (ISO 32000-1, annex C)
_LEAST_SIZE = 2.5  # points: smaller is not meant to be read
_BOLD = re.compile(
    r"bold|black|heavy|demi|medi(?!um)|cmbx|cmssbx|sfbx|[-,]b(?:$|[^a-z])|simhei|heiti", re.IGNORECASE
)
_MONO = re.compile(r"mono|courier|consol|menlo|typewriter|cmtt|sftt|inconsolata|code", re.IGNORECASE)
_SPACES = frozenset((0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x3000))
_CUT = (0x02, 0xFFFE)
_FORCED_BOLD = 1 << 18  # font descriptor flag (ISO 32000-1, table 123)


@dataclass(slots=True)
class _Run:
    """A word in the making, in the page's own coordinates (from the foot upwards, before it is turned)."""

    quarter: int  # turns by 90° in which it is drawn
    size: float
    bold: bool
    mono: bool
    glued: bool
    start: tuple[float, float]  # where the first character stands
    last: tuple[float, float]  # and the last
    index: int  # of the last character
    characters: list[int]
    end: tuple[float, float] = (0.0, 0.0)


def read_sheet(page: Any) -> Sheet:
    """Return the words of a page (pypdfium2.PdfPage). Text drawn across the page's main direction is left out."""
    left, bottom, right, top = page.get_cropbox()
    text = page.get_textpage()
    try:
        runs = list(_Characters(text.raw).runs(min(text.count_chars(), _MOST_CHARS)))
    finally:
        text.close()
    ways: Counter[int] = Counter()
    for run in runs:
        ways[run.quarter] += len(run.characters)
    quarter = ways.most_common(1)[0][0] if ways else 0
    words = []
    for run in runs:
        spelling = spelled("".join(map(chr, run.characters)))
        if run.quarter != quarter or not spelling.strip() or run.size < _LEAST_SIZE:
            continue
        x0, y0 = _turned(run.start, quarter, (left, bottom, right, top))
        x1, _ = _turned(run.end, quarter, (left, bottom, right, top))
        words.append(
            Word(spelling, x0, min(max(x0, x1), _FARTHEST), y0, run.size, run.bold, run.mono, run.glued)
        )
    width, height = right - left, top - bottom
    if quarter % 2:
        width, height = height, width
    inside = (word for word in words if -1 < word.left < width + 1 and -1 < word.base < height + 1)
    return Sheet(width, height, tuple(inside))


def _turned(
    point: tuple[float, float], quarter: int, box: tuple[float, float, float, float]
) -> tuple[float, float]:
    """Return a point seen upright, from the upper left corner."""
    x, y = point
    left, bottom, right, top = box
    match quarter:
        case 1:
            return y - bottom, x - left
        case 2:
            return right - x, y - bottom
        case 3:
            return top - y, right - x
        case _:
            return x - left, top - y


class _Characters:
    """PDFium's answers about the characters of one page; holds the memory that they are written to."""

    def __init__(self, text: Any) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium, self._text = pdfium, text
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._name, self._flags = ctypes.create_string_buffer(128), ctypes.c_int()

    def runs(self, count: int) -> Iterator[_Run]:
        """Yield the words among the first `count` characters."""
        for run in self._grouped(count):
            run.end = self._end(run)
            yield run

    def _grouped(self, count: int) -> Iterator[_Run]:
        pdfium, text, x, y = self._pdfium, self._text, self._x, self._y
        run: _Run | None = None
        apart = True  # a space came since the last character
        for index in range(count):
            code = pdfium.FPDFText_GetUnicode(text, index)
            if code in _SPACES:
                if run is not None:
                    yield run
                    run = None
                apart = True
                continue
            if code == 0 or code > 0x10FFFF or not pdfium.FPDFText_GetCharOrigin(text, index, x, y):
                continue
            at = (x.value, y.value)
            if run is not None and not _goes_on(run, at):
                yield run
                run = None
            if (run is None or code > 0x7F) and pdfium.FPDFText_HasUnicodeMapError(text, index):
                continue  # a number of the font's own, which is no character
            if run is None:
                run = self._begun(index, at, glued=not apart)
            # A hyphen that PDFium takes for that of a cut word is a control character in its text.
            cut = code in _CUT
            run.characters.append(0x2D if cut else code)
            run.last, run.index = at, index
            apart = False
            if cut:  # its other half stands on the next line
                yield run
                run = None
        if run is not None:
            yield run

    def _begun(self, index: int, at: tuple[float, float], *, glued: bool) -> _Run:
        pdfium, text, matrix = self._pdfium, self._text, self._matrix
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        size = pdfium.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        pdfium.FPDFText_GetFontInfo(text, index, self._name, len(self._name), self._flags)
        bold, mono = _face(self._name.value)
        bold = bold or bool(self._flags.value & _FORCED_BOLD)
        if not all(map(math.isfinite, (size, matrix.a, matrix.b))):
            size, matrix.a, matrix.b = (
                0.0,
                1.0,
                0.0,
            )  # numbers beyond all measure; such text is too small to be read
        quarter = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
        return _Run(quarter, round(abs(size), 1), bold, mono, glued, at, at, index, [])

    def _end(self, run: _Run) -> tuple[float, float]:
        """Return where the last character's advance ends."""
        box, (x, y) = self._box, run.last
        self._pdfium.FPDFText_GetLooseCharBox(self._text, run.index, box)
        match run.quarter:
            case 0:
                return max(box.right, x), y
            case 1:
                return x, max(box.top, y)
            case 2:
                return min(box.left, x), y
            case _:
                return x, min(box.bottom, y)


@lru_cache(maxsize=256)
def _face(font: bytes) -> tuple[bool, bool]:
    """Whether a font is bold, and whether it is a typewriter's, by its name."""
    name = font.decode("latin-1")
    return _BOLD.search(name) is not None, _MONO.search(name) is not None


def _goes_on(run: _Run, at: tuple[float, float]) -> bool:
    """Whether a character at this place belongs to the word: on its baseline, and next to its last character."""
    along, across = (0, 1) if run.quarter % 2 == 0 else (1, 0)
    step = (at[along] - run.last[along]) * (1 if run.quarter in (0, 1) else -1)
    return abs(at[across] - run.start[across]) < 0.12 * run.size and -0.5 * run.size < step < 1.7 * run.size
