"""What the lines of a page are: headings, footnotes, names under the title, words inside figures, or text.

Judged by runs: lines of one column and one size without wider space among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.pdf.figures import CAPTION, is_prose, is_soup, is_table
from ingest.pdf.headings import NUMBERED, Types, heading_level
from ingest.pdf.sentences import BULLET, stops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pdf.lines import Line

__all__ = ["Run", "find_front", "runs_of"]


@dataclass(slots=True)
class Run:
    """Lines of one column without wider space among them, in one size."""

    lines: list[Line]
    levels: list[int] = field(default_factory=list)  # of headings, a line each; 0 for text
    kind: str = "text"  # or "code", "caption", "note", and what is left out: "figure", "front"


_OPENING = re.compile(
    r"abstract|introduction|overview|contents|摘\s*要|引\s*言|前\s*言|目\s*[录錄]", re.IGNORECASE
)
_LOOSE = 1.35  # times the usual step from line to line: more is space between paragraphs
_MOST_ABOVE = 8  # lines above a title
_NOTE_SIZE = 0.94  # times the size of the text


def runs_of(columns: Sequence[Sequence[Line]], types: Types) -> list[list[Run]]:
    """Return the runs of a page, column by column, with their roles found."""
    runs = [_runs(column, types) for column in columns]
    for column in runs:
        _find_levels(column, types)
        _find_notes(column, types)
        if not types.mono:
            _find_code(column)
    _find_figures([run for column in runs for run in column])
    return runs


def find_front(columns: Sequence[Sequence[Run]], title: Sequence[Line]) -> None:
    """Find what stands around the title of the first page.

    Above it, where no prose is, stand the journal and its address, which are left out. Between it and the text stand
    names and places, which are no headings, however large.
    """
    runs = [run for column in columns for run in column]
    start = next((number for number, run in enumerate(runs) if title[0] in run.lines), None)
    if start is None:
        return
    above = runs[:start]
    if sum(len(run.lines) for run in above) <= _MOST_ABOVE and not any(map(_is_text, above)):
        for run in above:
            run.kind = "front"
    for run in runs[start:]:
        if not run.levels[0] and _is_text(run):
            return
        for number, line in enumerate(run.lines):
            if line in title:
                run.levels[number] = min(run.levels[number], 1)
            elif run.levels[number]:
                if NUMBERED.match(line.text) or _OPENING.match(line.text):
                    return
                run.levels[number] = 0


def _is_text(run: Run) -> bool:
    return sum(map(is_prose, run.lines)) > 1


def _runs(column: Sequence[Line], types: Types) -> list[Run]:
    runs: list[Run] = []
    for line in column:
        if runs and _goes_on(runs[-1].lines[-1], line, types):
            runs[-1].lines.append(line)
        else:
            runs.append(Run([line]))
    return runs


def _goes_on(before: Line, line: Line, types: Types) -> bool:
    step = line.base - before.base
    size = max(before.size, line.size)
    usual = max(types.pitch / types.body, 1.0) * size
    return (
        -0.3 * size < step < _LOOSE * usual
        and min(before.size, line.size) > 0.93 * size
        and (before.mono == line.mono or _is_within(before, line))
        and not CAPTION.match(line.text)
    )


def _is_within(before: Line, line: Line) -> bool:
    """Whether a line all of a typewriter's face, or after one, is part of a sentence."""
    return not stops(before.text) and abs(line.left - before.left) < 0.2 * line.size


def _find_code(column: Sequence[Run]) -> None:
    for run in column:
        if run.kind == "text" and all(line.mono for line in run.lines):
            run.kind = "code"


def _find_levels(column: Sequence[Run], types: Types) -> None:
    for run in column:
        for number in range(len(run.lines)):
            run.levels.append(_level_in(run, number, types))


def _level_in(run: Run, number: int, types: Types) -> int:
    line = run.lines[number]
    if CAPTION.match(line.text):
        return 0
    level = heading_level(line, types, alone=len(run.lines) == 1)
    if not number:
        return level
    before = run.lines[number - 1]
    if _is_rest_of_heading(before, line):
        return level or run.levels[-1]
    is_last = number + 1 == len(run.lines)
    if not run.levels[-1] and (is_last or not stops(before.text)):
        return 0  # within text, bold is emphasis or the head of a table; and a heading stands above something
    return level


def _is_rest_of_heading(before: Line, line: Line) -> bool:
    return before.bold and line.bold and not stops(before.text) and not NUMBERED.match(line.text)


def _find_notes(column: Sequence[Run], types: Types) -> None:
    """Mark the footnotes: small type at the end of a column that is not all small."""
    end = len(column)
    while end and _is_small(column[end - 1], types):
        end -= 1
    if not end or (column[end - 1].levels[-1] and end < len(column)):
        return
    for run in column[end:]:
        run.kind = "note"


def _is_small(run: Run, types: Types) -> bool:
    first = run.lines[0]
    if first.base < 0.5 * first.height or CAPTION.match(first.text):
        return False
    return first.size < _NOTE_SIZE * types.body or (first.size < types.body and bool(first.mark))


def _find_figures(runs: Sequence[Run]) -> None:
    """Mark the words inside figures and tables: what is no prose, between a caption and the next prose."""
    for number, run in enumerate(runs):
        if run.kind == "text" and is_table(run.lines):
            run.kind = "figure"
        if not CAPTION.match(run.lines[0].text):
            continue
        run.kind = "caption"
        for others in (reversed(runs[:number]), runs[number + 1 :]):
            for other in others:
                if other.kind in ("note", "caption") or any(other.levels) or not is_soup(other.lines):
                    break
                if BULLET.match(other.lines[0].text) or (other.kind == "code" and len(other.lines) > 1):
                    break
                other.kind = "figure"
