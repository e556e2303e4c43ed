"""One SQLite file: opened, migrated, written in transactions, and its errors told in a sentence with a cure.

What the tables mean is for those who use it.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ingest.errors import StoreError
from ingest.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Database"]

_FULL = ("disk is full", "disk I/O error")


class Database:
    """An open file, used from one thread. Every method raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The data folder {path.parent} cannot be made: {error.strerror}.",
                "Choose another with --data-dir.",
            ) from error
        with self._reported():
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            with self._reported():
                # A reader (search, status) is never blocked by the crawl, and a killed writer leaves a whole file.
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                migrate(self._db)
        except StoreError:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file. What was written is safe already."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all of the block, or nothing of it."""
        with self._reported():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                # A full disk rolls back by itself; anything else that broke the block must not stay half written.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def write(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Run one statement."""
        with self._reported():
            self._db.execute(statement, parameters)

    def read(self, statement: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        with self._reported():
            yield from self._db.execute(statement, parameters)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if any(sign in str(error) for sign in _FULL):
                raise StoreError(
                    f"The disk that holds {self._path.parent} is full; everything up to here is kept.",
                    "Make room and run the same again.",
                ) from error
            raise StoreError(
                f"The corpus {self._path} cannot be used: {error}.",
                "Restore it from a backup, or choose another --data-dir.",
            ) from error
