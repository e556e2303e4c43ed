"""Which of the candidates prerank looks at, and what it sees of them: also what its training learns from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search.fuse import FUSED
from search.prerank.features import features

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from numpy.typing import NDArray

    from index.catalog import Catalog
    from search.candidates import Candidates
    from search.prerank.features import Asked, Features
    from search.prerank.leg_features import Legs
    from search.scales import Scale

__all__ = ["Examined", "Fused", "examine", "look_at"]


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """What recall and fusion found, and what they knew of the query."""

    asked: Asked
    candidates: Candidates  # best first by fusion
    vectors: Mapping[str, NDArray[np.float32]]  # of the query, by dense leg
    scales: Mapping[str, Scale]  # by leg


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """The candidates of a query, best first by fusion, and the features of those that prerank looks at."""

    candidates: Candidates
    positions: NDArray[np.intp]  # (n,) among the candidates, in order
    features: Features


def examine(
    fused: Fused, legs: Legs, catalog: Catalog, *, depth: int, wanted: Set[str] | None = None
) -> Examined:
    """Compute the features of the `depth` candidates that are worth it; all of them, or those `wanted`."""
    positions = look_at(fused.candidates, depth)
    found = features(fused.asked, fused.candidates, positions, catalog, fused.scales, legs, wanted)
    return Examined(fused.candidates, positions, found)


def look_at(candidates: Candidates, depth: int) -> NDArray[np.intp]:
    """Return the positions, in order, of the `depth` candidates that the model sees.

    A candidate is as near to the top as its best rank, in fusion or, counted twice, in a single leg: what only one leg
    found is what a model may know to be right, and fusion leaves it far behind.
    """
    nearest = np.full(len(candidates), np.inf)
    for stage, scores in candidates.stages.items():
        order = np.argsort(-scores, kind="stable")
        ranks = np.empty(len(candidates))
        ranks[order] = np.arange(len(candidates))
        ranks[np.isnan(scores)] = np.inf
        nearest = np.minimum(nearest, ranks if stage == FUSED else 2 * ranks)
    return np.sort(np.argsort(nearest, kind="stable")[:depth])
