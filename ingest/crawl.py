"""The schedule of a crawl: which addresses are due, in what order they are asked, and how the corpus stands after it.

Every outcome is in the store before its lane goes on, so a crawl that is killed goes on where it was. What is done for
one address is `visitor`'s, when an address is due `revisit`'s, when a host may be asked `politeness`'s, and telling
reposts from originals `reposts`'s.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, deque
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.articles import Skipped, SkipReason
from ingest.cookies import read_cookies
from ingest.fetch import Fetcher
from ingest.outage import Outage
from ingest.progress import Progress
from ingest.reposts import reposts
from ingest.revisit import is_due
from ingest.urls import hostname
from ingest.visitor import Visitor
from ingest.workers import ExtractionPool, extractor_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    import httpx

    from ingest.articles import Listing
    from ingest.progress import ProgressCallback
    from ingest.settings import IngestSettings
    from ingest.store import Store

__all__ = ["CrawlReport", "crawl"]

# While one page of a host is being read, the next one may already be fetched.
_LANES = 2
# Reasons that say nothing of the page when no page at all could be had.
_OF_THE_NETWORK = frozenset(
    {SkipReason.OFFLINE, SkipReason.HOST_UNKNOWN, SkipReason.REFUSED, SkipReason.TIMEOUT}
)


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What a crawl did, and how the corpus stands after it."""

    links: int  # places in the lists
    listings: int  # canonical addresses
    articles: int  # addresses with an article of their own
    duplicates: int  # addresses whose article another one keeps
    listing_only: int  # addresses without an article, findable by their listing
    skipped: dict[SkipReason, int]  # why, for those
    fetched: int  # pages downloaded
    not_modified: int  # pages that the site said are unchanged
    fresh: int  # addresses not asked, as they were lately
    offline: bool  # this machine has no network
    seconds: float


async def crawl(
    listings: Sequence[Listing],
    store: Store,
    *,
    settings: IngestSettings,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    rng: random.Random | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    pool: ExtractionPool | None = None,
    progress: ProgressCallback | None = None,
) -> CrawlReport:
    """Make the store hold an outcome for every listing, asking the web for what is due.

    `pool` lends workers that run already, and is not closed; by default the crawl starts and ends its own.

    Raises BusyError when another crawl works in the same folder, SettingsError for a cookies file that cannot be read,
    StoreError when the disk is full; what was done up to then is kept. Nothing that a site does raises.
    """
    began = clock()
    progress = progress or (lambda _: None)
    cookies = read_cookies(Path(settings.crawl.cookies)) if settings.crawl.cookies else None
    with store.exclusive():
        store.put_listings(listings)
        due = [listing for listing in listings if is_due(store.visit(listing.url), began, settings.crawl)]
        outage = Outage(clock, hosts=len({hostname(listing.url) for listing in due}))
        fetcher = Fetcher(
            settings.crawl,
            clock=clock,
            sleep=sleep,
            rng=rng,
            transport=transport,
            outage=outage,
            cookies=cookies,
        )
        try:
            async with fetcher, nullcontext(pool) if pool else ExtractionPool(settings.extract) as workers:
                visitor = Visitor(store, fetcher, workers, settings=settings, clock=clock)
                outdated = store.outdated(extractor_id(settings.extract))
                hints = {listing.url: listing.title for listing in listings}
                await _judge_again(visitor, outdated, hints, settings=settings, progress=progress)
                outcomes = await _visit_all(visitor, due, outage, progress)
        except ExceptionGroup as group:
            # Lanes that fail together fail of one cause, and callers know it by its own class.
            raise _leaf(group) from group
        if outage.likely:
            for listing in due:
                if outcomes.get(listing.url, SkipReason.OFFLINE) in _OF_THE_NETWORK:
                    detail = "this machine has no network"
                    store.put_skipped(Skipped(listing.url, SkipReason.OFFLINE, detail), at=clock())
        store.put_duplicates(reposts(store.fingerprints(), settings.extract.duplicate_similarity))
        return _report(listings, store, visitor, len(listings) - len(due), outage.likely, clock() - began)


async def _judge_again(
    visitor: Visitor,
    outdated: Sequence[str],
    hints: Mapping[str, str],
    *,
    settings: IngestSettings,
    progress: ProgressCallback,
) -> None:
    """Read the kept pages anew that another version of the extractor judged."""
    queue = deque(outdated)

    async def lane() -> None:
        while queue:
            url = queue.popleft()
            await visitor.judge_again(url, hints[url])
            progress(Progress("extract", len(outdated) - len(queue), len(outdated), url))

    async with asyncio.TaskGroup() as lanes:
        for _ in range(settings.extract.workers):
            lanes.create_task(lane())


async def _visit_all(
    visitor: Visitor, due: Sequence[Listing], outage: Outage, progress: ProgressCallback
) -> dict[str, SkipReason | None]:
    """Ask for all that is due, hosts side by side, until it is done or this machine turns out to be offline.

    Returns, for each address that was visited, why it has no article, or None.
    """
    outcomes: dict[str, SkipReason | None] = {}
    queues: dict[str, deque[Listing]] = {}
    for listing in due:
        queues.setdefault(hostname(listing.url), deque()).append(listing)

    async def lane(queue: deque[Listing]) -> None:
        while queue:
            listing = queue.popleft()
            outcomes[listing.url] = await visitor.visit(listing)
            progress(Progress("crawl", len(outcomes), len(due), listing.url))

    async def all_lanes() -> None:
        async with asyncio.TaskGroup() as lanes:
            for queue in queues.values():
                for _ in range(min(_LANES, len(queue))):
                    lanes.create_task(lane(queue))

    crawling = asyncio.create_task(all_lanes())
    watching = asyncio.create_task(outage.noticed.wait())
    try:
        await asyncio.wait((crawling, watching), return_when=asyncio.FIRST_COMPLETED)
    finally:
        watching.cancel()
        if not crawling.done():
            crawling.cancel()
            await asyncio.wait((crawling,))
    if not crawling.cancelled():
        crawling.result()
    return outcomes


def _report(
    listings: Sequence[Listing], store: Store, visitor: Visitor, fresh: int, offline: bool, seconds: float
) -> CrawlReport:
    outcomes = list(store.outcomes())
    kinds = Counter(outcome.outcome for outcome in outcomes)
    reasons = Counter(SkipReason(outcome.reason) for outcome in outcomes if outcome.outcome == "skipped")
    return CrawlReport(
        links=sum(len(listing.links) for listing in listings),
        listings=len(listings),
        articles=kinds["article"],
        duplicates=kinds["duplicate"],
        listing_only=kinds["skipped"],
        skipped=dict(reasons.most_common()),
        fetched=visitor.fetched,
        not_modified=visitor.not_modified,
        fresh=fresh,
        offline=offline,
        seconds=seconds,
    )


def _leaf(group: BaseExceptionGroup[Exception]) -> BaseException:
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
