"""Operators of a query: what is one, what is text, and what a demanded phrase is found in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.folding import fold
from search.syntax import Phrase, Subject, quotations, read

PUNCTUATED = st.text(alphabet=st.sampled_from('双塔 召回ab1-−–－"“”「」『』《》+,。 \t'), max_size=30)


def of(text: str) -> Subject:
    return read(fold(text))


@pytest.mark.parametrize(
    "quoted", ['"双塔 模型"', "“双塔 模型”", "「双塔 模型」", "『雙塔　模型』", "＂双塔 模型＂"]
)
def test_each_kind_of_quotation_demands_its_phrase(quoted: str) -> None:
    assert of(f"召回 {quoted}").phrases == (Phrase("双塔 模型"),)


@pytest.mark.parametrize("text", ["召回 -广告", "召回 －广告", '召回 -"广告"', "-广告 召回", "召回 -广告，"])
def test_a_minus_before_a_word_or_a_quotation_excludes_it(text: str) -> None:
    subject = of(text)
    assert subject.excluded == (Phrase("广告"),)
    assert subject.phrases == ()
    assert "召回" in subject.text
    assert "广告" not in subject.text


@pytest.mark.parametrize(
    "text",
    [
        "e-commerce search", "in-batch", "C++", "c++ -", "- 召回", "--", "git --amend", "axis -1", "a - b", "双塔-召回",
        "召回 -", '5" screens and 6" screens', '召回 "双塔', "召回 “双塔", "双塔” 召回", '""', '" "', '-""', '-"双塔', "《统计学习方法》",
    ],
)  # fmt: skip
def test_what_is_no_operator_is_text(text: str) -> None:
    subject = of(text)
    assert subject.phrases == ()
    if text == '-"双塔':
        assert subject.excluded == ()
    assert subject == Subject(" ".join(fold(text).split()))


def test_symbols_of_a_name_are_excluded_with_it() -> None:
    assert of("memory model -c++ -node.js").excluded == (Phrase("c++"), Phrase("node.js"))


@given(PUNCTUATED)
def test_anything_can_be_read_and_nothing_but_exclusions_is_lost(text: str) -> None:
    subject = of(text)
    left, excluded = sorted(subject.text.replace(" ", "")), "".join(each.text for each in subject.excluded)
    whole = fold(text)
    assert all(whole.count(each) >= left.count(each) for each in left)
    if not excluded:
        assert subject.text == " ".join(whole.split())
    assert all(phrase.text in whole for phrase in subject.phrases)


@given(PUNCTUATED)
def test_reading_twice_changes_nothing_more_than_exclusions(text: str) -> None:
    once = of(text)
    if not once.excluded:
        assert read(once.text) == once


@given(PUNCTUATED)
def test_quotations_are_disjoint_and_in_order(text: str) -> None:
    places = [edge for span in quotations(fold(text)) for edge in span]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("双塔模型", "使用**双塔**模型做召回"),
        ("two-tower model", "a Two Tower\nmodel"),
        ("two tower", "the two-tower model"),
        ("bert模型", "BERT 模型"),
        ("c++", "in C++, and"),
        ("a* search", "how A* search works"),
        ("a* search", "how **A\\*** search works"),
        ("`relu`", "with relu"),
    ],
)
def test_a_phrase_stands_in_a_text_whatever_joins_its_words(phrase: str, text: str) -> None:
    assert Phrase(phrase).stands_in(fold(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [("rnn", "birnn"), ("two tower", "two towers"), ("双塔模型", "双塔的模型"), ("a part", "apart")],
)
def test_a_phrase_does_not_stand_where_its_words_do_not(phrase: str, text: str) -> None:
    assert not Phrase(phrase).stands_in(fold(text))
