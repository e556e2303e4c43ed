"""The passages in the race, as columns: one row a passage, one score column a stage, best first.

A stage takes Candidates and returns Candidates with its own column added; no stage overwrites another's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Candidates", "Column"]

Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """`n` passages, best first by the stage that ran last. NaN in a column: that stage did not score it."""

    rows: NDArray[np.int32]  # (n,) passage rows of the generation
    articles: NDArray[np.int32]  # (n,) article rows
    stages: Mapping[str, Column] = field(default_factory=dict)  # stage -> (n,), in the order they ran
    features: Mapping[str, Column] = field(default_factory=dict)  # feature -> (n,): what it added to a score
    values: Mapping[str, Column] = field(default_factory=dict)  # feature -> (n,): what it was

    def __len__(self) -> int:
        return len(self.rows)

    def ranked(self, stage: str, scores: Column) -> Candidates:
        """Add a stage's column and order by it.

        Equal scores, and those that the stage did not score, keep the order they had: ranking is stable.
        """
        if stage in self.stages:
            raise ValueError(f"the stage {stage!r} has scored already")
        scored = replace(self, stages={**self.stages, stage: scores})
        return scored.take(np.argsort(-scores, kind="stable"))

    def take(self, order: NDArray[np.intp]) -> Candidates:
        """Those at the given positions, in that order."""
        stages, features, values = (
            {name: column[order] for name, column in columns.items()}
            for columns in (self.stages, self.features, self.values)
        )
        return Candidates(self.rows[order], self.articles[order], stages, features, values)

    def stage_scores(self, position: int) -> dict[str, float]:
        """Every stage's score of one candidate; stages that did not score it are left out."""
        return _known(self.stages, position)

    def contributions(self, position: int) -> dict[str, float]:
        """What every feature added to the score of one candidate."""
        return _known(self.features, position)

    def feature_values(self, position: int) -> dict[str, float]:
        """What every feature of one candidate was."""
        return _known(self.values, position)

    def score(self, position: int) -> float:
        """Score of the last stage that scored the candidate; 0 where none did, as when nothing was asked."""
        return next(reversed(self.stage_scores(position).values()), 0.0)


def _known(columns: Mapping[str, Column], position: int) -> dict[str, float]:
    return {
        name: float(column[position]) for name, column in columns.items() if not np.isnan(column[position])
    }
