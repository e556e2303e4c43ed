"""The corpus: what the lists say, what the web answered, and the articles found in it, in one SQLite file.

Every method that writes is one transaction, so the file is whole at any moment at which the process may die. An
article, once had, is only ever replaced by a better judgement of the same address: a page that dies keeps its text.
Deciding what to ask and what a page holds is left to `crawl` and `extract`.
"""

from __future__ import annotations

import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import msgspec

from ingest.articles import Article, Entry, Lang, Link, Listing, Page, Skipped, SkipReason, Source
from ingest.database import Database
from ingest.language import count_words
from ingest.lock import exclusive
from ingest.outcomes import Fingerprint, Outcome, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["Outcome", "Store"]

_ARTICLE = "a.url, a.title, a.text, a.lang, a.author, a.published, a.site, a.source, a.quality, a.anchors, a.archived"


class Store:
    """The corpus in one file. Use it as a context manager, from one thread."""

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self._db = db
        self._locked = 0

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the corpus, creating or migrating it where needed. Raises StoreError."""
        return cls(path, Database(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. What was written is safe already."""
        self._db.close()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the one writer of this data folder; nested blocks of the same store share the lock.

        Raises BusyError when another process, or another Store, holds it.
        """
        with ExitStack() as stack:
            if not self._locked:
                stack.enter_context(exclusive(self.path.parent))
            self._locked += 1
            try:
                yield
            finally:
                self._locked -= 1

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────

    def put_listings(self, listings: Iterable[Listing]) -> None:
        """Replace what the lists say. Articles of addresses no longer listed are kept, but leave `entries()`."""
        rows = [(listing.url, msgspec.json.encode(listing.links)) for listing in listings]
        with self._db.transaction():
            self._db.write("DELETE FROM listings")
            for row in rows:
                self._db.write("INSERT INTO listings (url, links) VALUES (?, ?)", row)

    def put_article(
        self, article: Article, pages: Sequence[Page], *, extractor: str, signature: bytes
    ) -> None:
        """Keep an article and the pages it was read from, in the order in which they were asked for."""
        with self._db.transaction():
            earlier = self._article("a.url = ?", article.url)
            self._put_pages(article.url, pages, extractor)
            self._put_article(article, signature)
            # The bytes of many pages change with every request; that matters only where the article does.
            unchanged = earlier is not None and earlier.text == article.text
            self._put_visit(article.url, max(page.fetched_at for page in pages), unchanged=unchanged)

    def put_rejected(self, skipped: Skipped, page: Page, *, extractor: str) -> None:
        """Note that a page holds no article. An earlier article of that address stays, with the pages it came from."""
        with self._db.transaction():
            if self.has_article(skipped.url):
                self._put_visit(skipped.url, page.fetched_at, skipped)
            else:
                unchanged = self._rejected_for(skipped.url) == skipped.reason
                self._put_pages(skipped.url, (page,), extractor)
                self._put_rejection(skipped)
                self._put_visit(skipped.url, page.fetched_at, unchanged=unchanged)

    def put_skipped(self, skipped: Skipped, *, at: float) -> None:
        """Note that no page was had. An earlier article of that address stays."""
        with self._db.transaction():
            self._put_visit(skipped.url, at, skipped)

    def put_not_modified(self, url: str, *, at: float) -> None:
        """Note that the page kept is still the one the site has (status 304)."""
        with self._db.transaction():
            self._put_visit(url, at, unchanged=True)

    def put_judgement(self, url: str, result: Article | Skipped, *, extractor: str, signature: bytes) -> None:
        """Replace what was found in the pages kept, after reading them anew; the visits stay as they are."""
        with self._db.transaction():
            self._db.write("UPDATE pages SET extractor = ? WHERE url = ?", (extractor, url))
            if isinstance(result, Article):
                self._put_article(result, signature)
            else:
                self._db.write("DELETE FROM articles WHERE url = ?", (url,))
                self._put_rejection(result)

    def put_duplicates(self, kept: Mapping[str, str]) -> None:
        """Replace the duplicates: address -> the address that keeps the article."""
        with self._db.transaction():
            self._db.write("DELETE FROM duplicates")
            for pair in kept.items():
                self._db.write("INSERT INTO duplicates (url, kept) VALUES (?, ?)", pair)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

    def entries(self) -> Iterator[Entry]:
        """Yield what the index reads, in the order of the lists: every listed address once.

        An address is an article, or its listing where there is none; a duplicate is folded into the article that
        keeps it, which gets its links and names it in `also_at`.
        """
        kept, folded = self._folded()
        links = dict(self._listed())
        for url in links:
            if url in folded:
                continue
            article = self._article("a.url = ?", url)
            if article is None:
                yield Entry.of_listing(Listing(url, links[url]))
            else:
                also_at = kept.get(url, ())
                merged = links[url] + tuple(link for other in also_at for link in links[other])
                yield Entry(article, merged, also_at)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what became of every listed address, in the order of the lists."""
        kept, folded = self._folded()
        rows = self._db.read(
            "SELECT l.url, l.links, v.reason, v.detail, v.retry_at, r.reason, r.detail,"
            " a.title, a.author, a.published, a.lang, a.source, a.archived, a.words, a.quality"
            " FROM listings l LEFT JOIN visits v USING (url) LEFT JOIN rejections r USING (url) LEFT JOIN articles a USING (url)"
            " ORDER BY l.position"
        )
        for url, links, visited, visit_detail, retry_at, rejection, rejected_for, title, *about in rows:
            if title is None:
                reason, detail = (visited, visit_detail) if visited else (rejection or "", rejected_for or "")
                if visited is None:
                    detail = "not visited yet"
                title = Listing(url, _decode_links(links)).title
                yield Outcome(
                    url, "skipped", reason, detail, title, source=Source.LISTING.value, retry_at=retry_at
                )
                continue
            author, published, lang, source, archived, words, quality = about
            found = Outcome(
                url,
                "article",
                visited or "",
                visit_detail or "",
                title,
                author,
                published,
                lang,
                source,
                archived,
                words,
                msgspec.json.decode(quality, type=tuple[str, ...]),
                kept.get(url, ()),
                retry_at,
            )
            if keeper := folded.get(url):
                found = replace(
                    found,
                    outcome="duplicate",
                    reason=SkipReason.DUPLICATE.value,
                    detail=f"the same text as {keeper}",
                    also_at=(keeper,),
                )
            yield found

    def listings(self) -> Iterator[Listing]:
        """Yield what the lists said when they were last crawled, in their order."""
        for url, links in self._listed():
            yield Listing(url, links)

    def article(self, article_id: str) -> Article | None:
        """Return the article of that identity, listed or not."""
        return self._article("a.id = ?", article_id)

    def has_article(self, url: str) -> bool:
        """Return whether a text was had for an address, whatever became of its page since."""
        return any(self._db.read("SELECT 1 FROM articles WHERE url = ?", (url,)))

    def visit(self, url: str) -> Visit | None:
        """Return what earlier crawls know of an address, or None."""
        for visited_at, reason, retry_at, failures, unchanged in self._db.read(
            "SELECT visited_at, reason, retry_at, failures, unchanged FROM visits WHERE url = ?", (url,)
        ):
            kept = list(
                self._db.read(
                    "SELECT requested, headers, final_url FROM pages WHERE url = ? ORDER BY rowid", (url,)
                )
            )
            return Visit(
                visited_at,
                reason,
                retry_at,
                failures,
                {requested: _decode_pairs(headers) for requested, headers, _ in kept},
                unchanged,
                {requested: final_url for requested, _, final_url in kept},
            )
        return None

    def pages(self, url: str) -> tuple[Page, ...]:
        """Return the pages kept for an address, in the order of its sources."""
        rows = self._db.read(
            "SELECT requested, final_url, status, headers, body, fetched_at FROM pages WHERE url = ? ORDER BY rowid",
            (url,),
        )
        return tuple(
            Page(requested, final_url, status, _decode_pairs(headers), zlib.decompress(body), fetched_at)
            for requested, final_url, status, headers, body, fetched_at in rows
        )

    def outdated(self, extractor: str) -> list[str]:
        """Return the listed addresses whose pages another version of the extractor judged."""
        rows = self._db.read(
            "SELECT l.url FROM listings l WHERE EXISTS (SELECT 1 FROM pages p WHERE p.url = l.url AND p.extractor != ?)"
            " ORDER BY l.position",
            (extractor,),
        )
        return [url for (url,) in rows]

    def fingerprints(self) -> Iterator[Fingerprint]:
        """Yield the signatures of all listed articles, in the order of the lists."""
        rows = self._db.read(
            "SELECT a.url, a.signature, a.length, a.source, a.title FROM articles a JOIN listings l USING (url) ORDER BY l.position"
        )
        for url, signature, length, source, title in rows:
            yield Fingerprint(url, signature, length, Source(source), title)

    # ── the inside ───────────────────────────────────────────────────────────────────────────────────────────

    def _rejected_for(self, url: str) -> str:
        return next(
            (reason for (reason,) in self._db.read("SELECT reason FROM rejections WHERE url = ?", (url,))), ""
        )

    def _put_visit(
        self, url: str, at: float, skipped: Skipped | None = None, *, unchanged: bool = False
    ) -> None:
        """Note a visit. One that failed says nothing of the page, so the count of visits without change stays."""
        if skipped is None:
            row: tuple[object, ...] = (url, at, "", "", None, 0, int(unchanged))
        else:
            row = (url, at, skipped.reason.value, skipped.detail, skipped.retry_at, 1, 0)
        self._db.write(
            "INSERT INTO visits VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET visited_at = excluded.visited_at,"
            " reason = excluded.reason, detail = excluded.detail, retry_at = excluded.retry_at,"
            " failures = iif(excluded.failures, failures + 1, 0),"
            " unchanged = CASE WHEN excluded.failures THEN unchanged WHEN excluded.unchanged THEN unchanged + 1 ELSE 0 END",
            row,
        )

    def _put_pages(self, url: str, pages: Iterable[Page], extractor: str) -> None:
        self._db.write("DELETE FROM pages WHERE url = ?", (url,))
        for page in pages:
            headers, body = msgspec.json.encode(page.headers), zlib.compress(page.body)
            self._db.write(
                "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (url, page.requested, page.url, page.status, headers, page.fetched_at, extractor, body),
            )

    def _put_rejection(self, skipped: Skipped) -> None:
        self._db.write(
            "INSERT OR REPLACE INTO rejections VALUES (?, ?, ?)",
            (skipped.url, skipped.reason.value, skipped.detail),
        )

    def _put_article(self, article: Article, signature: bytes) -> None:
        self._db.write("DELETE FROM rejections WHERE url = ?", (article.url,))
        self._db.write(
            "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.url,
                article.id,
                article.title,
                article.author,
                article.published,
                article.lang.value,
                article.site,
                article.source.value,
                msgspec.json.encode(article.quality),
                msgspec.json.encode(article.anchors),
                len(article.text),
                signature,
                zlib.compress(article.text.encode()),
                article.archived,
                count_words(article.text),
            ),
        )

    def _article(self, where: str, value: str) -> Article | None:
        for row in self._db.read(f"SELECT {_ARTICLE} FROM articles a WHERE {where}", (value,)):  # noqa: S608 constants of this module
            url, title, text, lang, author, published, site, source, quality, anchors, archived = row
            return Article(
                url=url,
                title=title,
                text=zlib.decompress(text).decode(),
                lang=Lang(lang),
                author=author,
                published=published,
                site=site,
                source=Source(source),
                quality=msgspec.json.decode(quality, type=tuple[str, ...]),
                anchors=_decode_pairs(anchors),
                archived=archived,
            )
        return None

    def _listed(self) -> Iterator[tuple[str, tuple[Link, ...]]]:
        for url, links in self._db.read("SELECT url, links FROM listings ORDER BY position"):
            yield url, _decode_links(links)

    def _folded(self) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        """Duplicates that count now: both addresses listed, both with an article. Kept -> others, and other -> kept."""
        rows = self._db.read(
            "SELECT d.url, d.kept FROM duplicates d JOIN listings l USING (url) JOIN articles a USING (url)"
            " WHERE d.kept IN (SELECT url FROM listings) AND d.kept IN (SELECT url FROM articles) ORDER BY l.position"
        )
        folded: dict[str, str] = dict(rows)
        kept: dict[str, tuple[str, ...]] = {}
        for url, keeper in folded.items():
            kept[keeper] = (*kept.get(keeper, ()), url)
        return kept, folded


def _decode_links(raw: bytes) -> tuple[Link, ...]:
    return msgspec.json.decode(raw, type=tuple[Link, ...])


def _decode_pairs(raw: bytes) -> tuple[tuple[str, str], ...]:
    return msgspec.json.decode(raw, type=tuple[tuple[str, str], ...])
