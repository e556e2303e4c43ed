"""Hard negatives: passages of a source that look like the answer to a query and are not.

Found by BM25 or by the tower in training, among the passages of the same source. What is found may be an answer that
nobody wrote down, so a candidate counts only when it scores clearly below the query's own passage: by a share of its
score (PercPos of NV-Retriever, de Souza P. Moreira et al. 2024, arXiv:2407.15831) and by a margin; a teacher's scores
judge where there is one, else those of the finder. Random passages fill what is left: recall needs easy and hard ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from index.train.batches import Source
    from index.train.settings import NegativeSettings
    from index.train.teacher import Scores

    Encode = Callable[[NDArray[np.int32]], NDArray[np.float32]]

__all__ = ["Found", "by_bm25", "by_tower", "mined", "with_random"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Candidates for some pairs of a source, best first, with the finder's scores."""

    pairs: NDArray[np.int64]  # (m,) which pairs
    candidates: NDArray[np.int32]  # (m, depth) numbers of texts; -1: none
    scores: NDArray[np.float32]  # (m, depth)
    own: NDArray[np.float32]  # (m,) of the pair's own passage; 0 where it was not found


def with_random(source: Source, columns: int, random: np.random.Generator) -> Source:
    """The source with `columns` random passages of its own as the negatives of each query."""
    drawn = _random(source, (len(source), columns), random)
    return replace(source, negatives=drawn)


def by_bm25(texts: Sequence[str], source: Source, settings: NegativeSettings, seed: int) -> Found:
    """Search each query among the passages of the source as the lexical leg would."""
    from index.analyze import analyze, terms
    from index.facets import Where
    from index.lexical import LexicalDocument, query_terms
    from index.tantivy_engine import TantivyIndex, build

    pairs = _pool(source, settings, seed)
    passages = np.unique(source.passages[pairs])
    depth = settings.skip + settings.depth
    candidates = np.full((len(pairs), depth), -1, dtype=np.int32)
    scores = np.zeros((len(pairs), depth), dtype=np.float32)
    with TemporaryDirectory() as folder:
        build(
            Path(folder), (LexicalDocument(((), (), (), terms(texts[p])), (), "") for p in passages.tolist())
        )
        index = TantivyIndex.open(Path(folder))
        for row, query in enumerate(source.queries[pairs].tolist()):
            ranking = index.search(query_terms(analyze(texts[query])), depth, Where())
            candidates[row, : len(ranking)] = passages[ranking.rows]
            scores[row, : len(ranking)] = ranking.scores
    itself = candidates == source.passages[pairs][:, None]
    return Found(pairs, candidates, scores, np.where(itself, scores, 0).max(axis=1, initial=0))


def by_tower(
    source: Source, queries: Encode, passages: Encode, settings: NegativeSettings, seed: int
) -> Found:
    """Search each query among the passages of the source by inner product of the tower's unit vectors.

    ANCE: Xiong et al. 2020 (arXiv:2007.00808).
    """
    import faiss

    pairs = _pool(source, settings, seed)
    numbers = np.unique(source.passages[pairs])
    vectors, asked = passages(numbers), queries(source.queries[pairs])
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    scores, places = index.search(asked, min(settings.skip + settings.depth, len(numbers)))
    candidates = np.where(places < 0, -1, numbers[places]).astype(np.int32)
    own = np.einsum("nd,nd->n", asked, vectors[np.searchsorted(numbers, source.passages[pairs])])
    return Found(pairs, candidates, scores, own)


def mined(
    source: Source,
    found: Found,
    columns: slice,
    settings: NegativeSettings,
    judge: Scores | None,
) -> tuple[Source, float]:
    """The source with what was found in `columns` of its negatives, and the share of them that was found.

    `judge` scores pairs of texts; where it does not know (NaN) or there is none, the finder's own scores decide. Where too few candidates pass, the
    negatives stay what they are.
    """
    assert source.negatives is not None
    queries, passages = source.queries[found.pairs], source.passages[found.pairs]
    passes = _below(found.scores, found.own, settings)
    if judge is not None:
        asked = np.repeat(queries, found.candidates.shape[1])
        scores = judge(asked, np.maximum(found.candidates, 0).ravel()).reshape(found.candidates.shape)
        own = judge(queries, passages)
        unknown = np.isnan(scores) | np.isnan(own)[:, None]
        passes = np.where(unknown, passes, _below(scores, own, settings))
    passes &= ~_answers(source, queries, found.candidates) & (found.candidates != queries[:, None])
    passes &= found.candidates >= 0
    passes[:, : settings.skip] = False
    negatives = source.negatives.copy()
    count = 0
    best_first = np.argsort(~passes, axis=1, kind="stable")
    for place, column in enumerate(range(columns.start, columns.stop)):
        if place >= best_first.shape[1]:
            break
        chosen = best_first[:, place]
        rows = np.flatnonzero(passes[np.arange(len(chosen)), chosen])
        negatives[found.pairs[rows], column] = found.candidates[rows, chosen[rows]]
        count += len(rows)
    wanted = len(source) * (columns.stop - columns.start)
    return replace(source, negatives=negatives), count / max(wanted, 1)


def _below(
    scores: NDArray[np.float32], own: NDArray[np.float32], settings: NegativeSettings
) -> NDArray[np.bool_]:
    """Whether each candidate's score is clearly below that of the query's own passage."""
    below: NDArray[np.bool_] = scores <= np.minimum(settings.ceiling * own, own - settings.margin)[:, None]
    return below


def _pool(source: Source, settings: NegativeSettings, seed: int) -> NDArray[np.int64]:
    """The pairs that are mined: all, or as many at random as the settings allow."""
    if len(source) <= settings.pool:
        return np.arange(len(source))
    return np.sort(np.random.default_rng(seed).permutation(len(source))[: settings.pool])


def _random(source: Source, shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.int32]:
    """Passages of other pairs; an answer of the query itself is drawn once more, which leaves next to none."""
    drawn: NDArray[np.int32] = source.passages[random.integers(0, len(source), shape)]
    again = _answers(source, source.queries, drawn) | (drawn == source.queries[:, None])
    drawn[again] = source.passages[random.integers(0, len(source), int(again.sum()))]
    return drawn


def _answers(source: Source, queries: NDArray[np.int32], candidates: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether the source pairs each query with the candidate, (n, candidates)."""
    known = source.queries.astype(np.int64) << 32 | source.passages
    asked = queries.astype(np.int64)[:, None] << 32 | np.maximum(candidates, 0)
    return np.isin(asked, known)
