"""When an address is worth asking for again: soon while it changes, ever later while it does not.

A page found unchanged waits twice as long before its next visit, one that changed starts over; so does a failure that
repeats itself. Adapting the interval to the changes seen is what Cho and Garcia-Molina, "Effective page refresh
policies for web crawlers" (TODS 2003), found to pay; doubling needs no more memory than a count. What a site says of
how long its answer stays fresh (RFC 9111, section 4.2) is waited for as well.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ingest.articles import SkipReason
from ingest.saved.files import is_saved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.outcomes import Visit
    from ingest.settings import CrawlSettings

__all__ = ["due_at", "freshness", "is_due"]

_MOST_DOUBLINGS = 30  # beyond any cap


def is_due(visit: Visit | None, now: float, settings: CrawlSettings) -> bool:
    """Return whether an address should be asked at `now` (seconds since the epoch)."""
    if visit is None or due_at(visit, settings) <= now:
        return True
    # Noted under a clock that was ahead, which may have been by years: nothing can be made of that.
    return visit.visited_at > now and not any(map(is_saved, visit.kept))


def due_at(visit: Visit, settings: CrawlSettings) -> float:
    """Return from when on an address is due, in seconds since the epoch; infinity for a page saved by hand.

    `crawl.fresh_for = 0` makes all due at once, but for what a site asked to leave alone until later.
    """
    if any(map(is_saved, visit.kept)):
        return float("inf")
    if visit.reason == SkipReason.OFFLINE:
        return visit.visited_at
    longest = max(settings.fresh_for, settings.longest_fresh)
    # A host that could not be reached has not asked for anything.
    if visit.retry_at is not None and (settings.fresh_for or visit.reason == SkipReason.TEMPORARY):
        return min(visit.retry_at, visit.visited_at + longest)  # a site may ask for a thousand years
    repeated = max(visit.unchanged, visit.failures - 1, 0)
    wait = settings.fresh_for * 2.0 ** min(repeated, _MOST_DOUBLINGS)
    if settings.fresh_for:
        wait = max(wait, max(map(freshness, visit.kept.values()), default=0.0))
    return visit.visited_at + min(wait, longest)


def freshness(headers: Iterable[tuple[str, str]]) -> float:
    """Return for how many seconds an answer with these headers (names in lower case) says that it stays fresh.

    max-age, less what the answer had aged on its way, comes before Expires; no-cache and no-store mean 0, and so does
    what cannot be read (RFC 9111, sections 4.2.1 and 5.2).
    """
    fields = dict(headers)
    directives: dict[str, str] = {}
    for part in fields.get("cache-control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        directives.setdefault(name, value.strip('" '))
    if "no-cache" in directives or "no-store" in directives:
        return 0.0
    if "max-age" in directives:
        return max(0.0, _seconds(directives["max-age"]) - _seconds(fields.get("age", "")))
    try:
        expires, sent = (parsedate_to_datetime(fields.get(name, "")) for name in ("expires", "date"))
        return max(0.0, expires.timestamp() - sent.timestamp())
    except (ValueError, OverflowError):
        return 0.0


def _seconds(written: str) -> float:
    # Longer numbers are a mistake, or an attempt to overflow somebody.
    return float(written) if written.isascii() and written.isdigit() and len(written) <= 12 else 0.0
