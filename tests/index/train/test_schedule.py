"""The pace of a run."""

import pytest

from index.train.schedule import pace


def test_it_rises_evenly_to_the_full_rate_and_falls_to_nothing() -> None:
    paces = [pace(step, steps=100, warmup=0.05) for step in range(100)]
    assert paces[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert paces[5:] == sorted(paces[5:], reverse=True)
    assert paces[52] == pytest.approx(0.5, abs=0.02)
    assert paces[-1] < 0.001


def test_the_shortest_run_learns_at_the_full_rate() -> None:
    assert pace(0, steps=1, warmup=0.0) == 1.0
