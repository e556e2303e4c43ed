"""Diversity: articles that say the same as those before them are moved down, by maximal marginal relevance.

Carbonell, Goldstein: The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries
(1998), doi:10.1145/290941.291025. Off by default: whoever searches his own lists mostly wants the best first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.dense import DenseIndex
    from search.candidates import Candidates
    from search.scales import Scale

__all__ = ["DEPTH", "DIVERSITY", "diversified"]

DIVERSITY = "diversity"

# Articles among which the order is made anew, the same whatever page is asked for: pages must fit together.
DEPTH = 50


def diversified(candidates: Candidates, share: float, index: DenseIndex, scale: Scale) -> Candidates:
    """Reorder the best passages of the first DEPTH articles; the others keep their order behind them.

    Each time the one is next that has the largest (1 - share) · relevance - share · likeness to what is chosen:
    relevance is the score so far, from 0 for the worst of them to 1 for the best; likeness the highest cosine by the
    vectors of `index`, brought to its `scale`.
    """
    leads = np.unique(candidates.articles, return_index=True)[1]
    leads = np.sort(leads)[:DEPTH]
    if len(leads) < 2:
        return candidates
    scores = np.array([candidates.score(int(position)) for position in leads], np.float32)
    width = float(scores.max() - scores.min())
    relevance = (scores - scores.min()) / np.float32(width or 1.0)
    vectors = index.vectors(candidates.rows[leads])
    alike = np.clip(scale((vectors @ vectors.T).astype(np.float32)), 0.0, 1.0)
    column = np.full(len(candidates), np.nan, np.float32)
    column[leads] = _marginal(relevance, alike, share)
    return candidates.ranked(DIVERSITY, column)


def _marginal(
    relevance: NDArray[np.float32], alike: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """The marginal relevance of each at the moment it was chosen, which falls from one to the next."""
    chosen = np.zeros(len(relevance), np.float32)
    nearest = np.zeros(len(relevance), np.float32)
    left = np.ones(len(relevance), bool)
    for _ in range(len(relevance)):
        marginal = np.where(left, (1 - share) * relevance - share * nearest, -np.inf)
        best = int(marginal.argmax())
        chosen[best], left[best] = marginal[best], False
        np.maximum(nearest, alike[best], out=nearest)
    return chosen
