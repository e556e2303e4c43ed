"""Where a passage stands, in one line: what is encoded with it, and what a reranker reads before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["context"]


def context(title: str, headings: Sequence[str]) -> str:
    """Return where a passage stands, as people write it: `title › heading › heading`."""
    return " › ".join(part for part in (title, *headings) if part)
