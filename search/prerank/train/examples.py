"""From a collection to examples: its questions are asked of the real cascade, and what prerank sees of them is kept.

The candidates are those that the stage will meet, down to the last one, and not those that a judge or a user happened
to look at: a model that has only seen the top is lost below it (sample-selection bias).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from index.build import build
from index.generation import Generation, current
from ingest.errors import QueryError
from search.engine import Engine

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.settings import IndexSettings
    from index.towers import Tower
    from search.prerank.train.distill import Teacher
    from search.prerank.train.sources import Collection, Question
    from search.settings import SearchSettings

__all__ = ["Asking", "Examples", "collect", "examine", "joined", "untrained"]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Candidates of many queries, those of one together and best first by fusion."""

    values: NDArray[np.float32]  # (candidates, features)
    grades: NDArray[np.int8]  # (candidates,) of the article; 0: not relevant
    weights: NDArray[np.float32]  # (candidates,) of the query; 1: as much as any
    articles: NDArray[np.int32]  # (candidates,) number of the article, within its collection
    queries: NDArray[np.int32]  # (candidates,) number of the query, rising
    # (candidates,) number of the words it is in, rising: several queries may be in the same
    texts: NDArray[np.int32]
    collections: NDArray[np.int32]  # (candidates,) number of the collection, rising
    # (candidates,) graded by a teacher: learned from, and no measure of what was learned
    taught: NDArray[np.bool_]
    names: tuple[str, ...]  # of the collections

    def __len__(self) -> int:
        return len(self.grades)

    def take(self, chosen: NDArray[np.bool_]) -> Examples:
        """Those that are `chosen` (candidates,)."""
        return Examples(
            self.values[chosen],
            self.grades[chosen],
            self.weights[chosen],
            self.articles[chosen],
            self.queries[chosen],
            self.texts[chosen],
            self.collections[chosen],
            self.taught[chosen],
            self.names,
        )

    def sizes(self) -> NDArray[np.int64]:
        """How many candidates each query has, in order."""
        return np.unique(self.queries, return_counts=True)[1]

    def firsts(self) -> NDArray[np.intp]:
        """Where each query's candidates begin, in order."""
        return np.unique(self.queries, return_index=True)[1]


@dataclass(frozen=True, slots=True)
class Asking:
    """How collections are indexed aside and asked."""

    towers: Sequence[Tower]
    index: IndexSettings
    search: SearchSettings
    clock: Callable[[], float]  # seconds since the epoch
    teacher: Teacher | None = None  # who says more of the candidates


def collect(
    collection: Collection,
    folder: Path,
    how: Asking,
) -> Examples | None:
    """Index the collection in `folder`, a data folder of its own, and ask its questions, as `examine` does.

    Raises ShuangtaError.
    """
    build(collection.entries, folder, settings=how.index, towers=how.towers, clock=how.clock)
    generation = Generation.open(current(folder))
    try:
        with untrained(generation, how.towers, how.search) as engine:
            return examine(engine, collection.questions, collection.name, how.teacher)
    finally:
        generation.close()


@contextmanager
def untrained(generation: Generation, towers: Sequence[Tower], search: SearchSettings) -> Iterator[Engine]:
    """An engine over the generation, without the model of prerank: what it sees does not depend on that."""
    engine = Engine(
        generation, towers, structs.replace(search, prerank=structs.replace(search.prerank, model="none"))
    )
    try:
        yield engine
    finally:
        engine.close()


def examine(
    engine: Engine, questions: Iterable[Question], name: str, teacher: Teacher | None = None
) -> Examples | None:
    """Ask questions of an engine; None where that teaches nothing.

    A question without an answer among its candidates teaches nothing and is left out. Those in the same words come one
    after the other, and behind them what a teacher says of the candidates.
    """
    catalog = engine.generation.catalog
    rows_of = {article.url: article.row for article in catalog.all_articles()}
    graded = np.zeros(len(rows_of), dtype=np.int8)
    parts: list[Examples] = []
    texts: list[NDArray[np.int32]] = []
    for number, (text, alike) in enumerate(groupby(questions, key=lambda question: question.text)):
        try:
            seen = engine.cascade.examine(text)
        except QueryError:
            continue  # nothing to search for: a formula, a dash
        articles = seen.candidates.articles[seen.positions]
        before = len(parts)
        for question in alike:
            graded[:] = 0
            for url, grade in question.answers.items():
                if url in rows_of:
                    graded[rows_of[url]] = grade
            grades = graded[articles]
            if grades.any():
                parts.append(_query(seen.features.values, grades, articles, name, weight=question.weight))
        if teacher is not None and (lesson := teacher.grade(text, seen, catalog)):
            values, articles = seen.features.values[lesson.read], articles[lesson.read]
            parts.append(_query(values, lesson.grades, articles, name, taught=True))
        texts += [np.full(len(part), number, dtype=np.int32) for part in parts[before:]]
    if not parts:
        return None
    whole = joined(parts)
    return replace(
        whole,
        texts=_renumbered([np.concatenate(texts)]),
        collections=np.zeros_like(whole.collections),
        names=(name,),
    )


def _query(
    values: NDArray[np.float32],
    grades: NDArray[np.int8],
    articles: NDArray[np.int32],
    name: str,
    *,
    weight: float = 1.0,
    taught: bool = False,
) -> Examples:
    """The candidates of one query as examples."""
    one = np.zeros(len(grades), dtype=np.int32)
    weights = np.full(len(grades), weight, dtype=np.float32)
    return Examples(values, grades, weights, articles, one, one, one, np.full(len(grades), taught), (name,))


def joined(parts: Sequence[Examples]) -> Examples:
    """The examples of several collections, at least one, as one; queries and collections are numbered anew."""
    return Examples(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.grades for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.articles for part in parts]),
        _renumbered([part.queries for part in parts]),
        _renumbered([part.texts for part in parts]),
        _renumbered([part.collections for part in parts]),
        np.concatenate([part.taught for part in parts]),
        tuple(name for part in parts for name in part.names),
    )


def _renumbered(parts: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Numbers from 0 on, without gaps, those of each part after those of the part before."""
    numbers: list[NDArray[np.int32]] = []
    after = 0
    for part in parts:
        _, places = np.unique(part, return_inverse=True)
        numbers.append((places + after).astype(np.int32))
        after += int(places.max()) + 1
    return np.concatenate(numbers)
