"""Two systems on the same queries: by how much they differ, in which groups, and whether chance explains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.train.significance import chance

if TYPE_CHECKING:
    from search.evaluation.judged import Group, JudgedQuery, JudgedSet
    from search.evaluation.measures import Measure
    from search.evaluation.scores import Scores

__all__ = ["Change", "Difference", "changes", "compare"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over one group of queries."""

    measure: Measure
    group: Group
    first: float
    second: float
    better: int  # queries that the second system answers better
    worse: int
    p: float  # of a difference as large, either way, if the systems are the same

    @property
    def gain(self) -> float:
        """What the second system adds."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class Change:
    """What one query gained or lost."""

    query: JudgedQuery
    first: float
    second: float


def compare(
    first: Scores, second: Scores, groups: Sequence[Group], measures: Sequence[Measure]
) -> list[Difference]:
    """Return a difference for each measure and group.

    p is that of the two-sided paired randomisation test. It is not corrected for the number of groups: one group in
    twenty differs at p < .05 by chance.
    """
    differences = []
    for measure in measures:
        gains = second.values[measure] - first.values[measure]
        for group in groups:
            of_group = gains[list(group.places)]
            differences.append(
                Difference(
                    measure,
                    group,
                    first.mean(measure, group),
                    second.mean(measure, group),
                    better=int((of_group > 0).sum()),
                    worse=int((of_group < 0).sum()),
                    p=chance(of_group, two_sided=True),
                )
            )
    return differences


def changes(first: Scores, second: Scores, judged: JudgedSet, measure: Measure, *, most: int) -> list[Change]:
    """Return the queries that changed most, losses first: at most `most` that lost and as many that gained."""
    before, after = first.values[measure], second.values[measure]
    order = np.argsort(after - before, kind="stable").tolist()
    lost = [place for place in order if after[place] < before[place]][:most]
    gained = [place for place in order if after[place] > before[place]][-most:]
    return [
        Change(judged.queries[place], float(before[place]), float(after[place])) for place in (*lost, *gained)
    ]
