"""An address is asked for again sooner or later, by what was seen of it."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.outcomes import Visit
from ingest.revisit import due_at, freshness, is_due
from ingest.settings import CrawlSettings

SETTINGS = CrawlSettings(fresh_for=100.0, longest_fresh=1000.0)


def visit(reason: str = "", *, retry_at: float | None = None, failures: int = 0, **more: Any) -> Visit:
    headers = tuple(more.pop("headers", {}).items())
    return Visit(1000.0, reason, retry_at, failures, {"http://a.test/": headers}, more.pop("unchanged", 0))


@pytest.mark.parametrize(
    ("seen", "due"),
    [
        (visit(), 1100.0),
        (visit(unchanged=1), 1200.0),
        (visit(unchanged=3), 1800.0),
        (visit(unchanged=9), 2000.0),  # longest_fresh
        (visit(unchanged=10_000), 2000.0),
        (visit("dead_link", failures=1), 1100.0),
        (visit("dead_link", failures=3), 1400.0),
        (visit("temporary", retry_at=1007.0, failures=3), 1007.0),
        (visit("temporary", retry_at=float("inf")), 2000.0),
        (visit("temporary", retry_at=1e30), 2000.0),
        (visit("offline", failures=3), 1000.0),
        (visit(headers={"cache-control": "public, max-age=500"}), 1500.0),
        (visit(headers={"cache-control": "max-age=50"}), 1100.0),
        (visit(headers={"cache-control": "max-age=999999999999999999"}), 1100.0),  # nobody means that
        (visit(headers={"cache-control": "max-age=5000"}), 2000.0),
    ],
)
def test_when_an_address_is_due(seen: Visit, due: float) -> None:
    assert due_at(seen, SETTINGS) == due
    assert is_due(seen, due, SETTINGS)
    assert due == seen.visited_at or not is_due(seen, due - 1, SETTINGS)


def test_an_address_never_visited_is_due() -> None:
    assert is_due(None, 0.0, SETTINGS)


def test_a_visit_in_the_future_was_noted_under_a_wrong_clock() -> None:
    assert is_due(visit(), 999.0, SETTINGS)
    assert is_due(visit("temporary", retry_at=5000.0, failures=1), 999.0, SETTINGS)
    assert not is_due(visit(), 1001.0, SETTINGS)


def test_without_a_fresh_time_all_is_due_but_what_a_site_asked_to_wait_with() -> None:
    every = CrawlSettings(fresh_for=0.0)
    assert due_at(visit(unchanged=5, headers={"cache-control": "max-age=500"}), every) == 1000.0
    assert due_at(visit("dead_link", failures=5), every) == 1000.0
    assert due_at(visit("refused", retry_at=1300.0), every) == 1000.0
    assert due_at(visit("temporary", retry_at=1300.0), every) == 1300.0


def test_a_page_saved_by_hand_is_never_asked_for() -> None:
    kept = Visit(1000.0, "", None, 0, {"saved:post.html": ()}, 0)
    assert not is_due(kept, 1e12, CrawlSettings(fresh_for=0.0))
    assert not is_due(kept, 0.0, CrawlSettings(fresh_for=0.0))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"cache-control": "max-age=60"}, 60.0),
        ({"cache-control": 'Private, MAX-AGE="60"', "age": "20"}, 40.0),
        ({"cache-control": "max-age=60", "age": "90"}, 0.0),
        ({"cache-control": "max-age=60, no-cache"}, 0.0),
        ({"cache-control": "no-store, max-age=60"}, 0.0),
        ({"cache-control": "max-age=soon"}, 0.0),
        ({"cache-control": "max-age=-1"}, 0.0),
        ({"expires": "Sun, 01 Nov 2026 01:00:00 GMT", "date": "Sun, 01 Nov 2026 00:00:00 GMT"}, 3600.0),
        ({"expires": "0", "date": "Sun, 01 Nov 2026 00:00:00 GMT"}, 0.0),
        ({"expires": "Sun, 01 Nov 2026 01:00:00 GMT"}, 0.0),
    ],
)
def test_how_long_an_answer_says_it_stays_fresh(headers: dict[str, str], seconds: float) -> None:
    assert freshness(headers.items()) == seconds
