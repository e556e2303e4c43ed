"""Whether this machine has no network is said once, and stays said."""

from __future__ import annotations

from ingest.outage import Outage
from tests.clock import Clock


def test_an_answer_that_comes_in_after_the_crawl_was_ended_takes_nothing_back() -> None:
    clock = Clock()
    outage = Outage(clock)
    clock.now += 4.0
    for host in "abcde":
        outage.failed(host)
    assert outage.noticed.is_set()
    outage.answered()
    assert outage.likely


def test_an_answer_before_that_means_online() -> None:
    clock = Clock()
    outage = Outage(clock)
    outage.answered()
    clock.now += 4.0
    for host in "abcde":
        outage.failed(host)
    assert not outage.noticed.is_set()
    assert not outage.likely
