"""What a batch sees of its texts."""

import msgspec
import numpy as np
import pytest

from index.train.batches import Drawn, Texts
from index.train.settings import TrainSettings
from index.train.views import view

LENGTHS = np.array([3, 1, 100, 400])
TEXTS = Texts(np.arange(LENGTHS.sum(), dtype=np.uint16), np.concatenate(([0], np.cumsum(LENGTHS))))
NONE = np.empty((2, 0), dtype=np.int32)
DRAWN = Drawn("a", np.array([0, 1], dtype=np.int32), np.array([2, 3], dtype=np.int32), NONE, None)
PLAIN = TrainSettings(pairs=(), out="", crops=0.0, shortest_part=1.0, dropout=0.0, max_tokens=1_000)


def seen(seed: int = 0, drawn: Drawn = DRAWN, **changes: float) -> list[list[int]]:
    """The tokens of each text, queries first."""
    settings = msgspec.structs.replace(PLAIN, **changes)
    tokens, lengths = view(TEXTS, drawn, settings, np.random.default_rng(seed))
    return [part.tolist() for part in np.split(tokens, np.cumsum(lengths)[:-1])]


def whole(text: int) -> list[int]:
    return list(range(TEXTS.offsets[text], TEXTS.offsets[text + 1]))


def is_span_of(part: list[int], text: list[int]) -> bool:
    return bool(part) and part == list(range(part[0], part[0] + len(part))) and set(part) <= set(text)


def test_without_any_of_it_texts_are_whole() -> None:
    assert seen() == [whole(0), whole(1), whole(2), whole(3)]


def test_long_texts_end_at_the_limit() -> None:
    assert [len(text) for text in seen(max_tokens=50)] == [3, 1, 50, 50]


@pytest.mark.parametrize("seed", range(20))
def test_a_part_of_a_passage_is_a_span_of_at_least_its_share(seed: int) -> None:
    *queries, first, second = seen(seed, shortest_part=0.5)
    assert queries == [whole(0), whole(1)]
    assert is_span_of(first, whole(2))
    assert is_span_of(second, whole(3))
    assert 50 <= len(first) <= 100
    assert 200 <= len(second) <= 400


@pytest.mark.parametrize("seed", range(20))
def test_a_crop_is_a_short_span_of_its_own_passage(seed: int) -> None:
    first, second, *passages = seen(seed, crops=1.0)
    assert passages == [whole(2), whole(3)]
    assert is_span_of(first, whole(2))
    assert is_span_of(second, whole(3))
    assert 5 <= len(first) <= 25


def test_dropout_takes_its_share_and_empties_no_text() -> None:
    runs = [seen(seed, dropout=0.3) for seed in range(200)]
    assert all(run[1] == whole(1) for run in runs), "its only token stays"
    assert abs(np.mean([len(run[3]) for run in runs]) / 400 - 0.7) < 0.01
    assert runs[0] != runs[1]


@pytest.mark.parametrize("crops", [0.0, 1.0])
def test_negatives_come_after_all_passages_column_by_column(crops: float) -> None:
    negatives = np.array([[3, 0], [2, 1]], dtype=np.int32)
    drawn = Drawn("a", DRAWN.queries, DRAWN.passages, negatives, None)
    assert seen(drawn=drawn, crops=crops)[2:] == [whole(number) for number in (2, 3, 3, 2, 0, 1)]
