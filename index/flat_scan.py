"""A flat index of FAISS, eight bits a dimension, read and searched by numpy alone.

The file is `IndexScalarQuantizer` as FAISS writes it (faiss/impl/index_write.cpp): a header, for each dimension the least
value and the range, and then the codes, row by row; a code c stands for `least + range * (c + 1/2) / 255`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.dense import FILE_NAME
from index.ranking import Ranking

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["FlatScan"]

# Name of the format; dimensions, vectors, two numbers without a meaning, whether it is trained, the metric; the kind of
# quantiser, how its ranges were found (two numbers), dimensions, bytes of a code; how many numbers the ranges are.
_HEADER = struct.Struct("<4s i q q q ? i i i f Q Q Q")
_FLAT, _INNER_PRODUCT, _EIGHT_BITS = b"IxSQ", 0, 0
_CHUNK = 4_096  # rows as floats at once: 4 MiB at 256 dimensions


@dataclass(frozen=True, slots=True, eq=False)
class FlatScan:
    """An opened flat index. Safe for concurrent readers."""

    _codes: NDArray[np.uint8]  # (n, dim)
    _zero: NDArray[np.float32]  # (dim,) what the code 0 stands for
    _step: NDArray[np.float32]  # (dim,) what one more is worth

    @classmethod
    def open(cls, folder: Path) -> FlatScan | None:
        """Map the index in `folder` into memory; None where it is none of this kind, or damaged: then FAISS will say so."""
        path = folder / FILE_NAME
        try:
            with path.open("rb") as file:
                header = _HEADER.unpack(file.read(_HEADER.size))
                name, dim, count, _, _, _, metric, kind, _, _, _, width, numbers = header
                if (name, metric, kind, width, numbers) != (_FLAT, _INNER_PRODUCT, _EIGHT_BITS, dim, 2 * dim):
                    return None
                ranges = np.frombuffer(file.read(4 * numbers), "<f4").astype(np.float32)
                (length,) = struct.unpack("<Q", file.read(8))
                if length != count * dim or len(ranges) != numbers:
                    return None
                codes = np.memmap(path, np.uint8, "r", offset=file.tell(), shape=(count, dim))
        except (OSError, ValueError, struct.error):
            return None
        step = ranges[dim:] / np.float32(255)
        return cls(codes, ranges[:dim] + step / np.float32(2), step)

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""
        return int(self._codes.shape[1])

    def search(self, vector: NDArray[np.float32], k: int, mask: NDArray[np.bool_] | None = None) -> Ranking:
        """Return the `k` passages with the highest inner product with `vector` (dim,), among those of `mask` (n,)."""
        weights = (vector * self._step).astype(np.float32)
        scores = np.empty(len(self), np.float32)
        for start in range(0, len(self), _CHUNK):
            scores[start : start + _CHUNK] = self._codes[start : start + _CHUNK].astype(np.float32) @ weights
        scores += np.float32(vector @ self._zero)
        rows = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        return Ranking.of(rows, scores[rows], min(k, len(rows)))

    def vectors(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the stored vectors of `rows`, (len(rows), dim), as the quantiser kept them."""
        found: NDArray[np.float32] = self._zero + self._codes[rows].astype(np.float32) * self._step
        return found
