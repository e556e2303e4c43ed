"""The vocabulary: whole words of both languages, and a way to say every character."""

import json

import pytest
from tokenizers import Tokenizer

from index.folding import fold
from index.train.tokenizer import UNKNOWN, train_tokenizer

SENTENCES = [
    "双塔模型的召回阶段使用近似最近邻检索",
    "推荐系统的召回模型和排序模型",
    "two-tower retrieval models use approximate nearest neighbour search",
    "负采样 negative sampling 2024",
] * 20


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer([fold(text) for text in SENTENCES], 7_500)


def pieces(tokenizer: Tokenizer, text: str) -> list[str]:
    tokens: list[str] = tokenizer.encode(text, add_special_tokens=False).tokens
    return tokens


def test_words_of_both_languages_are_whole_pieces(tokenizer: Tokenizer) -> None:
    assert pieces(tokenizer, "召回模型 retrieval models") == ["召回", "模型", "retrieval", "models"]


def test_no_piece_spans_two_words(tokenizer: Tokenizer) -> None:
    vocabulary = tokenizer.get_vocab()
    assert "模型" in vocabulary
    assert not {"的召回", "模型的", "和排序"} & set(vocabulary)


def test_rare_characters_are_pieces_and_unknown_ones_harm_no_neighbour(tokenizer: Tokenizer) -> None:
    assert pieces(tokenizer, "饕餮") == ["饕", "餮"]
    assert pieces(tokenizer, "召回龘模型") == ["召回", UNKNOWN, "模型"]
    assert tokenizer.token_to_id(UNKNOWN) == 0


def test_digits_and_symbols_stand_alone(tokenizer: Tokenizer) -> None:
    assert pieces(tokenizer, "2024") == ["2", "0", "2", "4"]
    assert pieces(tokenizer, "two-tower") == ["two", "-", "tower"]


def test_its_own_normaliser_does_width_and_case(tokenizer: Tokenizer) -> None:
    assert pieces(tokenizer, "Ｔｗｏ　召回") == ["two", "召回"]
    assert [part["type"] for part in json.loads(tokenizer.to_str())["normalizer"]["normalizers"]] == [
        "NFKC",
        "Lowercase",
    ]


def test_the_same_texts_give_the_same_tokenizer(tokenizer: Tokenizer) -> None:
    again = train_tokenizer([fold(text) for text in SENTENCES], 7_500)
    assert again.to_str() == tokenizer.to_str()
