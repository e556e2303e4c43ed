"""The figures of an evaluation as the JSON that `shuangta evaluate --json` prints; keys are only ever added."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from search.evaluation.stages import RECALL

if TYPE_CHECKING:
    from api.evaluation import Comparison, Inside, Table
    from search.evaluation.comparison import Difference
    from search.evaluation.judged import Group

__all__ = ["comparison_json", "table_json"]


def table_json(table: Table) -> dict[str, Any]:
    """Return the table, by mode and measure; the same by group; and what is inside."""
    groups: dict[str, dict[str, Any]] = {}
    for group in table.groups:
        if group.by:
            of_group = {"queries": len(group.places), "modes": _modes(table, group)}
            groups.setdefault(group.by, {})[group.label] = of_group
    return {
        "queries": len(table.judged.queries),
        "missing": table.missing,
        "modes": _modes(table, table.groups[0]),
        "groups": groups,
        **(_inside(table.inside) if table.inside else {}),
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return every difference, and the queries that changed most."""
    return {
        "queries": len(comparison.judged.queries),
        "first": comparison.first,
        "second": comparison.second,
        "differences": [_difference(each) for each in comparison.differences],
        "changes": [
            {
                "_id": change.query.id,
                "text": change.query.text,
                "first": _rounded(change.first),
                "second": _rounded(change.second),
            }
            for change in comparison.changes
        ],
    }


def _modes(table: Table, group: Group) -> dict[str, dict[str, float | None]]:
    return {
        scores.system: {
            str(measure).lower(): _rounded(scores.mean(measure, group)) for measure in table.plan.measures
        }
        for scores in table.scores
    }


def _inside(inside: Inside) -> dict[str, Any]:
    return {
        "stages": [
            {
                "stage": kept.stage,
                "cut": kept.cut,
                "queries": kept.queries,
                "passages": _rounded(kept.passages),
                RECALL: _rounded(kept.recall),
                "top_kept": _rounded(kept.top),
            }
            for kept in inside.stages.kept
        ],
        "orderings": [
            {"stage": each.stage, "gauc": _rounded(each.gauc), "auc": _rounded(each.auc)}
            for each in inside.stages.orderings
        ],
        "alignment": [
            {"stage": each.stage, "top": each.top, "cut": each.cut, "share": _rounded(each.share)}
            for each in inside.alignment
        ],
        "latency_ms": {
            each.stage: {"p50": round(each.p50, 3), "p99": round(each.p99, 3)} for each in inside.latency
        },
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "measure": str(difference.measure).lower(),
        "by": difference.group.by,
        "group": str(difference.group),
        "queries": len(difference.group.places),
        "first": _rounded(difference.first),
        "second": _rounded(difference.second),
        "difference": _rounded(difference.gain),
        "better": difference.better,
        "worse": difference.worse,
        "p": _rounded(difference.p),
    }


def _rounded(value: float) -> float | None:
    """Four digits; None for what there is nothing to say of, as JSON has no NaN."""
    return None if math.isnan(value) else round(value, 4)
