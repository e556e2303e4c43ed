from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from index.background import (
    Background,
    background_queries,
    measure_background,
    open_background,
    write_background,
)
from index.settings import TowerSettings
from index.towers import Tower, load_tower
from ingest.errors import GenerationError

PASSAGES = (
    "双塔模型把用户和物品各自编码成向量，用内积衡量相似，适合召回。",
    "批内负采样会打压热门物品，需要纠偏。",
    "Attention weighs every position against every other.",
    "A cross-encoder reads the query and the passage together, hence it reads only a few.",
    "BM25 grows with the number and rarity of the query's terms.",
    "学习率预热让 Adam 在头几千步里走小步。",
)


@pytest.fixture(scope="module")
def static() -> Tower:
    return load_tower(TowerSettings())


@pytest.fixture(scope="module")
def vectors(static: Tower) -> np.ndarray:
    return static.encode_passages(PASSAGES)


@pytest.fixture(scope="module")
def background(static: Tower, vectors: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Background:
    folder: Path = tmp_path_factory.mktemp("leg")
    write_background(folder, static, vectors)
    return open_background(folder)


def test_the_questions_are_many_short_different_and_in_both_languages() -> None:
    questions = background_queries()
    assert len(questions) == len(set(questions)) > 400
    assert max(map(len, questions)) < 60
    chinese = sum(bool(re.search("[\u4e00-\u9fff]", question)) for question in questions)
    assert 0.4 < chinese / len(questions) < 0.6


def test_a_query_about_the_corpus_stands_out_against_chance(
    static: Tower, vectors: np.ndarray, background: Background
) -> None:
    chance = background.measures.mean(axis=0)
    for query in (
        "双塔召回",
        "why subtract popularity from in-batch negatives",
        "learning rate warmup",
        "交叉编码器",
    ):
        vector = static.encode_queries([query])[0]
        measured = background.of(vector, vectors @ vector)
        assert measured is not None
        assert (measured > chance).all()


def test_each_question_is_measured_without_itself(
    static: Tower, vectors: np.ndarray, background: Background
) -> None:
    arrays = measure_background(static, vectors)
    # Against all questions, itself among them, the first would be as near to the background as anything can be.
    first = arrays["queries"][0].astype(np.float32)
    itself = background.of(first, vectors @ first)
    assert itself is not None
    assert arrays["measures"][0, 0] > itself[0]


def test_the_covariance_gives_the_spread_of_the_cosines(
    static: Tower, vectors: np.ndarray, background: Background
) -> None:
    vector = static.encode_queries(["召回"])[0]
    assert float(vector @ background.covariance @ vector) == pytest.approx((vectors @ vector).var(), rel=1e-3)


def test_what_a_tower_does_not_know_cannot_be_told(vectors: np.ndarray, background: Background) -> None:
    nothing = np.zeros(vectors.shape[1], np.float32)
    assert background.of(nothing, vectors @ nothing) is None
    few = Background(background.queries[:10], background.covariance, background.measures[:10])
    assert few.of(vectors[0], vectors @ vectors[0]) is None


def test_a_damaged_background_is_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "background.npz").write_bytes(b"PK damaged")
    with pytest.raises(GenerationError, match="shuangta index"):
        open_background(tmp_path)
