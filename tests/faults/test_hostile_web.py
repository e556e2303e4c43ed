"""A crawl of a web full of traps: each link ends as its named reason, and the pages between them are had."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

from ingest.articles import Link, Listing, Source
from ingest.crawl import crawl
from ingest.settings import CrawlSettings, ExtractSettings, IngestSettings
from ingest.store import Store
from tests.clock import Clock
from tests.web import Answer, Web, post

HTML = {"Content-Type": "text/html"}
SETTINGS = IngestSettings(
    crawl=CrawlSettings(
        delay=0.0,
        allow_private=True,
        retries=1,
        max_bytes=2_000_000,
        read_timeout=1.0,
        drip_timeout=0.1,
        archive="",
    ),
    extract=ExtractSettings(workers=2),
)


def test_every_trap_ends_as_its_reason_and_nothing_is_lost(tmp_path: Path) -> None:
    with Web() as web:
        bomb = gzip.compress(b"<p>0</p>" * 5_000_000)
        floods = {f"X-{number}": "x" * 900 for number in range(200)}
        robots = b"User-agent: *\nDisallow: /no\n" + b"# filler\n" * 600_000
        web.page("big-robots.test/robots.txt", Answer(200, robots, {"Content-Type": "text/plain"}))
        web.page("no-robots.test/robots.txt", Answer(503))
        traps = {
            web.page("bomb.test/", Answer(200, bomb, HTML | {"Content-Encoding": "gzip"})): "too_large",
            web.page("endless.test/", Answer(200, b"", HTML, fault="endless")): "too_large",
            web.page("drip.test/", Answer(200, b"x" * 900, HTML, fault="drip")): "timeout",
            web.page("hang.test/", Answer(fault="hang")): "timeout",
            web.page("reset.test/", Answer(fault="reset")): "refused",
            web.page("cut.test/", Answer(200, post("cut"), HTML, fault="cut")): "refused",
            web.page("flood.test/", Answer(200, "<p>x</p>", HTML | floods)): "refused",
            web.redirect("loop.test/1", web.url("loop.test/2")): "redirect_loop",
            web.page("no-robots.test/x", post("forbidden")): "robots",
            web.page("big-robots.test/no", post("forbidden")): "robots",
            web.page("deep.test/", "<div>" * 100_000 + "deep"): "empty",
            web.page(
                "wrong.test/", Answer(200, b"PK\x03\x04 zip", {"Content-Type": "application/zip"})
            ): "wrong_type",
            "http://nowhere.example/": "host_unknown",
            "http://[::1/": "malformed_url",
        }
        web.redirect("loop.test/2", web.url("loop.test/1"))
        good = [
            web.page("big-robots.test/yes", post("one")),
            web.page("good.test/flaky", Answer(503, headers={"Retry-After": "1"}), post("two")),
            web.page("good.test/cut", Answer(200, post("three"), HTML, fault="cut"), post("three")),
            web.redirect("good.test/moved", web.page("good.test/here", post("four"))),
        ]
        links = [Link(url, url, f"title of {url}", "list") for url in (*traps, *good)]
        clock = Clock()
        with Store.open(tmp_path / "corpus.sqlite") as store:
            asyncio.run(
                crawl(
                    [Listing(link.url, (link,)) for link in links],
                    store,
                    settings=SETTINGS,
                    clock=clock,
                    sleep=clock.sleep,
                    transport=web.transport(),
                )
            )
            outcomes = {outcome.url: outcome for outcome in store.outcomes()}
            entries = {entry.article.url: entry for entry in store.entries()}
    assert {url: outcomes[url].reason for url in traps} == traps
    assert [outcomes[url].outcome for url in good] == ["article"] * 4
    assert set(entries) == {*traps, *good}
    for url in traps:
        assert entries[url].article.source is Source.LISTING
        assert f"title of {url}" in entries[url].article.text
