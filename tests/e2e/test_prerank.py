"""Prerank learned from the sample site: by the command, into the data folder, and searched with."""

from __future__ import annotations

import sys

import msgspec
import pytest

from api import wiring
from api.commands.preranking import told
from api.settings import Settings
from api.shuangta import main
from search.prerank.features import FEATURES
from search.prerank.model import LINEAR, Learned
from search.prerank.train.run import PrerankReport
from search.prerank.trees import Forest, Tree, read_forest, write_forest
from tests.conftest import searching

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
