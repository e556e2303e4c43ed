from __future__ import annotations

import numpy as np
import pytest

from index.generation import Generation
from index.lexical import QueryTerm
from search.scales import Scale, dense_scale, lexical_scale, worth


def test_zero_and_one_are_mapped_to_zero_and_one_and_the_unscored_to_zero() -> None:
    scaled = Scale(0.2, 1.0)(np.array([0.2, 1.0, 0.6, np.nan], np.float32))
    assert scaled.tolist() == pytest.approx([0, 1, 0.5, 0], abs=1e-6)


def test_rare_terms_are_worth_more_and_unknown_ones_most(generation: Generation) -> None:
    terms = [QueryTerm("passage", 1.0), QueryTerm("显存", 1.0), QueryTerm("qqqzzz", 1.0)]
    common, rare, unknown = worth(terms, generation.lexical).values()
    assert 0 < common < rare < unknown


def test_one_is_what_a_passage_scores_that_holds_the_query_once(generation: Generation) -> None:
    terms = (QueryTerm("过度", 1.0), QueryTerm("打压", 1.0))
    from index.facets import Where

    best = generation.lexical.search(terms, 1, Where()).scores[0]
    assert lexical_scale(worth(terms, generation.lexical))(np.array([best]))[0] == pytest.approx(1, abs=0.3)


def test_the_dense_zero_is_the_mean_likeness_of_two_passages(generation: Generation) -> None:
    (index,) = generation.dense.values()
    vectors = index.vectors(np.arange(len(index)))
    likeness = (vectors @ vectors.T)[np.triu_indices(len(index), 1)]
    scale = dense_scale(index)
    assert scale.zero == pytest.approx(float(likeness.mean()), abs=1e-3)
    assert scale.one == 1.0
