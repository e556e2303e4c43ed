"""From the corpus to a published generation: cut, catalogue, analyze, encode, write, verify, publish.

Each step reads what the one before wrote to disk: texts are never held all at once, only counts of words, titles, and
the vectors of one tower. Nothing is published when nothing changed, and a build that dies leaves the current
generation as it is.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec

from index.analyze import ANALYZER_ID, cut
from index.background import background_queries, write_background
from index.catalog import Catalog, write_catalog
from index.completions import write_completions
from index.dense import build_dense
from index.encoding import encode
from index.generation import DENSE, LEXICAL, current, prune, publish, readable, stage
from index.glossary import glossary_digest, shipped_names, write_glossary
from index.lexical import LexicalDocument, build_lexical
from index.manifest import FORMAT, Counts, Leg, Manifest, read_manifest, write_manifest
from index.markdown import plain
from index.passages import Passage, split
from index.term_pairs import PairCounter
from index.vectors import VectorCache, file_name
from index.vocabulary import WordCounter, write_vocabulary
from ingest.errors import GenerationError, IndexMissingError, TowerError
from ingest.progress import Progress, ProgressCallback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from index.analyze import Kind
    from index.settings import IndexSettings
    from index.towers import Tower
    from ingest.articles import Entry

__all__ = ["BuildReport", "build"]

# Passages read at once.
_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class BuildReport:
    """How a build went."""

    generation: str  # id of the generation that is current now
    published: bool  # False: nothing had changed
    articles: int
    passages: int
    encoded: int  # passages a tower had to encode, over all towers
    reused: int  # passages whose vector was known
    seconds: dict[str, float]  # by step


def build(
    entries: Iterable[Entry],
    data_dir: Path,
    *,
    settings: IndexSettings,
    towers: Sequence[Tower],
    clock: Callable[[], float],
    progress: ProgressCallback | None = None,
) -> BuildReport:
    """Build a generation of `entries` and make it the current one, unless the current one is the same.

    The caller holds the data folder's lock. Raises GenerationError when there is nothing to index or the disk
    takes no more, TowerError when a tower fails, StoreError when the cache of vectors cannot be used.
    """
    tell = progress or _silent
    _refuse_namesakes(towers)
    now = clock()
    timer = _Timer({})
    try:
        with stage(data_dir) as staging:
            with timer("passages"):
                cut = _Cut(settings, towers)
                write_catalog(staging, cut.of(entries, tell))
            if not cut.passages:
                raise GenerationError(
                    "There is nothing to index: the corpus is empty.",
                    "Crawl a reading list with links in it.",
                )
            before = _current(data_dir)
            if before is not None and before.inputs == cut.digest:
                return BuildReport(
                    current(data_dir).name,
                    False,
                    before.counts.articles,
                    before.counts.passages,
                    0,
                    0,
                    timer.seconds,
                )
            catalog = Catalog(staging)
            try:
                words = WordCounter(name for names in shipped_names() for name in names)
                pairs = PairCounter()
                with timer("lexical"):
                    documents = _documents(catalog, words, pairs, tell)
                    build_lexical(staging / LEXICAL, documents, settings.lexical)
                with timer("words"):
                    write_vocabulary(staging, words)
                    write_glossary(staging, pairs.pairs())
                with timer("completions"):
                    write_completions(staging, catalog.all_articles())
                encoded = 0
                for tower in towers:
                    with timer("encode"), VectorCache(data_dir / "vectors", tower.id, tower.dim) as cache:
                        vectors, new = encode(catalog, tower, cache, now, tell)
                    encoded += new
                    with timer("dense"):
                        folder = staging / DENSE / file_name(tower.id)
                        build_dense(folder, vectors, settings.dense)
                        write_background(folder, tower, vectors)
            finally:
                catalog.close()
            with timer("publish"):
                write_manifest(
                    staging,
                    lexical=settings.lexical.engine,
                    towers=tuple(Leg(tower.id, _name(tower), tower.dim) for tower in towers),
                    counts=Counts(cut.articles, cut.passages),
                    lists=tuple(sorted(cut.lists)),
                    created=now,
                    inputs=cut.digest,
                )
                generation = publish(staging, data_dir)
                prune(data_dir, settings.keep_generations)
                _forget_vectors(data_dir, towers)
    except (OSError, sqlite3.OperationalError) as error:
        raise GenerationError(
            f"The index could not be written to {data_dir}: {error}.",
            "See that there is room and that it is writable.",
        ) from error
    reused = cut.passages * len(towers) - encoded
    return BuildReport(generation, True, cut.articles, cut.passages, encoded, reused, timer.seconds)


class _Cut:
    """Entries on their way to the catalog: cut into passages, counted, and their digest taken.

    The digest is over all that makes the generation: what is indexed, and with what.
    """

    def __init__(self, settings: IndexSettings, towers: Sequence[Tower]) -> None:
        self._settings = settings
        made_with = (
            FORMAT,
            ANALYZER_ID,
            background_queries(),
            glossary_digest(),
            settings.lexical,
            settings.dense,
            [tower.id for tower in towers],
        )
        self._digest = hashlib.sha256(msgspec.json.encode(made_with))
        self.articles = 0
        self.passages = 0
        self.lists: set[str] = set()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def of(self, entries: Iterable[Entry], tell: ProgressCallback) -> Iterator[tuple[Entry, list[Passage]]]:
        for entry in entries:
            article = entry.article
            # An article without text is found by its title.
            passages = split(article, self._settings.passages) or [Passage(article.id, 0, (), article.title)]
            self._digest.update(msgspec.json.encode((entry, passages)))
            self.articles += 1
            self.passages += len(passages)
            self.lists.update(link.list for link in entry.links)
            if self.articles % 100 == 0:
                tell(Progress("passages", self.articles, 0, article.title))
            yield entry, passages


def _name(tower: Tower) -> str:
    return tower.id.rpartition("@")[0] or tower.id


def _refuse_namesakes(towers: Sequence[Tower]) -> None:
    """Raise TowerError when two towers would be one leg by name, in answers and settings."""
    names = [_name(tower) for tower in towers]
    for name in names:
        if names.count(name) > 1:
            raise TowerError(
                f"Two towers of the index are called {name}.",
                "Keep one of the [[index.towers]], or copy one to a folder with a name of its own.",
            )


def _documents(
    catalog: Catalog, words: WordCounter, pairs: PairCounter, tell: ProgressCallback
) -> Iterator[LexicalDocument]:
    """The terms of every passage, in row order; what is read on the way is counted in `words` and `pairs`."""
    for article in catalog.all_articles():
        texts = [article.title, *article.said]
        cuts = [cut(text) for text in texts]
        title, listing = _texts_of(cuts[0]), [term for each in cuts[1:] for term in _texts_of(each)]
        for passage in catalog.passages(article.passages):
            headings, body = cut(" › ".join(passage.headings)), cut(plain(passage.text))
            yield LexicalDocument(
                (title, _texts_of(headings), listing, _texts_of(body)), article.facets, article.published
            )
            texts += [*passage.headings, passage.text]
            cuts += [headings, body]
        words.add(texts, (term for each in cuts for term in each))
        pairs.add(texts)
        tell(Progress("lexical", article.passages.stop, len(catalog), article.title))


def _texts_of(terms: Iterable[tuple[str, Kind]]) -> list[str]:
    return [text for text, _ in terms]


def _current(data_dir: Path) -> Manifest | None:
    """The manifest of the current generation; None when there is none that could be searched."""
    try:
        return read_manifest(current(data_dir))
    except (IndexMissingError, GenerationError):
        return None


def _forget_vectors(data_dir: Path, towers: Sequence[Tower]) -> None:
    """Drop the vectors that no generation still kept was built with."""
    oldest = min(manifest.created for _, manifest in readable(data_dir))
    for tower in towers:
        with VectorCache(data_dir / "vectors", tower.id, tower.dim) as cache:
            cache.forget(oldest)


@dataclass(frozen=True, slots=True)
class _Timer:
    """Seconds by step, added up."""

    seconds: dict[str, float]

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + perf_counter() - began


def _silent(_: Progress) -> None:
    pass
