"""Passages to vectors: from the cache where the same text was encoded before, else by the tower, a second's worth at once."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from index.context import context
from index.markdown import plain
from index.vectors import text_key
from ingest.errors import TowerError
from ingest.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.catalog import Catalog, PassageRow
    from index.towers import Tower
    from index.vectors import VectorCache
    from ingest.progress import ProgressCallback

__all__ = ["encode"]

# Passages read at once.
_CHUNK = 1024
# Passages encoded and kept at once: as many as take about a second, so that progress is told every second and a
# build that is stopped loses no more, however slow the tower is.
_FIRST_STEP = 32


def encode(
    catalog: Catalog, tower: Tower, cache: VectorCache, now: float, tell: ProgressCallback
) -> tuple[NDArray[np.float32], int]:
    """Return the vector of every passage, (passages, dim), and how many had to be encoded; `now` is in epoch seconds.

    All take the way through half precision, so that a vector from the cache is the same as a new one. Raises TowerError,
    StoreError.
    """
    vectors = np.empty((len(catalog), tower.dim), np.float32)
    encoded = 0
    step = _FIRST_STEP
    for start in range(0, len(catalog), _CHUNK):
        rows = range(start, min(start + _CHUNK, len(catalog)))
        texts = _texts(catalog, catalog.passages(rows))
        keys = [text_key(text) for text in texts]
        known = cache.get(keys, now=now)
        # By length, so that what is encoded together is of one size.
        fresh = sorted(
            {key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items(),
            key=_length,
        )
        encoded += sum(key not in known for key in keys)
        while fresh:
            began = perf_counter()
            batch, fresh = fresh[:step], fresh[step:]
            new = tower.encode_passages([text for _, text in batch]).astype(np.float16)
            # Half precision on a device without it, as a rule; the cache would keep what came of it.
            if not np.isfinite(new).all():
                raise TowerError(
                    f"The tower {tower.id} gives passages vectors that are not numbers.",
                    "Choose another `device` or another model in [[index.towers]].",
                )
            made = dict(zip((key for key, _ in batch), new, strict=True))
            cache.put(made, now=now)
            known |= made
            tell(Progress("encode", rows.stop - len(fresh), len(catalog), tower.id))
            step = _next_step(step, perf_counter() - began)
        vectors[rows.start : rows.stop] = [known[key] for key in keys]
        tell(Progress("encode", rows.stop, len(catalog), tower.id))
    return vectors, encoded


def _length(item: tuple[str, str]) -> int:
    return len(item[1])


def _next_step(step: int, seconds: float) -> int:
    """Twice as many at once where `step` of them took less than half a second, half as many beyond two."""
    if seconds < 0.5:
        return min(step * 2, _CHUNK)
    return max(step // 2, 1) if seconds > 2 else step


def _texts(catalog: Catalog, passages: Sequence[PassageRow]) -> list[str]:
    """What is encoded of each passage: where it stands, and what it says."""
    numbers = sorted({passage.article_row for passage in passages})
    titles = {article.row: article.title for article in catalog.articles(numbers)}
    return [
        f"{context(titles[passage.article_row], passage.headings)}\n{plain(passage.text)}"
        for passage in passages
    ]
