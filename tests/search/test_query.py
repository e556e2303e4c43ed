from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Lang
from ingest.errors import QueryError
from search.query import Query, understand
from search.settings import SearchSettings

SETTINGS = SearchSettings()


def asked(text: str) -> Query:
    return understand(text, SETTINGS)


def words(text: str) -> set[str]:
    return {term.text for term in asked(text).terms}


def test_traditional_and_full_width_forms_ask_the_same() -> None:
    assert asked("雙塔模型 ＢＥＲＴ").terms == asked("双塔模型 bert").terms


@pytest.mark.parametrize(
    "question",
    ["什么是双塔", "双塔是什么？", "请问双塔是什么意思呢", "我想了解双塔", "双塔怎么样", "what is the 双塔?"],
)
def test_what_makes_a_question_of_it_is_left_out(question: str) -> None:
    assert words(question) == {"双塔"}


def test_an_english_question_asks_for_its_subject() -> None:
    assert words("How does the attention mechanism work?") == words("attention mechanism work")


def test_what_was_left_out_is_told() -> None:
    assert {"怎么", "吗"} <= set(asked("怎么做召回吗").ignored)


@pytest.mark.parametrize("question", ["怎么办", "what is", "的", "the who", "是什么"])
def test_a_query_of_stop_words_only_is_still_searched(question: str) -> None:
    assert asked(question).terms
    assert asked(question).ignored == ()


def test_quoted_stop_words_are_meant() -> None:
    assert "怎么" in words('"怎么" 双塔')
    assert "the" in words("“the who” concert")
    assert "怎么办" in words("《怎么办》 小说")


def test_a_particle_within_a_word_is_no_question() -> None:
    assert "吗啡" in words("吗啡的作用")


@pytest.mark.parametrize("text", ["双塔\ud800", "\udcff", "-\udfff x"])
def test_half_a_character_is_no_query(text: str) -> None:
    with pytest.raises(QueryError, match="surrogate"):
        asked(text)


def test_identifiers_stay_whole() -> None:
    assert {"c++", "word2vec"} <= words("C++ 实现 word2vec")


@pytest.mark.parametrize(
    ("text", "lang"),
    [("双塔召回", Lang.ZH), ("dual encoder", Lang.EN), ("BERT 微调", Lang.MIXED), ("2024", Lang.OTHER)],
)
def test_the_language_is_that_of_the_script(text: str, lang: Lang) -> None:
    assert asked(text).lang is lang


@pytest.mark.parametrize("text", ["", "  \n", "　", "？！。", "🙂"])
def test_a_query_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        asked(text)


def test_a_query_that_is_too_long_is_refused_with_the_limit() -> None:
    with pytest.raises(QueryError, match="1000"):
        asked("双" * 1001)
    assert asked("双" * 1000)


@given(st.text(alphabet=st.sampled_from('怎么什是双塔的 the what"“”《》?？C+-é𠀀'), min_size=1, max_size=40))
def test_every_query_with_a_word_has_terms_of_positive_weight(text: str) -> None:
    try:
        query = asked(text)
    except QueryError:
        return
    assert query.terms
    assert all(term.weight > 0 for term in query.terms)
    assert len({term.text for term in query.terms}) == len(query.terms)
