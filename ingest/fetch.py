"""One polite HTTP GET: from an address to a Page, "not modified", or the reason why there is none.

Here robots.txt, the host's turn, the guard, redirects, limits, retries and validators (RFC 9110, 9111) come together;
each is told by a module of its own. What a page holds is not judged: a notice that answers 200 is a Page.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import httpx

from ingest import retry
from ingest.articles import Page, Skipped, SkipReason
from ingest.cookies import new_jar
from ingest.decoding import ACCEPTED, CodingError, Decoder, TooLargeError
from ingest.guard import why_unsafe
from ingest.kinds import is_unnamed_binary, may_be_page
from ingest.outage import Outage
from ingest.politeness import Closed, HostSchedule
from ingest.retry import Failure
from ingest.robots import MAX_BYTES, Robots, product_token
from ingest.transport import GuardedTransport
from ingest.urls import hostname, joined

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from http.cookiejar import CookieJar

    from ingest.settings import CrawlSettings

__all__ = ["Fetcher", "NotModified", "Validators"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,application/pdf;q=0.9,*/*;q=0.5"
_LANGUAGES = "zh-CN,zh;q=0.9,en;q=0.8"
# Failures that may well be gone soon; the next crawl after this many seconds asks again.
_TRANSIENT = frozenset(
    {SkipReason.TEMPORARY, SkipReason.REFUSED, SkipReason.TIMEOUT, SkipReason.HOST_UNKNOWN}
)
_TRANSIENT_FOR = 3600.0
_SLOWEST = 100  # bytes a second; at that, a page of usual size takes longer than any total time-out
_REQUESTED_TWICE = 2  # a site may send us once to where we are, to set a cookie
# Letters of any script (IDNA), or an IPv6 literal; a space or sign in it means that the address was broken.
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(%\w+)?")


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer said of its version, to ask whether there is another one.

    `at` is the address that gave it, after redirects: they say nothing of any other (RFC 9110, section 8.8). "" is any.
    """

    etag: str = ""
    last_modified: str = ""
    at: str = ""

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]], *, at: str = "") -> Validators:
        """Return the validators among the headers of an answer (names in lower case) of the address `at`."""
        fields = dict(headers)
        return cls(fields.get("etag", ""), fields.get("last-modified", ""), at)

    def headers(self) -> dict[str, str]:
        """Return the fields of a conditional request."""
        fields = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class NotModified:
    """The site still has the version that the validators name."""

    url: str


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is accepted as an answer to one request."""

    validators: Validators
    limit: int
    cut: bool = False  # take the first `limit` bytes of a longer body
    any_type: bool = False

    def headers(self, url: str) -> dict[str, str]:
        """Return the fields that make a request for `url` conditional, where there is something to ask by."""
        return self.validators.headers() if self.validators.at in ("", url) else {}


class Fetcher:
    """The web as one asks it politely; an async context manager, for one crawl.

    `transport` replaces the guarded network; `clock`, `sleep` (seconds) and `rng` replace time and chance. `outage`
    learns from every request whether this machine is online at all; `cookies` are sent to the hosts that they name.
    """

    def __init__(
        self,
        settings: CrawlSettings,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rng: random.Random | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        outage: Outage | None = None,
        cookies: CookieJar | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._rng = rng or random.Random()
        self._outage = outage or Outage(clock)
        self._schedule = HostSchedule(settings, clock=clock, sleep=sleep, rng=self._rng)
        self._agent = product_token(settings.user_agent)
        self._robots = Robots(self._agent, self._robots_txt)
        self._client = httpx.AsyncClient(
            transport=transport
            or GuardedTransport(allow_private=settings.allow_private, http2=settings.http2),
            headers={
                "User-Agent": f"{settings.user_agent} {settings.contact}".strip(),
                "Accept": _ACCEPT,
                "Accept-Language": _LANGUAGES,
                "Accept-Encoding": ACCEPTED,
            },
            cookies=new_jar() if cookies is None else cookies,
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout, pool=None),
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, url: str, *, validators: Validators | None = None) -> Page | NotModified | Skipped:
        """Ask for one page, following redirects; waits for the host's turn and obeys its robots.txt.

        A Skipped names `url` as it was asked for. Raises nothing for anything that a site can do.
        """
        wish = _Wish(validators or Validators(), self._settings.max_bytes)
        return await self._follow(url, wish, robots=self._settings.robots)

    async def _robots_txt(self, url: str) -> Page | Skipped:
        answer = await self._follow(
            url, _Wish(Validators(), MAX_BYTES, cut=True, any_type=True), robots=False
        )
        assert not isinstance(answer, NotModified)  # no validators were sent
        return answer

    async def _follow(self, url: str, wish: _Wish, *, robots: bool) -> Page | NotModified | Skipped:
        target = joined(url, "")
        seen: Counter[str] = Counter()
        for _ in range(self._settings.max_redirects + 1):
            seen[target] += 1
            if seen[target] > _REQUESTED_TWICE:
                return Skipped(url, SkipReason.REDIRECT_LOOP, f"redirected in a circle, by way of {target}")
            refusal = self._why_not(target) or (await self._forbidden(target) if robots else None)
            answer = refusal or await self._ask(target, wish)
            match answer:
                case Skipped():
                    via = "" if target == url else f" (redirected to {target})"
                    return Skipped(url, answer.reason, answer.detail + via, answer.retry_at)
                case NotModified():
                    return NotModified(url)
                case Page(status=status) if status in _REDIRECTS:
                    target = joined(target, answer.header("location"))
                case Page():
                    return Page(
                        url, answer.url, answer.status, answer.headers, answer.body, answer.fetched_at
                    )
        return Skipped(url, SkipReason.REDIRECT_LOOP, f"more than {self._settings.max_redirects} redirects")

    def _why_not(self, url: str) -> Skipped | None:
        """Judge an address, the first one and each that a redirect names, by its writing alone."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            return Skipped(url, SkipReason.MALFORMED_URL, str(error))
        if parts.scheme not in ("http", "https") or not host or not _HOST.fullmatch(host):
            return Skipped(url, SkipReason.MALFORMED_URL, "not an http(s) address")
        if not self._settings.allow_private and (why := why_unsafe(url)):
            return Skipped(url, SkipReason.UNSAFE_ADDRESS, why)
        return None

    async def _forbidden(self, url: str) -> Skipped | None:
        rules = await self._robots.rules(url)
        self._schedule.slow_down(_host(url), rules.crawl_delay)
        return rules.forbids(url, self._agent)

    async def _ask(self, url: str, wish: _Wish) -> Page | NotModified | Skipped:
        """One address, asked until it answers, waiting in between as the site or prudence asks."""
        host = _host(url)
        attempt = 0
        while True:
            async with self._schedule.turn(host) as closed:
                if closed is not None:
                    return Skipped(url, closed.reason, closed.detail, closed.retry_at)
                answer = await self._exchange(url, wish)
                self._learn(host, answer)
                if not isinstance(answer, Failure):
                    return answer
                allowed = (
                    self._settings.retries
                    if answer.retries is None
                    else min(answer.retries, self._settings.retries)
                )
                waits_too_long = answer.wait is not None and answer.wait > self._settings.max_wait
                if attempt >= allowed or waits_too_long:
                    return self._give_up(url, answer)
                if answer.wait is not None:
                    self._schedule.rest(host, answer.wait)
            if answer.wait is None:
                await self._sleep(
                    retry.backoff(attempt, self._settings.backoff, self._settings.max_wait, self._rng)
                )
            attempt += 1

    def _learn(self, host: str, answer: Page | NotModified | Failure) -> None:
        if isinstance(answer, Failure) and answer.unreachable:
            self._outage.failed(host, no_way_out=answer.no_way_out)
        else:
            self._outage.answered()
        if not isinstance(answer, Failure):
            self._schedule.answered(host)

    def _give_up(self, url: str, failure: Failure) -> Skipped:
        retry_at = None
        if failure.reason in _TRANSIENT:
            retry_at = self._clock() + (_TRANSIENT_FOR if failure.wait is None else failure.wait)
        if failure.whole_host and failure.wait is not None:
            self._schedule.close(
                _host(url), Closed(failure.reason, f"the host asked for a pause ({failure.detail})", retry_at)
            )
        self._schedule.failed(_host(url), failure, retry_at)
        return Skipped(url, failure.reason, failure.detail, retry_at)

    async def _exchange(self, url: str, wish: _Wish) -> Page | NotModified | Failure:
        """One request and its answer."""
        within = self._settings.total_timeout
        try:
            async with asyncio.timeout(within):
                request = self._client.build_request("GET", url, headers=wish.headers(url))
                response = await self._client.send(request, stream=True, follow_redirects=False)
                try:
                    return await self._receive(url, response, wish)
                finally:
                    await response.aclose()
        except TimeoutError:
            return Failure(SkipReason.TIMEOUT, f"not complete after {within:g} s")
        except TooLargeError as error:
            return Failure(SkipReason.TOO_LARGE, str(error))
        except CodingError as error:
            return Failure(SkipReason.BROKEN_FILE, str(error), retries=None)
        except (httpx.InvalidURL, UnicodeError) as error:
            return Failure(SkipReason.MALFORMED_URL, str(error))
        except httpx.TransportError as error:
            return retry.of_error(error)

    async def _receive(self, url: str, response: httpx.Response, wish: _Wish) -> Page | NotModified | Failure:
        status = response.status_code
        headers = tuple((name.lower(), value) for name, value in response.headers.multi_items())
        if status == httpx.codes.NOT_MODIFIED and wish.headers(url):
            return NotModified(url)
        if status in _REDIRECTS:
            location = _location(response)
            if not location:
                return Failure(SkipReason.DEAD_LINK, f"{status} without a place to go to")
            return Page(url, url, status, (("location", location),), b"", self._clock())
        if not response.is_success:
            return retry.of_status(status, retry.wait_asked(response.headers, self._clock()))
        media_type = response.headers.get("content-type", "").split(";", 1)[0].strip().lower()
        if not wish.any_type and not may_be_page(media_type):
            return Failure(SkipReason.WRONG_TYPE, media_type)
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > wish.limit and not wish.cut:
            raise TooLargeError(f"{int(declared):,} bytes")
        decoder = Decoder(response.headers.get("content-encoding", ""), limit=wish.limit, cut=wish.cut)
        began, received = time.monotonic(), 0
        async for data in response.aiter_raw():
            decoder.feed(data)
            if decoder.full:
                break
            received += len(data)
            spent = time.monotonic() - began
            if spent > self._settings.drip_timeout and received < _SLOWEST * spent:
                return Failure(SkipReason.TIMEOUT, f"dripping: {received:,} bytes in {spent:.0f} s")
        body = decoder.finish()
        if not wish.any_type and is_unnamed_binary(media_type, body):
            return Failure(SkipReason.WRONG_TYPE, f"{media_type or 'no type'}, and binary")
        return Page(url, url, status, headers, body, self._clock())


def _location(response: httpx.Response) -> str:
    """Return where a redirect leads, or ""; bytes that are not UTF-8 are those that the server wants to be asked for."""
    sent = next((value for name, value in response.headers.raw if name.lower() == b"location"), b"").strip()
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in sent)


def _host(url: str) -> str:
    """The host as politeness counts it, without user, port and trailing dot."""
    return hostname(url).rstrip(".")
