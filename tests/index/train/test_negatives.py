"""Hard negatives: who may be one, who may not, and what fills the rest."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.train.batches import Source
from index.train.memory import CrossBatchMemory
from index.train.negatives import Found, by_bm25, by_tower, mined, with_random
from index.train.settings import NegativeSettings

TEXTS = [
    "双塔召回",  # queries 0-3
    "向量索引",
    "负采样",
    "attention",
    "双塔召回模型把查询和文档分别编码",  # their passages 4-7
    "向量索引用近似最近邻检索",
    "负采样在双塔召回里从同一批取样本",
    "attention is all you need",
]
SOURCE = Source("a", np.arange(4, dtype=np.int32), np.arange(4, 8, dtype=np.int32))
EVERYTHING = NegativeSettings(bm25=1, ceiling=10.0)


def negatives(source: Source) -> list[list[int]]:
    assert source.negatives is not None
    return source.negatives.tolist()


def unfilled(columns: int) -> Source:
    return Source("a", SOURCE.queries, SOURCE.passages, negatives=np.full((4, columns), 99, dtype=np.int32))


def found(candidates: list[int], scores: list[float], own: float) -> Found:
    """Candidates for the first pair."""
    return Found(
        np.array([0]),
        np.array([candidates], dtype=np.int32),
        np.array([scores], dtype=np.float32),
        np.array([own]),
    )


def test_bm25_finds_passages_that_share_words_but_not_the_own_one() -> None:
    hits = by_bm25(TEXTS, SOURCE, EVERYTHING, seed=1)
    assert hits.candidates[0, :2].tolist() == [4, 6]
    assert hits.own[0] == hits.scores[0, 0] >= hits.scores[0, 1] > 0
    source, share = mined(unfilled(1), hits, slice(0, 1), EVERYTHING, None)
    assert negatives(source)[0] == [6]
    assert negatives(source)[3] == [99], "nothing else speaks of attention"
    assert share == np.mean([row != [99] for row in negatives(source)])


def test_the_tower_finds_its_nearest_passages() -> None:
    vectors = np.zeros((8, 4), dtype=np.float32)
    vectors[:4] = vectors[4:] = np.eye(4)
    vectors[6] = [0.6, 0, 0.8, 0]

    def encode(numbers):
        return vectors[numbers]

    settings = NegativeSettings(tower=1, ceiling=0.95)
    hits = by_tower(SOURCE, encode, encode, settings, seed=1)
    np.testing.assert_allclose(hits.own, [1, 1, 0.8, 1])
    source, _ = mined(unfilled(1), hits, slice(0, 1), settings, None)
    assert negatives(source)[0] == [6]


def test_a_candidate_counts_only_clearly_below_the_positive() -> None:
    hits = found([5, 6, 7], [0.9, 0.7, 0.5], own=0.8)
    for settings, expected in (
        (NegativeSettings(ceiling=2.0, margin=-1.0), [5, 6, 7]),
        (NegativeSettings(ceiling=1.0), [6, 7, 99]),
        (NegativeSettings(ceiling=0.8), [7, 99, 99]),
        (NegativeSettings(ceiling=1.0, margin=0.2), [7, 99, 99]),
        (NegativeSettings(ceiling=1.0, skip=2), [7, 99, 99]),
        (NegativeSettings(ceiling=0.5), [99, 99, 99]),
    ):
        source, share = mined(unfilled(3), hits, slice(0, 3), settings, None)
        assert negatives(source)[0] == expected
        assert share == sum(number != 99 for number in expected) / 12
        assert negatives(source)[1:] == [[99] * 3] * 3


def test_a_judge_outweighs_the_finder() -> None:
    def judge(queries, passages):
        return np.where(passages == 5, 0.1, 0.9).astype(np.float32)

    hits = found([6, 5], [0.2, 0.1], own=0.3)
    source, _ = mined(unfilled(2), hits, slice(1, 2), NegativeSettings(), judge)
    assert negatives(source)[0] == [99, 5]


def test_where_the_judge_knows_nothing_the_finder_decides() -> None:
    def judge(queries, passages):
        return np.where(passages == 5, np.nan, 0.5).astype(np.float32)

    hits = found([5, 6], [0.2, 0.1], own=0.3)
    source, _ = mined(unfilled(2), hits, slice(0, 2), NegativeSettings(), judge)
    assert negatives(source)[0] == [5, 99]


def test_no_answer_of_the_query_and_not_the_query_itself_is_a_negative() -> None:
    several = Source(
        "a",
        np.array([0, 0, 1], dtype=np.int32),
        np.array([4, 5, 6], dtype=np.int32),
        negatives=np.full((3, 1), 99, dtype=np.int32),
    )
    hits = found([5, 4, 0, -1, 6], [0.5, 0.5, 0.5, 0.5, 0.5], own=1.0)
    source, _ = mined(several, hits, slice(0, 1), NegativeSettings(), None)
    assert negatives(source)[0] == [6]


def test_only_as_many_pairs_as_the_pool_allows_are_mined() -> None:
    hits = by_bm25(TEXTS, SOURCE, NegativeSettings(bm25=1, pool=2), seed=1)
    assert len(hits.pairs) == 2
    assert set(hits.candidates.ravel().tolist()) <= {-1, *SOURCE.passages[hits.pairs].tolist()}


@given(st.integers(2, 40), st.integers(1, 3), st.integers(0, 10))
def test_random_negatives_are_passages_of_the_source(size: int, columns: int, seed: int) -> None:
    numbers = np.arange(size, dtype=np.int32)
    source = with_random(Source("a", numbers, numbers + 100), columns, np.random.default_rng(seed))
    drawn = np.array(negatives(source))
    assert drawn.shape == (size, columns)
    assert set(drawn.ravel().tolist()) <= set(range(100, 100 + size))


def test_random_negatives_are_hardly_ever_the_own_passage() -> None:
    numbers = np.arange(50, dtype=np.int32)
    source = with_random(Source("a", numbers, numbers + 100), 40, np.random.default_rng(1))
    own = np.array(negatives(source)) == source.passages[:, None]
    assert own.mean() < 0.002


def test_the_memory_keeps_the_newest_passages_of_each_source() -> None:
    import torch

    memory = CrossBatchMemory(3)
    assert memory.recall("a")[1] is None
    for first in (0, 2):
        vectors = torch.arange(first, first + 2.0, requires_grad=True)[:, None] * 1.0
        memory.keep("a", np.arange(first, first + 2, dtype=np.int32), vectors)
    numbers, vectors = memory.recall("a")
    assert numbers.tolist() == [2, 3, 0]
    assert vectors is not None
    assert vectors.ravel().tolist() == [2, 3, 0]
    assert not vectors.requires_grad
    assert memory.recall("b")[1] is None


def test_a_memory_of_no_size_keeps_nothing() -> None:
    import torch

    memory = CrossBatchMemory(0)
    memory.keep("a", np.zeros(1, dtype=np.int32), torch.zeros(1, 2))
    assert memory.recall("a")[1] is None
