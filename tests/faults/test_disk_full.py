"""A full disk stops a crawl or a build with one sentence, and loses nothing of what was there."""

from __future__ import annotations

import asyncio
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index.dense import build_dense
from index.lexical import LexicalDocument, build_lexical
from index.settings import DenseSettings, LexicalSettings
from ingest.articles import Article, Link, Listing, Page
from ingest.crawl import crawl
from ingest.errors import StoreError
from ingest.settings import CrawlSettings, ExtractSettings, IngestSettings
from ingest.store import Store
from tests.web import Web

SETTINGS = IngestSettings(
    crawl=CrawlSettings(delay=0.0, allow_private=True, robots=False), extract=ExtractSettings(workers=1)
)


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """What the file system says then is what it says when the disk is full: it writes no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def incompressible(size: int) -> str:
    return random.Random(size).randbytes(size // 2).hex()


def listing(url: str) -> Listing:
    return Listing(url, (Link(url, url, "title", "list"),))


def test_what_was_written_before_the_disk_was_full_is_kept(tmp_path: Path) -> None:
    urls = [f"http://a.test/{number}" for number in range(100)]
    kept = []

    def write_until_full() -> None:
        for url in urls:
            page = Page(url, url, 200, (), incompressible(50_000).encode(), 0.0)
            store.put_article(Article(url, url, "text"), [page], extractor="1", signature=b"")
            kept.append(url)

    with Store.open(tmp_path / "corpus.sqlite") as store:
        store.put_listings([listing(url) for url in urls])
        with (
            no_file_larger_than(1_000_000),
            pytest.raises(StoreError, match="is full; everything up to here is kept"),
        ):
            write_until_full()
        assert 0 < len(kept) < len(urls)
        assert [outcome.url for outcome in store.outcomes() if outcome.outcome == "article"] == kept
    with Store.open(tmp_path / "corpus.sqlite") as again:
        assert [outcome.url for outcome in again.outcomes() if outcome.outcome == "article"] == kept


def test_a_crawl_on_a_full_disk_ends_with_that_sentence(tmp_path: Path) -> None:
    with Web() as web, Store.open(tmp_path / "corpus.sqlite") as store:
        body = f"<html><body><article><p>{incompressible(400_000)}</p></article></body></html>"
        pages = [listing(web.page(f"{host}.test/post", body)) for host in "abcdef"]
        with no_file_larger_than(600_000), pytest.raises(StoreError, match="is full"):
            asyncio.run(crawl(pages, store, settings=SETTINGS, transport=web.transport()))
        assert len(list(store.entries())) == 6


@pytest.mark.parametrize("engine", ["tantivy", "rank-bm25"])
@pytest.mark.parametrize("room", [0, 100, 20_000])
def test_a_lexical_index_that_the_disk_does_not_take_is_an_error_of_the_disk(
    tmp_path: Path, engine: str, room: int
) -> None:
    words = [incompressible(100 + number) for number in range(2_000)]
    documents = [LexicalDocument(((), (), (), (word,)), (), "") for word in words]
    settings = LexicalSettings(engine=engine)  # type: ignore[arg-type]
    with no_file_larger_than(room), pytest.raises(OSError, match=r"File too large|IO error"):
        build_lexical(tmp_path / "lexical", documents, settings)


@pytest.mark.parametrize("room", [0, 100, 20_000])
def test_vectors_that_the_disk_does_not_take_are_an_error_of_the_disk(tmp_path: Path, room: int) -> None:
    vectors = np.random.default_rng(0).standard_normal((1_000, 64), np.float32)
    with no_file_larger_than(room), pytest.raises(OSError, match="could write no more"):
        build_dense(tmp_path / "dense", vectors, DenseSettings())
