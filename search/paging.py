"""Which part of a ranking is asked for: so many hits after so many others."""

from __future__ import annotations

from ingest.errors import QueryError

__all__ = ["check_page"]


def check_page(k: int, offset: int = 0) -> None:
    """Raise QueryError unless at least one hit is asked for, from the first on or later."""
    if k < 1:
        raise QueryError(f"{k} hits cannot be shown.", "Ask for at least one.")
    if offset < 0:
        raise QueryError(f"There is nothing before the first hit, at offset {offset}.", "Begin at 0.")
