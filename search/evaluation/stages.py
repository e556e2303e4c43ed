"""Where the cascade loses what it should find: recall of every leg and stage, and how well each stage's score orders.

All of it is read from the columns that the stages left on the candidates of a query. What is counted are articles; what
a stage hands on are passages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from search.evaluation.measures import auc
from search.fuse import FUSED
from search.prerank.model import PRERANK
from search.recall import LEXICAL
from search.rerank import RERANK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.candidates import Candidates, Column
    from search.engine import Engine
    from search.evaluation.judged import JudgedSet
    from search.evaluation.measures import Grading
    from search.settings import RecallSettings

__all__ = ["CUTS", "RECALL", "Alignment", "Kept", "Ordering", "Stages", "alignment", "measure_stages"]

RECALL = "recall"  # the union of the legs

# Passages that a stage may hand on: what a page shows, what a cross-encoder reads.
CUTS = (10, 50)

_TOP = 10  # of the reranker's order


@dataclass(frozen=True, slots=True)
class Kept:
    """What is still in the race after a stage, mean over the queries that reached it."""

    stage: str
    cut: int | None  # the first passages of its order; None: all it returned
    queries: int  # a reranker whose budget is spent leaves a query as it was
    passages: float
    recall: float  # share of the relevant articles
    top: float  # of the articles with the query's best grade that recall found: share that is still there


@dataclass(frozen=True, slots=True)
class Ordering:
    """How well a score tells relevant candidates from others. What it did not score ties below what it did.

    `gauc` is the mean of the queries' own AUC, each query counting the same (Zhou et al.: Deep interest network for
    click-through rate prediction, 2018, arXiv:1706.06978, who weigh users by their impressions); `auc` takes the
    candidates of all queries together, so it also asks that scores mean the same from query to query.
    """

    stage: str
    gauc: float
    auc: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Of the reranker's first `top` passages, the share among the first `cut` of the stage before it."""

    stage: str
    top: int
    cut: int
    share: float


@dataclass(frozen=True, slots=True)
class Stages:
    """Every stage's figures, in the order they run."""

    kept: tuple[Kept, ...]
    orderings: tuple[Ordering, ...]


def measure_stages(engine: Engine, judged: JudgedSet, grading: Grading) -> Stages:
    """Ask every query in mode "full" and look at each stage. Raises QueryError.

    A relevant article that the index does not hold counts as not found.
    """
    row_of = {article.url: article.row for article in engine.generation.catalog.all_articles()}
    kept: dict[tuple[str, int | None], list[tuple[float, float, float]]] = {}
    scored: dict[str, list[tuple[NDArray[np.float32], NDArray[np.bool_]]]] = {}
    for query in judged.queries:
        grades = judged.grades.get(query.id, {})
        relevant = {url for url, grade in grades.items() if grade >= grading.relevant}
        best = {url for url, grade in grades.items() if grade == max(grades.values())}
        rows, best_rows = ({row_of[url] for url in urls & row_of.keys()} for urls in (relevant, best))
        candidates = engine.candidates(query.text, mode="full")
        recalled = best_rows & set(candidates.articles.tolist())
        for stage, cut, articles in _handed_on(candidates, engine.settings.recall):
            there = set(articles.tolist())
            kept.setdefault((stage, cut), []).append(
                (
                    len(articles),
                    _share(len(rows & there), len(relevant)),
                    _share(len(recalled & there), len(recalled)),
                )
            )
        for stage, column in candidates.stages.items():
            scored.setdefault(stage, []).append(_by_article(candidates.articles, column, rows))
    return Stages(
        tuple(
            Kept(stage, cut, len(values), *map(_mean, zip(*values, strict=True)))
            for (stage, cut), values in kept.items()
        ),
        tuple(_ordering(stage, of_queries) for stage, of_queries in scored.items()),
    )


def alignment(engine: Engine, judged: JudgedSet, cuts: Sequence[int]) -> list[Alignment]:
    """Tell how much of what the reranker likes best the stage before it hands on: one figure a cut. Raises QueryError.

    The engine's reranker must read many more candidates than any of `cuts`, or the figure is about itself.
    """
    shares: dict[tuple[str, int], list[float]] = {}
    for query in judged.queries:
        candidates = engine.candidates(query.text, mode="full")
        if RERANK not in candidates.stages:
            continue
        before = PRERANK if PRERANK in candidates.stages else FUSED
        (order,) = (order for stage, order in _orders(candidates) if stage == before)
        read = candidates.stages[RERANK]
        best = np.argsort(-read, kind="stable")[: min(_TOP, int(np.count_nonzero(~np.isnan(read))))]
        for cut in cuts:
            shares.setdefault((before, cut), []).append(float(np.isin(best, order[:cut]).mean()))
    return [Alignment(stage, _TOP, cut, fmean(of_cut)) for (stage, cut), of_cut in shares.items()]


def _handed_on(
    candidates: Candidates, settings: RecallSettings
) -> Iterator[tuple[str, int | None, NDArray[np.int32]]]:
    """Each stage, its cut, and the articles of the passages that it hands on."""
    for leg in _legs(candidates.stages):
        # A dense leg has scored the whole union: what it found itself is what it likes best.
        depth = settings.lexical_k if leg == LEXICAL else settings.dense_k
        column = candidates.stages[leg]
        order = np.argsort(-column, kind="stable")[: min(depth, int(np.count_nonzero(~np.isnan(column))))]
        yield f"{RECALL}.{leg}", None, candidates.articles[order]
    yield RECALL, None, candidates.articles
    for stage, order in _orders(candidates):
        for cut in CUTS:
            yield stage, cut, candidates.articles[order[:cut]]


def _legs(stages: Mapping[str, Column]) -> list[str]:
    names = list(stages)
    return names[: names.index(FUSED)]


def _orders(candidates: Candidates) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """The order after each stage that ranks, as positions: a stage leaves what it did not score as it was."""
    order = np.argsort(candidates.rows, kind="stable")
    for stage, column in list(candidates.stages.items())[len(_legs(candidates.stages)) :]:
        order = order[np.argsort(-column[order], kind="stable")]
        yield stage, order


def _by_article(
    articles: NDArray[np.int32], column: Column, relevant: set[int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Each candidate article's best score, and whether it is relevant."""
    rows, places = np.unique(articles, return_inverse=True)
    best = np.full(len(rows), -np.inf, dtype=np.float32)
    np.maximum.at(best, places, np.where(np.isnan(column), np.float32(-np.inf), column))
    return best, np.isin(rows, list(relevant))


def _ordering(stage: str, of_queries: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_]]]) -> Ordering:
    scores, positive = (np.concatenate(parts) for parts in zip(*of_queries, strict=True))
    return Ordering(stage, _mean([auc(*of_query) for of_query in of_queries]), auc(scores, positive))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else nan


def _mean(values: Sequence[float]) -> float:
    """Mean over the queries that have a value; NaN where none has."""
    known = [value for value in values if not isnan(value)]
    return fmean(known) if known else nan
