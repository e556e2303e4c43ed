"""Token tables that start from another tower's vectors of single pieces."""

import numpy as np
import pytest
from tokenizers import Tokenizer, models

from index.towers import SHIPPED
from index.train.piece_vectors import piece_vectors
from index.train.tokenizer import read_tokenizer
from ingest.errors import SettingsError

PIECES = ["[UNK]", "▁king", "国王", "▁apple", "苹果", "s"]


class Meanings:
    """A tower that knows three meanings in eight dimensions."""

    id, dim = "meanings@0", 8

    def encode_passages(self, texts):
        meanings = {"king": 0, "国王": 0, "apple": 1, "苹果": 1}
        basis = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
        return np.stack([basis[meanings.get(text, 2)] for text in texts])

    encode_queries = encode_passages


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer(models.WordPiece({piece: n for n, piece in enumerate(PIECES)}, unk_token="[UNK]"))


def cosine(a, b) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_pieces_of_one_meaning_start_together(tokenizer: Tokenizer) -> None:
    rows = piece_vectors(tokenizer, Meanings(), dim=4, random_dims=2, seed=1)
    assert rows.shape == (len(PIECES), 4)
    assert cosine(rows[1, :2], rows[2, :2]) == pytest.approx(1)
    assert cosine(rows[1, :2], rows[3, :2]) < 0.5


def test_random_dimensions_tell_pieces_of_one_meaning_apart(tokenizer: Tokenizer) -> None:
    rows = piece_vectors(tokenizer, Meanings(), dim=66, random_dims=64, seed=1)
    assert abs(cosine(rows[1, 2:], rows[2, 2:])) < 0.5
    # about unit variance, which learning rates are meant for
    assert np.mean(rows**2) == pytest.approx(1, abs=0.2)


def test_what_the_tower_lacks_in_dimensions_is_random(tokenizer: Tokenizer) -> None:
    assert np.linalg.matrix_rank(piece_vectors(tokenizer, Meanings(), dim=6, random_dims=0, seed=1)) > 2


def test_the_same_seed_gives_the_same_rows(tokenizer: Tokenizer) -> None:
    first, second = (piece_vectors(tokenizer, Meanings(), dim=8, random_dims=4, seed=3) for _ in range(2))
    assert (first == second).all()


def test_a_tokenizer_is_read_from_a_static_tower_and_named_when_it_is_missing(tmp_path) -> None:
    assert read_tokenizer(SHIPPED["static"]).get_vocab_size() > 30_000
    with pytest.raises(SettingsError, match=str(tmp_path)):
        read_tokenizer(tmp_path)
