from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analyze import Kind, analyze
from search.prerank.matching import find


def counted(texts: list[str], terms: list[str]) -> list[list[float]]:
    return find(texts, terms).frequencies().tolist()


def test_terms_are_counted_text_by_text() -> None:
    texts = ["双塔模型的召回，双塔", "", "recall of a recall stage"]
    assert counted(texts, ["双塔", "召回", "recal"]) == [[2, 1, 0], [0, 0, 0], [0, 0, 2]]


def test_a_stem_is_found_at_the_beginning_of_a_word_only() -> None:
    assert counted(["tables are stable", "able"], ["abl"]) == [[0], [1]]
    assert counted(["studies, studying a study"], ["studi"]) == [[3]]


def test_a_short_word_is_a_whole_word() -> None:
    assert counted(["c and C++ in css", "ＧＰＵ"], ["c"]) == [[2], [0]]


def test_spelling_does_not_count() -> None:
    assert counted(["雙塔與In-Batch負採樣"], ["双塔", "inbatch", "负采"]) == [[1, 1, 1]]


def test_no_term_reaches_from_one_text_into_the_next() -> None:
    assert counted(["向", "量"], ["向量"]) == [[0], [0]]
    assert find(["x"], ["x"]).nearest(np.ones(1, np.float32), 1000).tolist() == [1.0]


def test_no_texts_and_no_terms_are_no_trouble() -> None:
    assert counted([], ["a"]) == []
    assert counted(["a"], []) == [[]]
    assert find([], []).nearest(np.empty(0, np.float32), 5).tolist() == []


def test_terms_that_stand_near_each_other_are_worth_more_together() -> None:
    near = find(["召回和精排", "召回" + "，" * 90 + "精排", "召回召回召回"], ["召回", "精排"])
    assert near.nearest(np.array([1.0, 2.0], np.float32), 10).tolist() == [3.0, 2.0, 1.0]


def test_lengths_and_wide_characters_are_told_by_text() -> None:
    found = find(["双塔 abc", "", "雙"], [])
    assert found.lengths.tolist() == [6, 0, 1]
    assert found.wide.tolist() == [2, 0, 1]


@given(st.lists(st.text("双塔召回模型向量 abcとü-+.\n😀", max_size=12), max_size=5))
def test_every_chinese_term_of_the_analyzer_is_found_where_it_stands(texts: list[str]) -> None:
    kinds = {Kind.WORD, Kind.LONG_WORD, Kind.BIGRAM}
    of_text = [
        {term.text for term in analyze(text) if term.kind in kinds and len(term.text) > 1} for text in texts
    ]
    terms = sorted(set().union(*of_text))
    frequencies = find(texts, terms).frequencies()
    for number, expected in enumerate(of_text):
        found = {term for term, count in zip(terms, frequencies[number], strict=True) if count}
        assert expected <= found


@pytest.mark.parametrize("window", [1, 7, 1000])
def test_nothing_is_worth_more_than_all_terms(window: int) -> None:
    worth = np.array([0.5, 1.5], np.float32)
    near = find(["a b a b a", "b", "none"], ["a", "b"]).nearest(worth, window)
    assert near.max() <= 2.0
    assert near[2] == 0.0
