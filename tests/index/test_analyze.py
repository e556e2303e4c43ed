"""What becomes a term, on both sides."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.analyze import ANALYZER_ID, Kind, analyze, terms

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40)


@given(HAN, st.data())
def test_any_two_to_four_han_characters_of_a_text_find_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = text[start : start + data.draw(st.integers(2, 4))]
    wanted = [term.text for term in analyze(span) if term.kind in (Kind.WORD, Kind.BIGRAM, Kind.FUNCTION)]
    assert set(wanted) <= set(terms(text))


@given(
    st.lists(
        st.sampled_from(
            ["召回", "的", "GPT-4", "running", "C++", "x.y", "机器学习", "don't", "雙塔", "v1.2"]
        ),
        min_size=1,
    )
)
def test_a_word_alone_is_cut_as_it_is_in_a_text(words: list[str]) -> None:
    of_text = set(terms(" ".join(words)))
    assert all(set(terms(word)) <= of_text for word in words)


@given(st.text())
def test_no_term_reaches_across_scripts_or_holds_white_space(text: str) -> None:
    for term in terms(text):
        scripts = {unicodedata.name(each, "").split(" ")[0] for each in term if each.isalpha()}
        assert len(scripts & {"CJK", "LATIN", "CYRILLIC", "GREEK", "HANGUL"}) < 2
        assert term
        assert not any(each.isspace() for each in term)


@given(st.text())
@example("½")
@example("ŉ")
def test_every_term_has_a_place_in_the_text(text: str) -> None:
    assert all(0 <= term.start < term.end <= len(text) for term in analyze(text))


def test_places_are_those_of_the_text_as_written() -> None:
    text = "ﬁne 雙塔模型，ＢＥＲＴ，㍿"
    found = {term.text: text[term.start : term.end] for term in analyze(text)}
    assert found["双塔"] == "雙塔"
    assert found["bert"] == "ＢＥＲＴ"
    assert found["fine"] == "ﬁne"
    assert found["株式"] == "㍿"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("雙塔模型", "双塔模型"),
        ("ＢＥＲＴ", "bert"),
        ("naïve", "naive"),
        ("GPT-4", "gpt4"),
        ("Snake_Case", "snake-case"),
    ],
)
def test_spellings_of_one_thing_share_a_term_of_its_whole(one: str, other: str) -> None:
    assert terms(one)[0] == terms(other)[0]


@pytest.mark.parametrize(
    ("text", "whole", "parts"),
    [
        ("in-batch", "inbatch", {"in", "batch"}),
        ("top-k", "topk", {"top", "k"}),
        ("word2vec", "word2vec", {"word", "2", "vec"}),
        ("BERT4Rec", "bert4rec", {"bert", "4", "rec"}),
        ("GPT-4", "gpt4", {"gpt", "4"}),
        ("C++", "c++", {"c"}),
        ("C#", "c#", {"c"}),
        ("node.js", "node.js", {"node", "js"}),
        ("v1.2.3", "v1.2.3", {"v", "1.2.3"}),
        ("ndcg@10", "ndcg@10", {"ndcg", "10"}),
        ("snake_case", "snakecas", {"snake", "case"}),
    ],
)
def test_identifiers_are_kept_whole_and_in_parts(text: str, whole: str, parts: set[str]) -> None:
    found = {term.text: term.kind for term in analyze(text)}
    assert found.pop(whole) is Kind.COMPOUND
    assert set(found) == parts


def test_humps_of_camel_case_are_joints() -> None:
    assert {"concurrenthashmap", "concurr", "hash", "map"} <= set(terms("ConcurrentHashMap"))


def test_a_word_is_found_by_its_other_forms_and_known_as_written() -> None:
    assert terms("batches") == ["batch", "batches"]
    assert terms("retrieval")[0] == terms("retrieve")[0] == "retriev"


def test_numbers_and_contractions_stay_whole() -> None:
    assert terms("3.14") == ["3.14"]
    assert terms("it's") == ["it"]
    assert terms("isn't") == ["is"]


def test_a_bigram_that_is_a_word_counts_once() -> None:
    found = terms("召回模型")
    assert found.count("召回") == 1
    assert "回模" in found


def test_longer_words_stand_beside_their_pairs() -> None:
    kinds = {term.text: term.kind for term in analyze("信息检索")}
    assert kinds["信息检索"] is Kind.LONG_WORD
    assert kinds["信息"] is Kind.WORD
    assert kinds["息检"] is Kind.BIGRAM
    assert kinds["息"] is Kind.CHAR


@pytest.mark.parametrize("word", ["的", "我们", "the", "怎么"])
def test_function_words_are_indexed_and_marked(word: str) -> None:
    assert (word, Kind.FUNCTION) in [(term.text, term.kind) for term in analyze(word)]


@pytest.mark.parametrize("text", ["ニューラル", "검색", "поиск", "λ", "∇", "熵"])
def test_every_script_has_terms(text: str) -> None:
    assert terms(text)


def test_white_space_and_punctuation_have_none() -> None:
    assert terms(" ，。!? \n — *** ") == []


def test_the_id_changes_with_the_terms() -> None:
    """If this fails, what is indexed has changed: give ANALYZER_ID a new number, and put it here with the new terms."""
    sample = "用 PyTorch 2.1 訓練双塔模型的 in-batch 负采样：GPT-4's HashMap running ニュ ∇x"
    assert ANALYZER_ID == "han-bigram-snowball/1"
    assert " ".join(terms(sample)) == (
        "用 pytorch py torch 2.1 训 练 双 塔 模 型 的 训练 练双 双塔 塔模 模型 型的 inbatch in batch "
        "负 采 样 负采 采样 gpt4 gpt 4 hashmap hash map run running ニ ュ ニュ ∇ x"
    )
