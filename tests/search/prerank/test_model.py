from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from index.generation import Generation
from index.towers import Tower
from ingest.errors import ModelError
from search.candidates import Candidates
from search.engine import Engine
from search.fuse import FUSED
from search.prerank.examine import Examined, look_at
from search.prerank.features import FEATURES, Asked, Features, features
from search.prerank.leg_features import Legs
from search.prerank.model import LINEAR, PRERANK, Learned, open_preranker, prerank
from search.prerank.trees import Forest, Tree, write_forest
from search.query import understand
from search.scales import worth
from search.settings import PrerankSettings, SearchSettings


def everything(generation: Generation) -> Candidates:
    """Every passage as a candidate, all alike to fusion."""
    count = len(generation.catalog)
    fused = np.full(count, 0.5, np.float32)
    return Candidates(
        np.arange(count, dtype=np.int32), np.array(generation.catalog.article_of), {FUSED: fused}
    )


def seen(generation: Generation, query: str, candidates: Candidates) -> Features:
    understood = understand(query, SearchSettings())
    query_worth = worth(understood.terms, generation.lexical)
    asked = Asked.of(understood, query_worth, generation.lexical)
    positions = np.arange(len(candidates))
    return features(asked, candidates, positions, generation.catalog, {}, Legs((), ()))


def first_title(generation: Generation, query: str) -> str:
    candidates = everything(generation)
    positions = np.arange(len(candidates))
    ranked = prerank(Examined(candidates, positions, seen(generation, query, candidates)), LINEAR)
    return generation.catalog.articles([int(ranked.articles[0])])[0].title


def test_of_equals_the_article_whose_title_is_about_the_query_comes_first(generation: Generation) -> None:
    assert first_title(generation, "粗排 精排") == "粗排与精排的一致性"
    assert first_title(generation, "Reciprocal fusion") == "Reciprocal rank fusion"


def test_traditional_titles_and_inflected_words_count(generation: Generation) -> None:
    assert first_title(generation, "注意力机制") == "注意力機制入門"
    assert first_title(generation, "cross-encoder passages") == "Passage reranking with cross-encoders"


def test_a_short_word_is_not_found_within_a_longer_one(generation: Generation) -> None:
    # "c" is part of "C++", and of nearly every English title.
    assert first_title(generation, "c memory") == "C++ memory model 内存模型"


def test_what_is_not_looked_at_keeps_its_order_behind(generation: Generation) -> None:
    candidates = everything(generation)
    positions = np.arange(3, len(candidates), 2)
    values = seen(generation, "双塔", candidates).values[positions]
    ranked = prerank(Examined(candidates, positions, Features(values)), LINEAR, explain=True)
    rest = np.delete(candidates.rows, positions)
    assert ranked.rows[len(positions) :].tolist() == rest.tolist()
    assert np.isnan(ranked.stages[PRERANK]).tolist() == [False] * len(positions) + [True] * len(rest)
    assert np.isnan(ranked.features["dense.score"]).tolist() == np.isnan(ranked.stages[PRERANK]).tolist()


def test_the_best_of_every_leg_are_looked_at_however_fusion_ranks_them() -> None:
    count = 200
    falling = np.linspace(1, 0, count, dtype=np.float32)
    only_here = np.full(count, np.nan, np.float32)
    only_here[150] = 3.0
    rows = np.arange(count, dtype=np.int32)
    candidates = Candidates(rows, rows, {"lexical": only_here, "dense.small": falling[::-1], FUSED: falling})
    looked = look_at(candidates, 30).tolist()
    assert len(looked) == 30
    assert looked == sorted(looked)
    assert {0, 1, 2, 150, 199, 198} <= set(looked)
    assert look_at(candidates, 1000).tolist() == rows.tolist()


def test_contributions_of_trees_are_their_score(generation: Generation) -> None:
    tree = Tree([FEATURES.index("title.covered")], [0.5], [True], [-1], [-2], [-1.0, 2.0], [0.25])
    model = Learned(Forest(FEATURES, (tree,)))
    found = seen(generation, "多路召回", everything(generation))
    added = model.contributions(found)
    assert list(added) == ["expected", "title.covered"]
    assert np.allclose(added["expected"] + added["title.covered"], model.score(found))
    assert set(model.score(found).tolist()) == {-1.0, 2.0}


def test_the_settings_name_the_model(tmp_path: Path) -> None:
    assert open_preranker(PrerankSettings(model="none")) is None
    assert open_preranker(PrerankSettings(model="linear")) is LINEAR
    assert open_preranker(PrerankSettings()) is LINEAR
    forest = Forest(FEATURES, (Tree([], [], [], [], [], [1.0], []),))
    write_forest(forest, tmp_path / "mine")
    mine = open_preranker(PrerankSettings(model=str(tmp_path / "mine")))
    assert isinstance(mine, Learned)
    assert mine.forest == forest
    with pytest.raises(ModelError, match=r"no-such-file.*search\.prerank\.model"):
        open_preranker(PrerankSettings(model=str(tmp_path / "no-such-file")))


def test_a_model_of_ones_own_decides_the_order(generation: Generation, tower: Tower, tmp_path: Path) -> None:
    # The longer a passage, the better: an order that nothing else would give.
    widths = Tree(
        [FEATURES.index("passage.width")] * 2, [2.5, 3.2], [True] * 2, [-1, -2], [1, -3], [0, 1, 2], [0, 0]
    )
    write_forest(Forest(FEATURES, (widths,)), tmp_path / "mine")
    settings = SearchSettings(prerank=PrerankSettings(model=str(tmp_path / "mine")))
    engine = Engine(generation, [tower], msgspec.structs.replace(settings, per_article=9))
    try:
        answer = engine.search("双塔 召回 retrieval", k=50, explain=True)
    finally:
        engine.close()
    assert {hit.stages[PRERANK] for hit in answer.hits} > {2.0}
    assert [hit.score for hit in answer.hits] == sorted((hit.score for hit in answer.hits), reverse=True)
    assert set(answer.hits[0].features) == {"expected", "passage.width"}
