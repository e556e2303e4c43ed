"""An SQLite file of a generation: it never changes, and any number of threads read it at once."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ReadOnlyDatabase"]


class ReadOnlyDatabase:
    """A file that is never written again. Each thread has a connection of its own, made when it first reads."""

    def __init__(self, path: Path) -> None:
        # `immutable`: no locks, no journal looked for.
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._of_thread = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def read(self, query: str, parameters: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run a query. Raises sqlite3.DatabaseError where the file is missing, damaged or of another kind."""
        connection: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            # Used by this thread only; another one may close it.
            connection = sqlite3.connect(self._address, uri=True, check_same_thread=False)
            self._of_thread.connection = connection
            self._opened.append(connection)
        return connection.execute(query, parameters)

    def close(self) -> None:
        """Close the connections of all threads."""
        while self._opened:
            self._opened.pop().close()

    def __del__(self) -> None:
        # A server lets go of an old generation while requests may still read it: the last one closes it.
        self.close()
