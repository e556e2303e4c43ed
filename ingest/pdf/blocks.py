"""The paragraphs, headings, list items and listings within a run of lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.pdf.headings import NUMBERED
from ingest.pdf.sentences import BULLET, ITEM, stops
from ingest.pdf.spelling import HAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.pdf.hyphens import Joiner
    from ingest.pdf.lines import Line
    from ingest.pdf.roles import Run

__all__ = ["Block", "blocks_in", "code"]


@dataclass(slots=True)
class Block:
    """One block of the text, not yet Markdown."""

    kind: str  # "heading", "text", "item", "code", "caption" or "note"
    text: str
    lines: list[Line]
    level: int = 0  # of a heading
    size: float = 0.0
    bold: bool = False
    full: bool = False  # the last line leaves no room for a word


@dataclass(frozen=True, slots=True)
class _Margins:
    """Between which the lines of a run stand, in points; `hanging`: all lines of a paragraph but the first are indented."""

    left: float
    right: float
    hanging: bool


_TELLING = 4  # lines that tell by themselves how far the lines of a paragraph go
_GAP_IN_CODE = 1.9  # em
_INDENT = 0.7  # em
_HAN = re.compile(f"[{HAN}]")
_WEAK_BULLETS = "–—-*·⋅"  # which also stand within sentences


def blocks_in(column: Sequence[Run], joiner: Joiner) -> Iterator[Block]:
    """Yield the blocks of a column, from the top downwards; what is left out has none."""
    edge = _edge(column)
    hangs = _hangs(column)
    for run in column:
        if run.kind not in ("figure", "front"):
            yield from _blocks(run, edge, hangs, joiner)


def _edge(column: Sequence[Run]) -> float:
    """Return how far to the right the lines of a column go, but for a few."""
    rights = sorted(line.right for run in column for line in run.lines)
    return rights[int(0.9 * (len(rights) - 1))]


def _hangs(column: Sequence[Run]) -> bool:
    """Whether the paragraphs of a column rather begin further out than in."""
    shifts = [
        (run.lines[1].left - run.lines[0].left) / run.lines[0].size for run in column if len(run.lines) > 1
    ]
    return sum(shift > _INDENT for shift in shifts) > max(1, sum(shift < -_INDENT for shift in shifts))


def _blocks(run: Run, edge: float, hangs: bool, joiner: Joiner) -> Iterator[Block]:
    if run.kind == "code":
        yield code(run.lines)
        return
    pairs = zip(run.lines, run.levels, strict=True)
    for level, group in groupby(pairs, key=lambda pair: pair[1]):
        lines = [line for line, _ in group]
        if level:
            yield from _headings(lines, level, joiner)
        else:
            yield from _paragraphs(lines, run.kind, _margins(lines, edge, hangs), joiner)


def _headings(lines: Sequence[Line], level: int, joiner: Joiner) -> Iterator[Block]:
    current: Block | None = None
    for line in lines:
        if current is None or NUMBERED.match(line.text) or line.bold != current.bold:
            if current is not None:
                yield current
            current = Block("heading", line.text, [line], level, line.size, line.bold)
        else:
            current.text = joiner.join(current.text, line.text)
            current.lines.append(line)
    if current is not None:
        yield current


def code(lines: Sequence[Line]) -> Block:
    """Keep the lines, their indentation by the width of a character, and an empty line where there is a gap."""
    left = min(line.left for line in lines)
    widths = sorted((line.right - line.left) / len(line.text) for line in lines)
    width = max(widths[len(widths) // 2], 1.0)
    text = ""
    for number, line in enumerate(lines):
        if number:
            text += "\n\n" if line.base - lines[number - 1].base > _GAP_IN_CODE * line.size else "\n"
        text += " " * round((line.left - left) / width) + line.text
    return Block("code", text, list(lines), size=lines[0].size)


def _margins(lines: Sequence[Line], edge: float, hangs: bool) -> _Margins:
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    if len(lines) < _TELLING:
        right = max(right, edge)
    inner = sum(line.left > left + _INDENT * line.size for line in lines)
    return _Margins(left, right, inner > 0.5 * len(lines) if len(lines) >= _TELLING else hangs and inner > 0)


def _paragraphs(lines: Sequence[Line], kind: str, margins: _Margins, joiner: Joiner) -> Iterator[Block]:
    """Part the lines of a run into paragraphs, by indentation, short last lines, bullets and numbers."""
    current: Block | None = None
    for line in lines:
        if current is not None and not _begins(line, current, margins):
            current.text = joiner.join(current.text, line.text)
            current.lines.append(line)
        else:
            if current is not None:
                yield current
            current = _begun(line, kind)
        slack = max(2 * line.size, 0.12 * (margins.right - margins.left))
        current.full = len(lines) > 1 and line.right > margins.right - slack
    if current is not None:
        yield current


def _begun(line: Line, kind: str) -> Block:
    if kind == "text" and (bullet := BULLET.match(line.text)):
        return Block("item", "- " + line.text[bullet.end() :], [line], size=line.size)
    if kind == "text" and ITEM.match(line.text):
        return Block("item", line.text, [line], size=line.size)
    return Block(kind, line.text, [line], size=line.size, bold=line.bold)


def _begins(line: Line, current: Block, margins: _Margins) -> bool:
    """Whether a line begins a paragraph of its own."""
    before, left, right = current.lines[-1], margins.left, margins.right
    if line.mark and current.kind == "note":
        return True
    if (bullet := BULLET.match(line.text)) and not (
        bullet[0].strip() in _WEAK_BULLETS and not stops(before.text)
    ):
        return True
    stopped = stops(before.text)
    item = ITEM.match(line.text) is not None
    indented = line.left > before.left + _INDENT * line.size
    if not stopped and line.text[0].islower() and not item:
        return False
    if before.text.endswith("-"):
        return False
    if item and (stopped or current.kind == "item" or indented):
        return True
    if margins.hanging and line.left < left + _INDENT * line.size:
        return True
    if (
        indented
        and not margins.hanging
        and current.kind != "item"
        and before.left < left + _INDENT * line.size
    ):
        return stopped or before.right < right - 1.5 * line.size
    if current.kind in ("caption", "note"):
        return False
    # A line that had room for the next word was left short on purpose.
    word = 1 if _HAN.match(line.text) else len(line.text.split(maxsplit=1)[0])
    first = min(word / len(line.text) * (line.right - line.left), 8 * line.size)
    room = right - before.right - first - 0.5 * line.size
    return room > (0.5 * line.size if stopped else max(2 * line.size, 0.1 * (right - left)))
