from __future__ import annotations

import json

import pytest

from search.answers import to_json
from search.engine import Engine


@pytest.mark.parametrize(
    "query", ["双塔模型的召回", "in-batch negatives", "注意力 attention", "how do dual encoders work"]
)
def test_the_terms_add_up_to_the_lexical_score(engine: Engine, query: str) -> None:
    for hit in engine.search(query, explain=True).hits:
        assert hit.explanation is not None
        assert hit.explanation.rest == pytest.approx(0, abs=1e-3)
        assert sum(part.score for part in hit.explanation.terms) == pytest.approx(
            hit.stages.get("lexical", 0.0), rel=1e-4
        )


def test_each_term_has_its_factors_and_the_fields_it_stands_in(engine: Engine) -> None:
    hit = engine.search("双塔 知不道", explain=True).hits[0]
    assert hit.explanation is not None
    (part,) = hit.explanation.terms
    assert part.term == "双塔"
    assert part.fields == ("title", "listing", "body")
    assert part.score == pytest.approx(part.weight * part.idf * part.tf)


def test_each_feature_has_its_value_and_what_it_added(engine: Engine) -> None:
    hit = engine.search("双塔模型的召回", explain=True).hits[0]
    assert hit.explanation is not None
    parts = {part.name: part for part in hit.explanation.features}
    assert parts["title"].value == pytest.approx(1.0)  # all of the query stands in the title
    assert parts["title"].added == pytest.approx(0.2)
    assert sum(part.added for part in parts.values()) == pytest.approx(hit.stages["prerank"])
    added = [abs(part.added) for part in hit.explanation.features]
    assert added == sorted(added, reverse=True)


def test_what_only_a_tower_found_has_no_terms_to_show(literal_engine: Engine) -> None:
    hit = next(
        hit for hit in literal_engine.search("dual encoder", explain=True).hits if hit.title == "双塔模型的召回"
    )
    assert "lexical" not in hit.stages
    assert hit.explanation is not None
    assert hit.explanation.terms == ()


def test_without_being_asked_nothing_is_explained(engine: Engine) -> None:
    answer = engine.search("双塔")
    assert answer.hits[0].explanation is None
    assert "explanation" not in to_json(answer)["hits"][0]


def test_the_explanation_is_in_the_json(engine: Engine) -> None:
    (hit,) = json.loads(json.dumps(to_json(engine.search("双塔", k=1, explain=True))))["hits"]
    assert set(hit["explanation"]) == {"features", "terms", "rest"}
    assert {"term", "fields", "weight", "idf", "tf", "score", "rewriting"} == set(
        hit["explanation"]["terms"][0]
    )
