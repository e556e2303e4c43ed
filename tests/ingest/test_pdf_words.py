"""The words of PDFs: characters in one spelling, cut words made whole or left with their hyphen, ends of sentences."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pdf.hyphens import Joiner
from ingest.pdf.sentences import BULLET, ITEM, stops
from ingest.pdf.spelling import spelled


@pytest.mark.parametrize(
    ("drawn", "meant"),
    [
        ("e\ufb03cient \ufb01nding", "efficient finding"),
        ("\U0001d465\u0302 = \U0001d6fc", "x\u0302 = α"),
        ("Poincar´e", "Poincaré"),
        ("na¨ıve", "naïve"),
        ("e\u0301", "é"),
        ("\uf0b7 item", "• item"),
        ("a\x00b\x7f\u200bc\ue123", "abc"),
        ("⽂⼀", "文一"),
        ("（全角）", "（全角）"),
        ("x² m³", "x² m³"),
    ],
)
def test_characters_are_spelled_as_elsewhere(drawn: str, meant: str) -> None:
    assert spelled(drawn) == meant


@given(st.text(max_size=40))
def test_a_spelling_is_in_nfc_and_stays_as_it_is(text: str) -> None:
    once = spelled(text)
    assert once == unicodedata.normalize("NFC", once) == spelled(once)


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("a state-of-the-", "art system", "a state-of-the-art system"),
        ("a state-", "of-the-art system", "a state-of-the-art system"),
        ("an opti-", "mization-based system", "an optimization-based system"),
        ("the GPT-", "2 model", "the GPT-2 model"),
        ("an RL-", "based agent", "an RL-based agent"),
        ("of opti-", "mization", "of optimization"),
        ("the X-", "ray", "the X-ray"),
        ("双塔", "模型", "双塔模型"),
        ("a tower", "of words", "a tower of words"),
        ("https://example.org/a/", "b.html", "https://example.org/a/b.html"),
    ],
)
def test_lines_are_joined_without_a_document_to_ask(before: str, after: str, joined: str) -> None:
    assert Joiner([]).join(before, after) == joined


@pytest.mark.parametrize(
    ("elsewhere", "joined"),
    [
        ("the pre-training of it", "pre-training"),
        ("the pretraining of it", "pretraining"),
        ("pre-training, pretraining and pretraining", "pretraining"),
        ("nothing of the kind", "pretraining"),
        ("pre and post, or a training", "pretraining"),
        ("a pre-tuned model and its training, pre or post", "pre-training"),
    ],
)
def test_the_document_tells_whether_a_hyphen_stays(elsewhere: str, joined: str) -> None:
    assert Joiner([elsewhere]).join("pre-", "training") == joined


def test_halves_of_cut_words_are_no_witnesses() -> None:
    joiner = Joiner(["an effi-", "cient tower, and an effi-", "cient word"])
    assert joiner.join("effi-", "cient") == "efficient"


@pytest.mark.parametrize("text", ["The end.", "Is it?", "（完。）", "he said “no.”", "as follows:"])
def test_sentences_stop(text: str) -> None:
    assert stops(text)


@pytest.mark.parametrize("text", ["as in Eq.", "see Fig.", "Smith et al.", "and so", "双塔", "e.g."])
def test_other_lines_do_not_stop(text: str) -> None:
    assert not stops(text)


@pytest.mark.parametrize("text", ["1. one", "(a) one", "[12] one", "（1）一", "2、二", "①一"])
def test_numbers_begin_items(text: str) -> None:
    assert ITEM.match(text)


@pytest.mark.parametrize("text", ["(10), that is", "3.14 is", "2018 was", "a tower"])
def test_other_numbers_begin_none(text: str) -> None:
    assert not ITEM.match(text)


def test_bullets_stand_before_something() -> None:
    assert BULLET.match("• one")
    assert not BULLET.match("•")
