"""A table of tokens and a transformer side by side: two dense legs, built, searched and measured together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from index.build import BuildReport, build
from index.generation import Generation, current
from index.onnx_tower import OnnxTower
from index.settings import IndexSettings, TowerSettings
from index.towers import Tower, load_tower
from ingest.articles import Article, Entry, Lang, Link
from search.engine import Engine
from search.evaluation.collection import indexed, read_collection
from search.evaluation.measures import Grading, Measure
from search.evaluation.runs import ask
from search.evaluation.scores import score
from search.scales import dense_scale
from search.settings import Mode, SearchSettings
from tests.index.encoders import PROMPTS, TEXTS, add_onnx, save_encoder

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> OnnxTower:
    pytest.importorskip("torch")
    place = tmp_path_factory.mktemp("models") / "tiny"
    add_onnx(place, save_encoder(place, prompts=PROMPTS))
    tower = load_tower(TowerSettings(name=str(place)))
    assert isinstance(tower, OnnxTower)
    return tower


@pytest.fixture(scope="module")
def towers(small: OnnxTower) -> list[Tower]:
    return [load_tower(TowerSettings(name="static")), small]


def entries() -> list[Entry]:
    made = []
    for number, text in enumerate(TEXTS):
        url = f"https://example.org/{number}"
        link = Link(url, url, text, "list", ("section",))
        made.append(Entry(Article(url, text, text * 3, Lang.MIXED), (link,)))
    return made


def built(folder: Path, towers: list[Tower]) -> BuildReport:
    return build(entries(), folder, settings=IndexSettings(), towers=towers, clock=lambda: 0.0)


def test_both_legs_are_built_searched_and_told_of(towers: list[Tower], tmp_path: Path) -> None:
    report = built(tmp_path, towers)
    assert report.encoded == 2 * report.passages
    generation = Generation.open(current(tmp_path))
    assert {name: index.dim for name, index in generation.dense.items()} == {
        tower.id: tower.dim for tower in towers
    }
    engine = Engine(generation, towers, SearchSettings())
    for mode in ("dense", "hybrid", "full"):
        answer = engine.search("双塔召回模型的负采样", mode=mode, explain=True)
        assert {"dense.static", "dense.tiny", "fused"} <= set(answer.hits[0].stages)
    assert answer.hits[0].title == TEXTS[0]
    engine.close()
    generation.close()


def test_another_second_tower_leaves_the_first_ones_vectors(towers: list[Tower], tmp_path: Path) -> None:
    built(tmp_path, towers[:1])
    report = built(tmp_path, towers)
    assert report.encoded == report.reused == report.passages


def test_legs_of_different_kinds_are_on_one_scale(towers: list[Tower], tmp_path: Path) -> None:
    """A random transformer finds all texts alike; its scale takes that away, so it does not drown the table."""
    built(tmp_path, towers)
    generation = Generation.open(current(tmp_path))
    static, tiny = (dense_scale(generation.dense[tower.id]) for tower in towers)
    assert static.zero < 0.5 < tiny.zero
    generation.close()


def test_two_towers_are_measured_on_a_collection(towers: list[Tower], tmp_path: Path) -> None:
    def write(name: str, rows: list[dict[str, str]]) -> None:
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    write("corpus.jsonl", [{"_id": f"d{n}", "title": text, "text": text} for n, text in enumerate(TEXTS)])
    write("queries.jsonl", [{"_id": f"q{n}", "text": text} for n, text in enumerate(TEXTS)])
    (tmp_path / "qrels").mkdir()
    judged = "".join(f"q{n}\td{n}\t1\n" for n in range(len(TEXTS)))
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged, "utf-8")
    judged, ndcg = read_collection(tmp_path), Measure("nDCG", 10)
    with indexed(tmp_path, towers=towers, settings=IndexSettings(), clock=lambda: 0.0) as generation:
        engine = Engine(generation, towers, SearchSettings())
        for mode in get_args(Mode):
            run = ask(engine, judged, mode)
            scores = score(mode, run, judged, measures=(ndcg,), grading=Grading())
            assert len(run) == len(TEXTS)
            if mode in ("dense", "hybrid"):
                assert scores.values[ndcg].mean() == 1.0
        engine.close()
