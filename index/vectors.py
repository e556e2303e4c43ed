"""Vectors that were encoded before, so that only passages that are new cost a tower's time.

One SQLite file a tower: SHA-256 of the text that was encoded -> vector in half precision. The file's name holds
the tower's id, and with it the digest of its weights: another tower never reads these vectors. It is a cache:
deleting it costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
import numpy as np

from ingest.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from numpy.typing import NDArray

__all__ = ["VectorCache", "file_name", "text_key"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL, used REAL NOT NULL)
STRICT, WITHOUT ROWID
"""
_SELECT = "SELECT key, vector FROM vectors WHERE key IN (SELECT value FROM json_each(?))"
_USE = "UPDATE vectors SET used = ? WHERE key IN (SELECT value FROM json_each(?))"


def file_name(tower_id: str) -> str:
    """Return a tower's id as one harmless path component."""
    return quote(tower_id, safe="@")


def text_key(text: str) -> str:
    """Return what a text's vector is kept under."""
    return hashlib.sha256(text.encode()).hexdigest()


def _unusable(path: Path, error: Exception) -> StoreError:
    return StoreError(f"The vector cache {path} cannot be used ({error}).", "Delete that file.")


class VectorCache:
    """The vectors one tower gave so far; a context manager. For one writer at a time."""

    def __init__(self, folder: Path, tower_id: str, dim: int) -> None:
        """Open, or create in `folder`, the cache of that tower. Raises StoreError when it cannot be used."""
        path = folder / f"{file_name(tower_id)}.sqlite"
        self._path = path
        self._dim = dim
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_SCHEMA)
        except (OSError, sqlite3.DatabaseError) as error:
            raise _unusable(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def __len__(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM vectors").fetchone()
        return int(count)

    def get(self, keys: Iterable[str], *, now: float) -> dict[str, NDArray[np.float16]]:
        """Return the known vectors among `keys`, each (dim,), and note that they were of use at `now`. Raises StoreError."""
        wanted = msgspec.json.encode(list(keys)).decode()
        with self._written():
            rows = self._connection.execute(_SELECT, (wanted,)).fetchall()
            self._connection.execute(_USE, (now, wanted))
        size = self._dim * np.dtype(np.float16).itemsize
        return {key: np.frombuffer(vector, np.float16) for key, vector in rows if len(vector) == size}

    def put(self, vectors: Mapping[str, NDArray[np.float16]], *, now: float) -> None:
        """Keep vectors, each (dim,), under their keys. Raises StoreError."""
        with self._written():
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                ((key, vector.tobytes(), now) for key, vector in vectors.items()),
            )

    def forget(self, before: float) -> None:
        """Drop what was last of use before that time. Raises StoreError."""
        with self._written():
            self._connection.execute("DELETE FROM vectors WHERE used < ?", (before,))

    @contextmanager
    def _written(self) -> Iterator[None]:
        """One transaction. Damage is told as when opening; a full disk is for the build to tell."""
        try:
            with self._connection:
                yield
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise _unusable(self._path, error) from error
