"""The measures of a ranking, one query at a time: nDCG, MRR, recall, average precision, the share that was judged, AUC.

A test holds the first four equal to trec_eval's. Written here because the packages that bring trec_eval to Python
weigh more than the whole of this engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EvaluationError

__all__ = ["MEASURES", "UNJUDGED", "Grades", "Grading", "Measure", "auc"]

Grades = NDArray[np.int64]  # one a document; 0: judged not relevant

UNJUDGED = -1  # grade of a document that nobody judged; counts as 0, but for `Judged`

_NAME = re.compile(r"([A-Za-z]+)(?:@([1-9][0-9]{0,5}))?")


@dataclass(frozen=True, slots=True)
class Grading:
    """What a grade is worth: the gain of nDCG, and from which grade on a document is relevant to the other measures."""

    gain: Literal["linear", "exponential"] = "linear"  # the grade itself, as in trec_eval, or 2^grade - 1
    relevant: int = 1

    def gains(self, grades: Grades) -> NDArray[np.float64]:
        """Return the gain of each grade, (n,)."""
        known = np.maximum(grades, 0)
        return np.exp2(known) - 1 if self.gain == "exponential" else known.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure with its cut, such as nDCG@10; called with a ranking it gives a number from 0 to 1."""

    name: str
    cut: int | None = None  # documents that are looked at; None: all that were kept

    @classmethod
    def parse(cls, written: str) -> Measure:
        """Read `nDCG@10`, `MRR@10`, `Recall@100`, `MAP`, `Judged@10`, in any case. Raises EvaluationError."""
        match = _NAME.fullmatch(written)
        known = {name.lower(): name for name in _FORMULAS}
        if match is None or match[1].lower() not in known:
            raise EvaluationError(
                f"'{written}' is no measure.",
                f"There are {', '.join(_FORMULAS)}, each with a cut such as @10 or without.",
            )
        return cls(known[match[1].lower()], int(match[2]) if match[2] else None)

    def __str__(self) -> str:
        return self.name if self.cut is None else f"{self.name}@{self.cut}"

    def __call__(self, ranked: Grades, judged: Grades, grading: Grading) -> float:
        """Measure one ranking.

        `ranked` has the grades of its documents, best first, each document once; `judged` those of all documents
        that were judged for the query. Without a relevant one, every measure but `Judged` is 0.
        """
        first = ranked[: self.cut]
        return _FORMULAS[self.name](
            _Ranked(
                gains=grading.gains(first),
                ideal=np.sort(grading.gains(judged))[::-1][: self.cut],
                relevant=first >= grading.relevant,
                relevant_in_all=int((judged >= grading.relevant).sum()),
                judged=first != UNJUDGED,
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """A ranking up to the cut, as the formulas see it."""

    gains: NDArray[np.float64]  # (n,)
    ideal: NDArray[np.float64]  # gains of the best ranking there could be, up to the cut
    relevant: NDArray[np.bool_]  # (n,)
    relevant_in_all: int
    judged: NDArray[np.bool_]  # (n,)


def _ndcg(ranked: _Ranked) -> float:
    """Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques (2002), doi:10.1145/582415.582418."""
    ideal = _discounted(ranked.ideal)
    return _discounted(ranked.gains) / ideal if ideal else 0.0


def _discounted(gains: NDArray[np.float64]) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())


def _reciprocal_rank(ranked: _Ranked) -> float:
    """One over the rank of the first relevant document."""
    return 1 / (int(ranked.relevant.argmax()) + 1) if ranked.relevant.any() else 0.0


def _recall(ranked: _Ranked) -> float:
    """Share of the relevant documents that are there."""
    return float(ranked.relevant.sum()) / ranked.relevant_in_all if ranked.relevant_in_all else 0.0


def _average_precision(ranked: _Ranked) -> float:
    """Mean over the relevant documents of the precision at the rank of each; 0 for one that is not there."""
    ranks = np.flatnonzero(ranked.relevant) + 1
    precisions = np.arange(1, len(ranks) + 1) / ranks
    return float(precisions.sum()) / ranked.relevant_in_all if len(ranks) else 0.0


def _share_judged(ranked: _Ranked) -> float:
    """Share of the documents that somebody judged: where it is low, the other measures say too little."""
    return float(ranked.judged.mean()) if len(ranked.judged) else 1.0


_FORMULAS: Mapping[str, Callable[[_Ranked], float]] = {
    "nDCG": _ndcg,
    "MRR": _reciprocal_rank,
    "Recall": _recall,
    "MAP": _average_precision,
    "Judged": _share_judged,
}

# What is measured unless the user asks for others.
MEASURES = (
    Measure("nDCG", 10),
    Measure("MRR", 10),
    Measure("Recall", 100),
    Measure("MAP"),
    Measure("Judged", 10),
)


def auc(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """Return the chance that a positive scores above a negative, both (n,); equal scores count half.

    The area under the ROC curve, by ranks: Hanley, McNeil (1982), doi:10.1148/radiology.143.1.7063747.
    NaN where there is no positive or no negative.
    """
    above, below = scores[positive], np.sort(scores[~positive])
    if not len(above) or not len(below):
        return float("nan")
    beaten = np.searchsorted(below, above, "left") + np.searchsorted(below, above, "right")
    return float(beaten.mean()) / (2 * len(below))
