"""The tables of the corpus, and how an older file becomes a newer one.

`PRAGMA user_version` counts the migrations that a file has seen. A migration is never edited after a release: a change
of the tables is a new one at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.errors import StoreError

if TYPE_CHECKING:
    import sqlite3

__all__ = ["MIGRATIONS", "migrate"]

_FIRST = """
-- What the reading lists say now, in their order. `links` is JSON: the fields of `Link`.
CREATE TABLE listings (
    position INTEGER PRIMARY KEY,
    url      TEXT NOT NULL UNIQUE,
    links    BLOB NOT NULL
);
-- How asking for an address went last. `reason` is '' after an answer that brought or confirmed a page.
CREATE TABLE visits (
    url        TEXT PRIMARY KEY,
    visited_at REAL NOT NULL,
    reason     TEXT NOT NULL,
    detail     TEXT NOT NULL,
    retry_at   REAL,
    failures   INTEGER NOT NULL  -- in a row
) WITHOUT ROWID;
-- The pages that the article, or the rejection, of an address was read from, so that they can be read again without
-- the web. `requested` is the source that brought it: most addresses have one, a paper has its abstract and its PDF.
CREATE TABLE pages (
    url        TEXT NOT NULL,
    requested  TEXT NOT NULL,
    final_url  TEXT NOT NULL,
    status     INTEGER NOT NULL,
    headers    BLOB NOT NULL,
    fetched_at REAL NOT NULL,
    extractor  TEXT NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (url, requested)
);
-- Why the pages kept hold no article.
CREATE TABLE rejections (
    url    TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    url       TEXT PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    title     TEXT NOT NULL,
    author    TEXT NOT NULL,
    published TEXT NOT NULL,
    lang      TEXT NOT NULL,
    site      TEXT NOT NULL,
    source    TEXT NOT NULL,
    quality   BLOB NOT NULL,
    anchors   BLOB NOT NULL,
    length    INTEGER NOT NULL,
    signature BLOB NOT NULL,
    text      BLOB NOT NULL
);
-- Which articles are another address of the same text, as the last comparison of all articles found.
CREATE TABLE duplicates (
    url  TEXT PRIMARY KEY,
    kept TEXT NOT NULL
) WITHOUT ROWID;
"""

# Visits in a row that found nothing new, by which the next one is put off; when a snapshot was taken (ISO date, or ''); and
# the length in words, which pages get as they are read again by the extractor of the same release.
_SECOND = """
ALTER TABLE visits ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN archived TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN words INTEGER NOT NULL DEFAULT 0;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND)


def migrate(db: sqlite3.Connection) -> None:
    """Bring the tables to the newest form, each step in a transaction of its own.

    Raises StoreError when a newer version of the program wrote the file.
    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise StoreError(
            f"The corpus was written by a newer shuangta (format {version}, this one knows {len(MIGRATIONS)}).",
            "Upgrade shuangta, or choose another --data-dir.",
        )
    for number in range(version, len(MIGRATIONS)):
        # executescript commits on its own, so the transaction and the version are part of the script.
        db.executescript(f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")
