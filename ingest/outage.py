"""Whether it is this machine that has no network, rather than a thousand sites that died.

Until a first answer of any kind has come back, hosts that cannot be reached at all are counted. Dead links are common
in old lists and fail fast, so a handful of them proves nothing in the first moments.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Outage"]

_HOSTS = 5  # different ones, all unreachable
_SECONDS = 4.0  # from the first request on, in which nobody answered


class Outage:
    """What the first requests of a crawl, which wants `hosts` different hosts, say about the network.

    `clock` is in seconds. `noticed` is set once waiting for more answers is pointless.
    """

    def __init__(self, clock: Callable[[], float], *, hosts: int = _HOSTS) -> None:
        self.noticed = asyncio.Event()
        self._clock = clock
        self._began = clock()
        # One dead host is a dead host; with a few in a small list, and not one answer, nothing is known of any.
        self._enough = max(2, min(hosts, _HOSTS))
        self._no_way_out = False
        self._unreachable: set[str] = set()
        self._reached = False

    def answered(self) -> None:
        """Note that something out there answered: this machine is online."""
        self._reached = True

    def failed(self, host: str, *, no_way_out: bool = False) -> None:
        """Note that a host could not be reached at all; `no_way_out`: because the proxy takes no connection."""
        self._unreachable.add(host)
        self._no_way_out |= no_way_out
        if self.likely and (self._no_way_out or self._clock() - self._began >= _SECONDS):
            self.noticed.set()

    @property
    def likely(self) -> bool:
        """Whether, if nothing more is tried, this machine must be taken for offline."""
        # Once noticed it stays so: the crawl was ended then, though an answer may have come in that moment.
        unreached = not self._reached and (self._no_way_out or len(self._unreachable) >= self._enough)
        return unreached or self.noticed.is_set()
