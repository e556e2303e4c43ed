"""`shuangta import`: pages that the user saved, read and put into the corpus in the place of what the web has.

For WeChat and Zhihu, which turn robots away, that is often the only fair way to a text. What is taken in stays until
the same page is imported again: the crawl asks no more for it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.articles import Article, Skipped, SkipReason, Source
from ingest.charset import decode
from ingest.errors import ExtractionError
from ingest.progress import Progress
from ingest.reposts import reposts
from ingest.saved.files import read_saved, saved_files
from ingest.saved.matching import Match, Matcher
from ingest.urls import canonical
from ingest.workers import ExtractionPool, extractor_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingest.articles import Listing, Page
    from ingest.progress import ProgressCallback
    from ingest.saved.files import SavedFile
    from ingest.settings import ExtractSettings
    from ingest.store import Store

__all__ = ["Imported", "import_pages"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file.

    `match` is None for a page that no link leads to: it is kept under its own address, `url`, or not at all where that
    is "". `skipped` says why the file holds no article.
    """

    file: str  # below the folder
    url: str
    title: str = ""
    match: Match | None = None
    skipped: Skipped | None = None

    @property
    def kept(self) -> bool:
        """Whether the corpus has the article now."""
        return bool(self.url) and self.skipped is None


@dataclass(frozen=True, slots=True)
class _Found:
    imported: Imported
    article: Article
    page: Page
    signature: bytes


async def import_pages(
    folder: Path,
    listings: Sequence[Listing],
    store: Store,
    *,
    settings: ExtractSettings,
    progress: ProgressCallback | None = None,
) -> list[Imported]:
    """Take in the pages saved in `folder`, each for the link of `listings` that it belongs to.

    Of several files for one address, the longest article is kept.
    Raises ExtractionError without such a folder, BusyError while a crawl works in the data folder, StoreError.
    """
    matcher, progress = Matcher(listings), progress or (lambda _: None)
    files = saved_files(folder)
    best: dict[str, _Found] = {}
    outcomes: list[Imported] = []
    with store.exclusive():
        async with ExtractionPool(settings) as pool:
            for number, path in enumerate(files, start=1):
                name = _readable(path.name if path == folder else path.relative_to(folder).as_posix())
                read = await _read(path, name, matcher, pool)
                progress(Progress("import", number, len(files), name))
                if isinstance(read, Imported):
                    outcomes.append(read)
                    continue
                outcomes.append(read.imported)
                other = best.get(read.article.url)
                if read.imported.kept and (other is None or len(other.article.text) < len(read.article.text)):
                    best[read.article.url] = read
        for found in best.values():
            store.put_article(
                found.article, (found.page,), extractor=extractor_id(settings), signature=found.signature
            )
        store.put_duplicates(reposts(store.fingerprints(), settings.duplicate_similarity))
    return outcomes


async def _read(path: Path, name: str, matcher: Matcher, pool: ExtractionPool) -> _Found | Imported:
    """Read one file, and find where it belongs."""
    try:
        saved = read_saved(path, name)
    except ExtractionError as error:
        return Imported(name, "", skipped=Skipped("", SkipReason.BROKEN_FILE, error.sentence))
    stem = _readable(path.name).removesuffix(".gz").rpartition(".")[0]
    match = matcher.by_address(saved.addresses) or matcher.by_name(stem, saved.addresses)
    url = match.url if match else _own_address(saved)
    page = replace(saved.page, url=saved.page.url or url)
    result, signature = await pool.extract(page, url=url or page.requested, hint=stem)
    if isinstance(result, Skipped):
        return Imported(name, url, match=match, skipped=result)
    if match is None and (match := matcher.by_title(result.title, saved.addresses)):
        url = match.url
    article = replace(result, url=url, source=Source.SAVED)
    return _Found(
        Imported(name, url, result.title, match), article, replace(page, url=page.url or url), signature
    )


def _readable(name: str) -> str:
    """Return a file's name as text: those from other systems may be in the bytes of another character set."""
    return name if name.isprintable() else decode(os.fsencode(name))


def _own_address(saved: SavedFile) -> str:
    for address in saved.addresses:
        try:
            return canonical(address)
        except ValueError:
            continue
    return ""
