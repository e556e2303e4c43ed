"""Tables of token vectors, run by tokenizers and numpy: tokenise, look up, add, normalise.

Vectors equal those of sentence-transformers over the same tables to the last digits of float32, in microseconds and
without torch. Folding (`index.folding`), which shipped folders ask for, is the one step which
sentence-transformers does not do by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.folding import fold
from index.static_folder import StaticFolder, StaticTable, read_static_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.settings import TowerSettings

__all__ = ["StaticTower"]

# Texts pooled together: the counts of their tokens times the rows of these is one small matrix product, several
# times faster than adding rows one by one, and its memory stays within megabytes.
_CHUNK = 64
# Texts tokenised together; their Encoding objects are what takes memory.
_BATCH = 2_048


class StaticTower:
    """The static tower of one folder. The sides share a table or have one each; their prompts may differ."""

    def __init__(self, tables: StaticFolder, *, name: str, query_prompt: str, passage_prompt: str) -> None:
        digest = hashlib.sha256(tables.passages.digest)
        if not tables.symmetric:
            digest.update(tables.queries.digest)
        digest.update(json.dumps([tables.folded, query_prompt, passage_prompt]).encode())
        self.id = f"{name}@{digest.hexdigest()[:12]}"
        self.dim = int(tables.passages.rows.shape[1])
        self._tables = tables
        self._query_prompt = query_prompt
        self._passage_prompt = passage_prompt

    @classmethod
    def open(cls, folder: Path, settings: TowerSettings) -> StaticTower:
        """Read the folder. Raises TowerError when a file is missing or is not what it should be."""
        tables = read_static_folder(folder)
        return cls(
            tables,
            name=settings.name if folder.name == settings.name else folder.resolve().name,
            query_prompt=settings.query_prompt or tables.query_prompt,
            passage_prompt=settings.passage_prompt or tables.passage_prompt,
        )

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length; a text without a known token gives zeros."""
        return self._encode(texts, self._query_prompt, self._tables.queries)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length; a text without a known token gives zeros."""
        return self._encode(texts, self._passage_prompt, self._tables.passages)

    def _encode(self, texts: Sequence[str], prompt: str, table: StaticTable) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [prompt + text for text in texts[start : start + _BATCH]]
            if self._tables.folded:
                batch = [fold(text) for text in batch]
            encodings = table.tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            ids = [encoding.ids for encoding in encodings]
            for first in range(0, len(ids), _CHUNK):
                chunk = ids[first : first + _CHUNK]
                vectors[start + first : start + first + len(chunk)] = _pool(chunk, table)
        return vectors


def _pool(ids: Sequence[Sequence[int]], table: StaticTable) -> NDArray[np.float32]:
    """Sums of the rows of each text, at unit length; the mean differs by a factor that goes away."""
    lengths = [len(tokens) for tokens in ids]
    tokens = np.fromiter(chain.from_iterable(ids), dtype=np.int64, count=sum(lengths))
    present = np.flatnonzero(np.bincount(tokens))
    places = np.searchsorted(present, tokens)
    owners = np.repeat(np.arange(len(ids)), lengths)
    counts = np.bincount(owners * len(present) + places, minlength=len(ids) * len(present))
    rows = table.rows[present].astype(np.float32)
    weighted = counts.reshape(len(ids), len(present)).astype(np.float32)
    if table.scale is not None:
        weighted *= table.scale[present]
    sums: NDArray[np.float32] = weighted @ rows
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    sums /= np.where(norms > 0, norms, 1)
    return sums
