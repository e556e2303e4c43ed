"""What people ask of everything else: how near a tower puts such questions to this corpus, by chance.

A few hundred short questions of everyday life, in Chinese and English, and some words without sense are the other
side of every question (the background model of Lafferty and Zhai 2001, outlier exposure of Hendrycks et al. 2019). A
score means nothing before one knows what the same tower gives to them over the same passages, so each build measures
it anew for each tower: there is no constant of a tower or a corpus to keep.
"""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.errors import GenerationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.towers import Tower

__all__ = ["Background", "background_queries", "measure_background", "open_background", "write_background"]

FILE_NAME = "background.npz"

# How many of the best count: one passage may be near by accident, and a question nearest to one of its kind.
_PASSAGES, _QUERIES = 5, 2
# Fewer known questions than this say nothing of chance: a tower with a vocabulary of its own, as in tests.
_FEWEST = 50


@cache
def background_queries() -> tuple[str, ...]:
    """Return the questions, which `background.txt` holds one a line."""
    return tuple(Path(__file__).with_name("background.txt").read_text("utf-8").splitlines())


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """One tower's background: the questions' vectors, how the corpus is spread, and both measures of each question."""

    queries: NDArray[np.float32]  # (m, dim)
    covariance: NDArray[np.float32]  # (dim, dim), of the passages' vectors
    measures: NDArray[np.float32]  # (m, 2): of each question, with itself left out

    def of(self, vector: NDArray[np.float32], cosines: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return how much nearer a query (dim,) is to the corpus than to the background, (2,); None: that cannot be told.

        `cosines` are those of its best passages, in any order. First how much likelier the nearest are: their mean
        cosine less that of the nearest questions. Then how much more the query tells passages apart than questions:
        what the corpus is not about is equally far from all of it. Logarithm of the ratio of standard deviations.
        """
        if len(self.queries) < _FEWEST or not vector.any():
            return None
        return _measures(vector, cosines, self.queries @ vector, self.covariance)


def measure_background(tower: Tower, vectors: NDArray[np.float32]) -> dict[str, NDArray[np.generic]]:
    """Return the background of a tower over the vectors (n, dim) of all passages, as arrays to be written."""
    encoded = tower.encode_queries(background_queries())
    queries = encoded[encoded.any(axis=1)].astype(np.float16).astype(np.float32)
    # In one pass of moderate pieces: the vectors may be mapped from disk.
    total = np.zeros(tower.dim, np.float64)
    square = np.zeros((tower.dim, tower.dim), np.float64)
    best = np.full((len(queries), 0), -1.0, np.float32)
    for start in range(0, len(vectors), 4096):
        chunk = np.asarray(vectors[start : start + 4096], np.float32)
        total += chunk.sum(axis=0, dtype=np.float64)
        square += chunk.T @ chunk
        best = -np.sort(-np.hstack((best, queries @ chunk.T)), axis=1)[:, :_PASSAGES]
    mean = total / len(vectors)
    covariance = (square / len(vectors) - np.outer(mean, mean)).astype(np.float32)
    among = queries @ queries.T
    measures = [
        _measures(query, cosines, np.delete(row, number), covariance)
        for number, (query, cosines, row) in enumerate(zip(queries, best, among, strict=True))
    ]
    return {
        "queries": queries.astype(np.float16),
        "covariance": covariance,
        "measures": np.array(measures, np.float32).reshape(-1, 2),
    }


def write_background(folder: Path, tower: Tower, vectors: NDArray[np.float32]) -> None:
    """Measure and write the background of a tower beside its vectors."""
    np.savez(folder / FILE_NAME, **measure_background(tower, vectors))  # type: ignore[arg-type]


def open_background(folder: Path) -> Background:
    """Read what `write_background` wrote. Raises GenerationError when it cannot be read."""
    try:
        with np.load(folder / FILE_NAME, allow_pickle=False) as arrays:
            return Background(arrays["queries"].astype(np.float32), arrays["covariance"], arrays["measures"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise GenerationError(
            f"The background in {folder} cannot be read.", "Build the index again with `shuangta index`."
        ) from error


def _measures(
    vector: NDArray[np.float32],
    passages: NDArray[np.float32],
    questions: NDArray[np.float32],
    covariance: NDArray[np.float32],
) -> NDArray[np.float32]:
    nearest = -np.sort(-passages)[:_PASSAGES].mean() + np.sort(-questions)[:_QUERIES].mean()
    # Both are positive for any vector that is no question's opposite; the smallest number keeps the logarithm finite.
    least = float(np.finfo(np.float32).tiny)
    among = max(float(questions.std()), least)
    spread = math.sqrt(max(float(vector @ covariance @ vector), least)) / among
    return np.array([nearest, math.log(spread)], np.float32)
