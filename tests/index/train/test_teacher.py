"""Teachers: whose vectors and scores are taken, kept, and trusted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.settings import TowerSettings
from index.towers import load_tower
from index.train.batches import Source
from index.train.settings import TeacherSettings
from index.train.teacher import guide, known, scored, scores_of, shown
from ingest.errors import PairsError, TowerError
from ingest.progress import Progress
from tests.index.train.world import EN, ZH

TEXTS = [*ZH, *EN]
N = len(ZH)
SOURCE = Source("a", np.arange(N, dtype=np.int32), np.arange(N, 2 * N, dtype=np.int32))


def silent(_: Progress) -> None:
    """Nobody looks."""


def test_a_bi_encoder_gives_the_cosine_of_its_vectors() -> None:
    taught = guide(TEXTS, [SOURCE], TeacherSettings(name="static"), silent)
    tower = load_tower(TowerSettings())
    expected = np.einsum("nd,nd->n", tower.encode_queries(ZH), tower.encode_passages(EN))
    np.testing.assert_allclose(taught.scores(SOURCE.queries, SOURCE.passages), expected, atol=2e-3)
    assert taught.queries.vectors.dtype == np.float16


def test_it_is_asked_for_no_text_that_it_does_not_need() -> None:
    taught = guide(TEXTS, [SOURCE.taken(np.array([2, 5]))], TeacherSettings(name="static"), silent)
    assert len(taught.queries.vectors) == len(taught.passages.vectors) == 2
    assert np.flatnonzero(taught.queries.known(np.arange(2 * N, dtype=np.int32))).tolist() == [2, 5]
    assert not taught.passages.of(SOURCE.passages[:1]).any()
    assert np.flatnonzero(~np.isnan(taught.scores(SOURCE.queries, SOURCE.passages))).tolist() == [2, 5]
    (kept,) = known([SOURCE], taught)
    assert kept.queries.tolist() == [2, 5]


def test_vectors_are_kept_in_a_folder_and_only_missing_ones_made(tmp_path: Path) -> None:
    told: list[Progress] = []
    folder = str(tmp_path / "vectors")
    with_folder = TeacherSettings(name="static", vectors=folder)
    first = guide(TEXTS, [SOURCE.taken(np.arange(5))], with_folder, told.append)
    whole = guide(TEXTS, [SOURCE], with_folder, told.append)
    assert [progress.total for progress in told] == [5, 5, N - 5, N - 5]
    np.testing.assert_array_equal(first.queries.of(SOURCE.queries[:5]), whole.queries.of(SOURCE.queries[:5]))
    read = guide(TEXTS, [SOURCE], TeacherSettings(vectors=folder), told.append)
    assert len(told) == 4
    np.testing.assert_array_equal(read.passages.of(SOURCE.passages), whole.passages.of(SOURCE.passages))


def test_vectors_made_elsewhere_need_no_unit_length_and_no_model(tmp_path: Path) -> None:
    for name, number in (("queries", 0), ("passages", N)):
        np.save(tmp_path / f"{name}.npy", np.array([[3.0, 4.0]], dtype=np.float32))
        (tmp_path / f"{name}.jsonl").write_text(f'"{TEXTS[number]}"\n', "utf-8")
    taught = guide(TEXTS, [SOURCE], TeacherSettings(vectors=str(tmp_path)), silent)
    np.testing.assert_allclose(taught.queries.of(SOURCE.queries[:2]), [[0.6, 0.8], [0, 0]], atol=1e-3)
    assert known([SOURCE], taught)[0].passages.tolist() == [N]


@pytest.mark.parametrize("lines", [b'"a"\n"b"\n', b"a\n"])
def test_a_folder_that_does_not_fit_is_refused(tmp_path: Path, lines: bytes) -> None:
    np.save(tmp_path / "queries.npy", np.ones((1, 2), dtype=np.float32))
    (tmp_path / "queries.jsonl").write_bytes(lines)
    with pytest.raises(PairsError, match=r"queries\.npy"):
        guide(TEXTS, [SOURCE], TeacherSettings(vectors=str(tmp_path)), silent)


def test_a_folder_without_any_of_the_pairs_is_refused(tmp_path: Path) -> None:
    taught = guide(TEXTS, [SOURCE], TeacherSettings(vectors=str(tmp_path)), silent)
    with pytest.raises(PairsError, match="no pair"):
        known([SOURCE], taught)


def test_only_a_share_of_each_source_is_shown() -> None:
    other = replace(SOURCE, name="b")
    parts = shown([SOURCE, other], 0.25, seed=1)
    assert [len(part) for part in parts] == [N // 4, N // 4]
    assert set(parts[0].queries) <= set(SOURCE.queries)
    assert shown([SOURCE], 1.0, seed=1) == [SOURCE]
    assert [len(part) for part in shown([SOURCE], 0.001, seed=1)] == [1]


def test_targets_are_the_scores_of_passage_and_negatives() -> None:
    negatives = np.stack((np.roll(SOURCE.passages, 1), np.roll(SOURCE.passages, 2)), axis=1)

    def scores(queries: np.ndarray, passages: np.ndarray) -> np.ndarray:
        return (queries * 100 + passages).astype(np.float32)

    (source,) = scored([replace(SOURCE, negatives=negatives)], scores)
    documents = np.column_stack((SOURCE.passages, negatives))
    np.testing.assert_array_equal(source.targets, SOURCE.queries[:, None] * 100 + documents)


@pytest.mark.models
def test_a_cross_encoder_scores_pairs_from_0_to_1(tiny_cross_encoder: Path) -> None:
    from sentence_transformers import CrossEncoder

    settings = TeacherSettings(name=str(tiny_cross_encoder), kind="cross", batch=5)
    found = scores_of(TEXTS, settings, silent)(SOURCE.queries, SOURCE.passages)
    logits = CrossEncoder(str(tiny_cross_encoder)).predict(
        list(zip(ZH, EN, strict=True)), convert_to_numpy=True, show_progress_bar=False
    )
    assert found.shape == (N,)
    assert np.all((found > 0) & (found < 1))
    assert np.corrcoef(found, logits)[0, 1] > 0.99


@pytest.mark.models
def test_a_teacher_that_is_not_there_is_named_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(TowerError, match="teacher"):
        scores_of(TEXTS, TeacherSettings(name=str(tmp_path / "none"), kind="cross"), silent)
