"""The dense leg's engine: FAISS, eight bits a dimension, searched where the codes lie on disk.

Few vectors are searched exhaustively (exact up to the quantisation), many through an HNSW graph over the same
codes (Malkov & Yashunin 2018, https://arxiv.org/abs/1603.09320).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import faiss as typed_faiss
import numpy as np

from index.dense import FILE_NAME
from index.ranking import Ranking
from ingest.errors import GenerationError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.settings import DenseSettings

__all__ = ["FaissIndex", "build"]

faiss: Any = typed_faiss  # its stubs lack half of what is used here

# Vectors from which the range of each dimension is learned; more change nothing measurable.
_TRAIN = 50_000
# Vectors handed to FAISS at once: bounds memory when they come from a mapped file.
_CHUNK = 8_192
# Under a filter a graph search wades through passages that do not count. Below this share of passages left,
# scoring each of them is both exact and faster.
_EXHAUSTIVE_SHARE = 0.1


def build(folder: Path, vectors: NDArray[np.float32], settings: DenseSettings) -> None:
    """Write the index of `vectors` (n, dim), n > 0, rows L2-normalised, into `folder`, which is created.

    The same vectors give the same file: the graph is built by one thread. Raises OSError when the disk takes no more.
    """
    count, dim = vectors.shape
    if count < settings.flat_below:
        index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    else:
        index = faiss.IndexHNSWSQ(
            dim, faiss.ScalarQuantizer.QT_8bit, settings.hnsw_m, faiss.METRIC_INNER_PRODUCT
        )
        index.hnsw.efConstruction = settings.ef_construction
        index.hnsw.efSearch = settings.ef_search
    faiss.omp_set_num_threads(1)
    index.train(np.ascontiguousarray(vectors[:: max(1, count // _TRAIN)], np.float32))
    for start in range(0, count, _CHUNK):
        index.add(np.ascontiguousarray(vectors[start : start + _CHUNK], np.float32))
    folder.mkdir(parents=True)
    path = folder / FILE_NAME
    try:
        faiss.write_index(index, os.fspath(path))
    except RuntimeError as error:  # FAISS has no other
        raise OSError(f"FAISS could write no more to {path}") from error


@dataclass(frozen=True, slots=True, eq=False)
class FaissIndex:
    """An opened index of one tower's vectors. Safe for concurrent readers."""

    _index: Any  # faiss.Index: the package ships no types
    _flat: Any  # the codes without the graph; the index itself where there is none

    @classmethod
    def open(cls, folder: Path) -> FaissIndex:
        """Map the index in `folder` into memory. Raises GenerationError when FAISS cannot read it."""
        try:
            index = faiss.read_index(os.fspath(folder / FILE_NAME), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise GenerationError(
                f"The vectors in {folder} cannot be read.", "Build the index again with `shuangta index`."
            ) from error
        return cls(index, faiss.downcast_index(index.storage) if hasattr(index, "hnsw") else index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""
        return int(self._index.d)

    def search(self, vector: NDArray[np.float32], k: int, mask: NDArray[np.bool_] | None = None) -> Ranking:
        """Return the `k` passages with the highest inner product with `vector` (dim,).

        `mask` (n,), where given, is True for the passages that may be returned.
        """
        allowed = len(self) if mask is None else int(mask.sum())
        k = min(k, allowed)
        if k == 0:
            return Ranking.empty()
        # One query is answered by one thread: concurrency is the caller's, and a team of OpenMP threads per query
        # costs more than it saves at these sizes. The number holds for the calling thread only.
        faiss.omp_set_num_threads(1)
        index = self._index
        if mask is None:
            parameters = None
        else:
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(bits))
            if index is not self._flat and allowed > _EXHAUSTIVE_SHARE * len(self):
                parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=index.hnsw.efSearch)
            else:
                index = self._flat
                parameters = faiss.SearchParameters(sel=selector)
        scores, rows = index.search(np.ascontiguousarray(vector[None], np.float32), k, params=parameters)
        found = rows[0] >= 0
        return Ranking.of(rows[0][found], scores[0][found], k)

    def vectors(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the stored vectors of `rows`, (len(rows), dim), as the quantiser kept them."""
        found: NDArray[np.float32] = self._flat.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        return found
