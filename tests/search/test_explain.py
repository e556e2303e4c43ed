from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from index.facets import Where
from index.generation import Generation
from search.answers import Correction, to_json
from search.candidates import Candidates
from search.engine import Engine
from search.explain import explained
from search.query import understand
from search.settings import SearchSettings


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
    hits = engine.search("双塔 知不道", explain=True).hits
    hit = next(hit for hit in hits if hit.title == "双塔模型的召回")
    assert hit.explanation is not None
    (part,) = hit.explanation.terms
    assert part.term == "双塔"
    assert part.fields == ("title", "listing", "body")
    assert part.score == pytest.approx(part.weight * part.idf * part.tf)


def test_each_feature_has_its_value_and_what_it_added(engine: Engine) -> None:
    hit = engine.search("双塔模型的召回", explain=True).hits[0]
    assert hit.explanation is not None
    parts = {part.name: part for part in hit.explanation.features}
    assert parts["title.covered"].value == pytest.approx(1.0)  # all of the query stands in the title
    assert parts["title.covered"].added == pytest.approx(0.2)
    assert sum(part.added for part in parts.values()) == pytest.approx(hit.stages["prerank"])
    added = [abs(part.added) for part in hit.explanation.features]
    assert added == sorted(added, reverse=True)


def test_what_only_a_tower_found_has_no_terms_to_show(engine: Engine) -> None:
    hits = engine.search("面包", explain=True).hits
    hit = next(hit for hit in hits if hit.title == "Sourdough for patient people")
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


def test_another_name_says_what_was_typed_and_the_terms_still_add_up(engine: Engine) -> None:
    hits = engine.search("two-tower retrieval", explain=True, k=20).hits
    explanations = [hit.explanation for hit in hits if hit.explanation]
    given = {(part.term, part.rewriting) for each in explanations for part in each.terms}
    assert {("双塔", "two-tower"), ("召回", "retrieval"), ("retrieval", "")} <= given
    assert [each.rest for each in explanations] == pytest.approx([0.0] * len(hits), abs=1e-3)


def test_a_corrected_term_says_what_was_typed(generation: Generation) -> None:
    correction = Correction("双踏", "双塔", "homophone", replaced=True)
    query = replace(understand("双塔", SearchSettings()), corrections=(correction,))
    (row,) = generation.lexical.search(query.terms, 1, Where()).rows
    (passage,) = generation.catalog.passages([row])
    (article,) = generation.catalog.articles([passage.article_row])
    rows = np.array([row], np.int32)
    candidates = Candidates(rows, rows, {"lexical": np.ones(1, np.float32)})
    explanation = explained(query, candidates, 0, article, passage, generation.lexical)
    assert [(part.term, part.rewriting) for part in explanation.terms] == [("双塔", "双踏")]
