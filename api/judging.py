"""What an evaluation is about: a corpus with the user's own judgements, or a public collection, and engines over it.

Engines are opened with any settings, so that two of them can be compared on the same queries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from ingest.errors import IndexMissingError
from search.evaluation.collection import (
    address_in_collection,
    indexed,
    name_in_collection,
    read_collection,
    settings_for,
)
from search.evaluation.corpus import address_in_corpus
from search.evaluation.judged import JudgedSet, read_judged

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from api.settings import Settings
    from index.generation import Generation
    from index.settings import IndexSettings
    from index.towers import Tower
    from search.engine import Engine

__all__ = ["CollectionSubject", "CorpusSubject", "Subject"]


class Subject(Protocol):
    """A judged set, and what is searched for it."""

    @property
    def judged(self) -> JudgedSet:
        """Its answerable queries, and the grades by address."""

    def address(self, written: str) -> str:
        """Return the address of a document as judgements and runs write it. Raises ValueError for what is none."""
        ...

    def name(self, address: str) -> str:
        """Return the document of an address as judgements write it."""
        ...

    def engine(self, settings: Settings) -> AbstractContextManager[Engine]:
        """Open an engine for these settings. Raises ShuangtaError."""
        ...


class CorpusSubject:
    """The user's own corpus: documents are addresses."""

    def __init__(self, queries: Path, qrels: Path, settings: Settings) -> None:
        """Read the judged set. Raises EvaluationError, GenerationError.

        Where there is an index already, an article is known by all its addresses.
        """
        self._address = _addresses(settings)
        self.judged = read_judged(queries, qrels, self._address).answerable()

    def address(self, written: str) -> str:
        """Return the address under which the corpus keeps the article. Raises ValueError for what is no URL."""
        return self._address(written)

    def name(self, address: str) -> str:
        """Return the address: it is the name."""
        return address

    @contextmanager
    def engine(self, settings: Settings) -> Iterator[Engine]:
        """Open an engine over the current generation. Raises IndexMissingError, GenerationError, TowerError."""
        from api.wiring import open_engine

        engine = open_engine(settings)
        try:
            yield engine
        finally:
            engine.close()
            engine.generation.close()


class CollectionSubject:
    """A collection, indexed aside on the first use and once for the same settings; a context that keeps it."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        """Read the judged set. Raises EvaluationError."""
        self.judged = read_collection(folder)
        self._folder = folder
        self._clock = clock
        self._kept = ExitStack()
        self._built: dict[IndexSettings, tuple[Generation, list[Tower]]] = {}

    def __enter__(self) -> CollectionSubject:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kept.close()

    def address(self, written: str) -> str:
        """Return the address that the document got."""
        return address_in_collection(written)

    def name(self, address: str) -> str:
        """Return the document's name in the collection."""
        return name_in_collection(address)

    @contextmanager
    def engine(self, settings: Settings) -> Iterator[Engine]:
        """Open an engine over the collection. Raises EvaluationError, TowerError, MissingExtraError."""
        from api.wiring import open_reranker, open_towers
        from search.engine import Engine

        if settings.index not in self._built:
            towers = open_towers(settings)
            opened = indexed(self._folder, towers=towers, settings=settings.index, clock=self._clock)
            self._built[settings.index] = self._kept.enter_context(opened), towers
        generation, towers = self._built[settings.index]
        search = settings_for(self.judged, settings.search)
        engine = Engine(generation, towers, search, open_reranker(settings))
        try:
            yield engine
        finally:
            engine.close()


def _addresses(settings: Settings) -> Callable[[str], str]:
    from index.generation import Generation, current

    try:
        generation = Generation.open(current(settings.data_path))
    except IndexMissingError:
        # Two runs from elsewhere can be compared without an index of one's own.
        return address_in_corpus(None)
    try:
        return address_in_corpus(generation.catalog)
    finally:
        generation.close()
