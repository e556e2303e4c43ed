"""Pairs in memory: how sources form, and what a batch may hold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from index.folding import fold
from index.train.batches import Batches, Source, Texts, collect
from index.train.pairs import Pair
from index.train.tokenizer import train_tokenizer


def pair(q: str, p: str, direction: str = "zh>zh", kind: str = "heading-section") -> Pair:
    ql, _, pl = direction.partition(">")
    return Pair(q, p, kind, ql, pl)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(["双塔模型 召回 负采样 two tower retrieval"] * 10, 8_000)


def test_sources_are_one_file_and_direction_and_small_ones_are_pooled() -> None:
    many = [pair(f"问题 {number}", f"答案 {number}") for number in range(20)]
    parallel = [pair(f"句子 {number}", f"sentence {number}", "zh>en", "parallel") for number in range(20)]
    few = [pair("标题", "正文"), pair("title", "text", "en>en")]
    _, sources = collect([("a", many + parallel + few), ("b", [pair("双塔", "召回"), *few])], smallest=10)
    assert {source.name: (len(source), source.parallel) for source in sources} == {
        "a zh>zh": (21, False),
        "a zh>en parallel": (20, True),
        "others en>en": (1, False),
        "others zh>zh": (2, False),
    }


def test_a_text_is_kept_once_with_its_tokens(tokenizer: Tokenizer) -> None:
    strings, (source,) = collect([("a", [pair("双塔", "two tower"), pair("召回", "two tower")])], smallest=1)
    assert strings == ["双塔", "two tower", "召回"]
    texts = Texts.tokenised(strings, tokenizer)
    assert len(texts) == 3
    assert source.passages[0] == source.passages[1]
    numbers = np.array([source.queries[1], source.passages[0]], dtype=np.int32)
    lengths = texts.lengths(numbers)
    ids = texts.spans(numbers, np.zeros(2, dtype=np.int64), lengths)
    assert [tokenizer.id_to_token(int(token)) for token in ids] == ["召回", "two", "tower"]


def test_spans_are_cut_out_of_their_texts(tokenizer: Tokenizer) -> None:
    texts = Texts.tokenised(["双塔", "two tower retrieval"], tokenizer)
    ids = texts.spans(np.array([1, 0], dtype=np.int32), np.array([1, 0]), np.array([2, 0]))
    assert [tokenizer.id_to_token(int(token)) for token in ids] == ["tower", "retrieval"]


pairs_of_numbers = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda pair: pair[0] != pair[1]),
    min_size=1,
    max_size=80,
    unique=True,
)


@given(st.lists(pairs_of_numbers, min_size=1, max_size=3), st.integers(1, 40))
def test_a_batch_is_pairs_of_one_source_without_a_text_twice(
    groups: list[list[tuple[int, int]]], size: int
) -> None:
    sources = []
    for number, pairs in enumerate(groups):
        columns = np.array(pairs, dtype=np.int32) + number * 100
        sources.append(Source(str(number), columns[:, 0], columns[:, 1], parallel=False))
    batches = Batches(sources, size, exponent=0.7, parallel_boost=1.0, seed=1)
    for _ in range(10):
        drawn_batch = batches.draw()
        queries, passages = drawn_batch.queries, drawn_batch.passages
        assert 1 <= len(queries) <= size
        texts = [*queries.tolist(), *passages.tolist()]
        assert len(set(texts)) == len(texts)
        assert len({text // 100 for text in texts}) == 1
        drawn = set(zip(queries.tolist(), passages.tolist(), strict=True))
        source = sources[texts[0] // 100]
        assert drawn <= set(zip(source.queries.tolist(), source.passages.tolist(), strict=True))


def test_a_pass_over_a_source_meets_every_pair_that_shares_no_text() -> None:
    numbers = np.arange(100, dtype=np.int32)
    batches = Batches(
        [Source("a", numbers, numbers + 100, parallel=False)], 20, exponent=0.7, parallel_boost=1, seed=4
    )
    met = np.concatenate([batches.draw().queries for _ in range(5)])
    assert sorted(met.tolist()) == numbers.tolist()


def test_larger_and_favoured_sources_are_drawn_more_often() -> None:
    def source(name: str, first: int, size: int, *, parallel: bool) -> Source:
        numbers = np.arange(first, first + size, dtype=np.int32)
        return Source(name, numbers, numbers + size, parallel=parallel)

    sources = [
        source("small", 0, 16, parallel=False),
        source("large", 1_000, 256, parallel=False),
        source("translations", 10_000, 16, parallel=True),
    ]
    batches = Batches(sources, 8, exponent=0.5, parallel_boost=2, seed=7)
    drawn = [int(batches.draw().queries[0]) for _ in range(1_400)]
    counts = np.histogram(drawn, bins=[0, 1_000, 10_000, 20_000])[0]
    np.testing.assert_allclose(counts / 1_400, [1 / 7, 4 / 7, 2 / 7], atol=0.05)


def test_a_source_is_drawn_by_its_weight_and_others_by_the_mean_of_theirs() -> None:
    many = [[pair(f"{name} {number}", f"{name} answer {number}") for number in range(20)] for name in "ab"]
    few = [[pair(f"{name} {number}", f"{name} answer {number}") for number in range(5)] for name in "cd"]
    files = list(zip("abcd", [*many, *few], strict=True))
    _, sources = collect(files, smallest=10, weights={"b": 3.0, "c": 0.5})
    assert {source.name: source.weight for source in sources} == {
        "a zh>zh": 1.0,
        "b zh>zh": 3.0,
        "others zh>zh": 0.75,
    }
    batches = Batches(sources[:2], 4, exponent=0.7, parallel_boost=1, seed=3)
    drawn = [batches.draw().source for _ in range(1_000)]
    assert abs(drawn.count("b zh>zh") / 1_000 - 0.75) < 0.05


def test_texts_of_one_spelling_are_one_text() -> None:
    strings, (source,) = collect(
        [("a", [pair("雙塔", "Two"), pair("双塔", "ｔｗｏ"), pair("双塔", "three")])], 1, spelling=fold
    )
    assert strings == ["雙塔", "Two", "three"]
    assert len(source) == 2


def test_a_batch_brings_the_negatives_and_targets_of_its_pairs() -> None:
    numbers = np.arange(20, dtype=np.int32)
    source = Source("a", numbers, numbers + 20, negatives=np.column_stack((numbers + 40, numbers + 60)))
    batches = Batches([source], 5, exponent=0.7, parallel_boost=1, seed=4)
    before = batches.draw()
    np.testing.assert_array_equal(
        before.negatives, np.column_stack((before.queries + 40, before.queries + 60))
    )
    assert before.targets is None
    np.testing.assert_array_equal(
        before.documents, np.concatenate((before.queries + 20, before.queries + 40, before.queries + 60))
    )
    batches.replace([replace(source, targets=np.ones((20, 3), dtype=np.float32))])
    after = batches.draw()
    assert not set(after.queries) & set(before.queries), "the pass over the source goes on"
    assert after.targets is not None
    assert after.targets.shape == (5, 3)


def test_a_text_that_is_its_own_partner_is_drawn() -> None:
    numbers = np.arange(10, dtype=np.int32)
    batches = Batches([Source("a", numbers, numbers)], 5, exponent=0.7, parallel_boost=1, seed=4)
    drawn = batches.draw()
    assert len(drawn.queries) == 5
    np.testing.assert_array_equal(drawn.queries, drawn.passages)


def test_large_vocabularies_keep_their_token_numbers() -> None:
    words = [f"w{number}" for number in range(70_000)]
    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="w0")
    )
    assert Texts.tokenised(["w69999"], tokenizer).tokens.tolist() == [69_999]
