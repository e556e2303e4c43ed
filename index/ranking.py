"""What every leg of recall returns: passages by row number, best first, with the leg's own score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ranking"]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Passage rows and their scores, best first; of equal scores the lower row comes first."""

    rows: NDArray[np.int32]  # (n,)
    scores: NDArray[np.float32]  # (n,), descending

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, rows: NDArray[np.integer], scores: NDArray[np.floating], k: int) -> Ranking:
        """Order `rows` by falling score, then by row, and keep the first `k`."""
        order = np.lexsort((rows, -scores))[:k]
        return cls(rows[order].astype(np.int32), scores[order].astype(np.float32))

    @classmethod
    def empty(cls) -> Ranking:
        """Nothing was found."""
        return cls(np.empty(0, np.int32), np.empty(0, np.float32))
