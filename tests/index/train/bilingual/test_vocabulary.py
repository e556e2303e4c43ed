"""One tokenizer for two scripts: English as it was, Han by the longest piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from index.folding import fold
from index.train.bilingual.vocabulary import SPECIAL, bilingual_tokenizer, choose_pieces, english_pieces

ENGLISH = [
    "play",
    "##ing",
    "word",
    "##2",
    "##ve",
    "##c",
    "cafe",
    "a",
    "##a",
    "b",
    "##b",
    "1",
    "##1",
    ",",
    "-",
    "#",
]
FOREIGN = ["[unused0]", "模", "##型", "при", "の"]
HAN = ["双", "塔", "双塔", "模", "型", "模型", "召", "回", "召回"]


@pytest.fixture(scope="module")
def original() -> Tokenizer:
    """A WordPiece tokenizer as BERT's are."""
    vocabulary = {piece: number for number, piece in enumerate([*SPECIAL, *FOREIGN, *ENGLISH])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=SPECIAL[1]))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


@pytest.fixture(scope="module")
def english(original: Tokenizer) -> dict[str, int]:
    return english_pieces(original.get_vocab())


@pytest.fixture(scope="module")
def bilingual(english: dict[str, int]) -> Tokenizer:
    return bilingual_tokenizer(english, HAN, max_tokens=64)


def test_han_runs_become_their_longest_pieces_wherever_they_stand(bilingual: Tokenizer) -> None:
    assert bilingual.encode("双塔模型,召回双").tokens[1:-1] == ["双塔", "模型", "▁,", "召回", "双"]
    assert bilingual.encode("play模型ing").tokens[1:-1] == ["▁play", "模型", "[UNK]"]


def test_a_character_without_a_piece_takes_nothing_with_it(bilingual: Tokenizer) -> None:
    assert bilingual.encode("双塔龘模型").tokens[1:-1] == ["双塔", "模型"]


def test_pieces_of_other_scripts_are_left_out(english: dict[str, int]) -> None:
    assert set(english) == {
        "▁play",
        "ing",
        "▁word",
        "2",
        "ve",
        "c",
        "▁cafe",
        "▁a",
        "a",
        "▁b",
        "b",
        "▁1",
        "1",
        "▁,",
        "▁-",
        "▁#",
    }


def test_each_english_piece_keeps_its_row(original: Tokenizer, english: dict[str, int]) -> None:
    assert english["▁play"] == original.token_to_id("play")
    assert english["ing"] == original.token_to_id("##ing")


@given(st.text(st.sampled_from("ab1 ,-#é"), max_size=30))
def test_english_text_is_cut_as_before(original: Tokenizer, bilingual: Tokenizer, text: str) -> None:
    renamed = [
        token.removeprefix("##") if token.startswith("##") and len(token) > 2 else f"▁{token}"
        for token in original.encode(fold(text)).tokens
    ]
    cut = bilingual.encode(fold(text)).tokens[1:-1]
    assert [token if token != "[UNK]" else "▁[UNK]" for token in cut] == renamed


def test_a_long_run_of_han_is_no_unknown_word(bilingual: Tokenizer) -> None:
    assert set(bilingual_tokenizer([], HAN, max_tokens=1_000).encode("双塔" * 200).tokens[1:-1]) == {"双塔"}


def test_words_are_chosen_by_both_counts_after_all_characters() -> None:
    domain = {"召回": 90, "模型": 10, "x": 500, "一二三四五六七": 500}
    everyday = {"国王": 60, "模型": 40}
    chosen = choose_pieces(domain, everyday, "回召", 4)
    assert chosen == ["召", "回", "召回", "国王"]
    assert choose_pieces(domain, everyday, "回召", 9) == ["召", "回", "召回", "国王", "模型"]
