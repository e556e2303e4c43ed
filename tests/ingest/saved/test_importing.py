"""Pages saved by hand take the place of what the web has, and keep it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.articles import Link, Listing, SkipReason, Source
from ingest.errors import BusyError, ExtractionError
from ingest.revisit import is_due
from ingest.saved.importing import Imported, import_pages
from ingest.settings import CrawlSettings, ExtractSettings
from ingest.store import Store

WECHAT = "https://mp.weixin.qq.com/s/SbB40tES2MrfoNaIPima5A"
ZHIHU = "https://zhuanlan.zhihu.com/p/123456789"
BLOG = "https://blog.a.test/two-tower"
LISTINGS = [
    Listing(url, (Link(url, url, title, "list"),))
    for url, title in (
        (WECHAT, "双塔召回的前世今生"),
        (ZHIHU, "负采样的偏差"),
        (BLOG, "Two-tower models in practice"),
    )
]
PROSE = "".join(
    f"<p>第{n}段说的是双塔模型怎样分别编码查询和文档，又怎样校正批内负样本的偏差，并且各有不同。</p>"
    for n in range(9)
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "corpus.sqlite") as opened:
        opened.put_listings(LISTINGS)
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "saved"
    made.mkdir()
    return made


def take_in(folder: Path, store: Store) -> dict[str, Imported]:
    settings = ExtractSettings(workers=1)
    files = asyncio.run(import_pages(folder, LISTINGS, store, settings=settings))
    return {imported.file: imported for imported in files}


def test_saved_pages_become_the_articles_of_their_links(store: Store, folder: Path) -> None:
    wechat = (
        f"<!-- saved from url=(0052){WECHAT} --><html><head><meta property='og:title' content='双塔召回的前世今生'></head>"
        f"<body><div id='js_content' style='visibility: hidden'>{PROSE}</div></body></html>"
    )
    (folder / "a.html").write_text(wechat, "utf-8")
    (folder / "负采样的偏差.htm").write_text(
        f"<html><title>x</title><body>{PROSE}<p>知乎</p></body></html>", "utf-8"
    )
    practice = "".join(
        f"<p>Point {n} of two-tower models is about serving them well, and so differs.</p>" for n in range(9)
    )
    (folder / "export-7.html").write_text(
        f"<title>Two-tower models in practice</title><h1>Two-tower models in practice</h1>{practice}", "utf-8"
    )
    (folder / "wall.html").write_text("<title>安全验证 - 知乎</title><p>请完成下方验证后继续</p>", "utf-8")
    (folder / "stranger.html").write_text(
        f"<link rel=canonical href='https://c.test/x'><title>Stranger</title>{practice}", "utf-8"
    )
    (folder / "lost.html").write_text(f"<title>Lost</title>{practice}", "utf-8")
    files = take_in(folder, store)
    by = {name: (file.url, file.match and file.match.by, file.kept) for name, file in files.items()}
    assert by == {
        "a.html": (WECHAT, "address", True),
        "负采样的偏差.htm": (ZHIHU, "name", True),
        "export-7.html": (BLOG, "title", True),
        "wall.html": ("", None, False),
        "stranger.html": ("https://c.test/x", None, True),
        "lost.html": ("", None, False),
    }
    assert (wall := files["wall.html"].skipped) is not None
    assert wall.reason is SkipReason.ANTI_BOT
    articles = {entry.article.url: entry.article for entry in store.entries()}
    assert {article.source for article in articles.values()} == {Source.SAVED}
    assert "第3段" in articles[WECHAT].text
    assert {outcome.source for outcome in store.outcomes()} == {"saved"}
    for listing in LISTINGS:
        assert not is_due(store.visit(listing.url), 1e12, CrawlSettings(fresh_for=0.0))


def test_the_longest_of_several_files_for_one_link_is_kept(store: Store, folder: Path) -> None:
    for name, text in (("1", PROSE[:250]), ("2", PROSE), ("3", PROSE[:200])):
        (folder / f"{name}.html").write_text(f"<link rel=canonical href='{ZHIHU}'><p>{text}", "utf-8")
    take_in(folder, store)
    assert [page.requested for page in store.pages(ZHIHU)] == ["saved:2.html"]


def test_a_name_in_the_bytes_of_another_system_is_read(store: Store, folder: Path) -> None:
    name = os.fsdecode("负采样的偏差.html".encode("gbk"))
    (folder / name).write_text(PROSE, "utf-8")
    files = take_in(folder, store)
    assert files["负采样的偏差.html"].url == ZHIHU
    assert [page.requested for page in store.pages(ZHIHU)] == ["saved:负采样的偏差.html"]


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_taken_in(store: Store, folder: Path) -> None:
    (folder / "broken.mhtml").write_bytes(b"Content-Type: image/png\n\nx")
    (folder / "good.html").write_text(f"<link rel=canonical href='{ZHIHU}'>{PROSE}", "utf-8")
    files = take_in(folder, store)
    assert (broken := files["broken.mhtml"].skipped) is not None
    assert broken.reason is SkipReason.BROKEN_FILE
    assert files["good.html"].kept


def test_nothing_is_taken_in_while_a_crawl_works(store: Store, folder: Path) -> None:
    with Store.open(store.path) as other, other.exclusive(), pytest.raises(BusyError):
        take_in(folder, store)
    with pytest.raises(ExtractionError):
        take_in(folder / "none", store)
