"""The paired randomisation test: against the exact one, and for both of its tails."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from index.train.significance import chance

GAINS = np.array([0.4, 0.3, -0.1, 0.25, 0.0, 0.35, -0.05, 0.2])


def exact(gains: np.ndarray, *, two_sided: bool) -> float:
    """Share of all sign vectors that do as well: what drawing them estimates."""
    sums = np.array([np.dot(signs, gains) for signs in product((-1, 1), repeat=len(gains))])
    seen = gains.sum()
    return float((np.abs(sums) >= abs(seen) - 1e-12).mean() if two_sided else (sums >= seen - 1e-12).mean())


@pytest.mark.parametrize("two_sided", [False, True])
def test_it_estimates_the_exact_test(two_sided: bool) -> None:
    # 10,000 draws: a standard error of .002 at p = .04.
    assert chance(GAINS, two_sided=two_sided) == pytest.approx(exact(GAINS, two_sided=two_sided), abs=0.01)


def test_a_loss_is_as_significant_as_a_gain_only_two_sided() -> None:
    assert chance(GAINS, two_sided=True) == chance(-GAINS, two_sided=True)
    assert chance(-GAINS) > 0.9


def test_no_difference_at_all_is_chance() -> None:
    assert chance(np.zeros(20), two_sided=True) == 1


def test_the_same_figures_give_the_same_p_and_another_seed_nearly() -> None:
    assert chance(GAINS) == chance(GAINS)
    assert chance(GAINS, seed=1) == pytest.approx(chance(GAINS), abs=0.01)


def test_it_never_says_that_chance_is_impossible() -> None:
    assert 0 < chance(np.ones(100), two_sided=True) < 0.001
