"""How long the stages of a search took."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Timings"]


class Timings:
    """Milliseconds by stage."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        self.ms: dict[str, float] = {}
        self._clock = clock

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Time what happens in the block."""
        began = self._clock()
        yield
        self.ms[stage] = 1000 * (self._clock() - began)
