"""Whether what one system gains over another is more than chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["chance"]

_DRAWS = 10_000
_AT_ONCE = 500  # draws: bounds memory where there are thousands of queries


def chance(gains: NDArray[np.float64], *, two_sided: bool = False, seed: int = 0) -> float:
    """Return how likely a mean as large as that of `gains` (n,), one a query, is if the systems are the same.

    With `two_sided`, a mean as far from zero. The paired randomisation test that Smucker et al. 2007 ("A comparison
    of statistical significance tests for information retrieval evaluation") recommend: signs are drawn 10,000 times,
    and never does it say 0.
    """
    generator = np.random.default_rng(seed)
    drawn = np.concatenate([_sums(gains, generator) for _ in range(_DRAWS // _AT_ONCE)])
    seen = gains.sum()
    if two_sided:
        drawn, seen = np.abs(drawn), abs(seen)
    # Sums of the same numbers in another order differ in their last digits.
    return float(((drawn >= seen - 1e-12).sum() + 1) / (_DRAWS + 1))


def _sums(gains: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    signs = generator.choice(np.array((-1.0, 1.0)), (_AT_ONCE, len(gains)))
    sums: NDArray[np.float64] = signs @ gains
    return sums
