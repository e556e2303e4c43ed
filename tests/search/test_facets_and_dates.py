"""Facets of a query's answer, and answers by date."""

from __future__ import annotations

import pytest

from search.engine import Engine
from search.filters import Filters
from search.settings import Mode


@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid", "full"])
def test_every_choice_leaves_as_many_articles_as_it_says(engine: Engine, mode: Mode) -> None:
    answer = engine.search("双塔 召回 retrieval", mode=mode, facets=True)
    assert answer.facets is not None
    for host in answer.facets.host:
        chosen = engine.search("双塔 召回 retrieval", mode=mode, filters=Filters(hosts=(host.value,)))
        assert chosen.total == host.articles
    starred = engine.search("双塔 召回 retrieval", mode=mode, filters=Filters(starred=True))
    assert starred.total == answer.facets.starred


def test_what_is_chosen_does_not_hide_its_alternatives(engine: Engine) -> None:
    free = engine.search("双塔 召回 retrieval", facets=True).facets
    chosen = engine.search("双塔 召回 retrieval", facets=True, filters=Filters(langs=("zh",))).facets
    assert free is not None
    assert chosen is not None
    assert chosen.lang == free.lang
    assert sum(each.articles for each in chosen.host) < sum(each.articles for each in free.host)


def test_facets_are_counted_only_when_asked_for(engine: Engine) -> None:
    answer = engine.search("双塔")
    assert answer.facets is None
    assert "facets" not in answer.stages_ms


def test_by_date_only_what_fits_is_shown_and_the_newest_first(engine: Engine) -> None:
    query = "双塔 dual encoders"
    by_relevance, by_date = engine.search(query, k=50), engine.search(query, k=50, sort="date")
    dates = [hit.published for hit in by_date.hits]
    assert dates == sorted(dates, reverse=True)
    assert by_date.hits[0].title == "Dual encoders for retrieval"
    assert 0 < by_date.total < by_relevance.total
    best = max(hit.stages["fused"] for hit in by_relevance.hits)
    assert all(hit.stages["fused"] >= best / 2 for hit in by_date.hits)


def test_nothing_found_sorts_to_nothing(engine: Engine) -> None:
    answer = engine.search("qqqzzz", mode="lexical", sort="date", facets=True)
    assert (answer.hits, answer.total) == ((), 0)
    assert answer.facets is not None
    assert answer.facets.host == ()
