"""Sorting what was found by date.

Recall always returns the nearest there is, so by date alone the newest of hundreds of barely related articles would
come first. Only what is at least half as good a match as the best is sorted; the rest is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from search.fuse import FUSED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.candidates import Candidates

__all__ = ["newest_first"]

_SHARE = 0.5


def newest_first(candidates: Candidates, date_rank: NDArray[np.int32]) -> Candidates:
    """Return the candidates whose fused score is at least half the best one's, those of the newest article first.

    `date_rank` (articles,) is 0 for the newest. Scores stay what they are.
    """
    if not len(candidates):
        return candidates
    fused = candidates.stages[FUSED]
    matching = np.flatnonzero(fused >= _SHARE * fused.max())
    order = np.argsort(date_rank[candidates.articles[matching]], kind="stable")
    return candidates.take(matching[order])
