from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.generation import Generation
from index.lexical import Alternative, QueryTerm
from index.towers import Tower
from search.candidates import Candidates
from search.engine import Engine
from search.fuse import FUSED
from search.prerank.examine import Examined
from search.prerank.features import FEATURES, NEVER_HELPS, NEVER_HURTS
from search.prerank.leg_features import Legs, leg_features, legs_of
from search.prerank.text_features import text_features
from search.query import Query, understand
from search.scales import Scale
from search.settings import PrerankSettings, SearchSettings


def examined(generation: Generation, towers: list[Tower], query: str, depth: int = 150) -> Examined:
    engine = Engine(generation, towers, SearchSettings(prerank=PrerankSettings(model="none", depth=depth)))
    try:
        return engine.cascade.examine(query)
    finally:
        engine.close()


def of_title(generation: Generation, found: Examined, title: str) -> dict[str, float]:
    """The features of the first candidate of the article with that title."""
    articles = generation.catalog.articles(found.candidates.articles[found.positions])
    place = next(place for place, article in enumerate(articles) if article.title == title)
    return dict(zip(FEATURES, found.features.values[place].tolist(), strict=True))


def test_every_feature_has_one_name_and_at_most_one_direction() -> None:
    assert len(set(FEATURES)) == len(FEATURES)
    assert set(FEATURES) > NEVER_HURTS | NEVER_HELPS
    assert not NEVER_HURTS & NEVER_HELPS


def test_a_row_for_every_candidate_that_is_looked_at(generation: Generation, tower: Tower) -> None:
    for depth in (1, 4, 150):
        found = examined(generation, [tower], "双塔 召回", depth)
        assert found.features.values.shape == (min(depth, len(found.candidates)), len(FEATURES))
        assert found.features.values.dtype == np.float32


def test_legs_are_told_apart_by_what_they_are(tower: Tower) -> None:
    class Stranger:
        id = "some-encoder@0"
        dim = 3

    assert legs_of({"dense.concepts": tower}) == Legs(("dense.concepts",), ())
    assert legs_of({"dense.some-encoder": Stranger()}) == Legs((), ("dense.some-encoder",))  # type: ignore[dict-item]


def test_a_leg_that_is_not_there_is_unknown_and_not_zero(generation: Generation, tower: Tower) -> None:
    with_table = examined(generation, [tower], "双塔 召回").features
    assert not np.isnan(with_table.column("table.score")).any()
    assert np.isnan(with_table.column("encoder.score")).all()
    without = examined(generation, [], "双塔 召回").features
    assert np.isnan(without.column("table.standing")).all()
    assert np.isnan(without.column("article.table")).all()


def test_title_passage_and_article_hold_their_share_of_the_query(
    generation: Generation, tower: Tower
) -> None:
    found = examined(generation, [tower], "双塔 召回 负采样")
    of = of_title(generation, found, "双塔模型的召回")
    assert 0 < of["title.covered"] < 1
    assert of["article.covered"] == pytest.approx(1.0)
    assert of["title.bm25"] > 0
    assert of_title(generation, found, "多路召回怎么融合")["article.covered"] < 1


def test_the_whole_query_in_the_title_is_a_phrase(generation: Generation, tower: Tower) -> None:
    of = of_title(generation, examined(generation, [tower], "Reciprocal rank"), "Reciprocal rank fusion")
    assert of["title.phrase"] == 1.0
    assert 0.5 < of["title.focus"] < 1.0


def test_what_the_lists_say_counts_apart_from_the_text(generation: Generation, tower: Tower) -> None:
    of = of_title(generation, examined(generation, [tower], "值得一读 双塔"), "双塔模型的召回")
    assert of["listing.covered"] == pytest.approx(1.0)
    assert of["passage.covered"] < 1.0
    assert of["article.starred"] == 1.0
    fusion = of_title(generation, examined(generation, [tower], "融合"), "多路召回怎么融合")
    assert fusion["article.lists"] == 2.0


def test_passages_of_one_article_share_what_is_the_articles(generation: Generation, tower: Tower) -> None:
    found = examined(generation, [tower], "双塔模型 负采样 上线")
    articles = found.candidates.articles[found.positions]
    of_one = articles == np.bincount(articles).argmax()
    assert of_one.sum() > 1
    for name in (
        "article.fused",
        "article.covered",
        "article.passages",
        "title.covered",
        "article.candidates",
    ):
        assert len(set(found.features.column(name)[of_one].tolist())) == 1
    leads = found.features.column("article.lead")[of_one]
    assert leads[0] == 0.0
    assert (np.diff(leads) > 0).all()
    second = found.features.column("article.second")[of_one][0]
    assert second == sorted(found.features.column("fused.score")[of_one])[-2]


def test_a_passage_in_the_language_of_the_query_is_told(generation: Generation, tower: Tower) -> None:
    found = examined(generation, [tower], "attention")
    assert of_title(generation, found, "注意力機制入門")["same_language"] < 0.5
    assert of_title(generation, found, "Attention is what a transformer is made of")["same_language"] > 0.9


def test_terms_that_the_corpus_does_not_know_are_told(generation: Generation, tower: Tower) -> None:
    assert set(examined(generation, [tower], "双塔").features.column("query.known").tolist()) == {1.0}
    half = examined(generation, [tower], "双塔 qqqzzz").features.column("query.known")
    assert 0 < half[0] < 1


def test_a_date_is_told_as_years_behind_the_newest(generation: Generation, tower: Tower) -> None:
    found = examined(generation, [tower], "双塔 召回 注意力 显卡")
    assert of_title(generation, found, "双塔模型的召回")["article.age"] >= 0
    assert np.isnan(of_title(generation, found, "注意力機制入門")["article.age"])


def test_a_passage_in_another_language_is_credited_the_words_it_cannot_share(
    generation: Generation, tower: Tower
) -> None:
    found = examined(generation, [tower], "面包")
    english = of_title(generation, found, "Sourdough for patient people")
    assert english["passage.covered"] == 0.0
    assert english["translated"] > 0
    assert of_title(generation, found, "在家烤面包")["translated"] == 0.0
    # One that is not like the query has no words to be credited for.
    assert of_title(generation, found, "Reciprocal rank fusion")["translated"] < english["translated"]


def test_a_query_in_both_languages_credits_none(generation: Generation, tower: Tower) -> None:
    assert not examined(generation, [tower], "双塔 retrieval").features.column("translated").any()


def test_an_encoder_counts_twice_a_table_and_each_has_a_vote() -> None:
    table, encoder = np.array([0.4, 0.0], np.float32), np.array([0.1, 0.6], np.float32)
    rows = np.arange(2, dtype=np.int32)

    def dense(**legs: np.ndarray) -> list[float]:
        candidates = Candidates(rows, rows, {**legs, FUSED: np.array([0.2, 0.1], np.float32)})
        scales = {leg: Scale(0.0, 1.0) for leg in ("lexical", *legs)}
        return leg_features(candidates, scales, Legs(("t",), ("e",)))["dense.score"].tolist()

    assert dense(t=table) == pytest.approx([0.4, 0.0])
    assert dense(e=encoder) == pytest.approx([0.1, 0.6])
    assert dense(t=table, e=encoder) == pytest.approx([0.4, 0.8])


def test_a_title_that_says_it_in_other_words_holds_the_query(generation: Generation) -> None:
    asked = understand("双塔", SearchSettings())
    other = Alternative(("双塔",), (QueryTerm("dual", 0.5), QueryTerm("encod", 0.5)))
    candidates = Candidates(np.arange(len(generation.catalog), dtype=np.int32), generation.catalog.article_of)

    def covered(query: Query, title: str) -> float:
        columns = text_features(query, {"双塔": 2.0}, candidates, generation.catalog)
        titles = [article.title for article in generation.catalog.articles(candidates.articles)]
        return float(columns["title.covered"][titles.index(title)])

    assert covered(asked, "Dual encoders for retrieval") == 0.0
    assert covered(replace(asked, alternatives=(other,)), "Dual encoders for retrieval") == 1.0
    # One of two words says nothing yet.
    assert covered(replace(asked, alternatives=(other,)), "Passage reranking with cross-encoders") == 0.0
