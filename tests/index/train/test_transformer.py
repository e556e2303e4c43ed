"""Any sentence-transformers model as a student, on a BERT of two layers that the test makes."""

import json
from pathlib import Path

import numpy as np
import pytest

from index.settings import TowerSettings
from index.towers import load_tower
from index.train import train
from index.train.batches import Drawn
from index.train.objectives import Embedded, objective
from index.train.settings import NegativeSettings, TeacherSettings, TrainSettings
from index.train.transformer import Transformer
from ingest.errors import SettingsError, TowerError
from tests.index.train.world import EN, ZH, settings

pytestmark = pytest.mark.models

TEXTS = [*ZH, *EN]
NUMBERS = np.arange(len(TEXTS), dtype=np.int32)


def model_settings(folder: Path, base: Path, **changes: object) -> TrainSettings:
    return settings(
        folder,
        **{"base": str(base), "batch": 32, "steps": 40, "body_rate": 5e-3, "max_tokens": 16, **changes},
    )


def student(folder: Path, base: Path, **changes: object) -> Transformer:
    return Transformer.load(TEXTS, model_settings(folder, base, **changes))


def moved(before: Transformer, after: Transformer) -> set[str]:
    """Names of the parameters that differ."""
    pairs = zip(before.model.named_parameters(), after.model.named_parameters(), strict=True)
    return {name for (name, old), (_, new) in pairs if not old.equal(new)}


def drawn(count: int = 8) -> Drawn:
    half = len(ZH)
    negatives = np.roll(NUMBERS[half:], 1)[:count, None]
    return Drawn("a", NUMBERS[:count], NUMBERS[half : half + count], negatives, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"matryoshka": (16,), "negatives": NegativeSettings(queue=64)},
        {"objective": "info_nce", "negatives": NegativeSettings(bm25=1, tower=1), "chunk": 256},
        {
            "objective": "margin_mse",
            "teacher": TeacherSettings(name="static", weight=0.1),
            "negatives": NegativeSettings(random=2),
        },
    ],
    ids=lambda changes: changes.get("objective", "symmetric"),
)
def test_a_model_learns_the_translations(
    world: Path, tiny_bert: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    report = train(model_settings(world, tiny_bert, out=str(tmp_path / "out"), **changes))
    assert report.losses[-1] < report.losses[0] * 0.9
    before, after = (load_tower(TowerSettings(name=str(folder))) for folder in (tiny_bert, report.out))
    assert after.dim == 32

    def above(tower):
        likeness = tower.encode_queries(ZH) @ tower.encode_passages(EN).T
        return np.diag(likeness).mean() - likeness.mean()

    assert above(after) > above(before) + 0.05
    assert json.loads((report.out / "shuangta.json").read_text("utf-8"))["training"]["base"] == "bert"


def test_two_passes_in_chunks_make_the_step_of_one(world: Path, tiny_bert: Path) -> None:
    moved_to = []
    for chunk in (5, 256):
        model = student(world, tiny_bert, chunk=chunk)
        model.model.eval()  # without dropout, which draws differently for other chunks
        vectors = model.embed(drawn())
        queries, passages, negatives = vectors.chunk(3)
        objective(model_settings(world, tiny_bert))(Embedded(queries, passages, (negatives,))).backward()
        model.step(1.0)
        moved_to.append(np.concatenate([each.detach().numpy().ravel() for each in model.model.parameters()]))
    np.testing.assert_allclose(moved_to[0], moved_to[1], atol=1e-4)


def test_vectors_come_in_the_order_of_the_batch(world: Path, tiny_bert: Path) -> None:
    model = student(world, tiny_bert, chunk=3)
    model.model.eval()
    vectors = model.embed(drawn()).detach().numpy()
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    numbers = np.concatenate((drawn().queries, drawn().documents))
    np.testing.assert_allclose(unit, model.encode(numbers, queries=False), atol=1e-5)


@pytest.mark.parametrize(
    ("trainable", "expected"),
    [
        ("embeddings", {"word_embeddings"}),
        ("top:1", {"layer.1"}),
        ("all", {"word_embeddings", "layer.0", "layer.1"}),
    ],
)
def test_only_the_named_part_moves(world: Path, tiny_bert: Path, trainable: str, expected: set[str]) -> None:
    before, after = (student(world, tiny_bert, trainable=trainable) for _ in range(2))
    queries, passages, negatives = after.embed(drawn()).chunk(3)
    objective(model_settings(world, tiny_bert))(Embedded(queries, passages, (negatives,))).backward()
    after.step(1.0)
    parts = {
        part
        for part in ("word_embeddings", "layer.0", "layer.1")
        for name in moved(before, after)
        if part in name
    }
    assert parts == expected
    if trainable != "all":
        assert all(any(part in name for part in expected) for name in moved(before, after))


@pytest.mark.parametrize("trainable", ["top", "top:0", "head", "embeddings:2"])
def test_a_part_that_there_is_not_is_refused(world: Path, tiny_bert: Path, trainable: str) -> None:
    with pytest.raises(SettingsError, match="`trainable`"):
        student(world, tiny_bert, trainable=trainable)


def test_a_base_that_cannot_be_loaded_is_named(world: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TowerError, match="empty"):
        student(world, tmp_path / "empty")


def test_prompts_of_the_model_go_before_the_texts(world: Path, tiny_bert: Path) -> None:
    plain, prompted = (student(world, tiny_bert, chunk=256) for _ in range(2))
    prompted.model.prompts = {"query": "检索 ", "passage": ""}
    for each in (plain, prompted):
        each.model.eval()
    first, second = (each.embed(drawn()).detach().numpy() for each in (plain, prompted))
    assert not np.allclose(first[:8], second[:8], atol=1e-4)
    np.testing.assert_allclose(first[8:], second[8:], atol=1e-5)
