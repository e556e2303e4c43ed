from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import msgspec
import pytest

from index.generation import Generation
from index.towers import Tower
from ingest.articles import Source
from ingest.errors import QueryError, TowerError
from search.answers import Answer, to_json
from search.engine import Engine
from search.filters import Filters
from search.settings import Mode, PrerankSettings, SearchSettings

from .conftest import EN, ZH

MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid", "full")
every_mode = pytest.mark.parametrize("mode", MODES)

CONTRACT = {"query", "understood", "took_ms", "stages_ms", "hits"}
HIT_CONTRACT = {
    "rank", "score", "url", "title", "passage", "headings", "list", "section", "article_id", "stages",
}  # fmt: skip


def titles(answer: Answer) -> list[str]:
    return [hit.title for hit in answer.hits]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("双塔模型怎么做负采样", "双塔模型的召回"),
        ("雙塔模型", "双塔模型的召回"),
        ("how do dual encoders choose negatives?", "Dual encoders for retrieval"),
        ("注意力机制", "注意力機制入門"),
        ("rank fusion", "Reciprocal rank fusion"),
        ("C++ 内存模型", "C++ memory model 内存模型"),
        ("手推公式", "循环神经网络讲义"),
    ],
)
def test_a_question_finds_its_article_first(engine: Engine, query: str, title: str) -> None:
    assert titles(engine.search(query))[0] == title


def test_a_query_finds_articles_in_the_other_language(engine: Engine) -> None:
    assert "Dual encoders for retrieval" in titles(engine.search("双塔 召回", k=4))
    assert "双塔模型的召回" in titles(engine.search("dual encoder", k=4))
    assert "循环神经网络讲义" not in titles(engine.search("recurrent", mode="lexical"))


def test_a_link_without_a_page_is_found_by_what_the_list_says(engine: Engine) -> None:
    (hit,) = engine.search("循环神经网络讲义", mode="lexical", k=1).hits
    assert hit.source == Source.LISTING
    assert (hit.url, hit.note) == ("https://gone.example.net/rnn", "手推公式很细")


@every_mode
def test_an_article_is_shown_once_with_its_other_passages_under_it(engine: Engine, mode: Mode) -> None:
    answer = engine.search("双塔 负采样 物品", mode=mode, filters=Filters(langs=("zh",)))
    assert max(Counter(hit.article_id for hit in answer.hits).values()) == 1
    first = answer.hits[0]
    assert first.title == "双塔模型的召回"
    assert first.more
    assert len({first.passage, *(each.passage for each in first.more)}) == 1 + len(first.more)
    assert all(each.score <= first.score for each in first.more)


def test_as_many_passages_of_an_article_rank_as_the_settings_allow(
    generation: Generation, tower: Tower
) -> None:
    engine = Engine(generation, [tower], SearchSettings(per_article=2))
    try:
        answer = engine.search("双塔 负采样 物品")
    finally:
        engine.close()
    assert max(Counter(hit.article_id for hit in answer.hits).values()) == 2
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))


@every_mode
def test_hits_come_best_first_and_no_more_than_asked_for(engine: Engine, mode: Mode) -> None:
    answer = engine.search("双塔 召回 attention passage", mode=mode, k=3)
    assert len(answer.hits) == 3
    assert answer.total > 3
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)


@every_mode
@pytest.mark.parametrize(
    "filters",
    [
        Filters(langs=("en",)),
        Filters(lists=(EN,)),
        Filters(hosts=("notes.example.org",)),
        Filters(sections=("Retrieval",)),
        Filters(starred=True),
        Filters(since="2022"),
        Filters(lists=(ZH,), starred=True, since="2023-05-01"),
    ],
    ids=str,
)
def test_filters_hold_in_every_leg(engine: Engine, mode: Mode, filters: Filters) -> None:
    answer = engine.search(
        "双塔 召回 dual encoder retrieval 注意力 attention", mode=mode, filters=filters, k=50
    )
    assert answer.hits
    for hit in answer.hits:
        assert not filters.langs or hit.lang in {*filters.langs, "mixed"}
        assert not filters.lists or set(filters.lists) & set(hit.lists)
        assert not filters.hosts or hit.host in filters.hosts
        assert not filters.sections or "Retrieval" in hit.section or EN in hit.lists
        assert hit.starred or not filters.starred
        assert hit.published >= filters.since


def test_a_filter_that_nothing_passes_leaves_no_hit(engine: Engine) -> None:
    for mode in MODES:
        answer = engine.search("双塔", mode=mode, filters=Filters(hosts=("nowhere.example",)))
        assert (answer.hits, answer.total) == ((), 0)


def test_words_that_stand_nowhere_find_nothing(engine: Engine) -> None:
    assert engine.search("qqqzzz", mode="lexical").hits == ()
    assert engine.search("qqqzzz", mode="dense").hits == ()


@pytest.mark.parametrize(
    ("mode", "stages"),
    [
        ("lexical", ["lexical", "fused"]),
        ("dense", ["dense.concepts", "fused"]),
        ("hybrid", ["lexical", "dense.concepts", "fused"]),
        ("full", ["lexical", "dense.concepts", "fused", "prerank"]),
    ],
)
def test_every_stage_leaves_its_score(engine: Engine, mode: Mode, stages: list[str]) -> None:
    hit = engine.search("双塔 召回", mode=mode).hits[0]
    assert list(hit.stages) == stages
    assert hit.score == hit.stages[stages[-1]]


def test_prerank_can_be_switched_off(generation: Generation, tower: Tower) -> None:
    engine = Engine(generation, [tower], SearchSettings(prerank=PrerankSettings(model="none")))
    try:
        answer = engine.search("双塔", mode="full")
    finally:
        engine.close()
    assert "prerank" not in answer.hits[0].stages
    assert "prerank" not in answer.stages_ms


@pytest.mark.parametrize("method", ["weighted", "rrf"])
def test_both_ways_of_fusing_find_what_one_leg_alone_misses(
    generation: Generation, tower: Tower, method: Literal["weighted", "rrf"]
) -> None:
    settings = SearchSettings()
    fusion = msgspec.structs.replace(settings.fusion, method=method)
    engine = Engine(generation, [tower], msgspec.structs.replace(settings, fusion=fusion))
    try:
        found = titles(engine.search("双塔模型", mode="hybrid", k=5))
    finally:
        engine.close()
    assert found[0] == "双塔模型的召回"
    assert "Dual encoders for retrieval" in found


def test_explain_says_what_each_feature_added(engine: Engine) -> None:
    hit = engine.search("双塔模型的召回", explain=True).hits[0]
    assert len(hit.features) > 1
    assert sum(hit.features.values()) == pytest.approx(hit.stages["prerank"])
    assert engine.search("双塔模型的召回").hits[0].features == {}


def test_the_timings_cover_the_stages(engine: Engine) -> None:
    answer = engine.search("双塔")
    assert list(answer.stages_ms) == [
        "understand", "recall", "recall.lexical", "recall.dense.concepts", "fuse", "prerank", "judge", "show",
    ]  # fmt: skip
    assert all(ms >= 0 for ms in answer.stages_ms.values())
    parts = sum(ms for stage, ms in answer.stages_ms.items() if not stage.startswith("recall."))
    assert parts <= answer.took_ms


def test_the_json_keeps_the_contract(engine: Engine) -> None:
    answer = json.loads(json.dumps(to_json(engine.search("双塔 fusion", explain=True))))
    assert set(answer) >= CONTRACT
    for hit in answer["hits"]:
        assert set(hit) >= HIT_CONTRACT
        assert all(0 <= start < end <= len(hit["passage"]) for start, end in hit["highlights"])
    assert answer["understood"]["terms"]


def test_a_hit_tells_where_the_lists_have_it(engine: Engine) -> None:
    hit = next(hit for hit in engine.search("多路召回融合").hits if hit.title == "多路召回怎么融合")
    assert (hit.list, hit.section, hit.lists) == (ZH, ("召回",), (ZH, EN))
    assert hit.also_at == ("https://mirror.example.net/fusion",)
    assert (hit.author, hit.published, hit.note) == ("某人", "2021-11-20", "值得一读")


def test_a_hit_links_to_its_place_in_the_page(engine: Engine) -> None:
    hit = engine.search("in-batch negatives").hits[0]
    assert hit.headings == ("In-batch negatives",)
    assert hit.link == "https://notes.example.org/6#in-batch"
    words = "Attention%20weighs%20every%20position%20against%20every%20other"
    hit = engine.search("attention weighs every position").hits[0]
    assert hit.link == f"https://papers.example.org/9#:~:text={words}"


def test_many_threads_get_the_answers_of_one(engine: Engine) -> None:
    queries = ["双塔", "attention", "负采样 negatives", "bread", "显卡怎么选"] * 8
    alone = [titles(engine.search(query)) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda query: titles(engine.search(query)), queries)) == alone


def test_without_towers_hybrid_is_lexical_and_dense_is_refused(generation: Generation) -> None:
    engine = Engine(generation, [], SearchSettings())
    try:
        hybrid, lexical = (titles(engine.search("双塔 召回", mode=mode)) for mode in ("hybrid", "lexical"))
        assert hybrid == lexical
        with pytest.raises(QueryError, match="tower"):
            engine.search("双塔", mode="dense")
    finally:
        engine.close()


def test_a_tower_that_the_index_was_not_built_with_is_refused(generation: Generation, tower: Tower) -> None:
    stranger = type("Stranger", (), {"id": "other@000000000000", "dim": tower.dim})()
    with pytest.raises(TowerError, match="other@000000000000"):
        Engine(generation, [stranger], SearchSettings())


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_hit_cannot_be_asked_for(engine: Engine, k: int) -> None:
    with pytest.raises(QueryError):
        engine.search("双塔", k=k)


@every_mode
def test_every_hit_holds_what_was_quoted(engine: Engine, mode: Mode) -> None:
    free = engine.search("负采样 用户 物品", mode=mode, k=20).hits
    bound = engine.search("负采样 “用户和物品”", mode=mode, k=20).hits
    assert [hit.title for hit in bound] == ["双塔模型的召回"]
    assert len(free) >= len(bound)
    assert all("用户和物品" in hit.passage for hit in bound)


@every_mode
def test_a_phrase_of_the_title_or_the_list_counts_as_held(engine: Engine, mode: Mode) -> None:
    assert "Reciprocal rank fusion" in titles(engine.search('recall "reciprocal rank fusion"', mode=mode))


def test_a_phrase_that_stands_nowhere_finds_nothing_and_says_why(engine: Engine) -> None:
    answer = engine.search('"物品和用户"')
    assert answer.hits == ()
    assert "物品和用户" in answer.notes[0]


@every_mode
def test_where_no_passage_holds_a_phrase_the_rest_of_the_query_is_answered_and_says_so(
    engine: Engine, mode: Mode
) -> None:
    answer = engine.search("“物品和用户”如何用双塔模型召回？", mode=mode)
    assert answer.hits[0].title == "双塔模型的召回"
    assert '"物品和用户"' in str(answer.notes)
    assert answer.understood.phrases == ()


@every_mode
def test_no_hit_holds_what_was_excluded(engine: Engine, mode: Mode) -> None:
    asked = "召回 双塔 dual encoder"
    assert "双塔模型的召回" in titles(engine.search(asked, mode=mode, k=20))
    answer = engine.search(f"{asked} -负采样 -双塔", mode=mode, k=20)
    assert answer.understood.excluded == ("负采样", "双塔")
    assert answer.hits
    assert not any("双塔" in hit.title + hit.passage for hit in answer.hits)


def test_a_query_that_only_excludes_is_refused_with_the_cure(engine: Engine) -> None:
    with pytest.raises(QueryError, match="only says what to leave out: 广告") as refused:
        engine.search("-广告")
    assert "Add some words" in str(refused.value)


def test_towers_are_not_told_what_was_excluded(engine: Engine) -> None:
    plain, without = (engine.search(text, mode="dense", k=20) for text in ("双塔 召回", "双塔 召回 -面包"))
    scores = {hit.url: hit.score for hit in plain.hits}
    assert all(hit.score == pytest.approx(scores[hit.url]) for hit in without.hits if hit.url in scores)
