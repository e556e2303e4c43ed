"""What a generation knows of its articles and passages beside terms and vectors: an SQLite file that never changes.

Passages are numbered in the order of their articles; the number, `row`, is what the legs speak of.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from index.facets import STARRED, facets
from index.read_only import ReadOnlyDatabase
from ingest.articles import Lang, Link, Source
from ingest.errors import GenerationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.facets import Where
    from index.passages import Passage
    from ingest.articles import Entry

__all__ = ["ArticleOutline", "ArticleRow", "Catalog", "PassageRow", "write_catalog"]

FILE_NAME = "catalog.sqlite"
ARTICLE_OF = "article_of.npy"

_SCHEMA = """
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, host TEXT NOT NULL, title TEXT NOT NULL,
    author TEXT NOT NULL, published TEXT NOT NULL, site TEXT NOT NULL, lang TEXT NOT NULL, source TEXT NOT NULL,
    starred INTEGER NOT NULL, also_at TEXT NOT NULL, links TEXT NOT NULL, facets TEXT NOT NULL,
    first INTEGER NOT NULL, passages INTEGER NOT NULL, archived TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, article INTEGER NOT NULL, ordinal INTEGER NOT NULL, headings TEXT NOT NULL,
    text TEXT NOT NULL, anchor TEXT NOT NULL
) STRICT;
CREATE INDEX articles_by_day ON articles (published);
CREATE TABLE facets (facet TEXT NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (facet, article)) STRICT, WITHOUT ROWID;
CREATE INDEX facets_by_article ON facets (article, facet);
"""
_ARTICLE = "row, id, url, host, title, author, published, site, lang, source, starred, also_at, links, facets, first, passages, archived"
_OUTLINE = "row, title, published, starred, links, passages"
_PASSAGE = "row, article, ordinal, headings, text, anchor"

_encode = msgspec.json.Encoder().encode
_strings = msgspec.json.Decoder(tuple[str, ...]).decode
_links = msgspec.json.Decoder(tuple[Link, ...]).decode


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article of the generation."""

    row: int
    id: str
    url: str
    host: str
    title: str
    author: str
    published: str  # ISO 8601 date, or ""
    site: str
    lang: Lang
    source: Source
    starred: bool
    also_at: tuple[str, ...]
    links: tuple[Link, ...]
    facets: tuple[str, ...]
    passages: range  # rows of its passages
    archived: str = ""  # ISO date of the snapshot, where `source` is an archive

    @property
    def said(self) -> tuple[str, ...]:
        """What the lists say of it, each thing once: titles, sections, notes."""
        parts = (part for link in self.links for part in (link.title, *link.section, link.note))
        return tuple(dict.fromkeys(filter(None, parts)))


class ArticleOutline(NamedTuple):
    """What ranking needs to know of an article, read for a hundred of them at once."""

    row: int
    title: str
    published: str  # ISO 8601 date, or ""
    starred: bool
    links: tuple[Link, ...]
    passages: int  # how many it has


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One passage of the generation."""

    row: int
    article_row: int
    ordinal: int  # within its article, from 0
    headings: tuple[str, ...]
    text: str
    anchor: str


def write_catalog(folder: Path, cut: Iterable[tuple[Entry, Sequence[Passage]]]) -> None:
    """Write the catalog of articles and their passages, in the order given, into `folder`.

    Takes its input as a stream; an article without a passage cannot be found and is refused by ValueError.
    """
    article_of: list[int] = []
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _SCHEMA)
        for number, (entry, passages) in enumerate(cut):
            if not passages:
                raise ValueError(f"{entry.article.url} has no passage")
            connection.execute(
                f"INSERT INTO articles ({_ARTICLE}) VALUES ({', '.join('?' * 17)})",  # noqa: S608 - constants
                _article_values(number, entry, first=len(article_of), passages=len(passages)),
            )
            connection.executemany(
                f"INSERT INTO passages ({_PASSAGE}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants
                (
                    (
                        len(article_of) + i,
                        number,
                        each.ordinal,
                        _encode(each.headings).decode(),
                        each.text,
                        each.anchor,
                    )
                    for i, each in enumerate(passages)
                ),
            )
            connection.executemany(
                "INSERT INTO facets VALUES (?, ?)", ((each, number) for each in facets(entry))
            )
            article_of.extend([number] * len(passages))
        connection.execute("COMMIT")
    finally:
        connection.close()
    np.save(folder / ARTICLE_OF, np.asarray(article_of, np.int32), allow_pickle=False)


def _article_values(number: int, entry: Entry, *, first: int, passages: int) -> tuple[str | int, ...]:
    from ingest.urls import host_of  # only a build needs it, and a search should start fast

    article, carried = entry.article, facets(entry)
    return (
        number,
        article.id,
        article.url,
        host_of(article.url),
        article.title,
        article.author,
        article.published,
        article.site,
        article.lang,
        article.source,
        STARRED in carried,
        _encode(entry.also_at).decode(),
        _encode(entry.links).decode(),
        _encode(carried).decode(),
        first,
        passages,
        article.archived,
    )


class Catalog:
    """An opened catalog. Safe for concurrent readers: each thread has a connection of its own."""

    def __init__(self, folder: Path) -> None:
        self._database = ReadOnlyDatabase(folder / FILE_NAME)
        try:
            self.article_of: NDArray[np.int32] = np.load(
                folder / ARTICLE_OF, mmap_mode="r", allow_pickle=False
            )
            (self.articles_count,) = self._database.read("SELECT count(*) FROM articles").fetchone()
        except (OSError, EOFError, ValueError, sqlite3.DatabaseError) as error:
            raise GenerationError(
                f"The catalog in {folder} cannot be read.", "Build the index again with `shuangta index`."
            ) from error

    def __len__(self) -> int:
        """Number of passages."""
        return len(self.article_of)

    def passages(self, rows: Sequence[int] | NDArray[np.integer]) -> list[PassageRow]:
        """Return the passages of `rows`, in that order, by one query. Raises KeyError for a row there is not."""
        query = f"SELECT {_PASSAGE} FROM passages WHERE row IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants
        wanted = [int(row) for row in rows]
        found = {
            row: PassageRow(row, article, ordinal, _strings(headings), text, anchor)
            for row, article, ordinal, headings, text, anchor in self._database.read(query, (_json(wanted),))
        }
        return [found[row] for row in wanted]

    def articles(self, rows: Sequence[int] | NDArray[np.integer]) -> list[ArticleRow]:
        """Return the articles of `rows`, in that order, by one query. Raises KeyError for a row there is not."""
        query = f"SELECT {_ARTICLE} FROM articles WHERE row IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants
        wanted = [int(row) for row in rows]
        found = {each[0]: _article(each) for each in self._database.read(query, (_json(wanted),))}
        return [found[row] for row in wanted]

    def outlines(self, rows: Sequence[int] | NDArray[np.integer]) -> list[ArticleOutline]:
        """Return the outlines of `rows`, in that order, by one query. Raises KeyError for a row there is not."""
        query = f"SELECT {_OUTLINE} FROM articles WHERE row IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants
        wanted = [int(row) for row in rows]
        found = {
            row: ArticleOutline(row, title, published, bool(starred), _links(links), passages)
            for row, title, published, starred, links, passages in self._database.read(
                query, (_json(wanted),)
            )
        }
        return [found[row] for row in wanted]

    def article(self, article_id: str) -> ArticleRow | None:
        """Return the article of that id, or None."""
        query = f"SELECT {_ARTICLE} FROM articles WHERE id = ?"  # noqa: S608 - constants
        found = self._database.read(query, (article_id,)).fetchone()
        return None if found is None else _article(found)

    def all_articles(self) -> Iterator[ArticleRow]:
        """Yield every article in row order."""
        yield from map(_article, self._database.read(f"SELECT {_ARTICLE} FROM articles ORDER BY row"))  # noqa: S608 - constants

    def facet_counts(self, rows: Sequence[int] | NDArray[np.integer] | None = None) -> dict[str, int]:
        """Return every facet with the number of its articles, among those of `rows` where given."""
        if rows is None:
            return dict(self._database.read("SELECT facet, count(*) FROM facets GROUP BY facet"))
        query = "SELECT facet, count(*) FROM facets WHERE article IN (SELECT value FROM json_each(?)) GROUP BY facet"
        return dict(self._database.read(query, (_json([int(row) for row in rows]),)))

    @cached_property
    def date_rank(self) -> NDArray[np.int32]:
        """The place of every article when the newest comes first and those without a date last, (articles,)."""
        newest_first = [
            row for (row,) in self._database.read("SELECT row FROM articles ORDER BY published DESC, row")
        ]
        rank = np.empty(self.articles_count, np.int32)
        rank[newest_first] = np.arange(self.articles_count, dtype=np.int32)
        return rank

    def sources(self) -> dict[str, Source]:
        """Return every article's id with where its text was had, in row order."""
        return {
            id_: Source(source)
            for id_, source in self._database.read("SELECT id, source FROM articles ORDER BY row")
        }

    def kept_at(self, url: str) -> ArticleRow | None:
        """Return the article that was folded with the one at the canonical address `url`, or None."""
        query = (
            f"SELECT {_ARTICLE} FROM articles WHERE EXISTS (SELECT 1 FROM json_each(also_at) WHERE value = ?)"  # noqa: S608 - constants
        )
        found = self._database.read(query, (url,)).fetchone()
        return None if found is None else _article(found)

    def mask(self, where: Where) -> NDArray[np.bool_] | None:
        """Return which passages satisfy `where`, (passages,); None when it leaves nothing out."""
        if not where:
            return None
        allowed = np.ones(self.articles_count, bool)
        for any_of in where.all_of:
            query = "SELECT article FROM facets WHERE facet IN (SELECT value FROM json_each(?))"
            allowed &= self._marked(query, _json(sorted(any_of)))
        if where.since:
            allowed &= self._marked("SELECT row FROM articles WHERE published >= ?", where.since)
        of_passages: NDArray[np.bool_] = allowed[self.article_of]
        return of_passages

    def _marked(self, query: str, parameter: str) -> NDArray[np.bool_]:
        marked = np.zeros(self.articles_count, bool)
        marked[[row for (row,) in self._database.read(query, (parameter,))]] = True
        return marked

    def close(self) -> None:
        """Close the connections of all threads."""
        self._database.close()


def _json(values: list[int] | list[str]) -> str:
    return _encode(values).decode()


def _article(values: Sequence[Any]) -> ArticleRow:
    row, id_, url, host, title, author, published, site = values[:8]
    lang, source, starred, also_at, links, carried, first, count, archived = values[8:]
    return ArticleRow(
        row=row,
        id=id_,
        url=url,
        host=host,
        title=title,
        author=author,
        published=published,
        site=site,
        lang=Lang(lang),
        source=Source(source),
        starred=bool(starred),
        also_at=_strings(also_at),
        links=_links(links),
        facets=_strings(carried),
        passages=range(first, first + count),
        archived=archived,
    )
