"""Settings to a working program: the one place where the rooms' parts are put together.

Everything heavy is imported inside the function that needs it, so that a search does not load the crawler and the
crawler no index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from ingest.errors import IndexMissingError, MissingExtraError, ReadingListError, TowerError

if TYPE_CHECKING:
    import httpx

    from api.reports import Report
    from api.settings import Settings
    from index.build import BuildReport
    from index.settings import TowerSettings
    from index.towers import Tower
    from index.train.adapt import AdaptReport
    from ingest.crawl import CrawlReport
    from ingest.progress import ProgressCallback
    from ingest.reading_list import ParsedList
    from ingest.saved.importing import Imported
    from ingest.store import Store
    from search.clicks import ClickLog
    from search.engine import Engine
    from search.rerank import Reranker
    from search.settings import SearchSettings

__all__ = [
    "Crawled",
    "Rebuilt",
    "adapt_only",
    "click_log",
    "crawl_only",
    "existing_store",
    "import_saved",
    "index_only",
    "load_lists",
    "open_engine",
    "open_generation",
    "open_reranker",
    "open_store",
    "open_towers",
    "rebuild",
    "search_settings",
    "towers_of",
]

CORPUS = "corpus.sqlite"
PRERANK = "prerank.msgpack"
CLICKS = "clicks.jsonl"
Clock = Callable[[], float]


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


def load_lists(settings: Settings) -> list[ParsedList]:
    """Read and parse the reading lists. Raises ReadingListError."""
    from ingest.reading_list import load

    if not settings.lists:
        raise ReadingListError(
            "No reading list is named.", "Name some with --lists, or under [[lists]] in the settings."
        )
    return load(settings.lists, stars=settings.stars, read_url=lambda url: _download(url, settings))


def open_store(settings: Settings) -> Store:
    """Open the corpus, making it where there is none. Raises StoreError."""
    from ingest.store import Store

    return Store.open(settings.data_path / CORPUS)


def existing_store(settings: Settings) -> Store:
    """Open the corpus of an earlier crawl. Raises IndexMissingError when there was none, StoreError."""
    if not (settings.data_path / CORPUS).is_file():
        raise IndexMissingError(
            f"Nothing has been crawled into {settings.data_path} yet.", "Run: shuangta rebuild"
        )
    return open_store(settings)


def open_towers(settings: Settings) -> list[Tower]:
    """Load the towers of the settings. Raises TowerError, MissingExtraError."""
    from index.towers import load_tower

    return [load_tower(tower) for tower in settings.index.towers]


def towers_of(
    path: Path, settings: Settings, load: Callable[[TowerSettings], Tower] | None = None
) -> list[Tower]:
    """Load the towers to search the generation in the folder `path` with: those of the settings, adapted as it was.

    `load` opens a tower of the settings. Raises GenerationError, TowerError, MissingExtraError.
    """
    from index.adapted import towers_for_search
    from index.manifest import load_manifest
    from index.towers import load_tower

    built_with = [leg.id for leg in load_manifest(path)[0].towers]
    return towers_for_search(settings.index.towers, settings.data_path, built_with, load=load or load_tower)


def open_reranker(settings: Settings) -> Reranker | None:
    """Load the cross-encoder of the settings, if one is named. Raises TowerError, MissingExtraError."""
    if not settings.search.rerank.model:
        return None
    from search.rerank import CrossEncoderReranker

    return CrossEncoderReranker(settings.search.rerank)


def open_engine(settings: Settings, *, once: bool = False) -> Engine:
    """Open the current generation for searching, `once` for a process that asks little and should start fast.

    Raises IndexMissingError, GenerationError, TowerError.
    """
    from index.generation import current

    path = current(settings.data_path)
    towers = towers_of(path, settings)
    return open_generation(path, settings, towers=towers, reranker=open_reranker(settings), once=once)


def open_generation(
    path: Path, settings: Settings, *, towers: Sequence[Tower], reranker: Reranker | None, once: bool = False
) -> Engine:
    """Open the generation in the folder `path` with towers that are loaded already. Raises GenerationError."""
    from index.generation import Generation
    from search.engine import Engine

    return Engine(Generation.open(path, once=once), towers, search_settings(settings), reranker)


def search_settings(settings: Settings) -> SearchSettings:
    """Return the settings of the room `search`; prerank by the user's own model, where one was trained."""
    from msgspec.structs import replace

    own = settings.data_path / PRERANK
    search = settings.search
    if search.prerank.model != "auto" or not own.is_file():
        return search
    return replace(search, prerank=replace(search.prerank, model=str(own)))


def click_log(settings: Settings) -> ClickLog:
    """Return the log of clicks of the data folder; whether to write it is for the settings."""
    from search.clicks import ClickLog

    return ClickLog(settings.data_path / CLICKS, settings.search.clicks.most_bytes)


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


def _download(url: str, settings: Settings) -> str:
    """Text of a reading list on the web. Raises ReadingListError."""
    import httpx

    crawl = settings.crawl
    timeout = httpx.Timeout(crawl.read_timeout, connect=crawl.connect_timeout)
    try:
        with httpx.stream(
            "GET", url, follow_redirects=True, timeout=timeout, headers={"user-agent": crawl.user_agent}
        ) as response:
            response.raise_for_status()
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > crawl.max_bytes:
                    raise ReadingListError(f"The reading list {url} is larger than crawl.max_bytes.")
            return body.decode(response.encoding or "utf-8", "replace")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        cure = "Check the address and the network, or save it as a file and name that."
        raise ReadingListError(f"The reading list {url} could not be fetched: {error}.", cure) from error
