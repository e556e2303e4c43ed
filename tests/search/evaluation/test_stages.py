"""The look into the cascade, over the small corpus of which every test knows what each leg can find."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from index.generation import Generation
from index.towers import Tower
from search.engine import Engine
from search.evaluation.judged import JudgedQuery, JudgedSet
from search.evaluation.latency import TOTAL, latencies
from search.evaluation.measures import Grading
from search.evaluation.stages import Kept, Stages, alignment, measure_stages
from search.settings import RecallSettings, RerankSettings, SearchSettings

ZH, EN = "https://zhuanlan.example.cn/0", "https://notes.example.org/6"
BREAD = "https://kitchen.example.cn/4"
GONE = "https://nowhere.example.org/"


class Shortest:
    """Prefers short passages."""

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array([-len(passage) for passage in passages], np.float32)


def one_query(text: str, grades: dict[str, int]) -> JudgedSet:
    return JudgedSet((JudgedQuery("q", text, {}),), {"q": grades})


def kept(stages: Stages, stage: str, cut: int | None = None) -> Kept:
    (found,) = (each for each in stages.kept if (each.stage, each.cut) == (stage, cut))
    return found


def test_a_leg_has_the_recall_of_what_it_found_itself(literal_engine: Engine) -> None:
    # The English article has no word of the query; the tower knows that 双塔 is a dual encoder.
    stages = measure_stages(literal_engine, one_query("双塔", {ZH: 3, EN: 3}), Grading())
    assert kept(stages, "recall.lexical").recall == 0.5
    assert kept(stages, "recall.dense.concepts").recall == 1
    assert kept(stages, "recall").recall == 1
    assert [each.stage for each in stages.kept[:3]] == ["recall.lexical", "recall.dense.concepts", "recall"]


def test_a_dense_leg_gets_no_credit_for_what_another_leg_brought_in(
    generation: Generation, tower: Tower
) -> None:
    settings = SearchSettings(recall=RecallSettings(lexical_k=200, dense_k=1))
    engine = Engine(generation, [tower], settings)
    try:
        stages = measure_stages(engine, one_query("双塔 面包", {ZH: 1, BREAD: 1}), Grading())
    finally:
        engine.close()
    # It scored the whole union, and found one passage of it.
    assert kept(stages, "recall.dense.concepts").passages == 1
    assert kept(stages, "recall.dense.concepts").recall == 0.5
    assert kept(stages, "recall").recall == 1


def test_an_article_that_the_index_does_not_hold_is_not_found(engine: Engine) -> None:
    stages = measure_stages(engine, one_query("双塔", {ZH: 3, GONE: 3}), Grading())
    assert kept(stages, "recall").recall == 0.5
    # What recall could not find, no later stage can lose.
    assert kept(stages, "prerank", 50).top == 1


def test_the_judged_top_are_the_best_grades_of_a_query(literal_engine: Engine) -> None:
    stages = measure_stages(literal_engine, one_query("双塔", {ZH: 1, EN: 3}), Grading())
    assert kept(stages, "recall.lexical").recall == 0.5
    assert kept(stages, "recall.lexical").top == 0
    relevant = measure_stages(literal_engine, one_query("双塔", {ZH: 1, EN: 3}), Grading(relevant=2))
    assert kept(relevant, "recall.lexical").recall == 0


def test_every_ranking_stage_is_cut_where_it_hands_on(engine: Engine) -> None:
    stages = measure_stages(engine, one_query("双塔", {ZH: 3}), Grading())
    cuts = [(each.stage, each.cut) for each in stages.kept if each.cut]
    assert cuts == [("fused", 10), ("fused", 50), ("prerank", 10), ("prerank", 50)]
    assert kept(stages, "prerank", 10).passages == 10


def test_a_score_that_ranks_the_relevant_first_has_an_auc_of_one(engine: Engine) -> None:
    stages = measure_stages(engine, one_query("双塔模型的召回", {ZH: 3}), Grading())
    orderings = {each.stage: each for each in stages.orderings}
    assert list(orderings) == ["lexical", "dense.concepts", "fused", "prerank"]
    assert orderings["prerank"].gauc == orderings["prerank"].auc == 1
    worst = measure_stages(engine, one_query("双塔模型的召回", {BREAD: 1}), Grading())
    assert {each.stage: each.gauc for each in worst.orderings}["fused"] < 0.5


def test_alignment_is_the_share_of_the_rerankers_top_that_is_handed_on(
    generation: Generation, tower: Tower
) -> None:
    settings = SearchSettings(rerank=RerankSettings(model="test", depth=100, budget_ms=float("inf")))
    engine = Engine(generation, [tower], settings, Shortest())
    judged = one_query("双塔 召回 retrieval", {ZH: 3})
    try:
        few, many = alignment(engine, judged, (5, 100))
        candidates = engine.candidates(judged.queries[0].text)
    finally:
        engine.close()
    before = candidates.stages["prerank"]
    first_five = set(np.argsort(-before, kind="stable")[:5].tolist())
    assert (
        few.share == len(first_five & set(range(10))) / 10
    )  # the reranker's order is that of the candidates
    assert (few.stage, few.top, many.share) == ("prerank", 10, 1)


def test_a_reranker_whose_budget_is_spent_ranked_no_query(generation: Generation, tower: Tower) -> None:
    judged = one_query("双塔 召回 retrieval", {ZH: 3})
    reached = {}
    for budget in (0.0, float("inf")):
        settings = SearchSettings(rerank=RerankSettings(model="test", budget_ms=budget))
        engine = Engine(generation, [tower], settings, Shortest(), clock=lambda: 0.0)
        try:
            stages = measure_stages(engine, judged, Grading())
        finally:
            engine.close()
        reached[budget] = {each.stage: each.queries for each in stages.kept}
    assert "rerank" not in reached[0.0]
    assert reached[float("inf")]["rerank"] == reached[0.0]["prerank"] == 1


def test_without_a_reranker_there_is_no_alignment(engine: Engine) -> None:
    assert alignment(engine, one_query("双塔", {ZH: 3}), (10,)) == []


def test_a_query_that_finds_nothing_has_no_place_in_the_means(
    engine: Engine, judged: Callable[[str], JudgedSet]
) -> None:
    nothing = one_query("qzxwv", {ZH: 3})
    stages = measure_stages(engine, nothing, Grading())
    assert kept(stages, "recall").recall == 0
    assert np.isnan(kept(stages, "recall").top)
    assert all(np.isnan(each.gauc) for each in stages.orderings)


@pytest.mark.parametrize("mode", ["lexical", "full"])
def test_latency_is_of_every_stage_and_the_total(engine: Engine, mode: str) -> None:
    stages = {each.stage: each for each in latencies(engine, ["双塔", "bread"], mode)}  # type: ignore[arg-type]
    assert {"understand", "recall", "recall.lexical", "fuse", "show", TOTAL} <= stages.keys()
    assert ("prerank" in stages) == (mode == "full")
    assert all(0 <= each.p50 <= each.p99 for each in stages.values())
