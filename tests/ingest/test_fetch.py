"""What the web can do to one GET, and what is told of it."""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import zlib
from collections.abc import Iterator
from email.utils import formatdate
from urllib.parse import quote_from_bytes

import httpx
import msgspec
import pytest

from ingest.articles import Page, Skipped, SkipReason
from ingest.errors import SettingsError
from ingest.fetch import Fetcher, NotModified, Validators
from ingest.guard import SystemResolver
from ingest.settings import CrawlSettings
from ingest.transport import GuardedTransport
from tests.clock import Clock
from tests.web import Answer, Web

SETTINGS = CrawlSettings(delay=0.0, allow_private=True, retries=2, connect_timeout=2.0, read_timeout=2.0)
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


def get(
    web: Web,
    clock: Clock,
    *urls: str,
    settings: CrawlSettings = SETTINGS,
    validators: Validators | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Page | NotModified | Skipped:
    """Ask one fetcher for the addresses, one after the other; the last answer."""

    async def ask() -> Page | NotModified | Skipped:
        fetcher = Fetcher(
            settings,
            clock=clock,
            sleep=clock.sleep,
            rng=random.Random(1),
            transport=transport or web.transport(),
        )
        async with fetcher:
            for url in urls[:-1]:
                await fetcher.get(url)
            return await fetcher.get(urls[-1], validators=validators)

    return asyncio.run(ask())


def skipped(answer: Page | NotModified | Skipped) -> Skipped:
    assert isinstance(answer, Skipped)
    return answer


def body(answer: Page | NotModified | Skipped) -> bytes:
    assert isinstance(answer, Page)
    return answer.body


def test_a_page_is_what_the_site_sent(web: Web, clock: Clock) -> None:
    url = web.page("a.test/post", Answer(200, "<p>你好</p>", HTML | {"ETag": '"1"'}))
    page = get(web, clock, url)
    assert isinstance(page, Page)
    assert (page.requested, page.url, page.status, page.fetched_at) == (url, url, 200, clock.now)
    assert page.body == "<p>你好</p>".encode()
    assert (page.header("etag"), page.header("content-type")) == ('"1"', "text/html")


def test_we_say_who_we_are_and_how_to_reach_us(web: Web, clock: Clock) -> None:
    url = web.page("a.test/", "x")
    get(web, clock, url, settings=msgspec.structs.replace(SETTINGS, contact="me@example.org"))
    assert web.log[-1].headers["user-agent"] == f"{SETTINGS.user_agent} me@example.org"


def test_validators_are_sent_and_their_answer_is_understood(web: Web, clock: Clock) -> None:
    url = web.page("a.test/post", Answer(200, "text", HTML | {"ETag": '"1"'}))
    assert get(web, clock, url, validators=Validators('"1"', "Sun, 01 Nov 2026 00:00:00 GMT")) == NotModified(
        url
    )
    assert web.log[-1].headers["if-modified-since"] == "Sun, 01 Nov 2026 00:00:00 GMT"
    assert body(get(web, clock, url, validators=Validators('"0"'))) == b"text"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_the_page_tells_where_it_was(web: Web, clock: Clock, status: int) -> None:
    there = web.page("b.test/new", "text")
    url = web.redirect("a.test/old", there, status)
    page = get(web, clock, url)
    assert isinstance(page, Page)
    assert (page.requested, page.url, page.body) == (url, there, b"text")


def test_a_relative_redirect_is_relative_to_where_we_are(web: Web, clock: Clock) -> None:
    web.page("a.test/new/post", "text")
    assert body(get(web, clock, web.redirect("a.test/old/post", "../new/post"))) == b"text"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_redirect_to_an_address_in_chinese_leads_to_the_bytes_that_were_sent(
    web: Web, clock: Clock, codec: str
) -> None:
    path = "/双塔.html".encode(codec)
    web.page(f"a.test{quote_from_bytes(path)}", "text")
    url = web.redirect("a.test/x", path.decode("latin-1"))
    # A header in another encoding must not change how this one is read.
    named = web.page("a.test/y", Answer(302, headers={"Location": path.decode("latin-1"), "X-Name": "\xff"}))
    assert body(get(web, clock, url)) == b"text"
    assert body(get(web, clock, named)) == b"text"


def test_a_redirect_to_nowhere_is_named_so(web: Web, clock: Clock) -> None:
    url = web.redirect("a.test/x", "http://[::1/#x")
    assert skipped(get(web, clock, url)).reason is SkipReason.MALFORMED_URL


def test_redirects_in_a_circle_are_noticed(web: Web, clock: Clock) -> None:
    url = web.redirect("a.test/1", web.url("a.test/2"))
    web.redirect("a.test/2", url)
    assert skipped(get(web, clock, url)).reason is SkipReason.REDIRECT_LOOP


def test_redirects_without_end_are_given_up(web: Web, clock: Clock) -> None:
    for number in range(20):
        web.redirect(f"a.test/{number}", web.url(f"a.test/{number + 1}"))
    assert skipped(get(web, clock, web.url("a.test/0"))).reason is SkipReason.REDIRECT_LOOP
    assert web.asked(web.url(f"a.test/{SETTINGS.max_redirects}")) == 1
    assert web.asked(web.url(f"a.test/{SETTINGS.max_redirects + 1}")) == 0


def test_a_site_may_send_us_back_to_the_same_address_with_a_cookie(web: Web, clock: Clock) -> None:
    url = web.url("a.test/post")
    web.page("a.test/post", Answer(302, headers={"Location": url, "Set-Cookie": "seen=1"}), "text")
    assert body(get(web, clock, url)) == b"text"
    assert web.log[-1].headers["cookie"] == "seen=1"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *((404, SkipReason.DEAD_LINK), (410, SkipReason.DEAD_LINK), (451, SkipReason.DEAD_LINK)),
        *((401, SkipReason.FORBIDDEN), (403, SkipReason.FORBIDDEN), (418, SkipReason.FORBIDDEN)),
        *((999, SkipReason.FORBIDDEN), (302, SkipReason.DEAD_LINK)),
    ],
)
def test_a_refusal_has_its_name_and_is_not_asked_again(
    web: Web, clock: Clock, status: int, reason: SkipReason
) -> None:
    url = web.page("a.test/x", Answer(status, "no"))
    answer = skipped(get(web, clock, url))
    assert (answer.reason, answer.url, answer.retry_at) == (reason, url, None)
    assert str(status) in answer.detail
    assert web.asked(url) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_again(web: Web, clock: Clock, status: int) -> None:
    url = web.page("a.test/x", Answer(status), Answer(status), "text")
    assert body(get(web, clock, url)) == b"text"


def test_retries_end_and_say_when_to_come_back(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", Answer(503))
    answer = skipped(get(web, clock, url))
    assert answer.reason is SkipReason.TEMPORARY
    assert answer.retry_at is not None
    assert answer.retry_at > clock.now
    assert web.asked(url) == 1 + SETTINGS.retries


def test_pauses_between_tries_grow_and_have_a_cap(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", Answer(503))
    get(web, clock, url, settings=msgspec.structs.replace(SETTINGS, retries=5, backoff=4.0, max_wait=20.0))
    for slept, whole in zip(clock.slept, [4.0, 8.0, 16.0, 20.0, 20.0], strict=True):
        assert whole / 2 <= slept <= whole


@pytest.mark.parametrize("form", ["7", "a date"])
def test_the_pause_that_a_site_asks_for_is_kept_in_both_forms(web: Web, clock: Clock, form: str) -> None:
    value = formatdate(clock.now + 7, usegmt=True) if form == "a date" else form
    url = web.page("a.test/x", Answer(503, headers={"Retry-After": value}), "text")
    assert body(get(web, clock, url)) == b"text"
    assert clock.slept == [7.0]


def test_a_pause_longer_than_a_crawl_ends_as_temporary_with_its_time(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", Answer(503, headers={"Retry-After": "3600"}), "text")
    answer = skipped(get(web, clock, url))
    assert (answer.reason, answer.retry_at) == (SkipReason.TEMPORARY, clock.now + 3600)
    assert web.asked(url) == 1


def test_a_host_that_says_too_many_requests_is_left_alone_as_a_whole(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", Answer(429, headers={"Retry-After": "3600"}))
    other = web.page("a.test/other", "text")
    answer = skipped(get(web, clock, url, other))
    assert (answer.reason, answer.url, answer.retry_at) == (SkipReason.TEMPORARY, other, clock.now + 3600)
    assert web.asked(other) == 0


def test_a_limit_of_requests_ends_when_it_begins_anew(web: Web, clock: Clock) -> None:
    limits = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(clock.now) + 1800)}
    url = web.page("a.test/x", Answer(403, headers=limits))
    other = web.page("a.test/other", "text")
    answer = skipped(get(web, clock, url, other))
    assert (answer.reason, answer.retry_at) == (SkipReason.TEMPORARY, int(clock.now) + 1800)
    assert (web.asked(url), web.asked(other)) == (1, 0)


@pytest.mark.parametrize("value", ["soon", "", "-5", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_a_senseless_pause_is_no_pause(web: Web, clock: Clock, value: str) -> None:
    url = web.page("a.test/x", Answer(503, headers={"Retry-After": value}), "text")
    assert body(get(web, clock, url)) == b"text"


@pytest.mark.parametrize("fault", ["cut", "reset"])
def test_an_answer_that_breaks_off_is_asked_for_again(web: Web, clock: Clock, fault: str) -> None:
    broken = Answer(200, "a text that is cut in half", HTML, fault=fault)  # type: ignore[arg-type]
    url = web.page("a.test/x", broken, "whole")
    assert body(get(web, clock, url)) == b"whole"
    always = web.page("b.test/x", broken)
    assert skipped(get(web, clock, always)).reason is SkipReason.REFUSED
    assert web.asked(always) == 1 + SETTINGS.retries


def test_a_compressed_answer_that_breaks_off_is_asked_for_again(web: Web, clock: Clock) -> None:
    whole = gzip.compress(b"text " * 1000)
    headers = HTML | {"Content-Encoding": "gzip"}
    url = web.page("a.test/x", Answer(200, whole[:-10], headers), Answer(200, whole, headers))
    assert body(get(web, clock, url)) == b"text " * 1000


def test_a_server_that_does_not_answer_is_asked_twice_at_most(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", Answer(fault="hang"))
    settings = msgspec.structs.replace(SETTINGS, read_timeout=0.05, retries=5, robots=False)
    assert skipped(get(web, clock, url, settings=settings)).reason is SkipReason.TIMEOUT
    assert len(clock.slept) == 1


def test_a_body_that_drips_is_given_up(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", Answer(200, b"x" * 500, HTML, fault="drip"))
    answer = skipped(get(web, clock, url, settings=msgspec.structs.replace(SETTINGS, total_timeout=0.2)))
    assert answer.reason is SkipReason.TIMEOUT
    assert "not complete" in answer.detail


def test_a_body_slower_than_any_page_is_not_waited_for(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", Answer(200, b"x" * 500, HTML, fault="drip"))
    answer = skipped(get(web, clock, url, settings=msgspec.structs.replace(SETTINGS, drip_timeout=0.1)))
    assert answer.reason is SkipReason.TIMEOUT
    assert "dripping" in answer.detail


def test_a_body_without_end_is_cut_off_at_the_limit(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", Answer(200, b"", HTML, fault="endless"))
    settings = msgspec.structs.replace(SETTINGS, max_bytes=100_000)
    assert skipped(get(web, clock, url, settings=settings)).reason is SkipReason.TOO_LARGE


def test_a_length_over_the_limit_is_not_even_read(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", "x" * 1001)
    at_limit = web.page("a.test/y", "x" * 1000)
    settings = msgspec.structs.replace(SETTINGS, max_bytes=1000)
    assert skipped(get(web, clock, url, settings=settings)).detail == "1,001 bytes"
    assert len(body(get(web, clock, at_limit, settings=settings))) == 1000


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
def test_codings_that_we_ask_for_are_undone(web: Web, clock: Clock, coding: str) -> None:
    text = "双塔".encode() * 5000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "raw deflate": raw.compress(text) + raw.flush(),
    }
    url = web.page(
        "a.test/x", Answer(200, packed[coding], HTML | {"Content-Encoding": coding.removeprefix("raw ")})
    )
    assert body(get(web, clock, url)) == text


def test_a_bomb_does_not_go_off(web: Web, clock: Clock) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    url = web.page("a.test/x", Answer(200, bomb, HTML | {"Content-Encoding": "gzip"}))
    nested = web.page("b.test/x", Answer(200, gzip.compress(bomb), HTML | {"Content-Encoding": "gzip, gzip"}))
    settings = msgspec.structs.replace(SETTINGS, max_bytes=1_000_000)
    assert skipped(get(web, clock, url, settings=settings)).reason is SkipReason.TOO_LARGE
    assert skipped(get(web, clock, nested, settings=settings)).reason is SkipReason.BROKEN_FILE


def test_a_flood_of_headers_is_refused(web: Web, clock: Clock) -> None:
    flood = {f"X-{number}": "x" * 1000 for number in range(1000)}
    url = web.page("a.test/x", Answer(200, "text", HTML | flood))
    assert skipped(get(web, clock, url)).reason is SkipReason.REFUSED


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        *(("image/png", b"\x89PNG"), ("application/zip", b"PK"), ("video/mp4", b""), ("text/css", b"a{}")),
        *(("application/octet-stream", b"MZ\0\0"), ("", b"\x7fELF\0")),
    ],
)
def test_what_is_not_a_page_is_left(web: Web, clock: Clock, content_type: str, data: bytes) -> None:
    url = web.page("a.test/x", Answer(200, data, {"Content-Type": content_type} if content_type else {}))
    assert skipped(get(web, clock, url)).reason is SkipReason.WRONG_TYPE


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/html", "TEXT/HTML; charset=gbk", "application/xhtml+xml", "text/plain", "text/markdown"),
        *("application/pdf", "application/json", "application/atom+xml", "application/octet-stream", ""),
        *("application/force-download", "unknown/unknown", "*/*"),
    ],
)
def test_what_may_be_a_page_is_taken(web: Web, clock: Clock, content_type: str) -> None:
    url = web.page("a.test/x", Answer(200, "text", {"Content-Type": content_type} if content_type else {}))
    assert body(get(web, clock, url)) == b"text"


@pytest.mark.parametrize(
    "url", ["ftp://a.test/x", "http://", "http://a b.test/", "http://[::1", "http://a.test:99999/"]
)
def test_what_is_not_an_address_is_named_so(web: Web, clock: Clock, url: str) -> None:
    assert skipped(get(web, clock, url)).reason is SkipReason.MALFORMED_URL


def test_a_name_that_does_not_resolve_is_unknown_and_asked_for_once(web: Web, clock: Clock) -> None:
    answer = skipped(get(web, clock, "http://nowhere.example/1", "http://nowhere.example/2"))
    assert (answer.reason, answer.url) == (SkipReason.HOST_UNKNOWN, "http://nowhere.example/2")
    assert clock.slept == []


def test_a_port_that_nobody_listens_on_refuses(web: Web, clock: Clock) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        answer = skipped(get(web, clock, f"http://a.test:{reserved.getsockname()[1]}/"))
    assert answer.reason is SkipReason.REFUSED
    assert answer.retry_at is not None


GUARDED = msgspec.structs.replace(SETTINGS, allow_private=False, robots=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "http://2130706433/",
    ],
)
def test_an_address_that_is_private_by_its_writing_is_not_asked(web: Web, clock: Clock, url: str) -> None:
    answer = get(web, clock, url, settings=GUARDED, transport=web.transport(allow_private=False))
    assert skipped(answer).reason is SkipReason.UNSAFE_ADDRESS


def test_a_name_that_resolves_to_a_private_address_is_not_asked(web: Web, clock: Clock) -> None:
    url = web.page("inside.test/", "secret")
    answer = skipped(get(web, clock, url, settings=GUARDED, transport=web.transport(allow_private=False)))
    assert answer.reason is SkipReason.UNSAFE_ADDRESS
    assert "127.0.0.1" in answer.detail
    assert web.log == []


def test_a_redirect_to_a_private_address_is_not_followed(web: Web, clock: Clock) -> None:
    # The transport lets loopback through, so that the redirecting server can be reached: the hop is judged by its writing.
    secret = f"http://127.0.0.1:{web.port}/secret"
    url = web.redirect("a.test/", secret)
    answer = skipped(get(web, clock, url, settings=GUARDED))
    assert answer.reason is SkipReason.UNSAFE_ADDRESS
    assert secret in answer.detail
    assert web.asked(secret) == 0


def test_a_proxy_is_used_but_not_for_private_addresses(web: Web, clock: Clock) -> None:
    # To a proxy a request names the whole address, and the proxy resolves the name: example.org is not in this web's DNS.
    web.by_proxy("http://example.org/post", "by proxy")
    through = web.transport(allow_private=False, proxies={"http": f"http://127.0.0.1:{web.port}"})
    assert (
        body(get(web, clock, "http://example.org/post", settings=GUARDED, transport=through)) == b"by proxy"
    )
    through = web.transport(allow_private=False, proxies={"http": f"http://127.0.0.1:{web.port}"})
    answer = get(web, clock, "http://10.0.0.1/admin", settings=GUARDED, transport=through)
    assert skipped(answer).reason is SkipReason.UNSAFE_ADDRESS


def test_hosts_in_no_proxy_are_asked_directly(web: Web, clock: Clock) -> None:
    url = web.page("a.test/x", "direct")
    around = web.transport(proxies={"http": "http://127.0.0.1:9", "no": "other.test,a.test"})
    assert body(get(web, clock, url, transport=around)) == b"direct"


def test_a_proxy_that_cannot_reach_a_host_says_host_unknown(web: Web, clock: Clock) -> None:
    web.every_page("nowhere.example", Answer(502))
    proxy = {"https": f"http://127.0.0.1:{web.port}"}
    answer = skipped(get(web, clock, "https://nowhere.example/", transport=web.transport(proxies=proxy)))
    assert answer.reason is SkipReason.HOST_UNKNOWN


def test_a_proxy_of_another_kind_is_refused_with_the_cure(web: Web) -> None:
    with pytest.raises(SettingsError, match=r"socks5://127\.0\.0\.1:9 is not an HTTP proxy"):
        web.transport(proxies={"all": "socks5://127.0.0.1:9"})
    web.transport(
        proxies={"all": "socks5://127.0.0.1:9", "http": "127.0.0.1:9", "https": "http://127.0.0.1:9"}
    )


def test_the_environment_names_the_proxy(monkeypatch: pytest.MonkeyPatch, web: Web, clock: Clock) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{web.port}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{web.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    web.by_proxy("http://example.org/post", "by proxy")
    assert body(get(web, clock, "http://example.org/post", transport=GuardedTransport())) == b"by proxy"


def test_robots_txt_is_asked_first_and_obeyed(web: Web, clock: Clock) -> None:
    web.page(
        "a.test/robots.txt",
        Answer(200, "User-agent: *\nDisallow: /private\n", {"Content-Type": "text/plain"}),
    )
    allowed, private = web.page("a.test/public", "text"), web.page("a.test/private/x", "secret")
    answer = skipped(get(web, clock, allowed, private))
    assert answer.reason is SkipReason.ROBOTS
    assert [seen.url for seen in web.log] == [web.url("a.test/robots.txt"), allowed]


def test_robots_txt_counts_for_the_place_that_a_redirect_leads_to(web: Web, clock: Clock) -> None:
    web.page("b.test/robots.txt", "User-agent: *\nDisallow: /\n")
    there = web.page("b.test/x", "secret")
    assert skipped(get(web, clock, web.redirect("a.test/x", there))).reason is SkipReason.ROBOTS
    assert web.asked(there) == 0


def test_a_server_that_cannot_show_its_robots_txt_is_left_alone(web: Web, clock: Clock) -> None:
    web.page("a.test/robots.txt", Answer(503))
    url = web.page("a.test/x", "text")
    assert skipped(get(web, clock, url)).reason is SkipReason.ROBOTS
    assert web.asked(url) == 0


def test_of_an_endless_robots_txt_the_first_500_kibibytes_count(web: Web, clock: Clock) -> None:
    rules = b"User-agent: *\nDisallow: /private\n" + b"# filler\n" * 600_000 + b"Disallow: /\n"
    web.page("a.test/robots.txt", Answer(200, rules, {"Content-Type": "text/plain"}))
    assert body(get(web, clock, web.page("a.test/public", "text"))) == b"text"
    assert skipped(get(web, clock, web.page("a.test/private", "text"))).reason is SkipReason.ROBOTS


def test_robots_txt_can_be_switched_off(web: Web, clock: Clock) -> None:
    web.page("a.test/robots.txt", "User-agent: *\nDisallow: /\n")
    url = web.page("a.test/x", "text")
    assert body(get(web, clock, url, settings=msgspec.structs.replace(SETTINGS, robots=False))) == b"text"
    assert web.asked(web.url("a.test/robots.txt")) == 0


def test_the_delay_is_kept_between_two_requests_to_one_host(web: Web, clock: Clock) -> None:
    urls = [web.page(f"a.test/{number}", "text") for number in range(3)]
    get(web, clock, *urls, settings=msgspec.structs.replace(SETTINGS, delay=2.0, jitter=0.5))
    assert len(clock.slept) == 3  # robots.txt and three pages: three pauses
    assert all(2.0 <= slept <= 3.0 for slept in clock.slept)


def test_the_delay_that_a_site_asks_for_is_kept(web: Web, clock: Clock) -> None:
    web.page("a.test/robots.txt", "User-agent: *\nCrawl-delay: 5\n")
    urls = [web.page(f"a.test/{number}", "text") for number in range(3)]
    get(web, clock, *urls, settings=msgspec.structs.replace(SETTINGS, jitter=0.0))
    assert clock.slept == [5.0, 5.0]


def test_a_site_that_wants_very_long_pauses_gets_one_request_a_crawl(web: Web, clock: Clock) -> None:
    web.page("a.test/robots.txt", "User-agent: *\nCrawl-delay: 3600\n")
    first, second = web.page("a.test/1", "text"), web.page("a.test/2", "text")
    answer = skipped(get(web, clock, first, second))
    assert answer.reason is SkipReason.TEMPORARY
    assert answer.retry_at is not None
    assert answer.retry_at >= clock.now + 3600
    assert (web.asked(first), web.asked(second)) == (1, 0)


def test_one_request_at_a_time_to_a_host_and_many_to_different_hosts(web: Web) -> None:
    places = [f"{host}.test/{number}" for host in "abcd" for number in range(4)]
    urls = [web.page(place, Answer(200, "text", HTML, after=4)) for place in places]

    async def ask() -> None:
        async with Fetcher(SETTINGS, transport=web.transport()) as fetcher:
            await asyncio.gather(*(fetcher.get(url) for url in urls))

    asyncio.run(ask())
    assert {seen.together for seen in web.log} == {1}
    assert len(web.log) == 4 + len(
        urls
    )  # with each robots.txt; no page was answered before four hosts had been asked


def test_a_host_that_keeps_failing_is_left_alone(web: Web, clock: Clock) -> None:
    web.every_page("a.test", Answer(503))
    web.page("a.test/robots.txt", Answer(404))
    urls = [web.url(f"a.test/{number}") for number in range(10)]
    answer = skipped(get(web, clock, *urls, settings=msgspec.structs.replace(SETTINGS, retries=0)))
    assert answer.reason is SkipReason.TEMPORARY
    assert "not asked" in answer.detail
    assert [web.asked(url) for url in urls] == [1] * 5 + [0] * 5


def test_the_systems_resolver_knows_this_machine() -> None:
    async def ask() -> list[str]:
        resolver = SystemResolver(threads=1)
        try:
            return await resolver("localhost", 80)
        finally:
            resolver.close()

    assert "127.0.0.1" in asyncio.run(ask())
