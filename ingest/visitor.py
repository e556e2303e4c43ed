"""One address, from its sources to what the store keeps of it.

An address may be had in several ways: its site's other forms (`sites`), the address as the curator wrote it, a web
archive (`archive`). Here they are tried in turn, read, and turned into an article or the reason why there is none.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, TypeGuard

from ingest import archive
from ingest.articles import Article, Page, Skipped, SkipReason, Source
from ingest.duplicates import signature
from ingest.errors import ShuangtaError
from ingest.fetch import NotModified, Validators
from ingest.guard import why_unsafe
from ingest.saved.files import is_saved
from ingest.sites import combine, parts_of
from ingest.urls import as_linked, joined
from ingest.workers import extractor_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ingest.articles import Listing
    from ingest.fetch import Fetcher
    from ingest.outcomes import Visit
    from ingest.settings import IngestSettings
    from ingest.sites import Parts
    from ingest.store import Store
    from ingest.workers import ExtractionPool

__all__ = ["Visitor"]

# Reasons for which the address is asked for once more as the curator wrote it: what its canonical form leaves out may
# matter to the site after all.
_PERHAPS_AS_WRITTEN = frozenset(
    {SkipReason.DEAD_LINK, SkipReason.FORBIDDEN, SkipReason.REDIRECT_LOOP, SkipReason.EMPTY}
)

# Sources asked for one address, those that its pages name included: enough for a page that moved twice.
_MOST_SOURCES = 6
# The latest snapshots of a page that died are often of what took its place: a parked domain, a notice. So older ones
# are asked for as well, some years before, as domains are let go and squatted for years.
_SNAPSHOTS = 3
_YEARS = 3


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found in the pages of one address, which of them it was found in, and the signature of its text."""

    result: Article | Skipped
    pages: tuple[Page, ...]
    signature: bytes
    broken: Skipped | None = None  # a part that could not be read within its limits


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why an address has no article, and the page that says so, if there is one."""

    skipped: Skipped
    page: Page | None = None


class Visitor:
    """Visits addresses, any number side by side. Counts what was `fetched`, and what the sites said is unchanged."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        pool: ExtractionPool,
        *,
        settings: IngestSettings,
        clock: Callable[[], float],
    ) -> None:
        self.fetched = 0
        self.not_modified = 0
        self._store = store
        self._fetcher = fetcher
        self._pool = pool
        self._archive = settings.crawl.archive
        self._clock = clock
        self._extractor = extractor_id(settings.extract)
        self._unread = 0
        self._most_unread = 2 * settings.crawl.concurrency
        self._room = asyncio.Condition()

    async def visit(self, listing: Listing) -> SkipReason | None:
        """Ask one address, and store what comes of it. Returns why it has no article, or None. Raises StoreError."""
        try:
            return await self._visit(listing)
        except ShuangtaError:
            raise
        except Exception as error:  # noqa: BLE001 the boundary of a visit: what nobody thought of costs one page, not all
            self._note_mistake(listing.url, error)
            return SkipReason.INTERNAL_ERROR

    def _note_mistake(self, url: str, error: Exception) -> None:
        detail = f"{type(error).__name__}: {error}"
        self._store.put_skipped(Skipped(url, SkipReason.INTERNAL_ERROR, detail), at=self._clock())

    async def _visit(self, listing: Listing) -> SkipReason | None:
        """Go through the sources of one address until one has an article."""
        url = listing.url
        known = self._store.visit(url)
        parts = parts_of(url)
        if len(parts) > 1:
            failure = await self._all_of(listing, parts, known)
        else:
            sources = tuple(dict.fromkeys((*_last_time(known), *parts[0])))
            failure = await self._first_of(listing, sources, known)
        if failure and failure.skipped.reason in _PERHAPS_AS_WRITTEN:
            asked = set(chain.from_iterable(parts))
            others = [address for address in dict.fromkeys(_as_written(listing)) if address not in asked]
            failure = (await self._first_of(listing, others, known) if others else failure) and failure
        # What was had while the page lived, or from the archive before, is as good as any copy that it has.
        if failure and failure.skipped.reason in archive.WORTH_ASKING and not self._store.has_article(url):
            failure = await self._archived(listing, known) and failure
        if failure is None:
            return None
        skipped = failure.skipped
        # A page that could not be read (in time, on a busy machine) is asked for anew: kept, it would be "not modified".
        if failure.page is None or skipped.reason is SkipReason.BROKEN_FILE:
            self._store.put_skipped(skipped, at=self._clock())
        else:
            self._store.put_rejected(skipped, failure.page, extractor=self._extractor)
        return skipped.reason

    async def judge_again(self, url: str, hint: str) -> None:
        """Read the pages kept for an address anew; the web is not asked.

        A reader that fails says nothing against what an earlier one found: it is given another chance by the next crawl.
        """
        try:
            pages = self._store.pages(url)
            read = await self._read(url, pages, hint)
            # Nor is a page that the user saved taken from them by what a newer reader thinks of it.
            kept_by_hand = any(is_saved(page.requested) for page in pages) and isinstance(
                read.result, Skipped
            )
            if read.broken is None and not kept_by_hand:
                self._store.put_judgement(
                    url, read.result, extractor=self._extractor, signature=read.signature
                )
        except ShuangtaError:
            raise
        except Exception as error:  # noqa: BLE001 as for a visit
            self._note_mistake(url, error)

    async def _first_of(
        self, listing: Listing, sources: Sequence[str], known: Visit | None
    ) -> _Failed | None:
        """Take the first source that has an article, or that names another one which has.

        Returns what is amiss when none has: a page that was had says more than one that was not, and the address itself
        more than its other forms.
        """
        failures: dict[str, _Failed] = {}
        queue = deque(sources)
        while queue and len(failures) < _MOST_SOURCES:
            source = queue.popleft()
            if source in failures:
                continue
            failure = await self._all_of(listing, ((source,),), known)
            if failure is None:
                return None
            failures[source] = failure
            queue.extendleft(reversed(failure.skipped.elsewhere))
        had = (failure for failure in failures.values() if failure.page is not None)
        return next(had, None) or failures.get(listing.url) or failures[sources[0]]

    async def _all_of(self, listing: Listing, parts: Parts, known: Visit | None) -> _Failed | None:
        """Make one article of all its parts. Returns what is amiss with the first when none of them has one."""
        url = listing.url
        answers = [await self._part(sources, known) for sources in parts]
        pages = [answer for answer in answers if isinstance(answer, Page)]
        if not pages and not any(isinstance(answer, NotModified) for answer in answers):
            return next(
                _Failed(replace(answer, url=url)) for answer in answers if isinstance(answer, Skipped)
            )
        if not pages and self._store.has_article(url):
            self._store.put_not_modified(url, at=self._clock())
            return None
        if len(pages) < len(parts):
            # What did not change, and what cannot be had today, stays a part of the article; and a page that holds none
            # says the same as before, and sends its readers to the same place.
            now = self._clock()
            earlier = {page.requested: replace(page, fetched_at=now) for page in self._store.pages(url)}
            pages = [
                page
                for answer, sources in zip(answers, parts, strict=True)
                for page in ([answer] if isinstance(answer, Page) else map(earlier.get, sources))
                if page is not None
            ]
        read = await self._read(url, pages, listing.title)
        if isinstance(read.result, Skipped):
            return _Failed(read.result, pages[0])
        if read.broken is not None and self._store.has_article(url):
            return _Failed(read.broken)  # what was had is more than what is left without that part
        self._store.put_article(read.result, read.pages, extractor=self._extractor, signature=read.signature)
        return None

    async def _part(self, sources: Sequence[str], known: Visit | None) -> Page | NotModified | Skipped:
        """Ask for one part of an article until one of its sources answers."""
        kept = _validators(known)
        answers = []
        for source in sorted(sources, key=lambda source: source not in kept):
            answer = await self._ask(source, kept.get(source))
            if not isinstance(answer, Skipped):
                return answer
            answers.append(answer)
        return answers[0]

    async def _ask(self, source: str, validators: Validators | None) -> Page | NotModified | Skipped:
        async with self._room:
            await self._room.wait_for(lambda: self._unread < self._most_unread)
        answer = await self._fetcher.get(source, validators=validators)
        self.fetched += isinstance(answer, Page)
        self.not_modified += isinstance(answer, NotModified)
        return answer

    async def _read(self, url: str, pages: Sequence[Page], hint: str) -> _Read:
        """Extract the pages of one address as one article; while many wait for that, no further ones are fetched."""
        self._unread += len(pages)
        try:
            read = [(page, *await self._pool.extract(page, url=url, hint=hint)) for page in pages]
        finally:
            self._unread -= len(pages)
            async with self._room:
                self._room.notify_all()
        broken = next((each for _, each, _ in read if _is_broken(each)), None)
        found = [(page, article, mark) for page, article, mark in read if isinstance(article, Article)]
        match found:
            case []:
                return _Read(read[0][1], tuple(pages), b"", broken)
            case [(page, article, mark)]:
                source, archived = _source_of(page)
                return _Read(replace(article, source=source, archived=archived), (page,), mark, broken)
            case _:
                article = combine([article for _, article, _ in found])
                mark = await asyncio.to_thread(signature, article.text)
                return _Read(article, tuple(page for page, _, _ in found), mark, broken)

    async def _archived(self, listing: Listing, known: Visit | None) -> _Failed | None:
        """Take the page from a web archive: the latest snapshot that is the article, and not what took its place."""
        url, near = listing.url, ""
        failure: _Failed | None = _Failed(Skipped(url, SkipReason.DEAD_LINK))
        # Addresses of this machine's network are nobody else's business.
        if not self._archive or why_unsafe(url):
            return failure
        seen: set[str] = set()
        for _ in range(_SNAPSHOTS):
            answer = await self._fetcher.get(archive.availability_address(url, self._archive, near=near))
            snapshot = archive.snapshot_address(answer.body) if isinstance(answer, Page) else ""
            if not snapshot or snapshot in seen:
                break
            seen.add(snapshot)
            failure = await self._all_of(listing, ((snapshot,),), known)
            if failure is None:
                break
            near = archive.years_before(snapshot, _YEARS)
        return failure


def _is_broken(result: Article | Skipped) -> TypeGuard[Skipped]:
    return isinstance(result, Skipped) and result.reason is SkipReason.BROKEN_FILE


def _source_of(page: Page) -> tuple[Source, str]:
    """Return by which way a page was had, and the date of its snapshot, if it is one."""
    if archive.is_snapshot(page.requested):
        # The archive sends us on to the time that it has, if that is another.
        return Source.ARCHIVE, archive.snapshot_day(page.url) or archive.snapshot_day(page.requested)
    if is_saved(page.requested):
        return Source.SAVED, ""
    return Source.ORIGIN, ""


def _validators(known: Visit | None) -> dict[str, Validators]:
    """Return, for each source of the pages that are kept, what tells their version."""
    if known is None:
        return {}
    return {
        source: Validators.of(headers, at=known.ended_at.get(source, ""))
        for source, headers in known.kept.items()
    }


def _last_time(known: Visit | None) -> list[str]:
    """Return what brought the page last time: asked first, its "not modified" is all there is to ask.

    A snapshot in an archive waits until the page itself has failed again.
    """
    return [source for source in known.kept if not archive.is_snapshot(source)] if known is not None else []


def _as_written(listing: Listing) -> Iterator[str]:
    """Yield what a listing's address was before it was made canonical: less tracking, then to the letter."""
    for link in listing.links:
        with suppress(ValueError):  # no address of the web; asking for it says so
            yield as_linked(link.written)
        yield joined(link.written, "")
