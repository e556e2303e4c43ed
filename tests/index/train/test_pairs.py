"""Training pairs: what is read, how sources form, and what a batch may hold."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.folding import fold
from index.train.pairs import Batches, PairFile, Source, pair_files, read_pairs, tokenised
from index.train.tokenizer import train_tokenizer
from ingest.errors import SettingsError

Row = dict[str, str]


def write(folder: Path, name: str, rows: Sequence[Row]) -> PairFile:
    path = folder / f"{name}.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return PairFile(name, path)


def row(q: str, p: str, direction: str = "zh>zh", kind: str = "heading-section") -> Row:
    ql, _, pl = direction.partition(">")
    return {"q": q, "p": p, "type": kind, "ql": ql, "pl": pl}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(["双塔模型 召回 负采样 two tower retrieval"] * 10, 8_000)


def test_pairs_are_folded_and_empty_or_equal_sides_left_out(tmp_path: Path) -> None:
    file = write(
        tmp_path, "a", [row("雙塔召回", "Two-Tower　模型"), row(" ", "x"), row("BERT", "bert"), row("q", "p")]
    )
    assert [(pair.q, pair.p) for pair in read_pairs(file)] == [("双塔召回", "two-tower 模型"), ("q", "p")]


def test_only_two_fields_are_needed(tmp_path: Path) -> None:
    file = write(tmp_path, "own", [{"q": "标题", "p": "正文"}])
    assert [pair.type for pair in read_pairs(file)] == [""]


def test_files_can_be_left_out_by_name(tmp_path: Path) -> None:
    for name in ("zh-notes", "en-docs"):
        write(tmp_path, name, [row("a", "b")])
    assert [file.name for file in pair_files([str(tmp_path)], ["zh-notes"])] == ["en-docs"]


def test_a_wrong_name_or_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There are no"):
        pair_files([str(tmp_path)], [])
    write(tmp_path, "en-docs", [row("a", "b")])
    with pytest.raises(SettingsError, match="No pair file is named zh-noten"):
        pair_files([str(tmp_path)], ["zh-noten"])


def test_sources_are_one_file_and_direction_and_small_ones_are_pooled(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    many = [row(f"问题 {number}", f"答案 {number}") for number in range(20)]
    parallel = [row(f"句子 {number}", f"sentence {number}", "zh>en", "parallel") for number in range(20)]
    few = [row("标题", "正文"), row("title", "text", "en>en")]
    files = [write(tmp_path, "a", many + parallel + few), write(tmp_path, "b", [row("双塔", "召回"), *few])]
    _, sources = tokenised(files, tokenizer, smallest=10)
    assert {source.name: (len(source), source.parallel) for source in sources} == {
        "a zh>zh": (21, False),
        "a zh>en parallel": (20, True),
        "others en>en": (1, False),
        "others zh>zh": (2, False),
    }


def test_a_text_is_kept_once_with_its_tokens(tmp_path: Path, tokenizer: Tokenizer) -> None:
    file = write(tmp_path, "a", [row("双塔", "two tower"), row("召回", "two tower")])
    texts, (source,) = tokenised([file], tokenizer, smallest=1)
    assert len(texts) == 3
    assert source.passages[0] == source.passages[1]
    numbers = np.array([source.queries[1], source.passages[0]], dtype=np.int32)
    lengths = texts.lengths(numbers)
    ids = texts.spans(numbers, np.zeros(2, dtype=np.int64), lengths)
    assert [tokenizer.id_to_token(int(token)) for token in ids] == ["召回", "two", "tower"]


def test_spans_are_cut_out_of_their_texts(tmp_path: Path, tokenizer: Tokenizer) -> None:
    file = write(tmp_path, "a", [row("双塔", "two tower retrieval")])
    texts, (source,) = tokenised([file], tokenizer, smallest=1)
    both = np.array([source.passages[0], source.queries[0]], dtype=np.int32)
    ids = texts.spans(both, np.array([1, 0]), np.array([2, 0]))
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
        queries, passages = batches.draw()
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
    met = np.concatenate([batches.draw()[0] for _ in range(5)])
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
    drawn = [int(batches.draw()[0][0]) for _ in range(1_400)]
    counts = np.histogram(drawn, bins=[0, 1_000, 10_000, 20_000])[0]
    np.testing.assert_allclose(counts / 1_400, [1 / 7, 4 / 7, 2 / 7], atol=0.05)


def test_folding_is_what_the_runtime_does_too(tmp_path: Path) -> None:
    pair = next(read_pairs(write(tmp_path, "a", [row("機器學習，ＢＥＲＴ", "x y")])))
    assert pair.q == fold("機器學習，ＢＥＲＴ")
