"""Training end to end on a small world, and the pieces that it is made of."""

import gzip
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest

from index.settings import TowerSettings
from index.static_folder import read_static_folder
from index.towers import SHIPPED, load_tower
from index.train import TrainReport, TrainSettings, train
from ingest.errors import MissingExtraError, SettingsError, TowerError
from ingest.progress import Progress

pytestmark = pytest.mark.models

ZH = ["召回", "排序", "检索", "索引", "向量", "模型", "推荐", "搜索", "采样", "注意力", "翻译", "聚类"]
EN = ["recall", "ranking", "retrieval", "index", "vector", "model", "recommend", "search", "sampling", "attention",
      "translation", "clustering"]  # fmt: skip


def settings(folder: Path, **changes: object) -> TrainSettings:
    small = TrainSettings(
        pairs=(str(folder),),
        out=str(folder / "out"),
        vocabulary=7_200,
        dim=32,
        steps=60,
        batch=64,
        learning_rate=0.1,
        crops=0.1,
        threads=1,
    )
    return msgspec.structs.replace(small, **changes)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs of three Chinese words and the same in English."""
    folder = tmp_path_factory.mktemp("pairs")
    random = np.random.default_rng(5)
    with gzip.open(folder / "words.jsonl.gz", "wt", encoding="utf-8") as file:
        for _ in range(400):
            words = random.choice(len(ZH), 3, replace=False)
            pair = {
                "q": " ".join(ZH[w] for w in words),
                "p": " ".join(EN[w] for w in words),
                "type": "parallel",
            }
            file.write(json.dumps(pair, ensure_ascii=False) + "\n")
    return folder


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
    assert set(report.seconds) == {"vocabulary", "tokens", "steps", "export"}
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


def test_info_nce_is_that_of_sentence_transformers() -> None:
    import torch
    from torch.nn.functional import normalize

    from index.train.objective import info_nce

    generator = torch.Generator().manual_seed(2)
    queries, passages = (torch.randn(16, 8, generator=generator) for _ in range(2))
    scores = normalize(queries) @ normalize(passages).T / 0.05
    forth = -torch.log_softmax(scores, dim=1).diagonal().mean()
    back = -torch.log_softmax(scores, dim=0).diagonal().mean()
    torch.testing.assert_close(info_nce(queries, passages, 0.05), (forth + back) / 2)


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
