"""Which lines are headings, and of which level: by the size of their type, its weight, and their numbering."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pdf.lines import Line

__all__ = ["NUMBERED", "SECTION_NAME", "Types", "heading_level", "types_of"]

NUMBERED = re.compile(
    # "1.2", "A.1"; "1", but not that of "3D"; "IV."; "B", but not "A" without a stop, which is a word.
    r"(?:(?:(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){1,3}|\d{1,2}(?=[.\s\u3400-\u9fff])|[IVX]{1,5}(?=\.)|A(?=\.)|[B-H](?=[. ]))"
    r"\.?\s*(?=[^\W\d])"
    r"|第?[一二三四五六七八九十]{1,3}[章节節、.．])"
)
"""The number before a section's name."""

SECTION_NAME = re.compile(
    r"(?:abstract|introduction|conclusions?|acknowledge?ments?|references|bibliography|appendi(?:x|ces)|summary"
    r"|摘\s*要|引\s*言|前\s*言|[结結]\s*[论論]|[总總]\s*[结結]|[参參]\s*考\s*文\s*[献獻]|致\s*[谢謝]|附\s*[录錄])[:：]?",
    re.IGNORECASE,
)
"""The usual names of sections that go without a number."""

_FIRST_APPENDIX = re.compile(r"A\s+(?=[A-Z])")
_LARGER = 1.12  # times the size of the text
_TITLE = 1.5  # times the size of the text: larger than headings of sections
_LONGEST = 120  # characters
_MOST_WORDS = 9
_STOPS = ".,;:。，；：!！?？"
_WORDS = re.compile(r"[^\W\d_]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Types:
    """The types of a document: sizes in points."""

    body: float
    pitch: float  # from one line of the text to the next
    larger: tuple[float, ...]  # sizes of the headings, largest first
    bold: bool  # the text itself is bold
    mono: bool  # the text itself is in a typewriter's face


def types_of(lines: Sequence[Line], title_size: float) -> Types:
    """Return the types in which the lines are set; what is as large as the title is no heading of a section."""
    weights: Counter[float] = Counter()
    bold = mono = 0
    for line in lines:
        weights[line.size] += len(line.text)
        bold += len(line.text) * line.bold
        mono += len(line.text) * line.mono
    body = weights.most_common(1)[0][0] if weights else 10.0
    # Neighbouring sizes are one: some producers scale each line a little.
    steps = Counter(
        round(line.base - before.base, 1)
        for before, line in pairwise(lines)
        if (before.page, before.column) == (line.page, line.column)
        and abs(line.size - body) < 0.5
        and abs(before.size - body) < 0.5
        and 0.8 * body < line.base - before.base < 3 * body
    )
    pitch = steps.most_common(1)[0][0] if steps else 1.2 * body
    sizes: list[float] = []
    for size in sorted({line.size for line in lines if line.size >= _LARGER * body}, reverse=True):
        if title_size and size > 0.94 * title_size:
            continue
        if not sizes or size < 0.94 * sizes[-1]:
            sizes.append(size)
    total = sum(weights.values())
    return Types(body, pitch, tuple(sizes), bold > 0.4 * total, mono > 0.6 * total)


def heading_level(line: Line, types: Types, *, alone: bool) -> int:
    """Return the level of a heading, from 1; 0 for any other line. `alone`: with space above and below."""
    text = line.text
    if not 1 < len(text) <= _LONGEST or (line.mono and not types.mono):
        return 0
    numbered = NUMBERED.match(text) or (_FIRST_APPENDIX.match(text) if line.bold else None)
    name = text[numbered.end() :] if numbered else text
    # "15 else" is a line of a listing, "1.2 sudo" a section.
    begins = not name[:1].islower() or (numbered is not None and "." in numbered[0])
    if not (_WORDS.search(text) or _HAN.search(text)):
        return 0
    if line.size >= _LARGER * types.body:
        if text[-1] in ",;，；" or (not begins and line.size < 1.4 * types.body):
            return 0
        return _level(line, types, numbered)
    if line.size < 0.93 * types.body:
        return 0
    if line.cells > (2 if numbered else 1):
        return 0
    # Formulas are set apart, and in bold type, as headings are.
    if "=" in text or sum(map(str.isalpha, text)) < 0.6 * len(text.replace(" ", "")):
        return 0
    named = SECTION_NAME.fullmatch(text) is not None
    if line.bold and not types.bold and begins and (text[-1] not in _STOPS or named or text[-1] in ":："):
        return _level(line, types, numbered)
    if named and (alone or line.bold):
        return 2
    if text[-1] in _STOPS or not alone or len(text) > 80:
        return 0
    if numbered and begins and len(text.split()) <= _MOST_WORDS:
        return _level(line, types, numbered)
    shouted = text.isupper() and not _HAN.search(text)
    return 3 if shouted and len(_WORDS.findall(text)) > 0.6 * len(text.split()) else 0


def _level(line: Line, types: Types, numbered: re.Match[str] | None) -> int:
    if numbered:
        return min(2 + len(re.findall(r"\.\d", numbered[0])), 5)
    if line.size >= _TITLE * types.body:
        return 1
    smaller = [size for size in types.larger if size < _TITLE * types.body]
    rank = next((rank for rank, size in enumerate(smaller) if line.size > 0.94 * size), len(smaller))
    return min(2 + rank, 4)
