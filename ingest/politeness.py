"""When a host may be asked: one request at a time, a pause in between, and none while it asks for rest or keeps failing.

The schedule knows hosts and times, not pages. All hosts share a number of slots; a request takes one only when its
host's turn has come, so a slow or resting host never holds up the others.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.articles import SkipReason

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Awaitable, Callable

    from ingest.retry import Failure
    from ingest.settings import CrawlSettings

__all__ = ["Closed", "HostSchedule"]

# Pages of a host that fail in a row, retries included, before the rest of them is left for another day.
_BREAK_AFTER = 5
_BREAKING = frozenset({SkipReason.REFUSED, SkipReason.TIMEOUT, SkipReason.TEMPORARY})


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a host is not asked again in this crawl, and from when on it may be."""

    reason: SkipReason
    detail: str
    retry_at: float | None


class _Gate:
    """The state of one host."""

    def __init__(self, settings: CrawlSettings) -> None:
        self.turns = asyncio.Semaphore(settings.per_host)
        self.delay = settings.delay
        self.free_at = 0.0  # on the schedule's time (`HostSchedule._now`)
        self.failures = 0
        self.closed: Closed | None = None


class HostSchedule:
    """Who may be asked when. `clock` and `sleep` are in seconds; `rng` draws the jitter."""

    def __init__(
        self,
        settings: CrawlSettings,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._rng = rng
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._gates: dict[str, _Gate] = {}
        self._seen = clock()
        self._set_back = 0.0

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Closed | None]:
        """Wait until `host` may be asked, and hold its turn within the block.

        Yields why it must not be asked after all, if it was closed while waiting.
        """
        gate = self._gate(host)
        async with gate.turns:
            while gate.closed is None and (wait := gate.free_at - self._now()) > 0:
                await self._sleep(wait)
            if gate.closed is not None:
                yield gate.closed
                return
            async with self._slots:
                try:
                    yield None
                finally:
                    pause = gate.delay * (1.0 + self._settings.jitter * self._rng.random())
                    gate.free_at = max(gate.free_at, self._now() + pause)
                    if gate.delay > self._settings.max_wait:
                        detail = f"the host wants {gate.delay:g} s between two requests"
                        gate.closed = Closed(SkipReason.TEMPORARY, detail, gate.free_at - self._set_back)

    def slow_down(self, host: str, delay: float) -> None:
        """Leave at least `delay` seconds between two requests, as its robots.txt asks (Crawl-delay).

        A host that asks for more than `max_wait` gets one more request in this crawl.
        """
        gate = self._gate(host)
        gate.delay = max(gate.delay, delay)

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for a while."""
        gate = self._gate(host)
        gate.free_at = max(gate.free_at, self._now() + seconds)

    def close(self, host: str, closed: Closed) -> None:
        """Ask a host no more in this crawl."""
        self._gate(host).closed = closed

    def answered(self, host: str) -> None:
        """Note that a host works."""
        self._gate(host).failures = 0

    def failed(self, host: str, failure: Failure, retry_at: float | None) -> None:
        """Note that a page could not be had. A host that does not exist, or keeps failing, is closed."""
        gate = self._gate(host)
        if failure.reason is SkipReason.HOST_UNKNOWN:
            gate.closed = Closed(failure.reason, failure.detail, retry_at)
        elif failure.reason in _BREAKING:
            gate.failures += 1
            if gate.failures >= _BREAK_AFTER:
                detail = f"not asked: {gate.failures} pages of this host in a row failed, the last with: {failure.detail}"
                gate.closed = Closed(failure.reason, detail, retry_at)
        else:
            gate.failures = 0

    def _now(self) -> float:
        """The time, as if the clock were never set back: every host would have to wait until it has caught up."""
        now = self._clock()
        self._set_back += max(0.0, self._seen - now)
        self._seen = now
        return now + self._set_back

    def _gate(self, host: str) -> _Gate:
        if host not in self._gates:
            self._gates[host] = _Gate(self._settings)
        return self._gates[host]
