"""The corpus keeps what it was given, whatever comes after."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ingest.articles import Article, Lang, Link, Listing, Page, Skipped, SkipReason, Source
from ingest.errors import BusyError, StoreError
from ingest.schema import MIGRATIONS
from ingest.store import Store, Visit


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "corpus.sqlite") as opened:
        yield opened


def listing(url: str, *, title: str = "标题", name: str = "list") -> Listing:
    return Listing(url, (Link(url, url, title, name, ("推荐系统", "召回"), "看这个", True, 7),))


def article(url: str, text: str = "双塔模型 two towers") -> Article:
    return Article(
        *(url, "双塔", text, Lang.MIXED, "作者", "2020-02-03", "a.test", Source.ORIGIN),
        *(("short",), (("召回", "recall"),)),
    )


def page(url: str, body: bytes = b"<p>body</p>", *, at: float = 100.0) -> Page:
    return Page(
        url, url, 200, (("etag", '"v1"'), ("last-modified", "Sun, 01 Nov 2026 00:00:00 GMT")), body, at
    )


def keep(store: Store, found: Article, *, at: float = 100.0, signature: bytes = b"s") -> None:
    store.put_article(found, [page(found.url, at=at)], extractor="1", signature=signature)


A, B, C = "http://a.test/1", "http://b.test/2", "http://c.test/3"


def test_an_article_comes_back_as_it_was_given(store: Store) -> None:
    store.put_listings([listing(A)])
    keep(store, article(A))
    (entry,) = store.entries()
    assert entry.article == article(A)
    assert entry.links == listing(A).links
    assert store.article(article(A).id) == article(A)
    assert store.pages(A) == (page(A),)


def test_a_link_without_a_page_is_an_entry_made_of_its_listing(store: Store) -> None:
    store.put_listings([listing(A)])
    store.put_skipped(Skipped(A, SkipReason.DEAD_LINK, "404 Not Found"), at=1.0)
    (entry,) = store.entries()
    assert entry.article.source is Source.LISTING
    assert "推荐系统 › 召回 › 标题" in entry.article.text
    (outcome,) = store.outcomes()
    assert (outcome.outcome, outcome.reason, outcome.detail) == ("skipped", "dead_link", "404 Not Found")
    assert outcome.title == "标题"


def test_a_page_that_dies_keeps_its_text(store: Store) -> None:
    store.put_listings([listing(A)])
    keep(store, article(A))
    store.put_skipped(Skipped(A, SkipReason.DEAD_LINK, "410 Gone"), at=200.0)
    assert [entry.article for entry in store.entries()] == [article(A)]
    (outcome,) = store.outcomes()
    assert (outcome.outcome, outcome.reason, outcome.detail) == ("article", "dead_link", "410 Gone")


def test_a_page_that_becomes_a_notice_keeps_its_text_and_the_page_it_came_from(store: Store) -> None:
    store.put_listings([listing(A)])
    keep(store, article(A))
    store.put_rejected(
        Skipped(A, SkipReason.DELETED, "该内容已被发布者删除"), page(A, b"gone", at=200.0), extractor="1"
    )
    assert [entry.article for entry in store.entries()] == [article(A)]
    assert store.pages(A) == (page(A),)
    (outcome,) = store.outcomes()
    assert (outcome.outcome, outcome.reason) == ("article", "deleted")


def test_an_answer_after_a_failure_clears_it(store: Store) -> None:
    store.put_listings([listing(A)])
    keep(store, article(A))
    store.put_skipped(Skipped(A, SkipReason.TEMPORARY, "503", retry_at=300.0), at=200.0)
    store.put_skipped(Skipped(A, SkipReason.TEMPORARY, "503", retry_at=500.0), at=400.0)
    failed = store.visit(A)
    assert failed == Visit(400.0, "temporary", 500.0, 2, {A: page(A).headers}, 0, {A: page(A).url})
    store.put_not_modified(A, at=600.0)
    answered = store.visit(A)
    assert answered is not None
    assert (answered.visited_at, answered.reason, answered.retry_at, answered.failures) == (
        600.0,
        "",
        None,
        0,
    )


def test_a_rejected_page_is_rejected_still_when_it_did_not_change(store: Store) -> None:
    store.put_listings([listing(A)])
    store.put_rejected(Skipped(A, SkipReason.EMPTY, "no text"), page(A), extractor="1")
    store.put_not_modified(A, at=200.0)
    (outcome,) = store.outcomes()
    assert (outcome.outcome, outcome.reason, outcome.detail) == ("skipped", "empty", "no text")


def test_a_duplicate_is_folded_into_the_article_that_keeps_it_and_loses_no_link(store: Store) -> None:
    store.put_listings([listing(A, name="one"), listing(B, name="two"), listing(C, name="three")])
    for url in (A, B, C):
        keep(store, article(url))
    store.put_duplicates({A: B, C: B})
    (entry,) = store.entries()
    assert entry.article.url == B
    assert entry.also_at == (A, C)
    assert {link.list for link in entry.links} == {"one", "two", "three"}
    assert [(o.url, o.outcome, o.reason, o.also_at) for o in store.outcomes()] == [
        (A, "duplicate", "duplicate", (B,)),
        (B, "article", "", (A, C)),
        (C, "duplicate", "duplicate", (B,)),
    ]


def test_a_duplicate_stands_alone_once_its_keeper_is_no_longer_listed(store: Store) -> None:
    store.put_listings([listing(A), listing(B)])
    keep(store, article(A))
    keep(store, article(B))
    store.put_duplicates({A: B})
    store.put_listings([listing(A)])
    (entry,) = store.entries()
    assert (entry.article.url, entry.also_at) == (A, ())
    assert [outcome.outcome for outcome in store.outcomes()] == ["article"]


def test_entries_stand_in_the_order_of_the_lists(store: Store) -> None:
    store.put_listings([listing(url) for url in (C, A, B)])
    for url in (A, B, C):
        keep(store, article(url))
    assert [entry.article.url for entry in store.entries()] == [C, A, B]
    assert [outcome.url for outcome in store.outcomes()] == [C, A, B]


def test_an_article_that_is_no_longer_listed_comes_back_with_its_listing(store: Store) -> None:
    store.put_listings([listing(A)])
    keep(store, article(A))
    store.put_listings([listing(B)])
    assert [entry.article.url for entry in store.entries()] == [B]
    store.put_listings([listing(A), listing(B)])
    assert next(store.entries()).article == article(A)


def test_a_link_that_no_crawl_reached_yet_says_so(store: Store) -> None:
    store.put_listings([listing(A)])
    (outcome,) = store.outcomes()
    assert (outcome.outcome, outcome.reason, outcome.detail) == ("skipped", "", "not visited yet")


def test_pages_are_outdated_when_another_version_judged_them(store: Store) -> None:
    store.put_listings([listing(A), listing(B)])
    keep(store, article(A))
    store.put_rejected(Skipped(B, SkipReason.EMPTY), page(B), extractor="1")
    assert store.outdated("1") == []
    assert store.outdated("2") == [A, B]
    store.put_judgement(B, article(B), extractor="2", signature=b"s")
    store.put_judgement(A, Skipped(A, SkipReason.LOGIN_WALL, "log in"), extractor="2", signature=b"")
    assert store.outdated("2") == []
    assert [(o.url, o.outcome, o.reason) for o in store.outcomes()] == [
        (A, "skipped", "login_wall"),
        (B, "article", ""),
    ]


def test_a_store_opened_again_holds_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "corpus.sqlite"
    with Store.open(path) as store:
        store.put_listings([listing(A)])
        keep(store, article(A))
    with Store.open(path) as again:
        assert [entry.article for entry in again.entries()] == [article(A)]


def test_a_reader_is_not_held_up_by_a_writer(store: Store) -> None:
    store.put_listings([listing(A)])
    with store._db.transaction(), Store.open(store.path) as reader:
        assert len(list(reader.entries())) == 1


def test_the_tables_are_the_newest(store: Store) -> None:
    assert list(store._db.read("PRAGMA user_version")) == [(len(MIGRATIONS),)]
    assert list(store._db.read("PRAGMA journal_mode")) == [("wal",)]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_corpus_of_an_older_version_is_brought_up_to_date_and_loses_nothing(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "corpus.sqlite"
    with sqlite3.connect(path) as db:
        for migration in MIGRATIONS[:version]:
            db.executescript(migration)
        db.execute(f"PRAGMA user_version = {version}")
        text = zlib.compress("双塔模型".encode())
        columns = (
            A,
            article(A).id,
            "双塔",
            "作者",
            "2020-02-03",
            "zh",
            "a.test",
            "origin",
            b"[]",
            b"[]",
            4,
            b"s",
            text,
        )
        names = (
            "url, id, title, author, published, lang, site, source, quality, anchors, length, signature, text"
        )
        db.execute(f"INSERT INTO articles ({names}) VALUES ({', '.join('?' * 13)})", columns)
        db.execute(
            "INSERT INTO visits (url, visited_at, reason, detail, failures) VALUES (?, 5.0, '', '', 0)", (A,)
        )
    db.close()
    with Store.open(path) as store:
        store.put_listings([listing(A)])
        (entry,) = store.entries()
        assert (entry.article.text, entry.article.author) == ("双塔模型", "作者")
        assert store.visit(A) == Visit(5.0, "", None, 0, {})


def test_a_corpus_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(StoreError, match="newer shuangta"):
        Store.open(path)


def test_a_file_that_is_no_corpus_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    path.write_bytes(b"this is not a database, but long enough to look at" * 50)
    with pytest.raises(StoreError, match="cannot be used"):
        Store.open(path)


def test_a_transaction_that_fails_leaves_nothing_behind(store: Store) -> None:
    store.put_listings([listing(A)])
    with pytest.raises(StoreError):
        store.put_listings([listing(B), listing(B)])
    assert [entry.article.url for entry in store.entries()] == [A]


def test_one_writer_at_a_time(store: Store) -> None:
    with Store.open(store.path) as other, ExitStack() as held:
        held.enter_context(store.exclusive())
        held.enter_context(store.exclusive())  # a rebuild holds the folder, and so does the crawl in it
        with pytest.raises(BusyError, match="Another crawl or rebuild"):
            other.exclusive().__enter__()
        held.close()
        with other.exclusive():
            pass
