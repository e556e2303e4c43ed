"""召回, recall: every leg of the mode looks for passages, side by side, and the union goes into the race.

Each dense leg then scores the whole union exactly from the stored vectors, so that what only another leg found
is not taken for unlike. What the lexical leg did not return stays unscored (NaN).
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from index.analyze import analyze
from index.lexical import necessary
from index.ranking import Ranking
from search.candidates import Candidates, Column
from search.demands import keeping_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from index.dense import DenseIndex
    from index.facets import Where
    from index.generation import Generation
    from index.towers import Tower
    from search.query import Query
    from search.settings import Mode, RecallSettings

__all__ = ["LEXICAL", "Recalled", "dense_leg", "recall"]

LEXICAL = "lexical"

# How many times deeper a leg goes where what it returns is sifted afterwards.
_DEEPER = 5


@dataclass(frozen=True, slots=True)
class Recalled:
    """The union of what the legs found, in row order with a column a leg, and what each leg took."""

    candidates: Candidates
    ms: Mapping[str, float]  # leg -> milliseconds
    vectors: Mapping[str, NDArray[np.float32]]  # dense leg -> (dim,), the query's


def dense_leg(tower: Tower) -> str:
    """Name of a tower's leg among the stages: "dense." and the tower's name."""
    return f"dense.{tower.id.rpartition('@')[0]}"


def recall(
    query: Query,
    generation: Generation,
    towers: Sequence[Tower],
    settings: RecallSettings,
    where: Where,
    mode: Mode,
    *,
    executor: Executor,
) -> Recalled:
    """Let each leg that `mode` uses return its best passages within `where`; dense legs run on `executor`.

    Every tower must have its vectors in `generation`. Where the query demands or excludes phrases, what does not
    keep to that is left out, and legs go deeper to make up for it.
    """
    deeper = _DEEPER if query.phrases or query.excluded else 1
    required = necessary(term for phrase in query.phrases for term in analyze(phrase.text))
    mask = generation.catalog.mask(where) if mode != "lexical" else None
    if required and mode != "lexical":
        holding = generation.lexical.holding(required)
        mask = holding if mask is None else mask & holding
    pending = [
        executor.submit(
            _dense, query.asked, tower, generation.dense[tower.id], deeper * settings.dense_k, mask
        )
        for tower in (towers if mode != "lexical" else ())
    ]
    ms: dict[str, float] = {}
    rankings: list[Ranking] = []
    if mode != "dense":
        began = perf_counter()
        rankings.append(
            generation.lexical.search(
                query.terms,
                deeper * settings.lexical_k,
                where,
                alternatives=query.alternatives,
                required=required,
            )
        )
        ms[LEXICAL] = 1000 * (perf_counter() - began)
    found = [leg.result() for leg in pending]
    rankings += [leg.ranking for leg in found]

    rows = np.array(sorted({row for ranking in rankings for row in ranking.rows.tolist()}), dtype=np.int32)
    columns: dict[str, Column] = {}
    if mode != "dense":
        columns[LEXICAL] = _scattered(rankings[0], rows)
    for tower, leg in zip(towers, found, strict=False):
        name = dense_leg(tower)
        columns[name] = (generation.dense[tower.id].vectors(rows) @ leg.vector).astype(np.float32)
        ms[name] = leg.ms
    vectors = {dense_leg(tower): leg.vector for tower, leg in zip(towers, found, strict=False)}
    candidates = Candidates(rows, generation.catalog.article_of[rows], columns)
    if query.phrases or query.excluded:
        candidates = keeping_to(query, candidates, generation.catalog)
    return Recalled(candidates, ms, vectors)


@dataclass(frozen=True, slots=True)
class _DenseLeg:
    vector: NDArray[np.float32]  # (dim,)
    ranking: Ranking
    ms: float


def _dense(text: str, tower: Tower, index: DenseIndex, k: int, mask: NDArray[np.bool_] | None) -> _DenseLeg:
    began = perf_counter()
    vector = tower.encode_queries([text])[0]
    # A query without a token the tower knows has the zero vector: it is like nothing, not like row 0.
    ranking = index.search(vector, k, mask) if vector.any() else Ranking.empty()
    return _DenseLeg(vector, ranking, 1000 * (perf_counter() - began))


def _scattered(ranking: Ranking, rows: NDArray[np.int32]) -> Column:
    """The ranking's scores at their places among `rows` (sorted, all of the ranking's among them), else NaN."""
    column = np.full(len(rows), np.nan, dtype=np.float32)
    column[np.searchsorted(rows, ranking.rows)] = ranking.scores
    return column
