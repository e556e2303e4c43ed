"""Time that a test moves: nothing waits, and what would have been waited for is written down."""

from __future__ import annotations

import asyncio

__all__ = ["Clock"]


class Clock:
    """Seconds since the epoch. Handed in as `clock`, with its method `sleep` as `sleep`."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)
