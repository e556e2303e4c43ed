"""A whole run on a small world, and what it is made of."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from index.settings import IndexSettings
from index.towers import Tower
from index.train.pairs import PairFile
from ingest.errors import MissingExtraError, PairsError
from search.engine import Engine
from search.prerank.features import FEATURES, NEVER_HELPS, NEVER_HURTS, Features
from search.prerank.model import LINEAR, Learned
from search.prerank.train.distill import Teacher
from search.prerank.train.examples import Asking, Examples, collect, examine, joined
from search.prerank.train.lambdamart import fit
from search.prerank.train.run import Trained, fused_ndcg, ndcg, train_prerank
from search.prerank.train.sources import Collection, Question, from_pairs
from search.settings import Objective, PrerankSettings, PrerankTrainSettings, SearchSettings
from tests.search.conftest import CONCEPTS

SETTINGS = SearchSettings(
    prerank=PrerankSettings(train=PrerankTrainSettings(trees=20, leaves=4, min_leaf=5, folds=3))
)


def pairs(folder: Path, name: str) -> PairFile:
    """Passages on two concepts each, asked for by other words of these."""
    rows = []
    for first, words in enumerate(CONCEPTS):
        for second, others in enumerate(CONCEPTS):
            if first != second:
                text = f"{words[0]} 与 {others[0]}。{name} 里的第 {first}{second} 段。"
                rows.append(
                    {
                        "q": f"{words[-1]} {others[-1]}",
                        "p": text,
                        "type": "paraphrase",
                        "ql": "en",
                        "pl": "zh",
                    }
                )
                rows.append(
                    {"q": f"{words[0]} {others[0]}", "p": text, "type": "paraphrase", "ql": "zh", "pl": "zh"}
                )
    path = folder / f"{name}.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return PairFile(name, path)


def trained(folder: Path, tower: Tower, search: SearchSettings = SETTINGS) -> Trained:
    folder.mkdir(exist_ok=True)
    collections = some_collections(folder)
    return train_prerank(collected(collections, folder / "work", tower, search), search.prerank.train)


def some_collections(folder: Path) -> list[Collection]:
    return [
        each
        for name in ("one", "two", "three")
        for each in from_pairs(pairs(folder, name), passages=128, questions=40, seed=1)
    ]


def collected(
    collections: Iterable[Collection],
    work: Path,
    tower: Tower,
    search: SearchSettings = SETTINGS,
    teacher: Teacher | None = None,
) -> Iterator[Examples]:
    for collection in collections:
        folder = work / collection.name
        found = collect(collection, folder, Asking([tower], IndexSettings(), search, lambda: 0.0, teacher))
        if found is not None:
            yield found


@pytest.fixture(scope="module")
def run(tower: Tower, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    return trained(tmp_path_factory.mktemp("run"), tower)


def test_a_run_tells_what_it_learned_from_and_how_well_it_does_on_unseen_sources(run: Trained) -> None:
    report = run.report
    assert report.collections == 3
    assert 60 < report.queries <= 120
    assert report.candidates > report.queries
    assert all(0 < figure <= 1 for figure in (report.fused, report.linear, report.learned))
    assert report.learned > 0.6


def test_the_same_settings_give_the_same_trees(run: Trained, tower: Tower, tmp_path: Path) -> None:
    assert trained(tmp_path / "again", tower).forest == run.forest


def test_a_better_score_never_hurts(run: Trained) -> None:
    """The promise of the monotone constraints, on rows that training has never seen."""
    random = np.random.default_rng(3)
    values = random.normal(size=(200, len(FEATURES))).astype(np.float32)
    before = run.forest.scores(values)
    for number, name in enumerate(FEATURES):
        changed = values.copy()
        changed[:, number] += 2
        after = run.forest.scores(changed)
        assert name not in NEVER_HURTS or (after >= before - 1e-9).all()
        assert name not in NEVER_HELPS or (after <= before + 1e-9).all()


@pytest.mark.parametrize("objective", ["pointwise", "listwise"])
def test_other_objectives_learn_too(objective: Objective, tower: Tower, tmp_path: Path) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    train = msgspec.structs.replace(SETTINGS.prerank.train, objective=objective)
    prerank = msgspec.structs.replace(SETTINGS.prerank, train=train)
    report = trained(tmp_path, tower, msgspec.structs.replace(SETTINGS, prerank=prerank)).report
    assert report.learned > 0.6


def test_trees_without_a_leaf_to_give_leave_the_linear_order(run: Trained) -> None:
    values = np.random.default_rng(5).normal(size=(30, len(FEATURES))).astype(np.float32)
    alone = Learned(msgspec.structs.replace(run.forest, trees=()))
    order = np.argsort(alone.score(Features(values)), kind="stable")
    assert order.tolist() == np.argsort(LINEAR.score(Features(values)), kind="stable").tolist()


def test_without_lightgbm_the_cure_is_named(
    monkeypatch: pytest.MonkeyPatch, tower: Tower, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(MissingExtraError, match=r"shuangta\[train\]"):
        trained(tmp_path, tower)


def test_questions_that_nothing_answers_are_refused(tower: Tower, tmp_path: Path) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    (some,) = from_pairs(pairs(tmp_path, "one"), passages=64, questions=5, seed=1)
    unanswered = Collection(some.name, some.entries, (Question("双塔", "note", {"https://x.example/": 1}),))
    with pytest.raises(PairsError, match="nothing to learn from"):
        train_prerank(collected([unanswered], tmp_path / "work", tower), SETTINGS.prerank.train)


def test_examples_are_what_prerank_sees(engine: Engine) -> None:
    urls = {article.title: article.url for article in engine.generation.catalog.all_articles()}
    questions = [
        Question("双塔 召回", "note", {urls["双塔模型的召回"]: 1}),
        Question("。", "note", {urls["双塔模型的召回"]: 1}),  # no query at all
        Question("双塔 召回", "note", {"https://elsewhere.example/": 1}),
        Question("rank fusion", "title", {urls["Reciprocal rank fusion"]: 1}),
    ]
    examples = examine(engine, questions, "some")
    assert examples is not None
    asked = [engine.cascade.examine(text).features.values for text in ("双塔 召回", "rank fusion")]
    assert np.array_equal(examples.values, np.concatenate(asked), equal_nan=True)
    assert np.unique(examples.queries).tolist() == [0, 1]
    assert np.unique(examples.collections).tolist() == [0]
    assert all(examples.grades[examples.queries == query].any() for query in (0, 1))
    assert examine(engine, questions[1:3], "none") is None


def made(articles: list[int], grades: list[int]) -> Examples:
    count = len(articles)
    zeros = np.zeros(count, np.int32)
    values = np.zeros((count, len(FEATURES)), np.float32)
    values[:, FEATURES.index("dense.score")] = np.arange(count)
    weights = np.ones(count, np.float32)
    articles_of = np.array(articles, np.int32)
    return Examples(
        values, np.array(grades, np.int8), weights, articles_of, zeros, zeros, zeros, zeros > 0, ("made",)
    )


def test_a_grade_counts_by_its_gain() -> None:
    examples = made([1, 2], [1, 3])
    assert fused_ndcg(examples).tolist() == pytest.approx([(1 + 7 / np.log2(3)) / (7 + 1 / np.log2(3))])


def test_an_article_counts_at_its_best_passage() -> None:
    # By fusion the relevant article comes second, by the dense score first.
    examples = made([1, 1, 1, 2, 3, 2], [0, 0, 0, 1, 0, 1])
    assert fused_ndcg(examples).tolist() == pytest.approx([1 / np.log2(3)])
    assert ndcg(examples, LINEAR).tolist() == [1.0]


@pytest.mark.parametrize("objective", ["pointwise", "pairwise", "listwise"])
def test_a_query_that_weighs_three_counts_like_three(
    objective: Objective, tower: Tower, tmp_path: Path
) -> None:
    """What LightGBM makes of weights, of rows and of whole queries, is not the same thing; here they mean the query."""
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    examples = joined(list(collected(some_collections(tmp_path), tmp_path / "work", tower)))
    heavy = examples.queries % 2 == 0
    weighed = replace(examples, weights=np.where(heavy, 3, 1).astype(np.float32))
    repeated = joined([examples, examples.take(heavy), examples.take(heavy)])
    settings = PrerankTrainSettings(
        objective=objective, trees=1, leaves=4, min_leaf=1, l2=0.0, features=1.0, rows=1.0, prior=0.0
    )
    first, second = (fit(each, settings).scores(examples.values) for each in (weighed, repeated))
    assert np.corrcoef(first, second)[0, 1] > 0.99


def test_joined_examples_keep_their_queries_apart() -> None:
    whole = joined([made([1, 2], [1, 0]), joined([made([1], [1]), made([5], [1])])])
    assert whole.queries.tolist() == [0, 0, 1, 2]
    assert whole.collections.tolist() == [0, 0, 1, 2]
    assert whole.sizes().tolist() == [2, 1, 1]
    assert len(whole.take(whole.queries == 1)) == 1
