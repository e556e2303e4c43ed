"""Pages that the user saved by hand."""

from __future__ import annotations

__all__ = ["is_saved"]

_SAVED = "saved:"


def is_saved(source: str) -> bool:
    """Return whether a source is a file that the user saved."""
    return source.startswith(_SAVED)
