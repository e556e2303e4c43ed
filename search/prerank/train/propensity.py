"""How likely a result is looked at, by its rank: what a click there is worth as evidence of relevance.

What stands first is opened more because it stands first. With p(k) the chance that rank k is looked at, each click
counts 1 / p(k) times, and what is learned is what would be learned from readers who look at everything: Joachims,
Swaminathan, Schnabel: Unbiased Learning-to-Rank with Biased Feedback (2017), arXiv:1608.04468.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import log
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from search.clicks import Click

__all__ = ["PRIOR_DECAY", "decay", "inverse_propensities"]

# p(k) = k ^ -decay. One is what Joachims et al. assume, and what holds while a log is too small to say otherwise: it
# weighs as a measurement with a standard deviation of one half.
PRIOR_DECAY = 1.0
_PRIOR_DEVIATION = 0.5
_LARGEST_DECAY = 4.0
_STEPS = 50


def inverse_propensities(ranks: NDArray[np.integer], decay: float, *, most: float) -> NDArray[np.float64]:
    """Return (n,) weights 1 / p(k) of clicks at `ranks` from 1, none above `most`.

    Clipping trades a little bias for much variance: one click far down must not outweigh all others.
    """
    weights: NDArray[np.float64] = np.minimum(ranks.astype(np.float64) ** decay, most)
    return weights


def decay(asked: Iterable[Sequence[Click]]) -> float:
    """Estimate the decay from clicks, those of one query together, without an experiment on readers.

    Rankings change, with the corpus or the settings, and then the same two articles stand at other ranks under the same
    query. Where one of them was opened in one ranking and the other in another, the odds that it was this way round and
    not the opposite depend on the four ranks alone; what the two articles are worth cancels out (the conditional
    likelihood of matched pairs: Breslow, Day 1980, Statistical Methods in Cancer Research I, ch. 7). Harvesting such
    changes is the idea of Agarwal et al.: Estimating Position Bias without Intrusive Interventions (2019),
    arXiv:1812.05161; this form of it needs no count of what was shown and not opened.
    """
    logs, weights = _exchanges(asked)
    found = PRIOR_DECAY
    # Newton's method on a concave function of one number.
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(found * logs))
        slope = -(weights * logs * (1 - chance)).sum() - (found - PRIOR_DECAY) / _PRIOR_DEVIATION**2
        bend = (weights * logs**2 * chance * (1 - chance)).sum() + 1 / _PRIOR_DEVIATION**2
        found = min(max(found + float(slope / bend), 0.0), _LARGEST_DECAY)
    return found


def _exchanges(asked: Iterable[Sequence[Click]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of all pairs of clicks on two articles in two rankings: by how much log ranks speak against them, and a weight.

    With `x` such a number, what was seen had the chance 1 / (1 + exp(decay · x)).
    """
    logs: list[float] = []
    weights: list[float] = []
    for clicks in asked:
        counts = Counter(replace(click, day="", generation="") for click in clicks)
        for (one, times), (other, other_times) in combinations(counts.items(), 2):
            if one.opened not in other.shown or other.opened not in one.shown:
                continue
            seen = one.rank * other.rank
            opposite = one.rank_of(other.opened) * other.rank_of(one.opened)
            if seen != opposite:
                logs.append(log(seen / opposite))
                # n clicks make up to n² / 2 pairs, and no more than n / 2 that share none.
                weights.append(2 * times * other_times / len(clicks))
    return np.array(logs), np.array(weights)
