"""Why an exchange failed, whether it is worth another try, and how long to wait before that.

RFC 9110, sections 10.2.3 (Retry-After) and 15 (status codes). Who waits, and what for, is `fetch`'s.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from ingest.articles import SkipReason
from ingest.transport import BadCertificateError, HostUnknownError, ProxyUnreachableError, UnsafeAddressError

__all__ = ["Failure", "backoff", "of_error", "of_status", "retry_after", "wait_asked"]

_TEMPORARY = frozenset(
    {408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 525, 527, 529, 530}
)
# 451 is a page that will not come back by waiting, which is what matters here.
_DEAD = frozenset({404, 410, 451})


@dataclass(frozen=True, slots=True)
class Failure:
    """One exchange that brought no page. `retries` is how often the same may be asked again at once."""

    reason: SkipReason
    detail: str
    retries: int | None = 0  # None: as often as the settings allow
    unreachable: bool = False  # nothing came back at all: perhaps this machine has no network
    no_way_out: bool = False  # the proxy is down
    wait: float | None = None  # seconds the site asked for
    whole_host: bool = False  # the wait is meant for all of the host


def of_status(status: int, wait: float | None) -> Failure:
    """Judge an answer that is neither a page, nor a redirect, nor 304. `wait` is what `wait_asked` gave for it."""
    try:
        detail = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        detail = f"status {status}"
    # A refusal that says when it ends is a limit of requests: so GitHub's interface answers.
    limited = status == HTTPStatus.FORBIDDEN and wait is not None
    if status in _TEMPORARY or limited:
        return Failure(
            SkipReason.TEMPORARY,
            detail,
            retries=None,
            wait=wait,
            whole_host=limited or status == HTTPStatus.TOO_MANY_REQUESTS,
        )
    # Other 4xx (400, 405, 406, 418, 999 …) are in practice how sites turn away what is not a browser.
    return Failure(SkipReason.DEAD_LINK if status in _DEAD else SkipReason.FORBIDDEN, detail)


def of_error(error: httpx.TransportError) -> Failure:
    """Judge an exchange that broke off."""
    said = str(error) or "the connection broke off"
    match error:
        case UnsafeAddressError():
            return Failure(SkipReason.UNSAFE_ADDRESS, said)
        case HostUnknownError():
            return Failure(SkipReason.HOST_UNKNOWN, said, unreachable=True)
        case BadCertificateError():
            return Failure(SkipReason.BAD_CERTIFICATE, said)
        case ProxyUnreachableError():
            return Failure(SkipReason.REFUSED, said, unreachable=True, no_way_out=True)
        case httpx.ConnectTimeout():
            return Failure(SkipReason.TIMEOUT, "no connection in time", retries=1, unreachable=True)
        case httpx.TimeoutException():
            # A site that let us wait once will most likely do so again: one more try, not all of them.
            return Failure(SkipReason.TIMEOUT, "no answer in time", retries=1)
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return Failure(SkipReason.MALFORMED_URL, said)
        case httpx.RemoteProtocolError() if (
            "location header" in said
        ):  # httpx refuses a redirect that is no address
            return Failure(SkipReason.MALFORMED_URL, said)
        case httpx.ConnectError():
            return Failure(SkipReason.REFUSED, said, retries=None, unreachable=True)
        case _:
            return Failure(SkipReason.REFUSED, said, retries=None)


def wait_asked(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that an answer asks to wait, or None where it does not.

    By Retry-After or, where a limit of requests is used up, by the time at which it begins anew (X-RateLimit-Reset,
    in seconds since the epoch, as of GitHub's and many other interfaces).
    """
    if headers.get("x-ratelimit-remaining", "").strip() == "0" and "retry-after" not in headers:
        reset = headers.get("x-ratelimit-reset", "").strip()
        return max(0.0, float(reset) - now) if reset.isascii() and reset.isdigit() else None
    return retry_after(headers.get("retry-after", ""), now)


def retry_after(value: str, now: float) -> float | None:
    """Return the seconds to wait that a Retry-After header asks for, in either form, or None where it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def backoff(attempt: int, base: float, cap: float, rng: random.Random) -> float:
    """Return the seconds before retry number `attempt` (from 0): doubled each time, at most `cap`.

    Half of it is drawn at random, so that pages that failed together do not come back together.
    """
    whole = min(cap, base * 2.0**attempt)
    return whole * (0.5 + 0.5 * rng.random())
