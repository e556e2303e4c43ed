"""Vector search: exact enough, masked, and the same from run to run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.dense import DenseIndex, build_dense, open_dense
from index.flat_scan import FlatScan
from index.settings import DenseSettings
from ingest.errors import GenerationError

COUNT, DIM = 1500, 32
FLAT = DenseSettings()
GRAPH = DenseSettings(flat_below=100, hnsw_m=16, ef_construction=100, ef_search=200)
every_kind = pytest.mark.parametrize("settings", [FLAT, GRAPH], ids=["flat", "graph"])


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    drawn = np.random.default_rng(7).standard_normal((COUNT, DIM)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def opened(folder: Path, vectors: NDArray[np.float32], settings: DenseSettings) -> DenseIndex:
    build_dense(folder, vectors, settings)
    return open_dense(folder)


@every_kind
def test_nearly_all_true_neighbours_are_found(
    tmp_path: Path, vectors: NDArray[np.float32], settings: DenseSettings
) -> None:
    index = opened(tmp_path / "v", vectors, settings)
    exact = np.argsort(-(vectors[:50] @ vectors.T), axis=1)[:, :10]
    found = [index.search(vector, 10).rows for vector in vectors[:50]]
    assert np.mean([len(set(a) & set(b)) for a, b in zip(exact, found, strict=True)]) > 9.3


@every_kind
@pytest.mark.parametrize("share", [0.01, 0.5])
def test_a_mask_bounds_what_is_found_and_nothing_else(
    tmp_path: Path, vectors: NDArray[np.float32], settings: DenseSettings, share: float
) -> None:
    index = opened(tmp_path / "v", vectors, settings)
    mask = np.random.default_rng(1).random(COUNT) < share
    found = index.search(vectors[3], 10, mask)
    allowed = np.flatnonzero(mask)
    best = allowed[np.argsort(-(vectors[allowed] @ vectors[3]))[:10]]
    assert mask[found.rows].all()
    assert len(set(found.rows) & set(best)) >= 9


@every_kind
def test_scores_are_inner_products_best_first(
    tmp_path: Path, vectors: NDArray[np.float32], settings: DenseSettings
) -> None:
    found = opened(tmp_path / "v", vectors, settings).search(vectors[0], 20)
    assert found.rows[0] == 0
    assert (np.diff(found.scores) <= 0).all()
    np.testing.assert_allclose(found.scores, vectors[found.rows] @ vectors[0], atol=0.02)


@every_kind
def test_stored_vectors_come_back_nearly_as_they_were(
    tmp_path: Path, vectors: NDArray[np.float32], settings: DenseSettings
) -> None:
    index = opened(tmp_path / "v", vectors, settings)
    np.testing.assert_allclose(index.vectors(np.array([5, 900, 5])), vectors[[5, 900, 5]], atol=0.01)
    assert index.dim == DIM
    assert len(index) == COUNT


@every_kind
def test_the_same_vectors_give_the_same_file(
    tmp_path: Path, vectors: NDArray[np.float32], settings: DenseSettings
) -> None:
    files = []
    for name in "ab":
        build_dense(tmp_path / name, vectors, settings)
        files.append([path.read_bytes() for path in (tmp_path / name).iterdir()])
    assert files[0] == files[1]


@every_kind
def test_threads_search_at_once(
    tmp_path: Path, vectors: NDArray[np.float32], settings: DenseSettings
) -> None:
    index = opened(tmp_path / "v", vectors, settings)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda row: int(index.search(vectors[row], 1).rows[0]), range(200)))
    assert found == list(range(200))


def test_no_more_is_returned_than_there_is(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    index = opened(tmp_path / "v", vectors[:3], FLAT)
    assert len(index.search(vectors[0], 10)) == 3
    assert len(index.search(vectors[0], 10, np.zeros(3, bool))) == 0


def test_a_damaged_file_says_so(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    build_dense(tmp_path / "v", vectors, FLAT)
    (path,) = (tmp_path / "v").iterdir()
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(GenerationError, match="cannot be read"):
        open_dense(tmp_path / "v")


def test_a_scan_by_numpy_finds_what_faiss_finds(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    by_faiss = opened(tmp_path / "v", vectors, FLAT)
    scan = open_dense(tmp_path / "v", once=True)
    assert isinstance(scan, FlatScan)
    assert (len(scan), scan.dim) == (COUNT, DIM)
    rows = np.array([0, 7, COUNT - 1])
    np.testing.assert_allclose(scan.vectors(rows), by_faiss.vectors(rows), atol=1e-6)
    mask = np.random.default_rng(2).random(COUNT) < 0.3
    for vector in vectors[:20]:
        for allowed in (None, mask, np.zeros(COUNT, bool)):
            found, expected = scan.search(vector, 25, allowed), by_faiss.search(vector, 25, allowed)
            assert found.rows.tolist() == expected.rows.tolist()
            np.testing.assert_allclose(found.scores, expected.scores, atol=1e-5)


def test_a_graph_is_left_to_faiss_and_so_is_what_is_damaged(
    tmp_path: Path, vectors: NDArray[np.float32]
) -> None:
    build_dense(tmp_path / "graph", vectors, GRAPH)
    assert FlatScan.open(tmp_path / "graph") is None
    build_dense(tmp_path / "flat", vectors, FLAT)
    file = tmp_path / "flat" / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:-100])
    assert FlatScan.open(tmp_path / "flat") is None
    with pytest.raises(GenerationError):
        open_dense(tmp_path / "flat", once=True)
