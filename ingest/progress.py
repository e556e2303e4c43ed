"""How long work tells of itself. A front hands in a function and draws; nothing here prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Progress", "ProgressCallback"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One moment of a stage: `done` of `total` steps, and what is being worked on."""

    stage: str
    done: int
    total: int
    note: str = ""


ProgressCallback = Callable[[Progress], None]
