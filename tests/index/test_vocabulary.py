"""The words of a corpus: which are counted, and how Chinese ones are found by their sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.analyze import cut
from index.vocabulary import FILE_NAME, Vocabulary, WordCounter, alike, write_vocabulary
from ingest.errors import GenerationError

ARTICLES = (
    "注意力模型 the Transformer learns embeddings",
    "注意力模型 transformers and word2vec",
    "精排 负采样 transformer word2vec 调参",
    "精排 负采样 只此一处 deadbeef 调参",
)


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    counter = WordCounter(names=["负采样", "不在其中"])
    for text in ARTICLES:
        counter.add([text], cut(text))
    write_vocabulary(tmp_path, counter)
    return Vocabulary(tmp_path)


def test_words_of_several_articles_are_kept_as_spelled(vocabulary: Vocabulary) -> None:
    assert dict(vocabulary.latin) == {"transformer": 2, "word2vec": 2}


def test_chinese_words_are_the_segmenters_and_the_glossarys(vocabulary: Vocabulary) -> None:
    assert vocabulary.han["注意力"] == vocabulary.han["负采样"] == 2
    assert "不在其中" not in vocabulary.han


@pytest.mark.parametrize(
    ("sound", "word"),
    [("jing pai", "精排"), ("fu cai yang", "负采样"), ("zhu yi li", "注意力"), ("tiao can", "调参")],
)
def test_a_word_is_found_by_its_sound(vocabulary: Vocabulary, sound: str, word: str) -> None:
    assert word in vocabulary.sounding(sound.split())


def test_a_word_is_found_by_what_many_speakers_take_for_its_sound(vocabulary: Vocabulary) -> None:
    assert "精排" in vocabulary.sounding_like(["jin", "pai"])
    assert vocabulary.sounding(["jin", "pai"]) == []


def test_characters_that_the_corpus_lacks_have_a_sound(vocabulary: Vocabulary) -> None:
    assert vocabulary.readings("踏")[0] == "ta"
    assert {"xing", "hang"} <= set(vocabulary.readings("行"))
    assert vocabulary.readings("a") == []


def test_only_what_is_confused_is_alike() -> None:
    assert alike("zhang") == alike("zan")
    assert alike("nan") == alike("lang")
    assert alike("ba") != alike("pa")
    assert alike("e") != alike("en")


def test_a_damaged_vocabulary_is_said(vocabulary: Vocabulary, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\x00")
    with pytest.raises(GenerationError, match="shuangta index"):
        _ = vocabulary.latin
