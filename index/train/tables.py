"""Token tables as a student: one for both sides, or one for queries and one for documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.train.views import view

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from index.train.bag import Pooled, TokenBag
    from index.train.batches import Drawn, Texts
    from index.train.settings import TrainSettings

__all__ = ["TokenTables"]

_CHUNK = 4_096  # texts encoded at once


class TokenTables:
    """A student of one bag or two (queries first) over the same vocabulary and dimension."""

    def __init__(self, bags: Sequence[TokenBag], texts: Texts, settings: TrainSettings) -> None:
        self.bags = tuple(bags)
        self._texts = texts
        self._settings = settings
        self._random = np.random.default_rng(settings.seed)
        self._pooled: list[Pooled] = []

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self.bags[0].vectors.shape[1]

    def embed(self, drawn: Drawn) -> torch.Tensor:
        """Return the sums of all queries and then all documents, (n + documents, dim)."""
        import torch

        tokens, lengths = view(self._texts, drawn, self._settings, self._random)
        if len(self.bags) == 1:
            self._pooled = [self.bags[0].pool(tokens, lengths)]
        else:
            queries = len(drawn.queries)
            cut = int(lengths[:queries].sum())
            self._pooled = [
                self.bags[0].pool(tokens[:cut], lengths[:queries]),
                self.bags[1].pool(tokens[cut:], lengths[queries:]),
            ]
        return torch.cat([pooled.sums for pooled in self._pooled])

    def step(self, pace: float) -> None:
        """Move the rows that the last batch touched."""
        settings = self._settings
        for bag, pooled in zip(self.bags, self._pooled, strict=True):
            bag.step(pooled, settings.learning_rate * pace, settings.weight_rate * pace)

    def encode(self, numbers: NDArray[np.int32], *, queries: bool) -> NDArray[np.float32]:
        """Return unit vectors of texts as they are now, (n, dim); a text without tokens gives zeros."""
        import torch
        from torch.nn.functional import normalize

        bag = self.bags[0 if queries else -1]
        done = [np.empty((0, self.dim), dtype=np.float32)]
        with torch.no_grad():
            for start in range(0, len(numbers), _CHUNK):
                chunk = numbers[start : start + _CHUNK]
                lengths = np.minimum(self._texts.lengths(chunk), self._settings.max_tokens)
                tokens = self._texts.spans(chunk, np.zeros_like(lengths), lengths)
                done.append(normalize(bag.pool(tokens, lengths).sums).numpy())
        return np.concatenate(done)
