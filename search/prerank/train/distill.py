"""A reranker as the teacher of prerank: its order of the candidates becomes grades, where nobody has judged them.

What prerank hands on is what the reranker will order, so that the two should agree. Its first ten articles are what is
relevant, as in ranking distillation (Tang, Wang 2018, arXiv:1809.07428), with more for the first; of its scores only the
order is used, since no two rerankers score on one scale. It reads the first candidates and, lest the model be lost
below them (sample-selection bias), as many by chance from the rest. What it did not read says nothing and is left out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search.rerank import readable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.catalog import Catalog
    from search.prerank.examine import Examined
    from search.rerank import Reranker

__all__ = ["Lesson", "Teacher"]

_GRADES = (3, 2, 2, 1, 1, 1, 1, 1, 1, 1)  # of articles, in the teacher's order


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a teacher says of the candidates of a query."""

    read: NDArray[np.intp]  # (n,) places among those that prerank looks at, in order
    grades: NDArray[np.int8]  # (n,) of their articles


@dataclass(frozen=True, slots=True)
class Teacher:
    """A reranker that reads `depth` candidates of a query."""

    reranker: Reranker
    depth: int
    seed: int

    def grade(self, query: str, seen: Examined, catalog: Catalog) -> Lesson | None:
        """Grade candidates; None where the teacher tells none from another."""
        read = self._read(query, len(seen.positions))
        positions = seen.positions[read]
        scores = self.reranker.score(query, readable(catalog, seen.candidates.rows[positions]))
        if not len(scores) or scores.max() <= scores.min():
            return None
        # An article is as good as its best passage.
        _, article = np.unique(seen.candidates.articles[positions], return_inverse=True)
        best = np.full(int(article.max()) + 1, -np.inf)
        np.maximum.at(best, article, scores)
        grades = np.zeros(len(best), dtype=np.int8)
        first = np.argsort(-best, kind="stable")[: len(_GRADES)]
        grades[first] = _GRADES[: len(first)]
        return Lesson(read, grades[article])

    def _read(self, query: str, count: int) -> NDArray[np.intp]:
        first = min(self.depth // 2, count)
        rest = range(first, count)
        drawn = random.Random(f"{self.seed} {query}").sample(rest, min(self.depth - first, len(rest)))
        return np.array([*range(first), *sorted(drawn)], dtype=np.intp)
