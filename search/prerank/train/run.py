"""A training run of prerank: examples of many sources → trees, judged on sources that they have not seen."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from index.train.significance import chance
from ingest.errors import PairsError
from search.prerank.features import Features
from search.prerank.model import LINEAR, Learned
from search.prerank.train.examples import joined
from search.prerank.train.lambdamart import fit, need_lightgbm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from search.prerank.model import Preranker
    from search.prerank.train.examples import Examples
    from search.prerank.trees import Forest
    from search.settings import PrerankTrainSettings

__all__ = ["PrerankReport", "fused_ndcg", "ndcg", "train_prerank"]

_CUT = 10
_SIGNIFICANT = 0.05


class PrerankReport(msgspec.Struct, frozen=True):
    """What a run learned from, and mean nDCG@10 of the orders of candidates, on queries that trees had not seen.

    What a teacher graded is learned from, and counted among the candidates, but not measured by.
    """

    collections: int
    queries: int
    candidates: int
    fused: float
    linear: float
    learned: float
    better: bool  # whether trees beat the linear model by more than chance


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """Trees grown on all examples, and what the run found."""

    forest: Forest
    report: PrerankReport


def train_prerank(parts: Iterable[Examples], settings: PrerankTrainSettings) -> Trained:
    """Learn from examples, which may be made while they are asked for.

    Raises MissingExtraError without LightGBM, before any are made; PairsError where there are none.
    """
    need_lightgbm()
    made = list(parts)
    if all(part.taught.all() for part in made):
        raise PairsError("No question found its answer: there is nothing to learn from.", "Give more pairs.")
    examples = joined(made)
    learned = np.empty(int(examples.queries[-1]) + 1)
    folds = _folds(examples, settings.folds)
    for fold in np.unique(folds):
        unseen = folds[examples.queries] == fold
        if unseen.all():
            learned[:] = np.nan  # one source of one query: nothing is left to learn from
            break
        model = Learned(fit(examples.take(~unseen), settings))
        learned[folds == fold] = ndcg(examples.take(unseen), model)
    known = examples.take(~examples.taught)
    learned = learned[~examples.taught[examples.firsts()]]
    weights = known.weights[known.firsts()]
    linear = ndcg(known, LINEAR)
    report = PrerankReport(
        len(examples.names),
        len(learned),
        len(examples),
        fused=float(np.average(fused_ndcg(known), weights=weights)),
        linear=float(np.average(linear, weights=weights)),
        learned=float(np.average(learned, weights=weights)),
        better=bool(
            np.isfinite(learned).all()
            and chance((learned - linear) * weights, seed=settings.seed) < _SIGNIFICANT
        ),
    )
    return Trained(fit(examples, settings), report)


def _folds(examples: Examples, folds: int) -> NDArray[np.intp]:
    """The fold of every query: that of its source, so that trees are judged by what is unlike all they saw.

    The collections of a source go together. Where there are few sources, queries are dealt out, those in the same words
    together.
    """
    firsts = examples.firsts()
    sources = [name.rpartition("-")[0] for name in examples.names]
    numbers = {source: number for number, source in enumerate(dict.fromkeys(sources))}
    if len(numbers) < folds:
        return (examples.texts[firsts] % folds).astype(np.intp)
    of_collection = np.array([numbers[source] for source in sources])
    of_query: NDArray[np.intp] = of_collection[examples.collections[firsts]] % folds
    return of_query


def ndcg(examples: Examples, model: Preranker) -> NDArray[np.float64]:
    """Return nDCG@10 by query (gain 2^grade - 1) of the order that a model gives, articles by their best passage."""
    return _ndcg(examples, model.score(Features(examples.values)))


def fused_ndcg(examples: Examples) -> NDArray[np.float64]:
    """Return the same of the order that fusion gave them."""
    return _ndcg(examples, -np.arange(len(examples), dtype=np.float32))


def _ndcg(examples: Examples, scores: NDArray[np.float32]) -> NDArray[np.float64]:
    discounts = 1 / np.log2(np.arange(2, _CUT + 2))
    starts = np.append(examples.firsts(), len(examples))
    found = np.empty(len(starts) - 1)
    for number, (start, end) in enumerate(itertools.pairwise(starts)):
        order = np.argsort(-scores[start:end], kind="stable")
        _, firsts = np.unique(examples.articles[start:end][order], return_index=True)
        gains = 2.0 ** examples.grades[start:end][order][np.sort(firsts)] - 1
        ideal = np.sort(gains)[::-1][:_CUT]
        found[number] = (gains[:_CUT] @ discounts[: len(gains)]) / (ideal @ discounts[: len(ideal)])
    return found
