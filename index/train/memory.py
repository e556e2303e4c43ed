"""Passages of earlier batches as further negatives: cross-batch memory, Wang et al. 2020 (arXiv:1912.06798).

A tower moves slowly once the learning rate has warmed up, so yesterday's vectors are still nearly right and cost nothing.
Each source has a queue of its own, for the same reason that a batch has one source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

__all__ = ["CrossBatchMemory"]


class CrossBatchMemory:
    """The last `size` passages of each source, with their vectors as they were."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[str, tuple[NDArray[np.int32], Tensor]] = {}

    def recall(self, source: str) -> tuple[NDArray[np.int32], Tensor | None]:
        """Return numbers of texts (m,) and their vectors (m, dim), newest first; none at first."""
        return self._kept.get(source, (np.empty(0, dtype=np.int32), None))

    def keep(self, source: str, passages: NDArray[np.int32], vectors: Tensor) -> None:
        """Put a batch's passages before those of earlier ones; the oldest are forgotten."""
        import torch

        if not self._size:
            return
        numbers, earlier = self.recall(source)
        new = vectors.detach()
        both = new if earlier is None else torch.cat((new, earlier))
        self._kept[source] = (np.concatenate((passages, numbers))[: self._size], both[: self._size])
