from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.generation import Generation
from index.towers import Tower
from ingest.errors import MissingExtraError, TowerError
from search.answers import Answer
from search.engine import Engine
from search.rerank import CrossEncoderReranker, Reranker
from search.settings import RerankSettings, SearchSettings
from tests.search.cross_encoder import tiny_cross_encoder


class Shortest:
    """Prefers short passages: an order no other stage would give."""

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array([-len(passage) for passage in passages], np.float32)


def ticking(step: float) -> Callable[[], float]:
    """A clock that goes on by `step` seconds whenever it is read."""
    times: Iterator[float] = (number * step for number in range(1_000_000))
    return lambda: next(times)


def search(
    generation: Generation, tower: Tower, reranker: Reranker, clock: Callable[[], float], **settings: float
) -> Answer:
    rerank = RerankSettings(model="test", depth=int(settings.pop("depth", 30)), **settings)
    engine = Engine(generation, [tower], SearchSettings(rerank=rerank), reranker, clock=clock)
    try:
        return engine.search("双塔 召回 retrieval", k=20)
    finally:
        engine.close()


def test_the_reranker_decides_the_order_of_what_it_read(generation: Generation, tower: Tower) -> None:
    answer = search(generation, tower, Shortest(), ticking(0.0), depth=5)
    read = [hit for hit in answer.hits if "rerank" in hit.stages]
    assert 0 < len(read) <= 5
    assert answer.hits[: len(read)] == tuple(read)
    assert [hit.score for hit in read] == sorted((hit.stages["rerank"] for hit in read), reverse=True)
    assert answer.notes == ()
    assert "rerank" in answer.stages_ms


def test_when_the_budget_is_spent_the_order_before_stands_and_the_answer_says_so(
    generation: Generation, tower: Tower
) -> None:
    spent = search(generation, tower, Shortest(), ticking(1.0), budget_ms=1500.0)
    engine = Engine(generation, [tower], SearchSettings())
    try:
        plain = engine.search("双塔 召回 retrieval", k=20)
    finally:
        engine.close()
    assert [hit.url for hit in spent.hits] == [hit.url for hit in plain.hits]
    assert all("rerank" not in hit.stages for hit in spent.hits)
    assert "1500 ms" in spent.notes[0]


def test_without_sentence_transformers_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtraError, match=r"shuangta\[models\]"):
        CrossEncoderReranker(RerankSettings(model="some/model"))


@pytest.mark.models
@pytest.mark.slow
def test_a_cross_encoder_in_a_folder_reads_pairs(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    tiny_cross_encoder(tmp_path)
    scores = CrossEncoderReranker(RerankSettings(model=str(tmp_path))).score("双塔", ["召回", "精排", "双塔"])
    assert scores.shape == (3,)
    assert scores.dtype == np.float32


@pytest.mark.models
@pytest.mark.slow
def test_a_cross_encoder_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(TowerError, match="nothing-here"):
        CrossEncoderReranker(RerankSettings(model=str(tmp_path / "nothing-here")))
