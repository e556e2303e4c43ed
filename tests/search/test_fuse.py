from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from search.candidates import Candidates
from search.fuse import FUSED, fuse, rrf, weighted
from search.scales import Scale
from search.settings import FusionSettings

NAN = float("nan")
SCALES = {"lexical": Scale(0.0, 10.0), "dense.a": Scale(0.2, 1.0), "dense.b": Scale(0.0, 1.0)}


def candidates(*, articles: list[int] | None = None, **legs: list[float]) -> Candidates:
    columns = {name.replace("_", "."): np.array(scores, np.float32) for name, scores in legs.items()}
    rows = np.arange(len(next(iter(columns.values()))), dtype=np.int32)
    return Candidates(rows, rows if articles is None else np.array(articles, np.int32), columns)


def test_the_weighted_mean_is_taken_on_each_legs_own_scale() -> None:
    fused = weighted(
        candidates(lexical=[5.0, NAN], dense_a=[0.2, 1.0]), SCALES, {"lexical": 3.0, "dense.a": 1.0}
    )
    assert fused.rows.tolist() == [0, 1]
    np.testing.assert_allclose(fused.stages[FUSED], [0.375, 0.25], rtol=1e-6)


def test_a_leg_that_found_next_to_nothing_cannot_outvote_one_that_did() -> None:
    # Under min-max the lexical leg's best, a tenth of the query, would count as a perfect match.
    fused = fuse(candidates(lexical=[1.0, 0.5, NAN], dense_a=[0.25, 0.25, 0.9]), SCALES, FusionSettings())
    assert fused.rows[0] == 2


def test_every_dense_leg_has_the_dense_weight() -> None:
    both = fuse(candidates(lexical=[4.0], dense_a=[0.6], dense_b=[0.5]), SCALES, FusionSettings())
    assert both.stages[FUSED][0] == pytest.approx((0.4 * 0.4 + 0.6 * 0.5 + 0.6 * 0.5) / 1.6)


def test_an_article_whose_passages_share_the_evidence_beats_one_with_half_of_it() -> None:
    legs = {"lexical": [8.0, 0.0, 8.0], "dense_a": [0.2, 0.9, 0.4]}
    apart = candidates(articles=[0, 1, 2], **legs)
    weights = {"lexical": 0.5, "dense.a": 0.5}
    assert weighted(apart, SCALES, weights, article_weight=0.5).rows[0] == 2
    together = weighted(candidates(articles=[0, 0, 1], **legs), SCALES, weights, article_weight=0.5)
    assert together.articles.tolist() == [0, 0, 1]
    # The first one's own is .875 by meaning; its article's best .8 by words besides.
    assert together.stages[FUSED][0] == pytest.approx(0.5 * 0.4375 + 0.5 * (0.4375 + 0.4))


def test_rrf_sums_reciprocal_ranks_and_gives_nothing_for_what_a_leg_missed() -> None:
    fused = rrf(
        candidates(lexical=[9.0, 8.0, NAN], dense_a=[NAN, 0.1, 0.9]), {"lexical": 1.0, "dense.a": 1.0}, k=60
    )
    assert dict(zip(fused.rows.tolist(), fused.stages[FUSED].tolist(), strict=True)) == pytest.approx(
        {0: 1 / 61, 1: 1 / 62 + 1 / 62, 2: 1 / 61}
    )
    assert fused.rows[0] == 1


@pytest.mark.parametrize("method", ["weighted", "rrf"])
def test_equal_candidates_keep_the_order_of_rows(method: Literal["weighted", "rrf"]) -> None:
    fused = fuse(candidates(lexical=[NAN] * 9, dense_a=[0.5] * 9), SCALES, FusionSettings(method=method))
    assert fused.rows.tolist() == list(range(9))


@pytest.mark.parametrize("method", ["weighted", "rrf"])
def test_no_candidates_fuse_to_none(method: Literal["weighted", "rrf"]) -> None:
    assert len(fuse(candidates(lexical=[], dense_a=[]), SCALES, FusionSettings(method=method))) == 0


def test_stage_scores_are_added_and_never_overwritten() -> None:
    raw = candidates(lexical=[1.0, 2.0])
    ranked = raw.ranked("fused", np.array([0.1, 0.2], np.float32))
    assert ranked.stage_scores(0) == pytest.approx({"lexical": 2.0, "fused": 0.2})
    with pytest.raises(ValueError, match="scored already"):
        ranked.ranked("fused", ranked.stages["fused"])
    assert "fused" not in raw.stages


def test_what_a_stage_did_not_score_stays_behind_in_its_order() -> None:
    ranked = candidates(lexical=[3.0, 2.0, 1.0, 0.5]).ranked(
        "rerank", np.array([0.1, 0.9, NAN, NAN], np.float32)
    )
    assert ranked.rows.tolist() == [1, 0, 2, 3]
    assert "rerank" not in ranked.stage_scores(2)
