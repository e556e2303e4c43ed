"""Lines in reading order to blocks: headings, paragraphs over columns and pages, list items, code, captions, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.pdf.figures import CAPTION, is_prose, is_soup, is_table
from ingest.pdf.headings import NUMBERED, Types, heading_level, types_of
from ingest.pdf.hyphens import Joiner
from ingest.pdf.spelling import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.pdf.lines import Line

__all__ = ["Block", "blocks_of"]


@dataclass(slots=True)
class Block:
    """One block of the text, not yet Markdown."""

    kind: str  # "heading", "text", "item", "code", "caption" or "note"
    text: str
    lines: list[Line]
    level: int = 0  # of a heading
    size: float = 0.0
    bold: bool = False
    full: bool = False  # the last line goes to the column's right edge


@dataclass(slots=True)
class _Run:
    """Lines of one column without wider space among them, in one size."""

    lines: list[Line]
    levels: list[int] = field(default_factory=list)
    kind: str = ""


_BULLET = re.compile(r"[•◦▪▫‣●○■□◆◇➢➤✓✔★☆∙⋅·–—*-]\s*(?=\S)")
_ITEM = re.compile(
    r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)](?:\s+|(?=[\u3400-\u9fff]))|\[\d{1,3}\]\s+|[（(]\d{1,2}[）)]\s*|\d{1,2}、|[①-⑳]\s*)(?=\S)"
)
_STOP = re.compile(r"[.!?。！？:：;；…][\"'”’)\]）】」]*$")
_ABBREVIATION = re.compile(
    r"\b(?:eqs?|figs?|secs?|tab|no|vol|pp?|cf|vs|al|e\.g|i\.e|resp|approx|dr|mr|prof|st|[A-Z])\.$",
    re.IGNORECASE,
)
_LOOSE = 1.35  # times the usual step from line to line: more is space between paragraphs
_HAN = re.compile(f"[{HAN}]")
_GAP_IN_CODE = 1.9  # em
_INDENT = 0.7  # em
_TELLING = 4  # lines that tell by themselves how far the lines of a paragraph go
_NOTE_SIZE = 0.94  # times the size of the text
_NOTE_SIGN = re.compile(r"[∗*†‡§¶‖♯]|\d{1,2}\s?(?=[A-Z]|http)")


def blocks_of(pages: Sequence[Sequence[Line]], title_size: float) -> list[Block]:
    """Return the blocks of a document in reading order.

    `title_size`, in points, is that of the title on the first page; until the first heading, what is smaller there
    are names of authors.
    """
    lines = [line for page in pages for line in page]
    types = types_of(lines, title_size)
    joiner = Joiner(line.text for line in lines)
    blocks: list[Block] = []
    for number, page in enumerate(pages):
        columns = [list(group) for _, group in groupby(page, key=lambda line: line.column)]
        runs = [_runs(column, types) for column in columns]
        for column in runs:
            _find_levels(column, types)
            _find_notes(column, types)
        if number == 0:
            _find_front(runs, title_size)
        _find_figures([run for column in runs for run in column])
        for column in runs:
            edge = _edge(column)
            for run in column:
                if run.kind != "figure":
                    blocks.extend(_blocks(run, edge, joiner))
    return list(_flowing(blocks, joiner))


def _runs(column: Sequence[Line], types: Types) -> list[_Run]:
    runs: list[_Run] = []
    for line in column:
        if runs and _goes_on(runs[-1].lines[-1], line, types):
            runs[-1].lines.append(line)
        else:
            runs.append(_Run([line]))
    return runs


def _goes_on(before: Line, line: Line, types: Types) -> bool:
    step = line.base - before.base
    size = max(before.size, line.size)
    usual = max(types.pitch / types.body, 1.0) * size
    return (
        -0.3 * size < step < _LOOSE * usual
        and min(before.size, line.size) > 0.93 * size
        and before.mono == line.mono
        and not CAPTION.match(line.text)
    )


def _find_levels(column: Sequence[_Run], types: Types) -> None:
    for run in column:
        for number, line in enumerate(run.lines):
            after = run.lines[number + 1] if number + 1 < len(run.lines) else None
            level = heading_level(line, types, alone=len(run.lines) == 1)
            if number and _is_rest_of_heading(run.lines[number - 1], line) and not level:
                level = run.levels[-1]
            # A bold line in the midst of others like it is emphasis, or a table's head.
            if level and number and not run.levels[-1] and not _stops(run.lines[number - 1].text):
                level = 0
            if level and CAPTION.match(line.text):
                level = 0
            if level and after is None and len(run.lines) > 4 and number > 0 and not run.levels[-1]:
                level = 0
            run.levels.append(level)


def _is_rest_of_heading(before: Line, line: Line) -> bool:
    return before.bold and line.bold and not _stops(before.text) and not NUMBERED.match(line.text)


def _find_notes(column: Sequence[_Run], types: Types) -> None:
    """Footnotes: small type at the end of a column that is not all small."""
    end = len(column)
    while end and _is_small(column[end - 1], types):
        end -= 1
    if not end or (column[end - 1].levels[-1] and end < len(column)):
        return
    for run in column[end:]:
        run.kind = "note"


def _is_small(run: _Run, types: Types) -> bool:
    first = run.lines[0]
    if first.base < 0.5 * first.height or CAPTION.match(first.text):
        return False
    return first.size < _NOTE_SIZE * types.body or (first.size < types.body and bool(first.mark))


def _find_front(columns: Sequence[Sequence[_Run]], title_size: float) -> None:
    below_title = False
    for run in (run for column in columns for run in column):
        if below_title and not run.levels[0] and sum(map(is_prose, run.lines)) > 1:
            return
        for number, line in enumerate(run.lines):
            if title_size and line.size > 0.94 * title_size:
                below_title = True
                run.levels[number] = min(run.levels[number], 1)
            elif below_title and run.levels[number]:
                if NUMBERED.match(line.text) or _opens(line.text):
                    return
                run.levels[number] = 0


def _opens(text: str) -> bool:
    return (
        re.match(
            r"abstract|introduction|overview|contents|摘\s*要|引\s*言|前\s*言|目\s*录", text, re.IGNORECASE
        )
        is not None
    )


def _find_figures(runs: Sequence[_Run]) -> None:
    """Mark the words inside figures and tables: what is no prose, between a caption and the next prose."""
    for number, run in enumerate(runs):
        if not run.kind and is_table(run.lines):
            run.kind = "figure"
        if not CAPTION.match(run.lines[0].text):
            continue
        run.kind = "caption"
        for others in (reversed(runs[:number]), runs[number + 1 :]):
            for other in others:
                if other.kind in ("note", "caption") or any(other.levels) or not is_soup(other.lines):
                    break
                if _BULLET.match(other.lines[0].text) or (other.lines[0].mono and len(other.lines) > 1):
                    break
                other.kind = "figure"


def _blocks(run: _Run, edge: float, joiner: Joiner) -> Iterator[Block]:
    if run.lines[0].mono and all(line.mono for line in run.lines) and len(run.lines) > 1 and not run.kind:
        yield _code(run.lines)
        return
    pairs = zip(run.lines, run.levels, strict=True)
    for level, group in groupby(pairs, key=lambda pair: pair[1]):
        lines = [line for line, _ in group]
        if level:
            yield from _headings(lines, level, joiner)
        else:
            yield from _paragraphs(lines, run.kind or "text", edge, joiner)


def _edge(column: Sequence[_Run]) -> float:
    """Return how far to the right the lines of a column go, but for a few."""
    rights = sorted(line.right for run in column for line in run.lines)
    return rights[int(0.9 * (len(rights) - 1))]


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


def _code(lines: Sequence[Line]) -> Block:
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


def _paragraphs(lines: Sequence[Line], kind: str, edge: float, joiner: Joiner) -> Iterator[Block]:
    """Part the lines of a run into paragraphs, by indentation, short last lines, bullets and numbers."""
    left = min(line.left for line in lines)
    right = max(line.right for line in lines)
    if len(lines) < _TELLING:
        right = max(right, edge)
    inner = sum(line.left > left + _INDENT * line.size for line in lines)
    hanging = len(lines) > 2 and inner > 0.5 * len(lines)
    current: Block | None = None
    before: Line | None = None
    for line in lines:
        if (
            current is not None
            and before is not None
            and not _begins(line, before, current, left, right, hanging)
        ):
            current.text = joiner.join(current.text, line.text)
            current.lines.append(line)
        else:
            if current is not None:
                yield current
            current = _begun(line, kind)
        current.full = line.right > right - 1.5 * line.size and len(lines) > 1
        before = line
    if current is not None:
        yield current


def _begun(line: Line, kind: str) -> Block:
    if kind == "text" and (bullet := _BULLET.match(line.text)):
        return Block("item", "- " + line.text[bullet.end() :], [line], size=line.size)
    if kind == "text" and _ITEM.match(line.text):
        return Block("item", line.text, [line], size=line.size)
    return Block(kind, line.text, [line], size=line.size, bold=line.bold)


def _stops(text: str) -> bool:
    end = text[-12:]
    return _STOP.search(end) is not None and not _ABBREVIATION.search(end)


def _begins(line: Line, before: Line, current: Block, left: float, right: float, hanging: bool) -> bool:
    """Whether a line begins a paragraph of its own."""
    if line.mark and current.kind == "note":
        return True
    if (bullet := _BULLET.match(line.text)) and not (
        bullet[0].strip() in "–—-*·⋅" and not _stops(before.text)
    ):
        return True
    stopped = _stops(before.text)
    item = _ITEM.match(line.text) is not None
    indented = line.left > before.left + _INDENT * line.size
    if not stopped and line.text[0].islower() and not item:
        return False
    if before.text.endswith("-"):
        return False
    if item and (stopped or current.kind == "item" or indented):
        return True
    if hanging and line.left < left + _INDENT * line.size:
        return True
    if indented and not hanging and current.kind != "item" and before.left < left + _INDENT * line.size:
        return stopped or before.right < right - 1.5 * line.size
    if current.kind in ("caption", "note"):
        return False
    # A line that had room for the next word was left short on purpose.
    word = 1 if _HAN.match(line.text) else len(line.text.split(maxsplit=1)[0])
    first = min(word / len(line.text) * (line.right - line.left), 8 * line.size)
    room = right - before.right - first - 0.5 * line.size
    return room > (0.5 * line.size if stopped else max(2 * line.size, 0.1 * (right - left)))


def _flowing(blocks: Iterable[Block], joiner: Joiner) -> Iterator[Block]:
    """Join the paragraphs that a column, a page, a figure or a note interrupts."""
    open_: Block | None = None
    waiting: list[Block] = []  # what interrupts
    for block in blocks:
        if open_ is not None and block.kind in ("note", "caption"):
            waiting.append(block)
            continue
        if open_ is not None and _continues(open_, block, bool(waiting)):
            open_.text = joiner.join(open_.text, block.text)
            open_.lines.extend(block.lines)
            open_.full = block.full
            continue
        if open_ is not None and _is_more_code(open_, block):
            open_ = _code(open_.lines + block.lines)
            continue
        if open_ is not None:
            yield open_
        yield from waiting
        waiting = []
        open_ = block
    if open_ is not None:
        yield open_
    yield from waiting


def _is_more_code(before: Block, block: Block) -> bool:
    if "code" not in (before.kind, block.kind) or not all(line.mono for line in before.lines + block.lines):
        return False
    last, first = before.lines[-1], block.lines[0]
    return last.page == first.page and 0 < first.base - last.base < 6 * first.size


def _is_same_column(before: Block, block: Block) -> bool:
    last, first = before.lines[-1], block.lines[0]
    return (last.page, last.column) == (first.page, first.column)


def _continues(before: Block, block: Block, interrupted: bool) -> bool:
    if before.kind not in ("text", "item") or block.kind != "text":
        return False
    last, first = before.lines[-1], block.lines[0]
    if (
        (_is_same_column(before, block) and not interrupted)
        or _stops(before.text)
        or abs(before.size - block.size) > 0.6
    ):
        return False
    if not is_prose(last) and len(before.lines) == 1:
        return False
    return first.text[0].islower() or before.text.endswith("-") or (before.full and first.text[0].isalpha())
