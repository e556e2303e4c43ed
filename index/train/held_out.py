"""How well a tower finds articles of a corpus that it was not trained on, and whether another does so better.

A share of the articles is held out by the hash of their address, so the same ones are from night to night. What is
said of them are the queries; all passages of the corpus are told from one another by their bodies alone, because the
title and headings that the index encodes along often are the query word for word. An article counts once, however many
headings it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.train import significance

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from index.towers import Tower
    from index.train.corpus import Corpus, Saying

__all__ = ["HeldOut", "Scores", "chance", "hold_out", "score"]

_MOST_ARTICLES = 500  # held-out ones that are asked for: enough to tell towers apart in any corpus
_MOST_SAYINGS = 10  # of one article
_CUT = 10
_CHUNK = 1024  # passages encoded at once


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A corpus in two parts that share no article and no query."""

    training: frozenset[int]  # numbers of articles
    queries: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """nDCG@10 (binary gain) and reciprocal rank within the first ten, by query, and the article that each is of."""

    ndcg: NDArray[np.float64]  # (queries,)
    reciprocal_rank: NDArray[np.float64]  # (queries,)
    articles: NDArray[np.int64]  # (queries,)

    @property
    def ndcg_10(self) -> float:
        """Mean over articles of the mean over their queries."""
        return float(_by_article(self.ndcg, self.articles).mean())

    @property
    def mrr_10(self) -> float:
        """Mean over articles of the mean over their queries."""
        return float(_by_article(self.reciprocal_rank, self.articles).mean())


def hold_out(corpus: Corpus, share: float) -> HeldOut:
    """Part the articles; what training says too, in the same words, is no query."""
    numbers = range(len(corpus.articles))
    held_out = {number for number in numbers if _place(corpus.articles[number]) < share}
    training = frozenset(numbers) - held_out
    seen = {saying.text for saying in corpus.sayings if saying.article in training}
    asked: dict[int, list[Saying]] = {}
    for saying in corpus.sayings:
        if saying.article in held_out and saying.text not in seen:
            asked.setdefault(saying.article, []).append(saying)
    first = sorted(asked, key=lambda number: corpus.articles[number])[:_MOST_ARTICLES]
    return HeldOut(training, tuple(query for number in first for query in asked[number][:_MOST_SAYINGS]))


def score(
    tower: Tower, corpus: Corpus, held_out: HeldOut, tell: Callable[[int], None] = lambda _: None
) -> Scores:
    """Ask all queries of all passages; an article is as good as its best passage, and ties are lost.

    `tell` is told how many passages are encoded. Raises ValueError without queries.
    """
    if not held_out.queries:
        raise ValueError("nothing is held out")
    queries = tower.encode_queries([query.text for query in held_out.queries])
    best = np.full((len(queries), len(corpus.articles)), -np.inf, dtype=np.float32)
    for start in range(0, len(corpus.passages), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        likeness = queries @ tower.encode_passages(corpus.passages[chunk]).T
        owners, firsts = np.unique(corpus.article_of[chunk], return_index=True)
        best[:, owners] = np.maximum(best[:, owners], np.maximum.reduceat(likeness, firsts, axis=1))
        tell(min(start + _CHUNK, len(corpus.passages)))
    gains = 1 / np.log2(np.arange(2, _CUT + 2))
    ndcg, reciprocal_rank = np.zeros(len(queries)), np.zeros(len(queries))
    for row, query in enumerate(held_out.queries):
        right = best[row, sorted(corpus.articles_saying[query.text])]
        ranks = (best[row] >= right[:, None]).sum(axis=1)
        ndcg[row] = gains[ranks[ranks <= _CUT] - 1].sum() / gains[: len(right)].sum()
        reciprocal_rank[row] = 1 / ranks.min() if ranks.min() <= _CUT else 0.0
    return Scores(ndcg, reciprocal_rank, np.array([query.article for query in held_out.queries]))


def chance(new: Scores, old: Scores, *, seed: int = 0) -> float:
    """Return how likely a gain in nDCG@10 as large as that of `new` over `old` is if they are the same.

    The one-sided paired randomisation test (`significance`). Signs are drawn by article: its queries rise and fall
    together.
    """
    return significance.chance(_by_article(new.ndcg - old.ndcg, new.articles), seed=seed)


def _by_article(values: NDArray[np.float64], articles: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean over the queries of each article."""
    _, places, counts = np.unique(articles, return_inverse=True, return_counts=True)
    means: NDArray[np.float64] = np.bincount(places, weights=values) / counts
    return means


def _place(article_id: str) -> float:
    """Where in [0, 1) the hash of an article's address falls."""
    return float(int(article_id, 16) / 16 ** len(article_id))
