"""The scores of systems over a judged set, query by query, so that any group of queries can be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search.evaluation.measures import UNJUDGED, Grading, Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.evaluation.judged import Group, JudgedSet
    from search.evaluation.runs import Run

__all__ = ["Scores", "score"]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What one system reached."""

    system: str
    values: Mapping[Measure, NDArray[np.float64]]  # (queries,), in the order of the judged set

    def mean(self, measure: Measure, group: Group) -> float:
        """Return the mean over the queries of a group."""
        return float(self.values[measure][list(group.places)].mean())


def score(
    system: str, run: Run, judged: JudgedSet, *, measures: Sequence[Measure], grading: Grading
) -> Scores:
    """Measure a run. A query that the run does not hold found nothing."""
    values = {measure: np.zeros(len(judged.queries)) for measure in measures}
    for place, query in enumerate(judged.queries):
        grades = judged.grades.get(query.id, {})
        ranked = np.array(
            [grades.get(address, UNJUDGED) for address in run.get(query.id, ())], dtype=np.int64
        )
        all_grades = np.array(list(grades.values()), dtype=np.int64)
        for measure in measures:
            values[measure][place] = measure(ranked, all_grades, grading)
    return Scores(system, values)
