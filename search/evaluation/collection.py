"""A public test collection in BEIR's layout, made searchable as a corpus would be: indexed aside, in a temporary place.

Thakur et al.: BEIR, a heterogeneous benchmark for zero-shot evaluation of information retrieval models (2021),
arXiv:2104.08663.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import msgspec

from index.build import build
from index.generation import Generation, current
from ingest.articles import Article, Entry, Link
from search.evaluation.judged import JudgedSet, json_lines, read_judged, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.settings import IndexSettings
    from index.towers import Tower
    from search.settings import SearchSettings

__all__ = ["address_in_collection", "indexed", "name_in_collection", "read_collection", "settings_for"]

# A collection's documents need addresses; this host cannot exist (RFC 2606).
_BASE = "https://collection.invalid/"


def read_collection(folder: Path) -> JudgedSet:
    """Read queries.jsonl and qrels/test.tsv of a collection: the queries that were judged. Raises EvaluationError."""
    judged = read_judged(folder / "queries.jsonl", folder / "qrels" / "test.tsv", address_in_collection)
    return judged.answerable()


@contextmanager
def indexed(
    folder: Path, *, towers: Sequence[Tower], settings: IndexSettings, clock: Callable[[], float]
) -> Iterator[Generation]:
    """Index corpus.jsonl (or .gz) of a collection; the generation is open, and there, while the context is.

    Raises EvaluationError where the file is missing or malformed.
    """
    with TemporaryDirectory(prefix="shuangta-evaluate-") as aside:
        build(_entries(folder), Path(aside), settings=settings, towers=towers, clock=clock)
        generation = Generation.open(current(Path(aside)))
        try:
            yield generation
        finally:
            generation.close()


def settings_for(judged: JudgedSet, settings: SearchSettings) -> SearchSettings:
    """Let queries be as long as the longest of the set: some collections ask with whole paragraphs."""
    longest = max(len(query.text) for query in judged.queries)
    return msgspec.structs.replace(settings, max_query_chars=max(longest, settings.max_query_chars))


def address_in_collection(name: str) -> str:
    """Return the address of a document of a collection."""
    return _BASE + quote(name, safe="")


def name_in_collection(address: str) -> str:
    """Return the document's name as the collection writes it."""
    return unquote(address.removeprefix(_BASE))


def _entries(folder: Path) -> Iterator[Entry]:
    """The collection's documents as the corpus would hand them over."""
    path = folder / "corpus.jsonl"
    if not path.exists():
        path = folder / "corpus.jsonl.gz"
    for number, document in json_lines(path):
        name, title, text = (text_of(document, key, path, number) for key in ("_id", "title", "text"))
        url = address_in_collection(name)
        article = Article(url=url, title=title, text=text)
        yield Entry(article, (Link(url=url, written=url, title="", list=folder.name),))
