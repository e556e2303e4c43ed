"""MMR, after Carbonell and Goldstein (1998)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.dense import DenseIndex, build_dense, open_dense
from index.generation import Generation
from index.settings import DenseSettings
from index.towers import Tower
from search.candidates import Candidates
from search.diversity import DEPTH, DIVERSITY, diversified
from search.engine import Engine
from search.scales import Scale
from search.settings import SearchSettings

EVEN = Scale(0.0, 1.0)


def index_of(vectors: np.ndarray, folder: Path) -> DenseIndex:
    build_dense(folder, vectors.astype(np.float32), DenseSettings())
    return open_dense(folder)


@pytest.fixture
def three(tmp_path: Path) -> DenseIndex:
    """Passages 0 and 1 say the same, 2 something else."""
    return index_of(np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), tmp_path / "leg")


def ranked(scores: list[float], articles: list[int] | None = None) -> Candidates:
    rows = np.arange(len(scores), dtype=np.int32)
    of = rows if articles is None else np.array(articles, np.int32)
    return Candidates(rows, of, {"fused": np.array(scores, np.float32)})


def test_what_says_the_same_as_the_best_goes_behind_what_says_something_else(three: DenseIndex) -> None:
    diverse = diversified(ranked([1.0, 0.9, 0.5]), 0.5, three, EVEN)
    assert diverse.rows.tolist() == [0, 2, 1]
    scores = diverse.stages[DIVERSITY]
    assert (np.diff(scores) <= 0).all()


def test_a_small_share_leaves_clear_differences_alone(three: DenseIndex) -> None:
    assert diversified(ranked([1.0, 0.9, 0.1]), 0.1, three, EVEN).rows.tolist() == [0, 1, 2]


def test_other_passages_of_an_article_are_no_rivals_of_its_best(three: DenseIndex) -> None:
    diverse = diversified(ranked([1.0, 0.9, 0.5], articles=[7, 7, 8]), 0.5, three, EVEN)
    assert diverse.rows.tolist() == [0, 2, 1]
    assert np.isnan(diverse.stages[DIVERSITY][2])


def test_the_best_stays_first_and_what_lies_too_deep_keeps_its_order(tmp_path: Path) -> None:
    count = DEPTH + 20
    vectors = np.random.default_rng(7).normal(size=(count, 16))
    index = index_of(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), tmp_path / "leg")
    diverse = diversified(ranked(np.linspace(1, 0, count).tolist()), 0.7, index, EVEN)
    assert diverse.rows[0] == 0
    assert diverse.rows[DEPTH:].tolist() == list(range(DEPTH, count))


def test_one_article_alone_has_nothing_to_be_unlike(three: DenseIndex) -> None:
    alone = ranked([1.0, 0.9], articles=[7, 7])
    assert diversified(alone, 0.5, three, EVEN) is alone


def test_it_is_off_unless_asked_for_and_pages_fit_together_with_it(
    generation: Generation, tower: Tower
) -> None:
    query = "双塔 召回 attention 面包 显卡"
    plain = Engine(generation, [tower], SearchSettings())
    diverse = Engine(generation, [tower], SearchSettings(diversity=0.6))
    try:
        assert DIVERSITY not in plain.search(query).stages_ms
        whole = diverse.search(query, k=20)
        paged = [
            hit.url for offset in range(0, 20, 3) for hit in diverse.search(query, k=3, offset=offset).hits
        ]
    finally:
        plain.close()
        diverse.close()
    assert list(whole.hits[0].stages)[-1] == DIVERSITY
    assert paged == [hit.url for hit in whole.hits]
