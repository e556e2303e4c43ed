"""Fusion: the columns that the legs left become one ranking, by scores (`weighted`) or by ranks (`rrf`).

Both are pure functions of the columns. A passage that a leg never scored (NaN) gets nothing from that leg.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from search.recall import LEXICAL

if TYPE_CHECKING:
    from search.candidates import Candidates, Column
    from search.scales import Scale
    from search.settings import FusionSettings

__all__ = ["FUSED", "fuse", "rrf", "weighted"]

FUSED = "fused"


def fuse(candidates: Candidates, scales: Mapping[str, Scale], settings: FusionSettings) -> Candidates:
    """Rank by the method and weights of the settings; every dense leg has the dense weight."""
    weights = {
        leg: settings.lexical_weight if leg == LEXICAL else settings.dense_weight for leg in candidates.stages
    }
    if settings.method == "rrf":
        return rrf(candidates, weights, k=settings.rrf_k)
    return weighted(candidates, scales, weights, article_weight=settings.article_weight)


def weighted(
    candidates: Candidates,
    scales: Mapping[str, Scale],
    weights: Mapping[str, float],
    *,
    article_weight: float = 0.0,
) -> Candidates:
    """Rank by the weighted mean of the legs' scores, each on its own scale (a convex combination).

    Bruch, Gai, Ingber: An Analysis of Fusion Functions for Hybrid Retrieval (2023), arXiv:2210.11934. Every passage
    then takes part, by `article_weight`, in the best that each leg found in its article: the passage that says it in
    the query's words and the one that means it need not be the same. (0, 1): the score stays a mean, between 0 and 1.
    """
    total = sum(weights.values())
    own, best = (np.zeros(len(candidates), dtype=np.float32) for _ in range(2))
    for leg, weight in weights.items():
        if weight:
            scaled = np.float32(weight / total) * scales[leg](candidates.stages[leg])
            own += scaled
            best += _best_of_article(candidates, scaled)
    share = np.float32(article_weight)
    return candidates.ranked(FUSED, (1 - share) * own + share * best)


def _best_of_article(candidates: Candidates, column: Column) -> Column:
    """For each candidate, the highest score among those of its article."""
    articles, places = np.unique(candidates.articles, return_inverse=True)
    best = np.full(len(articles), -np.inf, dtype=np.float32)
    np.maximum.at(best, places, column)
    taken: Column = best[places]
    return taken


def rrf(candidates: Candidates, weights: Mapping[str, float], *, k: int) -> Candidates:
    """Rank by the weighted sum of 1 / (k + rank) over the legs, ranks from 1.

    Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods
    (2009), doi:10.1145/1571941.1572114.
    """
    fused = np.zeros(len(candidates), dtype=np.float32)
    for leg, weight in weights.items():
        column = candidates.stages[leg]
        best_first = np.argsort(-column, kind="stable")[: np.count_nonzero(~np.isnan(column))]
        fused[best_first] += np.float32(weight) / (k + 1 + np.arange(len(best_first), dtype=np.float32))
    return candidates.ranked(FUSED, fused)
