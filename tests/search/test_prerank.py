from __future__ import annotations

import numpy as np

from index.generation import Generation
from search.candidates import Candidates
from search.fuse import FUSED
from search.prerank import DEPTH, PRERANK, prerank
from search.query import understand
from search.scales import worth
from search.settings import SearchSettings


def everything(generation: Generation) -> Candidates:
    """Every passage as a candidate, all alike to fusion."""
    count = len(generation.catalog)
    fused = np.full(count, 0.5, np.float32)
    return Candidates(
        np.arange(count, dtype=np.int32), np.array(generation.catalog.article_of), {FUSED: fused}
    )


def first_title(generation: Generation, query: str) -> str:
    terms = understand(query, SearchSettings()).terms
    ranked = prerank(worth(terms, generation.lexical), everything(generation), generation.catalog)
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


def test_what_lies_deeper_keeps_its_order_behind(generation: Generation) -> None:
    shallow = everything(generation)
    times = 1 + DEPTH // len(shallow)
    many = Candidates(
        np.tile(shallow.rows, times),
        np.tile(shallow.articles, times),
        {FUSED: np.tile(shallow.stages[FUSED], times)},
    )
    query_worth = worth(understand("双塔", SearchSettings()).terms, generation.lexical)
    ranked = prerank(query_worth, many, generation.catalog)
    assert ranked.rows[DEPTH:].tolist() == many.rows[DEPTH:].tolist()
    assert np.isnan(ranked.stages[PRERANK][DEPTH:]).all()
    assert not np.isnan(ranked.stages[PRERANK][:DEPTH]).any()
