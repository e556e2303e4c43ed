"""Adaptation end to end on a corpus whose headings are in one language and whose bodies are in another."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from index.adapted import last_adaptation, towers_for_index, towers_for_search
from index.build import build
from index.generation import current
from index.manifest import read_manifest
from index.settings import AdaptSettings, IndexSettings, PassageSettings, TowerSettings
from index.static_folder import read_static_folder
from index.towers import load_tower
from index.train.adapt import AdaptReport, adapt
from index.train.bag import TokenBag
from index.train.export import write_tower
from index.train.tokenizer import train_tokenizer
from ingest.articles import Article, Entry, Link
from ingest.errors import MissingExtraError, TowerError
from ingest.progress import Progress

pytestmark = pytest.mark.models

ZH = ["召回", "排序", "检索", "索引", "向量", "模型", "推荐", "搜索", "采样", "注意力", "翻译", "聚类", "损失",
      "梯度", "特征", "标签"]  # fmt: skip
EN = ["recall", "ranking", "retrieval", "index", "vector", "model", "recommend", "search", "sampling", "attention",
      "translation", "clustering", "loss", "gradient", "feature", "label"]  # fmt: skip
SETTINGS = AdaptSettings(
    min_queries=20, epochs=40, batch=64, learning_rate=0.1, share=1.0, dropout=0.1, threads=1
)


def article(number: int) -> Entry:
    words = np.random.default_rng(number).choice(len(ZH), 4, replace=False)
    url = f"https://example.org/{number}"
    title = " ".join(EN[word] for word in words)
    body = "，".join(ZH[word] for word in words) + "。"
    return Entry(Article(url=url, title=title, text=body * 3), (Link(url, url, title, "清单"),))


@pytest.fixture(scope="module")
def corpus() -> list[Entry]:
    return [article(number) for number in range(160)]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> TowerSettings:
    """A tower that knows the words and none of their translations."""
    folder = tmp_path_factory.mktemp("start") / "plain"
    tokenizer = train_tokenizer([" ".join(ZH), " ".join(EN)] * 10, 7_200)
    bag = TokenBag.random(np.ones(tokenizer.get_vocab_size(), dtype=np.int64), 32, sif=1e-3, seed=1)
    write_tower(folder, tokenizer, bag.table(), {})
    return TowerSettings(name=str(folder))


def adapted(entries: Sequence[Entry], data_dir: Path, tower: TowerSettings, **changes: object) -> AdaptReport:
    settings = msgspec.structs.replace(SETTINGS, **changes)
    return adapt(entries, data_dir, tower=tower, passages=PassageSettings(), settings=settings)


@pytest.fixture(scope="module")
def first_night(
    corpus: list[Entry], start: TowerSettings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, AdaptReport]:
    data_dir = tmp_path_factory.mktemp("data")
    return data_dir, adapted(corpus, data_dir, start)


@pytest.fixture
def data_dir(first_night: tuple[Path, AdaptReport], tmp_path: Path) -> Path:
    """A copy of the data folder after the first night."""
    shutil.copytree(first_night[0], tmp_path / "data", symlinks=True)
    return tmp_path / "data"


def in_use(data_dir: Path, tower: TowerSettings) -> str:
    return towers_for_index([tower], data_dir)[0].id


def test_a_better_tower_is_kept_and_used(first_night: tuple[Path, AdaptReport], start: TowerSettings) -> None:
    data_dir, report = first_night
    found = report.adaptation
    assert report.ran
    assert found.outcome == "better"
    assert found.start == load_tower(start).id
    before, after = found.figures
    assert (before.tower, after.tower) == (found.start, found.tower)
    assert after.ndcg_10 > before.ndcg_10 + 0.3
    assert after.mrr_10 > before.mrr_10
    assert found.queries >= 20
    assert in_use(data_dir, start) == found.tower != found.start
    assert last_adaptation(data_dir) == found


def test_what_it_learned_holds_for_words_and_not_only_for_articles(
    first_night: tuple[Path, AdaptReport], start: TowerSettings
) -> None:
    (tower,) = towers_for_index([start], first_night[0])
    likeness = tower.encode_queries(ZH) @ tower.encode_passages(EN).T
    assert np.mean(likeness.argmax(axis=1) == np.arange(len(ZH))) > 0.8


def test_a_night_without_change_does_nothing(
    data_dir: Path, corpus: list[Entry], start: TowerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    report = adapted(corpus, data_dir, start)
    assert not report.ran
    assert report.adaptation == last_adaptation(data_dir)


def test_switching_the_nights_on_is_no_change(
    data_dir: Path, corpus: list[Entry], start: TowerSettings
) -> None:
    assert not adapted(corpus, data_dir, start, enabled=True).ran


def test_the_same_inputs_give_the_same_tower(
    first_night: tuple[Path, AdaptReport], corpus: list[Entry], start: TowerSettings, tmp_path: Path
) -> None:
    assert adapted(corpus, tmp_path, start).adaptation == first_night[1].adaptation


def test_a_second_night_starts_from_the_start_and_noise_changes_no_tower(
    data_dir: Path, corpus: list[Entry], start: TowerSettings
) -> None:
    used = in_use(data_dir, start)
    report = adapted([*corpus, article(1_000), article(1_001)], data_dir, start)
    assert report.ran
    assert report.adaptation.outcome == "no better"
    assert report.adaptation.start == load_tower(start).id
    assert len(report.adaptation.figures) == 3
    assert in_use(data_dir, start) == used


def test_a_tower_that_learned_nothing_is_not_kept(
    corpus: list[Entry], start: TowerSettings, tmp_path: Path
) -> None:
    report = adapted(corpus, tmp_path, start, learning_rate=1e-6, weight_rate=0.0)
    assert report.adaptation.outcome == "no better"
    assert in_use(tmp_path, start) == load_tower(start).id
    assert not adapted(corpus, tmp_path, start, learning_rate=1e-6, weight_rate=0.0).ran


def test_a_corpus_too_small_to_tell_keeps_the_start(
    corpus: list[Entry], start: TowerSettings, tmp_path: Path
) -> None:
    report = adapted(corpus[:20], tmp_path, start)
    assert report.adaptation.outcome == "too few queries"
    assert report.adaptation.figures == ()
    assert in_use(tmp_path, start) == load_tower(start).id


def test_without_torch_nothing_is_lost(
    data_dir: Path, corpus: list[Entry], start: TowerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    used = in_use(data_dir, start)
    with pytest.raises(MissingExtraError, match=r"shuangta\[models\]"):
        adapted(corpus[:-1], data_dir, start)
    assert in_use(data_dir, start) == used


def test_another_start_drops_what_came_of_the_old_one(
    data_dir: Path, corpus: list[Entry], start: TowerSettings, tmp_path: Path
) -> None:
    upgraded = tmp_path / "plain"
    shutil.copytree(start.name, upgraded)
    table = read_static_folder(upgraded).passages
    write_tower(upgraded, table.tokenizer, table.dense() + np.float32(0.01), {})
    settings = TowerSettings(name=str(upgraded))
    assert in_use(data_dir, settings) == load_tower(settings).id
    report = adapted(corpus, data_dir, settings, learning_rate=1e-6, weight_rate=0.0)
    assert report.adaptation.tower == load_tower(settings).id
    assert not list(data_dir.glob("towers/*/adapted"))


def test_deleting_the_folder_forgets(data_dir: Path, start: TowerSettings) -> None:
    shutil.rmtree(data_dir / "towers")
    assert in_use(data_dir, start) == load_tower(start).id


@pytest.mark.parametrize("damage", [b"", b"\x00\xff not a tower"])
def test_a_damaged_tower_is_as_good_as_none_and_is_made_anew(
    data_dir: Path, corpus: list[Entry], start: TowerSettings, damage: bytes
) -> None:
    used = in_use(data_dir, start)
    (weights,) = data_dir.glob("towers/*/adapted/0_StaticEmbedding/model.safetensors")
    weights.write_bytes(damage)
    assert in_use(data_dir, start) == load_tower(start).id
    report = adapted(corpus, data_dir, start)
    assert report.ran
    assert in_use(data_dir, start) == report.adaptation.tower == used


@pytest.mark.parametrize("damage", ["", "{}", "[1, 2"])
def test_a_damaged_record_is_as_good_as_none(data_dir: Path, start: TowerSettings, damage: str) -> None:
    (data_dir / "towers" / "latest.json").write_text(damage, "utf-8")
    assert in_use(data_dir, start) == load_tower(start).id


def test_a_generation_is_searched_with_what_it_was_built_with(
    data_dir: Path, corpus: list[Entry], start: TowerSettings
) -> None:
    index = IndexSettings(towers=(start,))

    def built_with() -> Sequence[str]:
        build(
            corpus[:9],
            data_dir,
            settings=index,
            towers=towers_for_index([start], data_dir),
            clock=lambda: 1.0,
        )
        return [leg.id for leg in read_manifest(current(data_dir)).towers]

    used = built_with()
    assert used == [in_use(data_dir, start)]
    adapted(corpus[:20], data_dir, start)
    assert [in_use(data_dir, start)] == [load_tower(start).id]
    assert [tower.id for tower in towers_for_search([start], data_dir, used)] == used
    assert built_with() == [load_tower(start).id]
    assert [tower.id for tower in towers_for_search([start], data_dir, built_with())] == built_with()


def test_towers_that_no_generation_needs_go_with_their_vectors(
    data_dir: Path, corpus: list[Entry], start: TowerSettings, tmp_path: Path
) -> None:
    used = in_use(data_dir, start)
    (data_dir / "vectors").mkdir()
    cache = data_dir / "vectors" / f"{used}.sqlite"
    cache.touch()
    upgraded = tmp_path / "plain"
    shutil.copytree(start.name, upgraded)
    table = read_static_folder(upgraded).passages
    write_tower(upgraded, table.tokenizer, -table.dense(), {})
    adapted(corpus, data_dir, TowerSettings(name=str(upgraded)), learning_rate=0.1)
    assert not cache.exists()
    assert len(list(data_dir.glob("towers/*/adapted"))) == 1


def test_another_tower_of_the_settings_is_not_taken_for_the_adapted_one(
    data_dir: Path, start: TowerSettings, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(start.name, other)
    settings = TowerSettings(name=str(other))
    built_with = [in_use(data_dir, start)]
    assert [tower.id for tower in towers_for_search([settings], data_dir, built_with)] == [
        load_tower(settings).id
    ]


def test_what_is_no_static_tower_is_refused(corpus: list[Entry], tmp_path: Path) -> None:
    with pytest.raises(TowerError):
        adapted(corpus, tmp_path, TowerSettings(name="BAAI/bge-small-zh-v1.5"))


def test_progress_is_told(corpus: list[Entry], start: TowerSettings, tmp_path: Path) -> None:
    told: list[Progress] = []
    adapt(
        corpus,
        tmp_path,
        tower=start,
        passages=PassageSettings(),
        settings=msgspec.structs.replace(SETTINGS, epochs=30),
        progress=told.append,
    )
    assert {moment.stage for moment in told} >= {"adapt: corpus", "adapt: test"}
    assert torch.get_num_threads() == 1
