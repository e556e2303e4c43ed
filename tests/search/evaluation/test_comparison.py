"""Two systems compared: by how much, in which queries, and whether chance explains it."""

from __future__ import annotations

import numpy as np
import pytest

from search.evaluation.comparison import changes, compare
from search.evaluation.judged import Group, JudgedQuery, JudgedSet
from search.evaluation.measures import Measure
from search.evaluation.scores import Scores

NDCG = Measure("nDCG", 10)
BEFORE = Scores("before", {NDCG: np.array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9, 0.2])})
AFTER = Scores("after", {NDCG: np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.88, 0.9])})
JUDGED = JudgedSet(tuple(JudgedQuery(f"q{place}", f"查询 {place}", {}) for place in range(8)), {})
ALL, FIRST = Group("", "", tuple(range(8))), Group("style", "question", (0, 1, 2))


def test_a_difference_says_how_much_and_how_many() -> None:
    whole, part = compare(BEFORE, AFTER, (ALL, FIRST), (NDCG,))
    assert (whole.better, whole.worse) == (6, 1)
    assert whole.gain == pytest.approx(AFTER.values[NDCG].mean() - BEFORE.values[NDCG].mean())
    assert (part.first, part.second) == (pytest.approx(0.5), pytest.approx(0.8))
    assert str(part.group) == "question"


def test_few_queries_prove_nothing_however_large_the_gain() -> None:
    whole, part = compare(BEFORE, AFTER, (ALL, FIRST), (NDCG,))
    # Of the eight ways to sign three gains, two have a sum as far from zero.
    assert part.p == pytest.approx(0.25, abs=0.02)
    assert whole.p < 0.05


def test_a_system_does_not_differ_from_itself() -> None:
    (same,) = compare(AFTER, AFTER, (ALL,), (NDCG,))
    assert (same.gain, same.better, same.worse, same.p) == (0, 0, 0, 1)


def test_the_queries_that_changed_most_come_losses_first() -> None:
    changed = changes(BEFORE, AFTER, JUDGED, NDCG, most=2)
    assert [change.query.id for change in changed] == ["q6", "q0", "q7"]
    assert changes(BEFORE, BEFORE, JUDGED, NDCG, most=2) == []
