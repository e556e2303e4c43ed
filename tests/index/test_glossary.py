"""Other names: what ships, what is written into a generation, and how a text is looked up in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.folding import fold
from index.glossary import FILE_NAME, Glossary, same_name, shipped_names, write_glossary
from index.term_pairs import Pair
from ingest.errors import GenerationError


@pytest.fixture
def glossary(tmp_path: Path) -> Glossary:
    write_glossary(tmp_path, [Pair("门控", "gating network", 3)])
    return Glossary(tmp_path)


def named(glossary: Glossary, text: str) -> dict[str, set[str]]:
    folded = fold(text)
    return {
        folded[each.start : each.end]: {name for concept in each.concepts for name in concept.names}
        for each in glossary.names_in(folded)
    }


def test_every_shipped_concept_has_different_names() -> None:
    concepts = list(shipped_names())
    assert len(concepts) > 300
    for names in concepts:
        assert len(names) > 1
        assert all(names)
        folded = [fold(name) for name in names]
        assert not [one for at, one in enumerate(folded) for other in folded[:at] if one == other], names


def test_no_concept_is_written_down_twice() -> None:
    concepts = [frozenset(map(fold, names)) for names in shipped_names()]
    assert len(set(concepts)) == len(concepts)


@pytest.mark.parametrize(
    "text", ["双塔召回", "雙塔", "two-tower", "Two Towers", "TWO TOWER", "dual-encoders"]
)
def test_a_name_is_found_in_any_spelling(glossary: Glossary, text: str) -> None:
    assert any({"双塔", "two-tower", "dual encoder"} <= names for names in named(glossary, text).values())


def test_the_terms_of_every_name_are_stored(glossary: Glossary) -> None:
    assert set(glossary.terms_of("循环神经网络")) >= {"神经", "网络"}
    assert glossary.terms_of("gating network") == ["gate", "network"]
    (concepts,) = {found.concepts for found in glossary.names_in("双塔")}
    assert all(glossary.terms_of(name) for concept in concepts for name in concept.names)


def test_longer_names_come_before_those_within_them(glossary: Glossary) -> None:
    assert next(iter(named(glossary, "循环神经网络"))) == "循环神经网络"


def test_a_word_of_an_alphabet_is_a_name_only_as_a_whole(glossary: Glossary) -> None:
    assert named(glossary, "rnns and birnn") == named(glossary, "rnns")


def test_what_the_corpus_gives_is_told_apart(glossary: Glossary) -> None:
    (found,) = [each for each in glossary.names_in("gating networks") if each.end == len("gating networks")][
        :1
    ]
    assert [concept.mined for concept in found.concepts] == [True]


def test_same_names_differ_in_inflection_at_most() -> None:
    assert same_name("dual encoders", "dual-encoder")
    assert not same_name("rnn", "cnn")


def test_a_damaged_glossary_is_said(glossary: Glossary, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\x00")
    with pytest.raises(GenerationError, match="shuangta index"):
        list(glossary.names_in("双塔"))
