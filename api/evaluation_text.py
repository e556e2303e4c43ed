"""The figures of an evaluation as tables for people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from api.terminal import visible, wide

if TYPE_CHECKING:
    from api.evaluation import Comparison, Inside, Table
    from search.evaluation.comparison import Difference

__all__ = ["comparison_text", "table_text"]

Row = Sequence[str]


def table_text(table: Table) -> str:
    """Return the table of the modes, one by each label of the queries, and what is inside."""
    measures, main = table.plan.measures, table.plan.measures[0]
    head = f"{len(table.judged.queries)} queries"
    whole = [
        (scores.system, *(_figure(scores.mean(measure, table.groups[0])) for measure in measures))
        for scores in table.scores
    ]
    parts = [_aligned((head, *map(str, measures)), whole)]
    for by, groups in groupby(table.groups[1:], key=lambda group: group.by):
        rows = [
            (str(group), str(len(group.places)), *(_figure(each.mean(main, group)) for each in table.scores))
            for group in groups
        ]
        systems = (each.system for each in table.scores)
        parts.append(_aligned((f"{main} by {by}", "queries", *systems), rows))
    if table.missing:
        parts.append(f"Relevant documents of the judgements that the index does not hold: {table.missing}.")
    if table.inside:
        parts += _inside(table.inside)
    return "\n\n".join(parts)


def comparison_text(comparison: Comparison) -> str:
    """Return the differences over all queries, those of the first measure by group, and what changed most."""
    main = comparison.plan.measures[0]
    names = f"A: {comparison.first}\nB: {comparison.second}"
    columns = ("A", "B", "B - A", "p", "better", "worse")
    overall = [
        (str(each.measure), *_difference(each)) for each in comparison.differences if not each.group.by
    ]
    parts = [names, _aligned((f"{len(comparison.judged.queries)} queries", *columns), overall)]
    of_main = [each for each in comparison.differences if each.measure == main and each.group.by]
    for by, differences in groupby(of_main, key=lambda each: each.group.by):
        rows = [(str(each.group), str(len(each.group.places)), *_difference(each)) for each in differences]
        parts.append(_aligned((f"{main} by {by}", "queries", *columns), rows))
    if comparison.changes:
        changed = [
            (visible(change.query.text), _figure(change.first), _figure(change.second))
            for change in comparison.changes
        ]
        parts.append(_aligned((f"{main}, most changed", "A", "B"), changed))
    parts.append("p: two-sided paired randomisation test, not corrected for the number of groups.")
    return "\n\n".join(parts)


def _inside(inside: Inside) -> list[str]:
    kept = [
        (
            each.stage if each.cut is None else f"{each.stage}, first {each.cut}",
            str(each.queries),
            f"{each.passages:.0f}",
            _figure(each.recall),
            _figure(each.top),
        )
        for each in inside.stages.kept
    ]
    ordered = [(each.stage, _figure(each.gauc), _figure(each.auc)) for each in inside.stages.orderings]
    latency = [(each.stage, f"{each.p50:.2f}", f"{each.p99:.2f}") for each in inside.latency]
    parts = [
        _aligned(("after the stage", "queries", "passages", "recall", "top kept"), kept),
        _aligned(("order by", "GAUC", "AUC"), ordered),
    ]
    if inside.alignment:
        aligned = [
            (f"{each.stage}, first {each.cut}", str(each.top), _figure(each.share))
            for each in inside.alignment
        ]
        parts.append(_aligned(("of the reranker's top", "top", "kept"), aligned))
    parts.append(_aligned(("milliseconds", "p50", "p99"), latency))
    return parts


def _difference(difference: Difference) -> Row:
    return (
        _figure(difference.first),
        _figure(difference.second),
        f"{difference.gain:+.4f}",
        f"{difference.p:.4f}",
        str(difference.better),
        str(difference.worse),
    )


def _figure(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.4f}"


def _aligned(head: Row, rows: Sequence[Row]) -> str:
    """A table: the first column to the left, all others to the right."""
    lines = [head, *rows]
    widths = [max(wide(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            (
                _padded(line[0], widths[0]),
                *(f"{cell:>{width}}" for cell, width in zip(line[1:], widths[1:], strict=True)),
            )
        )
        for line in lines
    )


def _padded(text: str, width: int) -> str:
    return text + " " * (width - wide(text))
