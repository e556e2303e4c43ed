"""Prerank learned from the sample site: by the command, into the data folder, and searched with."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec
import pytest

from api import wiring
from api.commands.preranking import told
from api.settings import Settings
from api.shuangta import main
from search.clicks import Click
from search.prerank.features import FEATURES
from search.prerank.model import LINEAR, Learned
from search.prerank.train.run import PrerankReport
from search.prerank.trees import Forest, Tree, read_forest, write_forest
from tests.conftest import searching
from tests.search.cross_encoder import tiny_cross_encoder

pytestmark = pytest.mark.slow

SMALL = ("trees=5", "leaves=3", "min_leaf=5", "folds=2")


def train(settings: Settings, *options: str) -> int:
    sets = [part for each in SMALL for part in ("--set", f"search.prerank.train.{each}")]
    return main(["train", "--prerank", "--data-dir", str(settings.data_path), *sets, *options])


def test_a_corpus_is_learned_from_and_the_trees_are_written_where_asked(
    copied: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    place = copied.data_path / "mine.msgpack"
    assert train(copied, "--out", str(place)) == 0
    said = capsys.readouterr().out
    assert str(place) in said
    assert "queries that the trees had not seen" in said
    assert read_forest(place, FEATURES).trees
    prerank = msgspec.structs.replace(copied.search.prerank, model=str(place))
    search = msgspec.structs.replace(copied.search, prerank=prerank)
    with searching(msgspec.structs.replace(copied, search=search)) as engine:
        hit = engine.search("双塔 召回", explain=True).hits[0]
    assert hit.explanation is not None
    assert "expected" in {part.name for part in hit.explanation.features}


def test_trees_that_are_no_better_are_not_kept(copied: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    own = copied.data_path / wiring.PRERANK
    write_forest(Forest(FEATURES, (Tree([], [], [], [], [], [1.0], []),)), own)  # from an earlier run
    # One leaf changes no order, so nothing can be better.
    assert (
        train(
            copied, "--set", "search.prerank.train.trees=1", "--set", "search.prerank.train.min_leaf=100000"
        )
        == 0
    )
    assert "kept the linear model" in capsys.readouterr().out
    assert not own.exists()


def test_trees_of_the_data_folder_are_used_by_themselves(copied: Settings) -> None:
    with searching(copied) as engine:
        assert engine.cascade.preranker is LINEAR
    forest = Forest(FEATURES, (Tree([], [], [], [], [], [1.0], []),))
    write_forest(forest, copied.data_path / wiring.PRERANK)
    with searching(copied) as engine:
        assert isinstance(engine.cascade.preranker, Learned)
    linear = msgspec.structs.replace(copied.search.prerank, model="linear")
    search = msgspec.structs.replace(copied.search, prerank=linear)
    with searching(msgspec.structs.replace(copied, search=search)) as engine:
        assert engine.cascade.preranker is LINEAR


def test_without_lightgbm_the_extra_is_named(
    copied: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert train(copied) != 0
    assert "shuangta[train]" in capsys.readouterr().err


def test_adapting_and_prerank_are_two_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--prerank", "--adapt"]) == 2
    assert "two runs" in capsys.readouterr().err


def test_the_report_is_told_in_a_sentence() -> None:
    report = PrerankReport(2, 40, 4000, 0.7, 0.75, 0.76, better=False)
    assert told(report, None).startswith("kept the linear model")
    assert "linear 0.7500, trees 0.7600" in told(report, None)


def test_clicks_are_learned_from_with_the_corpus(
    copied: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    place = copied.data_path / "mine.msgpack"

    def examples() -> PrerankReport:
        assert train(copied, "--out", str(place), "--json", "--quiet") == 0
        return msgspec.json.decode(capsys.readouterr().out, type=PrerankReport)

    before = examples()
    with searching(copied) as engine:
        for query in ("双塔 召回", "inverted index"):
            answer = engine.search(query)
            shown = [hit.article_id for hit in answer.hits]
            for opened in shown[:2]:
                wiring.click_log(copied).append(Click.at(0, query, answer.generation, shown, opened))
    after = examples()
    assert (after.collections, after.queries) == (before.collections + 1, before.queries + 4)


def test_judged_queries_of_the_own_index_are_learned_from_alone(
    copied: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    with searching(copied) as engine:
        hits = {query: engine.search(query).hits for query in ("双塔 召回", "inverted index", "负采样")}
    queries = [{"_id": str(number), "text": query} for number, query in enumerate(hits)]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), "utf-8")
    judged = [
        f"{number}\t{hit.url}\t{3 - place}"
        for number, of_query in enumerate(hits.values())
        for place, hit in enumerate(of_query[:3])
    ]
    (tmp_path / "qrels.tsv").write_text("\n".join(judged), "utf-8")
    place = copied.data_path / "mine.msgpack"
    assert train(copied, "--judged", str(tmp_path), "--out", str(place)) == 0
    assert "3 queries" in capsys.readouterr().out


def test_a_collection_is_learned_from_by_what_was_judged_for_training(
    copied: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    texts = {"a": "双塔模型的召回", "b": "倒排索引与 BM25", "c": "graph search for neighbours"}
    documents = [{"_id": name, "title": "", "text": text} for name, text in texts.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), "utf-8")
    queries = [{"_id": name, "text": text[:5]} for name, text in texts.items()]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), "utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\na\ta\t1\n", "utf-8")
    place = copied.data_path / "mine.msgpack"
    command = ("--judged", str(tmp_path), "--out", str(place))
    assert train(copied, *command) == 0
    assert " 1 queries" in capsys.readouterr().out
    (tmp_path / "qrels" / "train.tsv").write_text("b\tb\t3\nc\tc\t1\n", "utf-8")
    assert train(copied, *command) == 0
    assert " 2 queries" in capsys.readouterr().out


def test_judgements_that_are_not_there_are_named(
    copied: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    assert train(copied, "--judged", str(tmp_path)) == 1
    assert "queries.jsonl cannot be read" in capsys.readouterr().err


@pytest.mark.models
def test_the_reranker_of_the_settings_teaches(
    copied: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for package in ("lightgbm", "sentence_transformers"):
        pytest.importorskip(package)
    tiny_cross_encoder(tmp_path)
    command = ("--out", str(copied.data_path / "mine.msgpack"), "--json", "--quiet")
    smaller = ("--set", "search.prerank.train.questions=2", "--set", "search.prerank.train.distill_depth=4")

    def report(*options: str) -> PrerankReport:
        assert train(copied, *command, *smaller, *options) == 0
        return msgspec.json.decode(capsys.readouterr().out, type=PrerankReport)

    before, after = report(), report("--distill", "--set", f"search.rerank.model={tmp_path}")
    assert after.queries == before.queries
    assert before.candidates < after.candidates <= before.candidates + 4 * before.queries


def test_without_a_reranker_there_is_nobody_to_learn_from(
    copied: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    assert train(copied, "--distill") == 1
    assert "search.rerank.model" in capsys.readouterr().err


def test_judged_queries_train_prerank_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--judged", "somewhere"]) == 2
    assert "--prerank" in capsys.readouterr().err
