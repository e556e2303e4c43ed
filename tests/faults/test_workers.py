"""No page can take the crawl down: a worker that hangs, dies or swells is replaced, and the next page is read."""

from __future__ import annotations

import asyncio
import os
import signal

import msgspec
import pytest

from ingest.articles import Article, Page, Skipped, SkipReason
from ingest.settings import ExtractSettings
from ingest.workers import ExtractionPool

SETTINGS = ExtractSettings(workers=1)
URL = "http://a.test/post"
GOOD = "<html><body><article>{}</article></body></html>".format(
    "<p>A sentence about recall, and another.</p>" * 20
)


def page(body: str) -> Page:
    return Page(URL, URL, 200, (("content-type", "text/html; charset=utf-8"),), body.encode(), 0.0)


def read(settings: ExtractSettings, *bodies: str) -> list[Article | Skipped]:
    async def extract() -> list[Article | Skipped]:
        async with ExtractionPool(settings) as pool:
            return [(await pool.extract(page(body), url=URL))[0] for body in bodies]

    return asyncio.run(extract())


def test_a_page_that_takes_too_long_is_given_up() -> None:
    (result,) = read(msgspec.structs.replace(SETTINGS, timeout=0.0), GOOD)
    assert result == Skipped(URL, SkipReason.BROKEN_FILE, "not read within 0 s")


def test_after_a_crash_the_next_page_is_read_by_a_new_worker() -> None:
    async def extract() -> list[Article | Skipped]:
        async with ExtractionPool(SETTINGS) as pool:
            results = [(await pool.extract(page(GOOD), url=URL))[0]]
            (worker,) = pool.processes()
            os.kill(worker, signal.SIGSEGV)
            results += [(await pool.extract(page(GOOD), url=URL))[0] for _ in range(2)]
            assert pool.processes() != [worker]
            return results

    before, crashed, after = asyncio.run(extract())
    assert isinstance(before, Article)
    assert crashed == Skipped(URL, SkipReason.BROKEN_FILE, "the reader crashed (exit code -11)")
    assert after == before


def test_a_page_that_needs_too_much_memory_is_given_up_and_the_next_one_read() -> None:
    settings = msgspec.structs.replace(SETTINGS, memory_mb=700)
    swollen, after = read(settings, "<p>" + "swollen " * 8_000_000, GOOD)
    assert isinstance(swollen, Skipped)
    assert swollen.reason is SkipReason.BROKEN_FILE
    assert isinstance(after, Article)


@pytest.mark.parametrize(
    "body",
    [
        *("<div>" * 100_000 + "deep", "<table><tr><td>" * 20_000, "<" * 500_000, "&#x1F600;" * 100_000),
        *(
            "<p " + 'a="b" ' * 100_000 + ">",
            "\0" * 100_000,
            "<!--" * 100_000,
            "<svg>" * 10_000 + "<![CDATA[" * 10_000,
        ),
    ],
    ids=["deep", "tables", "brackets", "entities", "attributes", "zeros", "comments", "foreign"],
)
def test_hostile_markup_ends_as_something_and_stops_nobody(body: str) -> None:
    hostile, after = read(SETTINGS, body, GOOD)
    assert isinstance(hostile, Article | Skipped)
    assert isinstance(after, Article)
