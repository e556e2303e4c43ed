"""The measures, held equal to trec_eval's, and AUC to its definition."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import EvaluationError
from search.evaluation.measures import UNJUDGED, Grading, Measure, auc

DOCUMENTS = [f"d{number}" for number in range(30)]


@st.composite
def rankings(draw: st.DrawFn) -> tuple[dict[str, int], list[str]]:
    """Grades of some documents, at least one of them above 0, and a ranking of others among them."""
    grades = draw(st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1))
    grades[draw(st.sampled_from(DOCUMENTS))] = draw(st.integers(1, 3))
    return grades, draw(st.lists(st.sampled_from(DOCUMENTS), unique=True, min_size=1))


def measured(measure: str, grades: dict[str, int], ranking: list[str], grading: Grading) -> float:
    ranked = np.array([grades.get(document, UNJUDGED) for document in ranking], dtype=np.int64)
    return Measure.parse(measure)(ranked, np.array(list(grades.values()), dtype=np.int64), grading)


def by_trec_eval(measure: str, grades: dict[str, int], ranking: list[str], relevant: int = 1) -> float:
    pytrec_eval = pytest.importorskip("pytrec_eval", reason="compares with trec_eval's own measures")
    run = {document: float(-rank) for rank, document in enumerate(ranking)}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": grades}, {measure}, relevance_level=relevant)
    return evaluator.evaluate({"q": run})["q"][measure]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("nDCG@5", "ndcg_cut_5"),
        ("nDCG@10", "ndcg_cut_10"),
        ("nDCG", "ndcg"),
        ("MRR", "recip_rank"),
        ("Recall@5", "recall_5"),
        ("Recall@100", "recall_100"),
        ("MAP", "map"),
        ("MAP@10", "map_cut_10"),
    ],
)
@given(case=rankings(), relevant=st.integers(1, 3))
def test_measures_are_those_of_trec_eval(
    case: tuple[dict[str, int], list[str]], relevant: int, ours: str, theirs: str
) -> None:
    grades, ranking = case
    expected = by_trec_eval(theirs, grades, ranking, relevant)
    assert measured(ours, grades, ranking, Grading(relevant=relevant)) == pytest.approx(expected, abs=1e-9)


@given(case=rankings())
def test_the_exponential_gain_is_the_linear_one_of_other_grades(
    case: tuple[dict[str, int], list[str]],
) -> None:
    grades, ranking = case
    expected = by_trec_eval("ndcg_cut_10", {name: 2**grade - 1 for name, grade in grades.items()}, ranking)
    found = measured("nDCG@10", grades, ranking, Grading(gain="exponential"))
    assert found == pytest.approx(expected, abs=1e-9)


def test_a_reciprocal_rank_beyond_the_cut_is_nothing() -> None:
    ranking = [f"d{number}" for number in range(11)]
    assert measured("MRR@10", {"d9": 1}, ranking, Grading()) == pytest.approx(0.1)
    assert measured("MRR@10", {"d10": 1}, ranking, Grading()) == 0


def test_what_nobody_judged_is_told_from_what_is_not_relevant() -> None:
    grades = {"d0": 1, "d1": 0}
    assert measured("Judged@2", grades, ["d0", "d1", "d2"], Grading()) == 1
    assert measured("Judged@3", grades, ["d0", "d1", "d2"], Grading()) == pytest.approx(2 / 3)


def test_a_query_that_found_nothing_counts_nothing() -> None:
    for name in ("nDCG@10", "MRR@10", "Recall@100", "MAP"):
        assert measured(name, {"d0": 3}, [], Grading()) == 0


@pytest.mark.parametrize("written", ["ndcg@10", "NDCG@10", "nDCG@10"])
def test_a_measure_is_read_in_any_case(written: str) -> None:
    assert str(Measure.parse(written)) == "nDCG@10"


@pytest.mark.parametrize("written", ["", "ERR@10", "nDCG@0", "nDCG@", "nDCG@-1", "nDCG 10"])
def test_what_is_no_measure_is_refused_with_those_there_are(written: str) -> None:
    with pytest.raises(EvaluationError, match="nDCG, MRR, Recall, MAP, Judged"):
        Measure.parse(written)


@given(
    scored=st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1).filter(
        lambda pairs: len({positive for _, positive in pairs}) == 2
    )
)
def test_auc_is_the_share_of_pairs_in_the_right_order(scored: list[tuple[int, bool]]) -> None:
    above = [score for score, positive in scored if positive]
    below = [score for score, positive in scored if not positive]
    pairs = [1.0 if high > low else 0.5 if high == low else 0.0 for high, low in product(above, below)]
    scores, positive = zip(*scored, strict=True)
    assert auc(np.array(scores, float), np.array(positive)) == pytest.approx(np.mean(pairs))


def test_auc_of_one_class_is_unknown() -> None:
    assert np.isnan(auc(np.array([1.0, 2.0]), np.array([True, True])))
