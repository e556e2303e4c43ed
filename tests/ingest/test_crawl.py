"""A crawl asks politely, loses nothing, and asks nothing twice."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import httpx
import msgspec
import pytest

from ingest.articles import Link, Listing, SkipReason, Source
from ingest.crawl import CrawlReport, crawl
from ingest.errors import BusyError
from ingest.progress import Progress
from ingest.settings import CrawlSettings, ExtractSettings, IngestSettings
from ingest.store import Outcome, Store
from ingest.workers import ExtractionPool
from tests.clock import Clock
from tests.web import Answer, Web, post

SETTINGS = IngestSettings(
    crawl=CrawlSettings(
        delay=0.0,
        allow_private=True,
        retries=1,
        fresh_for=3600.0,
        connect_timeout=2.0,
        read_timeout=5.0,
        archive="",
    ),
    extract=ExtractSettings(workers=1),
)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as started:
        yield started


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractionPool]:
    """Workers for all the tests of this module, as one takes a second to start."""
    workers = ExtractionPool(SETTINGS.extract)
    yield workers
    asyncio.run(workers.__aexit__())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "corpus.sqlite") as opened:
        yield opened


def listed(*urls: str) -> list[Listing]:
    return [Listing(url, (Link(url, url, f"title of {url}", "list"),)) for url in urls]


JSON = {"Content-Type": "application/json"}


class Crawl(Protocol):
    def __call__(self, *listings: Listing, **options: Any) -> CrawlReport: ...


@pytest.fixture
def run(web: Web, store: Store, pool: ExtractionPool, clock: Clock) -> Crawl:
    """A crawl of the listings; keyword arguments as those of `crawl`."""

    def start(*listings: Listing, **options: Any) -> CrawlReport:
        defaults = {"settings": SETTINGS, "transport": web.transport(), "pool": pool}
        return asyncio.run(crawl(listings, store, clock=clock, sleep=clock.sleep, **defaults | options))

    return start


@pytest.fixture
def clock() -> Clock:
    return Clock()


def outcomes(store: Store) -> dict[str, Outcome]:
    return {outcome.url: outcome for outcome in store.outcomes()}


def test_every_link_ends_as_an_article_or_with_its_reason(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    good = web.page("a.test/good", post("recall"))
    dead = web.page("a.test/dead", Answer(404))
    empty = web.page("b.test/empty", "<html><body></body></html>")
    unknown, malformed = "http://nowhere.example/", "ftp://a.test/x"
    report = run(*listed(good, dead, empty, unknown, malformed))
    found = outcomes(store)
    assert (found[good].outcome, found[good].title) == ("article", "recall")
    assert found[dead].reason == "dead_link"
    assert found[empty].reason == "empty"
    assert found[unknown].reason == "host_unknown"
    assert found[malformed].reason == "malformed_url"
    assert (report.links, report.listings, report.articles, report.listing_only, report.fetched) == (
        5,
        5,
        1,
        4,
        2,
    )
    assert report.skipped[SkipReason.DEAD_LINK] == 1
    assert not report.offline
    assert [entry.article.source for entry in store.entries()] == [Source.ORIGIN] + [Source.LISTING] * 4


class _Broken(httpx.AsyncBaseTransport):
    """A transport with a bug that one host brings out."""

    def __init__(self, sound: httpx.AsyncBaseTransport) -> None:
        self._sound = sound

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "odd.test":
            raise KeyError("stream 7")
        return await self._sound.handle_async_request(request)

    async def aclose(self) -> None:
        await self._sound.aclose()


def test_a_mistake_of_ours_costs_one_page(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    odd, good = web.url("odd.test/x"), web.page("a.test/good", post("recall"))
    report = run(*listed(odd, good), transport=_Broken(web.transport()))
    assert (report.articles, report.skipped) == (1, {SkipReason.INTERNAL_ERROR: 1})
    assert outcomes(store)[odd].detail == "KeyError: 'stream 7'"


def test_a_dead_link_keeps_its_listing(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    dead = web.page("a.test/dead", Answer(404))
    run(*listed(dead))
    (entry,) = store.entries()
    assert f"title of {dead}" in entry.article.text


def test_a_fresh_page_is_not_asked_for_again(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    pages = listed(web.page("a.test/good", post("recall")), web.page("a.test/dead", Answer(404)))
    run(*pages)
    requests = len(web.log)
    clock.now += 3599
    report = run(*pages)
    assert len(web.log) == requests
    assert (report.fetched, report.fresh, report.articles) == (0, 2, 1)


def test_an_older_page_is_asked_for_by_its_validators_and_not_sent_again(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    good = web.page("a.test/good", Answer(200, post("recall"), {"Content-Type": "text/html", "ETag": '"1"'}))
    run(*listed(good))
    clock.now += 3601
    report = run(*listed(good))
    assert (report.fetched, report.not_modified, report.articles) == (0, 1, 1)
    assert [seen.status for seen in web.log if seen.url == good] == [200, 304]
    report = run(*listed(good))
    assert report.fresh == 1


def test_a_page_that_is_moved_to_another_one_is_not_taken_for_unchanged(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    headers = {"Content-Type": "text/html", "ETag": '"1"'}
    old = web.page("a.test/old", Answer(200, post("recall"), headers))
    new = web.page("b.test/new", Answer(200, post("ranking"), headers))
    listed_as = web.redirect("a.test/post", old)
    run(*listed(listed_as))
    web.redirect("a.test/post", new)
    clock.now += 3601
    assert (run(*listed(listed_as)).fetched, outcomes(store)[listed_as].title) == (1, "ranking")
    clock.now += 3601
    assert run(*listed(listed_as)).not_modified == 1


def test_a_page_that_does_not_change_is_asked_for_ever_less_often(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    # Without validators its bytes are sent each time, and differ each time; the article in them does not.
    good = web.page("a.test/good", *(post("recall") + f"<!-- served {n} -->" for n in range(9)))
    asked_after = []
    for hour in range(16):
        run(*listed(good))
        if web.asked(good) > len(asked_after):
            asked_after.append(hour)
        clock.now += 3600
    assert asked_after == [0, 1, 3, 7, 15]


def test_a_changed_page_changes_its_article(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    good = web.page("a.test/good", post("recall"), post("ranking"))
    run(*listed(good))
    clock.now += 3601
    run(*listed(good))
    assert [entry.article.title for entry in store.entries()] == ["ranking"]


def test_a_page_that_dies_keeps_its_text(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    good = web.page("a.test/good", post("recall"), Answer(410))
    run(*listed(good))
    clock.now += 3601
    report = run(*listed(good))
    assert (report.articles, report.skipped) == (1, {})
    assert (outcomes(store)[good].outcome, outcomes(store)[good].reason) == ("article", "dead_link")


def test_a_failure_is_tried_again_when_the_site_said_so(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    busy = web.page("a.test/busy", Answer(503, headers={"Retry-After": "600"}), post("recall"))
    run(*listed(busy))
    assert outcomes(store)[busy].retry_at == clock.now + 600
    clock.now += 599
    run(*listed(busy))
    assert web.asked(busy) == 1
    clock.now += 1
    run(*listed(busy))
    assert outcomes(store)[busy].outcome == "article"


def test_the_same_article_at_two_addresses_is_one(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    one, other = web.page("a.test/original", post("recall")), web.page("b.test/repost", post("recall"))
    third = web.page("c.test/third", post("ranking"))
    report = run(*listed(one, other, third))
    assert (report.articles, report.duplicates, report.listing_only) == (2, 1, 0)
    assert [(entry.article.url, entry.also_at) for entry in store.entries()] == [(one, (other,)), (third, ())]


def test_an_address_that_is_dead_in_its_canonical_form_is_asked_for_as_written(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    written = web.page("a.test/post?utm_source=list", post("recall"))
    url = web.url("a.test/post")
    listing = Listing(url, (Link(url, f"{written}#part", "title", "list"),))
    run(listing)
    assert outcomes(store)[url].outcome == "article"
    clock.now += 3601
    run(listing)
    assert (web.asked(url), web.asked(written)) == (1, 2)  # what worked is asked first


def test_a_parameter_that_the_canonical_form_drops_is_asked_for_without_the_tracking_beside_it(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    url = web.url("a.test/post")
    picky = web.page("a.test/post?chksm=1", post("recall"))
    run(Listing(url, (Link(url, f"{picky}&utm_source=list#rd", "title", "list"),)))
    assert outcomes(store)[url].outcome == "article"


@pytest.fixture
def archived(web: Web) -> IngestSettings:
    """Settings that name an archive in the web."""
    crawl = msgspec.structs.replace(SETTINGS.crawl, archive=web.url("archive.test/available"))
    return msgspec.structs.replace(SETTINGS, crawl=crawl)


def snapshot_of(web: Web, dead: str, time: str, body: str, *, near: str = "") -> str:
    """A snapshot that the archive names when it is asked for a dead page (`near` a time). Returns its address."""
    closest = {"available": True, "url": web.url(f"archive.test/web/{time}/{dead}"), "status": "200"}
    told = Answer(200, msgspec.json.encode({"archived_snapshots": {"closest": closest}}), JSON)
    asked = f"archive.test/available?url={quote(dead, safe=':/')}" + (f"&timestamp={near}" if near else "")
    web.page(asked, told)
    return web.page(f"archive.test/web/{time}id_/{dead}", body)


def test_a_dead_page_is_had_from_the_archive_with_the_day_of_its_snapshot(
    web: Web, store: Store, run: Crawl, clock: Clock, archived: IngestSettings
) -> None:
    dead, lost = web.page("a.test/dead", Answer(404)), web.page("a.test/lost", Answer(404))
    snapshot = snapshot_of(web, dead, "20180110120000", post("recall"))
    web.page(
        f"archive.test/available?url={quote(lost, safe=':/')}",
        Answer(200, b'{"archived_snapshots": {}}', JSON),
    )
    run(*listed(dead, lost), settings=archived)
    assert web.asked(snapshot) == 1
    found = outcomes(store)[dead]
    assert (found.outcome, found.source, found.archived) == ("article", "archive", "2018-01-10")
    assert [entry.article.archived for entry in store.entries()] == ["2018-01-10", ""]
    assert outcomes(store)[lost].reason == "dead_link"


def test_a_page_that_was_had_before_it_died_is_not_asked_of_the_archive(
    web: Web, store: Store, run: Crawl, clock: Clock, archived: IngestSettings
) -> None:
    page = web.page("a.test/post", post("recall"), Answer(404))
    other = web.page("a.test/dead", Answer(404))
    for dead in (page, other):
        snapshot_of(web, dead, "20180110120000", post(f"old {dead}"))
    for _ in range(3):
        run(*listed(page, other), settings=archived)
        clock.now += 40 * 86400
    assert (outcomes(store)[page].title, outcomes(store)[page].source) == ("recall", "origin")
    assert (outcomes(store)[other].outcome, outcomes(store)[other].source) == ("article", "archive")
    assert len([seen for seen in web.log if "/web/2018" in seen.url]) == 1


def test_an_older_snapshot_is_taken_where_the_latest_is_of_what_replaced_the_page(
    web: Web, store: Store, run: Crawl, clock: Clock, archived: IngestSettings
) -> None:
    dead = web.page("a.test/dead", Answer(404))
    parked = "<title>a.test</title><h1>This domain is for sale</h1><p>Buy this domain.</p>"
    snapshot_of(web, dead, "20230615080000", parked)
    snapshot_of(web, dead, "20190301000000", post("recall"), near="20200615080000")
    run(*listed(dead), settings=archived)
    found = outcomes(store)[dead]
    assert (found.outcome, found.title, found.archived) == ("article", "recall", "2019-03-01")


def test_an_address_of_this_network_is_not_told_to_the_archive(
    web: Web, store: Store, run: Crawl, clock: Clock, archived: IngestSettings
) -> None:
    inside = "http://wiki.internal/dead"
    run(*listed(inside), settings=archived)
    assert outcomes(store)[inside].reason == "host_unknown"
    assert not [seen for seen in web.log if "archive.test" in seen.url]


def test_a_page_that_only_sends_readers_on_is_followed(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    new = web.page("b.test/new", Answer(200, post("recall"), {"Content-Type": "text/html", "ETag": '"1"'}))
    old = web.page("a.test/old", f'<meta http-equiv="refresh" content="0; url={new}"><p>Moved.</p>')
    run(*listed(old))
    assert (outcomes(store)[old].outcome, outcomes(store)[old].title) == ("article", "recall")
    clock.now += 3601
    assert run(*listed(old)).not_modified == 1
    assert (web.asked(old), web.asked(new)) == (1, 2)  # what brought it is asked first


def test_what_was_seen_of_a_page_says_more_than_what_was_not(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    wall = "<title>安全验证</title><p>请完成下方验证后继续</p>"
    page = web.by_proxy(
        "http://www.zhihu.com/question/1/answer/2", Answer(200, wall, {"Content-Type": "text/html"})
    )
    proxies = {"http": f"http://127.0.0.1:{web.port}", "https": f"http://127.0.0.1:{web.port}"}
    run(*listed(page), transport=web.transport(proxies=proxies))
    assert outcomes(store)[page].reason == "anti_bot"


def test_a_page_that_is_gone_and_sends_its_readers_home_is_not_the_first_page(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    web.page("a.test/", post("home"))
    gone = web.page(
        "a.test/2019/some-old-post.html",
        '<title>页面不存在</title><meta http-equiv="refresh" content="3;url=/"><h1>页面不存在</h1><p>3 秒后返回首页</p>',
    )
    run(*listed(gone))
    assert outcomes(store)[gone].reason == "dead_link"


def test_a_notice_that_has_not_changed_still_leads_to_the_archive(
    web: Web, store: Store, run: Crawl, clock: Clock, archived: IngestSettings
) -> None:
    notice = "<title>页面不存在</title><h1>页面不存在</h1>"
    gone = web.page("a.test/gone", Answer(200, notice, {"Content-Type": "text/html", "ETag": '"1"'}))
    run(*listed(gone), settings=archived)
    assert outcomes(store)[gone].reason == "dead_link"
    snapshot_of(web, gone, "20180110120000", post("recall"))
    clock.now += 3601
    run(*listed(gone), settings=archived)
    assert (outcomes(store)[gone].outcome, outcomes(store)[gone].source) == ("article", "archive")
    assert [seen.status for seen in web.log if seen.url == gone] == [200, 304]


def test_a_cookie_that_no_header_can_hold_ends_nothing(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    headers = {"Content-Type": "text/html", "Set-Cookie": "a=\u00e4"}
    pages = [web.page(f"a.test/{name}", Answer(200, post(name), headers)) for name in ("one", "two")]
    run(*listed(*pages))
    assert [outcomes(store)[page].outcome for page in pages] == ["article", "article"]


def test_pages_that_send_readers_on_in_a_circle_end(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    one, other = web.url("a.test/1"), web.url("a.test/2")
    for here, there in ((one, other), (other, one)):
        web.page(
            here.removeprefix("http://").replace(f":{web.port}", ""),
            f'<meta http-equiv="refresh" content="0; url={there}">',
        )
    run(*listed(one))
    assert outcomes(store)[one].reason == "migrated"
    assert (web.asked(one), web.asked(other)) == (1, 1)


def test_pages_are_read_again_without_the_web_when_the_reader_changes(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    short = web.page("a.test/short", "<html><body><p>Only a few words are here to be read.</p></body></html>")
    run(*listed(short))
    assert outcomes(store)[short].reason == "empty"
    requests = len(web.log)
    settings = msgspec.structs.replace(SETTINGS, extract=ExtractSettings(workers=1, min_chars=10))
    run(*listed(short), settings=settings, pool=None)
    assert outcomes(store)[short].outcome == "article"
    run(*listed(short))
    assert outcomes(store)[short].reason == "empty"
    assert len(web.log) == requests


def test_a_reader_that_fails_takes_nothing_away_and_is_asked_again(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    headers = {"Content-Type": "text/html", "ETag": '"1"'}
    good = web.page("a.test/good", Answer(200, post("recall"), headers))
    other = web.page("a.test/other", Answer(200, post("ranking"), headers))
    run(*listed(good))
    # Another reader (min_chars differs), which never finishes.
    hurried = msgspec.structs.replace(SETTINGS, extract=ExtractSettings(workers=1, min_chars=79, timeout=0.0))
    run(*listed(good, other), settings=hurried, pool=None)
    assert (outcomes(store)[good].outcome, outcomes(store)[other].reason) == ("article", "broken_file")
    clock.now += 3601
    report = run(*listed(good, other))
    assert (report.articles, report.fetched, report.not_modified) == (2, 1, 1)


def test_a_machine_without_network_is_noticed_and_nothing_is_believed_of_the_pages(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    good = web.page("a.test/good", post("recall"))
    run(*listed(good))
    clock.now += 3601
    offline = web.transport(resolve=_no_resolver)
    pages = listed(
        good,
        "ftp://a.test/x",
        *(f"http://host{number}.example/{page}" for number in range(40) for page in (1, 2)),
    )
    report = run(*pages, transport=offline)
    assert report.offline
    assert (report.articles, report.fetched) == (1, 0)
    assert report.skipped == {SkipReason.OFFLINE: 80, SkipReason.MALFORMED_URL: 1}
    assert outcomes(store)[good].outcome == "article"
    assert len(list(store.entries())) == len(pages)
    # Back online, all of it is asked for at once.
    assert run(*pages).skipped[SkipReason.HOST_UNKNOWN] == 80


async def _no_resolver(host: str, port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def test_a_proxy_that_takes_no_connection_means_offline(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        proxies = dict.fromkeys(("http", "https"), f"http://127.0.0.1:{reserved.getsockname()[1]}")
        transport = web.transport(proxies=proxies)
        pages = listed("http://a.example/1", "https://b.example/1")
        report = run(*pages, transport=transport)
    assert report.offline
    assert report.skipped == {SkipReason.OFFLINE: 2}


def test_a_few_dead_hosts_among_living_ones_are_not_an_outage(
    web: Web, store: Store, run: Crawl, clock: Clock
) -> None:
    dead = [f"http://host{number}.example/" for number in range(30)]
    report = run(*listed(*dead, web.page("a.test/good", post("recall"))))
    assert not report.offline
    assert report.skipped == {SkipReason.HOST_UNKNOWN: 30}


def test_two_crawls_at_once_are_refused(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    with Store.open(store.path) as other, other.exclusive(), pytest.raises(BusyError):
        run()


def test_progress_counts_up_to_all_that_was_due(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    seen: list[Progress] = []
    pages = listed(*(web.page(f"{host}.test/{number}", Answer(404)) for host in "ab" for number in range(3)))
    run(*pages, progress=seen.append)
    assert [progress.done for progress in seen] == [1, 2, 3, 4, 5, 6]
    assert {(progress.stage, progress.total) for progress in seen} == {("crawl", 6)}


def test_a_slow_host_does_not_hold_up_the_others(web: Web, store: Store, run: Crawl, clock: Clock) -> None:
    # Each page of the slow host is answered only once another host's pages are being asked for at the same time.
    slow = [
        web.page(
            f"slow.test/{number}", Answer(200, post(f"slow {number}"), {"Content-Type": "text/html"}, after=2)
        )
        for number in range(3)
    ]
    quick = [web.page(f"quick.test/{number}", post(f"quick {number}")) for number in range(3)]
    report = run(*listed(*slow, *quick))
    assert report.articles == 6
    assert {seen.together for seen in web.log} == {1}
