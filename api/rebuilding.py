"""The halves of a rebuild, and the whole of it: lists → crawl → corpus → index → a published generation and its report.

Everything heavy is imported inside the function that needs it, so that an index loads no crawler.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from api.wiring import Clock, existing_store, load_lists, open_store
from ingest.errors import MissingExtraError, TowerError

if TYPE_CHECKING:
    import httpx

    from api.reports import Report
    from api.settings import Settings
    from index.build import BuildReport
    from index.train.adapt import AdaptReport
    from ingest.crawl import CrawlReport
    from ingest.progress import ProgressCallback
    from ingest.reading_list import ParsedList
    from ingest.saved.importing import Imported
    from ingest.store import Store

__all__ = [
    "Crawled",
    "Rebuilt",
    "adapt_only",
    "crawl_only",
    "import_saved",
    "index_only",
    "rebuild",
]


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl did, and what a person should know of it."""

    report: CrawlReport
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did; `published` is false when nothing had changed, `adapted` None where it was not asked for."""

    report: Report
    published: bool
    remarks: tuple[str, ...]
    adapted: AdaptReport | None = None


def rebuild(
    settings: Settings,
    *,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None = None,
    progress: ProgressCallback | None = None,
) -> Rebuilt:
    """Crawl the lists, build the index, publish it, and keep the report. Raises ShuangtaError.

    The data folder is locked throughout. Without a network the corpus keeps what it had, new links are indexed by
    their listing, and a remark says so. Where the settings ask for it, the tower is adapted in between; when that
    cannot be done, a remark says so and the tower at hand is used.
    """
    from api.reports import write_report

    began = perf_counter()
    lists = load_lists(settings)
    read_in = perf_counter() - began
    with open_store(settings) as store, store.exclusive():
        crawled = _crawl(lists, store, settings, clock, transport, progress)
        adapted, remarks = None, crawled.remarks
        if settings.index.adapt.enabled:
            try:
                adapted = _adapt(store, settings, progress)
            except (MissingExtraError, TowerError) as error:
                remarks += (f"{error} The index is built with the tower at hand.",)
        built = _index(store, settings, clock, progress)
        report = _report(crawled.report, adapted, built, read_in)
        write_report(report, settings.data_path)
    return Rebuilt(report, built.published, remarks, adapted)


def crawl_only(
    settings: Settings,
    *,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None = None,
    progress: ProgressCallback | None = None,
) -> Crawled:
    """Crawl the lists into the corpus. Raises ShuangtaError."""
    lists = load_lists(settings)
    with open_store(settings) as store, store.exclusive():
        return _crawl(lists, store, settings, clock, transport, progress)


def import_saved(
    folder: Path, settings: Settings, *, named: bool, progress: ProgressCallback | None = None
) -> list[Imported]:
    """Take pages saved by hand into the corpus. Raises ShuangtaError.

    They are matched with the lists of the settings where the user `named` some or nothing has been crawled yet, else
    with those of the last crawl.
    """
    import asyncio

    from ingest.articles import listings
    from ingest.saved.importing import import_pages

    with open_store(settings) as store:
        known = [] if named else list(store.listings())
        if not known:
            known = list(listings(link for parsed in load_lists(settings) for link in parsed.links))
        return asyncio.run(import_pages(folder, known, store, settings=settings.extract, progress=progress))


def index_only(settings: Settings, *, clock: Clock, progress: ProgressCallback | None = None) -> BuildReport:
    """Build and publish an index of the corpus as it is. Raises ShuangtaError."""
    with existing_store(settings) as store, store.exclusive():
        return _index(store, settings, clock, progress)


def adapt_only(settings: Settings, *, progress: ProgressCallback | None = None) -> AdaptReport:
    """Adapt the tower to the corpus as it is, for the next index. Raises ShuangtaError."""
    with existing_store(settings) as store, store.exclusive():
        return _adapt(store, settings, progress)


def _crawl(
    lists: Sequence[ParsedList],
    store: Store,
    settings: Settings,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None,
    progress: ProgressCallback | None,
) -> Crawled:
    import asyncio

    from ingest.articles import listings
    from ingest.crawl import crawl

    links = [link for parsed in lists for link in parsed.links]
    report = asyncio.run(
        crawl(
            list(listings(links)),
            store,
            settings=settings.ingest,
            clock=clock,
            transport=transport,
            progress=progress,
        )
    )
    return Crawled(report, tuple(_remarks(lists, report)))


def _adapt(store: Store, settings: Settings, progress: ProgressCallback | None) -> AdaptReport:
    from index.adapted import adaptable
    from index.train.adapt import adapt

    tower = adaptable(settings.index.towers)
    if tower is None:
        raise TowerError(
            "None of the towers of the settings can be adapted: only static ones can.",
            'Name "static" under [[index.towers]], or set `enabled` of [index.adapt] to false.',
        )
    return adapt(
        store.entries(),
        settings.data_path,
        tower=tower,
        passages=settings.index.passages,
        settings=settings.index.adapt,
        progress=progress or (lambda _: None),
    )


def _index(store: Store, settings: Settings, clock: Clock, progress: ProgressCallback | None) -> BuildReport:
    from index.adapted import towers_for_index
    from index.build import build

    return build(
        store.entries(),
        settings.data_path,
        settings=settings.index,
        towers=towers_for_index(settings.index.towers, settings.data_path),
        clock=clock,
        progress=progress,
    )


def _report(crawl: CrawlReport, adapted: AdaptReport | None, built: BuildReport, read_in: float) -> Report:
    from api.reports import Report

    return Report(
        links=crawl.links,
        listings=crawl.listings,
        articles=crawl.articles,
        listing_only=crawl.listing_only,
        skipped={reason.value: number for reason, number in crawl.skipped.items()},
        duplicates=crawl.duplicates,
        passages=built.passages,
        fetched=crawl.fetched,
        not_modified=crawl.not_modified,
        generation=built.generation,
        seconds={
            "lists": read_in,
            "crawl": crawl.seconds,
            **({"adapt": adapted.seconds} if adapted else {}),
            **built.seconds,
        },
        adaptation=adapted.adaptation if adapted else None,
    )


def _remarks(lists: Sequence[ParsedList], report: CrawlReport) -> Iterator[str]:
    """What a person should know although nothing failed."""
    left_out = {parsed.name: len(parsed.left_out) for parsed in lists if parsed.left_out}
    if left_out:
        named = ", ".join(f"{number} in {name}" for name, number in left_out.items())
        yield f"Links left out: {named}. `shuangta links` names each with its reason."
    if report.offline:
        yield (
            "This machine has no network: what could not be asked for is searchable by what the lists say of it "
            "(title, section, note). Run the same again when there is one."
        )
