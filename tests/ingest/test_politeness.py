"""When a host may be asked does not depend on what happens to the machine's clock."""

from __future__ import annotations

import asyncio
import random

import pytest

from ingest.politeness import HostSchedule
from ingest.settings import CrawlSettings
from tests.clock import Clock


@pytest.mark.parametrize("set_back", [0.0, 3600.0, 1e9])
def test_a_clock_that_is_set_back_holds_no_host_up(set_back: float) -> None:
    clock = Clock()
    settings = CrawlSettings(delay=2.0, jitter=0.0)

    async def ask() -> None:
        schedule = HostSchedule(settings, clock=clock, sleep=clock.sleep, rng=random.Random(1))
        for _ in range(3):
            async with schedule.turn("a.test"):
                pass
            clock.now -= set_back

    asyncio.run(ask())
    assert clock.slept == [2.0, 2.0]


def test_when_a_closed_host_may_be_asked_again_is_told_in_the_clocks_own_time() -> None:
    clock = Clock()

    async def ask() -> float | None:
        settings = CrawlSettings(delay=100.0, jitter=0.0, max_wait=30.0)
        schedule = HostSchedule(settings, clock=clock, sleep=clock.sleep, rng=random.Random(1))
        clock.now -= 3600.0
        async with schedule.turn("a.test"):
            pass
        async with schedule.turn("a.test") as closed:
            return closed.retry_at if closed else None

    assert asyncio.run(ask()) == clock.now + 100.0
