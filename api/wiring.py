"""Settings to a working program: the one place where the rooms' parts are put together.

Everything heavy is imported inside the function that needs it, so that a search does not load the crawler and the
crawler no index.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IndexMissingError, ReadingListError

if TYPE_CHECKING:
    from api.settings import Settings
    from index.settings import TowerSettings
    from index.towers import Tower
    from ingest.reading_list import ParsedList
    from ingest.store import Store
    from search.clicks import ClickLog
    from search.engine import Engine
    from search.rerank import Reranker
    from search.settings import SearchSettings

__all__ = [
    "click_log",
    "existing_store",
    "load_lists",
    "open_engine",
    "open_generation",
    "open_reranker",
    "open_store",
    "open_towers",
    "search_settings",
    "towers_of",
]

CORPUS = "corpus.sqlite"
PRERANK = "prerank.msgpack"
CLICKS = "clicks.jsonl"
Clock = Callable[[], float]


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


def _download(url: str, settings: Settings) -> bytes:
    """Return a reading list on the web, within the limits of a page. Raises ReadingListError."""
    import httpx

    from ingest.charset import decode

    crawl = settings.crawl
    began = time.monotonic()
    timeout = httpx.Timeout(crawl.read_timeout, connect=crawl.connect_timeout)
    try:
        with httpx.stream(
            "GET",
            url,
            follow_redirects=True,
            timeout=timeout,
            headers={"user-agent": f"{crawl.user_agent} {crawl.contact}".strip()},
        ) as response:
            response.raise_for_status()
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > crawl.max_bytes:
                    raise ReadingListError(f"The reading list {url} is larger than crawl.max_bytes.")
                if time.monotonic() - began > crawl.total_timeout:
                    raise ReadingListError(
                        f"The reading list {url} did not come within {crawl.total_timeout:g} s.",
                        "Try again later, or save it as a file and name that.",
                    )
            declared = response.headers.get("content-type", "")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        cure = "Check the address and the network, or save it as a file and name that."
        raise ReadingListError(f"The reading list {url} could not be fetched: {error}.", cure) from error
    try:
        body.decode()
    except UnicodeDecodeError:
        return decode(
            bytes(body), declared
        ).encode()  # in the character set that its server names, if it is in that
    return bytes(body)
