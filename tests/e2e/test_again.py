"""A second rebuild: asks only for what may have changed, and publishes only what has."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import replace

import msgspec
import pytest

from api.demo.server import SiteServer
from api.rebuilding import rebuild
from api.reports import Report
from api.settings import Settings
from api.shuangta import main
from index.generation import current
from tests.conftest import Built, searching


def stale(settings: Settings) -> Settings:
    """The same settings, with no page fresh any more."""
    return msgspec.structs.replace(settings, crawl=msgspec.structs.replace(settings.crawl, fresh_for=0.0))


@pytest.fixture
def first(built: Built) -> Report:
    """The report of the rebuild that made the data folder."""
    return built.report


def test_while_pages_are_fresh_nothing_is_asked_and_nothing_published(
    first: Report, site: SiteServer, copied: Settings
) -> None:
    second = rebuild(copied, clock=time.time)
    assert site.asked == []
    assert (second.published, second.report.fetched, second.report.not_modified) == (False, 0, 0)
    assert second.report.generation == first.generation
    assert second.report.articles == first.articles
    assert second.report.skipped == first.skipped


def test_stale_pages_are_asked_for_and_not_sent_again(
    first: Report, site: SiteServer, copied: Settings
) -> None:
    second = rebuild(stale(copied), clock=time.time)
    statuses = Counter(status for path, status in site.asked if path != "/robots.txt")
    assert statuses[304] == second.report.not_modified == first.fetched
    assert statuses[200] == second.report.fetched == 0
    assert not second.published


def test_again_asks_for_what_is_not_due(
    first: Report, site: SiteServer, copied: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = [listed.path for listed in copied.lists]
    options = [
        "--data-dir",
        copied.data_dir,
        "--base",
        copied.lists[0].base,
        "--set",
        "crawl.allow_private=true",
    ]
    assert main(["crawl", *options, "--set=crawl.delay=0", "--json", "--again", "--lists", *lists]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["not_modified"], report["fetched"], report["fresh"]) == (first.fetched, 0, 0)


def test_a_changed_page_leads_to_a_new_generation_that_finds_it(
    first: Report, site: SiteServer, copied: Settings
) -> None:
    page = site.responses["/old/tf-idf.html"]
    addition = b"<p>The zymurgy department brews its beer by cosine similarity, and nobody minds.</p><hr>"
    changed = page.body.replace(b"<hr>", addition)
    assert changed != page.body
    site.responses["/old/tf-idf.html"] = replace(page, body=changed)
    second = rebuild(stale(copied), clock=time.time)
    assert second.published
    assert second.report.fetched == 1
    assert second.report.generation != first.generation
    assert current(copied.data_path).name == second.report.generation
    with searching(copied) as engine:
        (hit, *_) = engine.search("zymurgy", k=1).hits
    assert hit.url == f"{site.url}/old/tf-idf.html"


def test_a_page_that_dies_keeps_its_article(first: Report, site: SiteServer, copied: Settings) -> None:
    del site.responses["/docs/minhash.html"]
    second = rebuild(stale(copied), clock=time.time)
    assert second.report.articles == first.articles
    with searching(copied) as engine:
        (hit, *_) = engine.search("Finding near-duplicates with MinHash", k=1).hits
    assert (hit.url, hit.source) == (f"{site.url}/docs/minhash.html", "origin")


def test_robots_txt_is_asked_before_and_obeyed(built: Built) -> None:
    paths = [path for path, _ in built.asked]
    assert paths[0] == "/robots.txt"
    assert paths.count("/robots.txt") == 1
    assert "/private/drafts.html" not in paths
