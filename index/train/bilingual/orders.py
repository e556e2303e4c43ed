"""In which order a stream's pairs are read: at random, or topic by topic.

Passages of one topic are harder to tell apart than random ones, and cost no more (TAS-B: Hofstätter, Lin, Yang, Lin,
Hanbury 2021, arXiv:2104.06967).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.towers import Tower

__all__ = ["Order", "by_topic", "shuffled"]

_BUCKET = 24  # batches' worth of texts that are sorted by length together
_TOPICAL_BUCKET = 4  # the same of one topic, as a topic has few
_ROUNDS = 8  # of k-means
_SAMPLE = 100  # texts a topic that k-means looks at

Order = Callable[[np.random.Generator], tuple["NDArray[np.int64]", int]]
"""Given a generator: the places of one pass, and how many batches' worth of neighbours belong together."""


def shuffled(count: int) -> Order:
    """Return the order at random of `count` pairs."""
    return lambda random: (random.permutation(count), _BUCKET)


def by_topic(questions: Sequence[str], topics: int, space: Tower, seed: int) -> Order:
    """Return the order that goes through `topics` clusters of `questions`, by k-means in `space`, one after another.

    Within a topic, and of the topics themselves, the order is random. With fewer questions than topics it is all
    random.
    """
    import faiss

    if len(questions) <= topics:
        return shuffled(len(questions))
    vectors = space.encode_queries(questions)
    means = faiss.Kmeans(
        vectors.shape[1], topics, niter=_ROUNDS, seed=seed, spherical=True, max_points_per_centroid=_SAMPLE
    )
    means.train(vectors)
    topic = means.index.search(vectors, 1)[1][:, 0]

    def order(random: np.random.Generator) -> tuple[NDArray[np.int64], int]:
        rank = random.permutation(topics)[topic]
        return np.lexsort((random.random(len(questions)), rank)), _TOPICAL_BUCKET

    return order
