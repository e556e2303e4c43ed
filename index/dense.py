"""The dense leg: vectors of one tower, nearest by inner product, behind one protocol with two ways to search.

FAISS builds the index and searches it. A process that answers one question and ends scans a flat index by itself:
the codes are the same, and importing FAISS takes twenty times as long as the scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.ranking import Ranking
    from index.settings import DenseSettings

__all__ = ["FILE_NAME", "DenseIndex", "build_dense", "open_dense"]

FILE_NAME = "vectors.faiss"


class DenseIndex(Protocol):
    """An opened index of one tower's vectors. Safe for concurrent readers."""

    def __len__(self) -> int:
        """Return the number of vectors."""
        ...

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""
        ...

    def search(self, vector: NDArray[np.float32], k: int, mask: NDArray[np.bool_] | None = None) -> Ranking:
        """Return the `k` passages with the highest inner product with `vector` (dim,).

        `mask` (n,), where given, is True for the passages that may be returned.
        """
        ...

    def vectors(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the stored vectors of `rows`, (len(rows), dim), as the quantiser kept them."""
        ...


def build_dense(folder: Path, vectors: NDArray[np.float32], settings: DenseSettings) -> None:
    """Write the index of `vectors` (n, dim), n > 0, rows L2-normalised, into `folder`, which is created.

    The same vectors give the same file.
    """
    from index import faiss_index

    faiss_index.build(folder, vectors, settings)


def open_dense(folder: Path, *, once: bool = False) -> DenseIndex:
    """Open what `build_dense` wrote, `once` for a process that asks little. Raises GenerationError when it cannot be read."""
    if once:
        from index.flat_scan import FlatScan

        scan = FlatScan.open(folder)
        if scan is not None:
            return scan
    from index.faiss_index import FaissIndex

    return FaissIndex.open(folder)
