"""Training end to end on a small world, and the pieces that it is made of."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest

from index.settings import TowerSettings
from index.static_folder import read_static_folder
from index.static_tower import StaticTower
from index.towers import SHIPPED, load_tower
from index.train import TrainReport, train
from index.train.settings import NegativeSettings, TeacherSettings
from ingest.errors import MissingExtraError, SettingsError, TowerError
from ingest.progress import Progress
from tests.index.train.world import EN, ZH, settings

pytestmark = pytest.mark.models


@dataclass(frozen=True)
class Run:
    report: TrainReport
    told: list[Progress]


@pytest.fixture(scope="module")
def run(world: Path) -> Run:
    told: list[Progress] = []
    return Run(train(settings(world), progress=told.append), told)


def test_a_trained_tower_knows_words_by_their_translation(run: Run) -> None:
    tower = load_tower(TowerSettings(name=str(run.report.out)))
    likeness = tower.encode_queries(ZH) @ tower.encode_passages(EN).T
    assert likeness.argmax(axis=1).tolist() == list(range(len(ZH)))


def test_the_report_says_what_was_done(run: Run) -> None:
    report = run.report
    assert report.sources == 1
    assert 300 < report.pairs <= 400
    assert report.losses[-1] < report.losses[0] / 2
    assert set(report.seconds) == {"vocabulary", "tokens", "negatives", "steps", "export"}
    assert report.left_out == {}
    assert [progress.done for progress in run.told if progress.stage == "steps"] == [50]


def test_the_same_settings_give_the_same_tower(run: Run, world: Path, tmp_path: Path) -> None:
    again = tmp_path / "out"
    train(settings(world, out=str(again)))
    first, second = (load_tower(TowerSettings(name=str(out))) for out in (run.report.out, again))
    assert first.id == second.id


def test_shorter_dimensions_can_be_trained_along(world: Path, tmp_path: Path) -> None:
    train(settings(world, out=str(tmp_path / "nested"), matryoshka=(8,)))
    tower = load_tower(TowerSettings(name=str(tmp_path / "nested")))
    likeness = tower.encode_queries(ZH)[:, :8] @ tower.encode_passages(EN)[:, :8].T
    assert np.mean(likeness.argmax(axis=1) == np.arange(len(ZH))) > 0.8


def test_a_folder_of_something_else_is_not_replaced(world: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.md").write_text("三年的工作", "utf-8")
    with pytest.raises(SettingsError, match="is not a tower's folder"):
        train(settings(world, out=str(tmp_path)))
    assert (tmp_path / "thesis.md").is_file()


def test_without_torch_training_says_what_to_install(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match="shuangta"):
        train(settings(world))


def test_a_batch_moves_only_its_own_rows_and_as_torchs_sparse_adam_would() -> None:
    import torch

    from index.train.bag import LazyAdam

    generator = torch.Generator().manual_seed(2)
    ours = torch.randn(10, 4, generator=generator)
    theirs = ours.clone().requires_grad_()
    before = ours.clone()
    adam, sparse_adam = LazyAdam(ours), torch.optim.SparseAdam([theirs], lr=0.1)
    for rows in ([1, 4], [4, 7], [1, 7]):
        gradient = torch.randn(2, 4, generator=generator)
        adam.step(torch.tensor(rows), gradient, 0.1)
        theirs.grad = torch.sparse_coo_tensor([rows], gradient, (10, 4), check_invariants=True)
        sparse_adam.step()
    torch.testing.assert_close(ours, theirs.detach())
    untouched = [0, 2, 3, 5, 6, 8, 9]
    torch.testing.assert_close(ours[untouched], before[untouched])


def test_the_unknown_token_has_no_say() -> None:
    from index.train.bag import TokenBag

    bag = TokenBag.random(np.array([5, 100, 1]), 8, sif=1e-3, seed=1)
    table = bag.table()
    assert not table[0].any()
    assert np.linalg.norm(table[1]) < np.linalg.norm(table[2]), "a frequent token weighs less from the start"


def test_a_bag_of_a_finished_table_starts_as_that_table() -> None:
    from index.train.bag import TokenBag

    table = read_static_folder(SHIPPED["static"]).passages
    bag = TokenBag.from_tower(table)
    np.testing.assert_allclose(bag.table(), table.dense(), rtol=1e-5, atol=1e-7)
    assert not bag.table()[0].any()


def test_training_goes_on_from_another_tower(run: Run, world: Path, tmp_path: Path) -> None:
    train(settings(world, out=str(tmp_path / "same"), start=str(run.report.out), steps=0, dim=8))
    before, same = (load_tower(TowerSettings(name=str(out))) for out in (run.report.out, tmp_path / "same"))
    assert same.dim == before.dim
    np.testing.assert_allclose(same.encode_queries(ZH), before.encode_queries(ZH), atol=0.01)
    report = train(settings(world, out=str(tmp_path / "more"), start=str(run.report.out), learning_rate=0.02))
    assert report.losses[0] < run.report.losses[0] / 2
    assert report.pieces == run.report.pieces


def test_only_a_static_tower_can_be_gone_on_from(world: Path, tmp_path: Path) -> None:
    with pytest.raises(TowerError, match="holds no StaticEmbedding"):
        train(settings(world, start=str(tmp_path)))


def found(out: Path) -> float:
    """Share of the Chinese words whose nearest English word is their translation."""
    tower = load_tower(TowerSettings(name=str(out)))
    likeness = tower.encode_queries(ZH) @ tower.encode_passages(EN).T
    return float(np.mean(likeness.argmax(axis=1) == np.arange(len(ZH))))


HARD = NegativeSettings(random=1, bm25=1, tower=1, mined_at=(0.2, 0.5), margin=-1.0)
TAUGHT = TeacherSettings(name="static")


@pytest.mark.parametrize(
    "changes",
    [
        {"objective": "info_nce"},
        {"objective": "info_nce", "negatives": NegativeSettings(queue=100)},
        {"objective": "symmetric", "negatives": msgspec.structs.replace(HARD, queue=64)},
        {"objective": "symmetric", "negatives": NegativeSettings(guided=True), "teacher": TAUGHT},
        {"objective": "symmetric", "teacher": TeacherSettings(name="static", weight=0.5, share=0.5)},
        {"objective": "triplet", "negatives": HARD, "steps": 150},
        {"objective": "hinge", "steps": 150},
        {"objective": "bpr", "negatives": NegativeSettings(random=2)},
        {"objective": "margin_mse", "teacher": TAUGHT, "negatives": NegativeSettings(random=4), "steps": 150},
        {
            "objective": "kl",
            "teacher": TAUGHT,
            "negatives": NegativeSettings(random=4, tower=1),
            "steps": 150,
        },
        {"towers": "router"},
        {"source_weights": {"words": 2.0}, "precision": "float16"},
    ],
    ids=lambda changes: " ".join(
        str(value) if isinstance(value, str) else name for name, value in changes.items()
    ),
)
def test_every_objective_and_mix_of_negatives_learns_the_translations(
    world: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    report = train(settings(world, out=str(tmp_path / "out"), **changes))
    assert np.isfinite(report.losses).all()
    assert found(report.out) >= 0.75


def test_a_corpus_without_pairs_brings_texts_of_the_same_words_together(world: Path, tmp_path: Path) -> None:
    report = train(settings(world, out=str(tmp_path / "out"), objective="simcse", dropout=0.4))
    assert report.losses[-1] < report.losses[0]
    tower = load_tower(TowerSettings(name=str(report.out)))
    likeness = tower.encode_queries(EN) @ tower.encode_passages([f"{EN[0]} {word}" for word in EN[1:]]).T
    assert likeness[0].min() > likeness[1:].mean()


def test_a_router_is_two_tables_that_sentence_transformers_loads(world: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    out = tmp_path / "out"
    train(settings(world, out=str(out), towers="router", precision="float32"))
    tower, theirs = load_tower(TowerSettings(name=str(out))), SentenceTransformer(str(out))
    assert isinstance(tower, StaticTower)
    texts = [*ZH, *EN, "召回 ranking", ""]
    np.testing.assert_allclose(tower.encode_queries(texts), theirs.encode_query(texts), atol=1e-5)
    np.testing.assert_allclose(tower.encode_passages(texts), theirs.encode_document(texts), atol=1e-5)
    assert not np.allclose(tower.encode_queries(texts), tower.encode_passages(texts), atol=0.1)
    again = tmp_path / "again"
    train(settings(world, out=str(again), towers="router", precision="float32", start=str(out), steps=0))
    same = load_tower(TowerSettings(name=str(again)))
    np.testing.assert_allclose(same.encode_queries(texts), tower.encode_queries(texts), atol=1e-5)
    np.testing.assert_allclose(same.encode_passages(texts), tower.encode_passages(texts), atol=1e-5)


def test_a_router_starts_as_the_symmetric_tower_would(world: Path, tmp_path: Path) -> None:
    for towers in ("router", "symmetric"):
        train(settings(world, out=str(tmp_path / towers), towers=towers, steps=0))
    router, symmetric = (
        load_tower(TowerSettings(name=str(tmp_path / name))) for name in ("router", "symmetric")
    )
    np.testing.assert_array_equal(router.encode_queries(ZH), symmetric.encode_queries(ZH))
    np.testing.assert_array_equal(router.encode_passages(ZH), symmetric.encode_passages(ZH))
    assert router.id.partition("@")[2] != symmetric.id.partition("@")[2]


def test_a_dimension_that_is_none_of_the_towers_is_refused(world: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="below 32"):
        train(settings(world, out=str(tmp_path / "out"), matryoshka=(32,)))


def test_when_no_pair_is_left_the_reasons_are_told(world: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="too short"):
        train(settings(world, out=str(tmp_path / "out"), shortest=1_000))


def test_the_folder_keeps_its_settings_but_no_path(world: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    train(settings(world, out=str(out), start=str(run.report.out), steps=1))
    training = json.loads((out / "shuangta.json").read_text("utf-8"))["training"]
    assert training["start"] == "out"
    assert training["files"] == ["words"]
    assert str(tmp_path.parent) not in json.dumps(training)


def test_a_cross_encoder_scores_also_what_the_tower_finds(
    world: Path, tmp_path: Path, tiny_cross_encoder: Path
) -> None:
    told: list[Progress] = []
    cross = TeacherSettings(name=str(tiny_cross_encoder), kind="cross", share=0.1)
    hard = NegativeSettings(tower=2, mined_at=(0.5,), ceiling=2.0, margin=-1.0)
    report = train(
        settings(world, out=str(tmp_path / "out"), objective="margin_mse", teacher=cross, negatives=hard),
        progress=told.append,
    )
    assert np.isfinite(report.losses).all()
    assert 30 <= report.pairs <= 40, "only what the teacher has seen"
    scored = [progress.total for progress in told if progress.stage == "teacher"]
    assert scored == [3 * report.pairs] * 2


def test_a_file_that_weighs_nothing_is_not_trained_on(world: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No pair is left"):
        train(settings(world, out=str(tmp_path / "out"), source_weights={"words": 0.0}))
