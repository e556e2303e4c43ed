"""What the server answers from: an engine over one generation, and what that generation has to choose from."""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.cursor import Cursor
from api.library_schemas import ArticleModel, LinkModel, PassageModel
from api.live import Live
from api.web.front import Front, front
from api.wiring import existing_store, open_generation, open_reranker, search_settings, towers_of
from index.towers import load_tower
from ingest.articles import Source
from ingest.errors import GoneError, IndexMissingError, QueryError, StoreError

if TYPE_CHECKING:
    from api.parameters import SearchParameters
    from api.settings import Settings
    from search.answers import Answer
    from search.engine import Engine
    from search.reading import Reading

__all__ = ["Serving", "asked", "follow", "serving_of"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """One opened generation."""

    engine: Engine
    front: Front
    settings: Settings
    prerank: str = ""  # digest of the trees that rank, where there are any

    def search(self, parameters: SearchParameters) -> Answer:
        """Answer a query. Raises QueryError."""
        offset = self._offset(parameters)
        return self.engine.search(
            parameters.q,
            k=self.count(parameters.k),
            offset=offset,
            mode=parameters.mode,
            filters=parameters.filters(),
            sort=parameters.sort,
            facets=parameters.facets,
            explain=parameters.explain,
        )

    def count(self, k: int | None) -> int:
        """How many to show. Raises QueryError for more than the settings allow."""
        most = self.settings.server.max_results
        if k is not None and k > most:
            raise QueryError(f"k is at most {most}, not {k}.", "Page on, or raise server.max_results.")
        return k or self.settings.server.results

    def next_page(self, parameters: SearchParameters, answer: Answer) -> str:
        """The cursor of the page after `answer`, or "" where it is the last."""
        if not answer.has_more:
            return ""
        following = answer.offset + len(answer.hits)
        return str(Cursor.of(self.engine.generation.id, following, asked(parameters)))

    def article(self, article: str) -> ArticleModel:
        """The article of that id, or known at that address, whole. Raises NotFoundError."""
        reading = self.engine.read(article)
        row = reading.article
        return ArticleModel(
            article_id=row.id,
            url=row.url,
            title=row.title,
            text=self.text(reading),
            author=row.author,
            published=row.published,
            site=row.site,
            lang=row.lang,
            source=row.source,
            archived=row.archived,
            also_at=row.also_at,
            links=tuple(
                LinkModel(
                    title=link.title,
                    list=link.list,
                    section=link.section,
                    note=link.note,
                    starred=link.starred,
                )
                for link in row.links
            ),
            passages=tuple(
                PassageModel(
                    ordinal=passage.ordinal,
                    headings=passage.headings,
                    text=passage.text,
                    link=reading.link(passage),
                )
                for passage in reading.passages
            ),
        )

    def text(self, reading: Reading) -> str:
        """The article's Markdown as the corpus keeps it.

        Its passages, where it is known by its listing only, has left the corpus since, or the corpus cannot be read: an
        index is searched without one.
        """
        kept = None
        if reading.article.source is not Source.LISTING:
            try:
                with existing_store(self.settings) as store:
                    kept = store.article(reading.article.id)
            except (IndexMissingError, StoreError) as error:
                logger.warning("%s Articles are shown as their passages.", error)
        return kept.text if kept else "\n\n".join(passage.text for passage in reading.passages)

    def _offset(self, parameters: SearchParameters) -> int:
        if not parameters.cursor:
            return parameters.offset
        if parameters.offset:
            raise QueryError("A cursor says itself where it goes on.", "Leave offset out.")
        cursor = Cursor.read(parameters.cursor)
        if cursor != Cursor.of(self.engine.generation.id, cursor.offset, asked(parameters)):
            raise QueryError(
                "The cursor belongs to another query.",
                "Repeat all parameters of the page before as they were.",
            )
        return cursor.offset


def asked(parameters: SearchParameters) -> dict[str, Any]:
    """What a cursor belongs to: the question without its place."""
    return parameters.model_dump(exclude={"cursor", "offset", "k", "facets", "explain"})


def serving_of(live: Live[Serving], cursor: str) -> Serving:
    """What the page at `cursor` ("": the first) is answered from. Raises GoneError where that is no longer open."""
    newest = live.newest()
    if not cursor:
        return newest
    wanted = Cursor.read(cursor).generation
    for serving in (newest, live.before):
        if serving is not None and serving.engine.generation.id == wanted:
            return serving
    raise GoneError(
        f"The index {wanted} that the cursor goes on in is no longer served.", "Ask again without the cursor."
    )


def follow(settings: Settings) -> Live[Serving]:
    """Serve the newest generation, whichever that is. Raises TowerError, MissingExtraError."""
    # Loaded once: a new generation has new passages, and at most a tower adapted anew.
    load = cache(load_tower)
    for tower in settings.index.towers:
        load(tower)
    reranker = open_reranker(settings)

    def opened(path: Path) -> Serving:
        towers = towers_of(path, settings, load)
        trees = _digest_of_trees(settings)
        engine = open_generation(path, settings, towers=towers, reranker=reranker)
        return Serving(engine, front(engine), settings, trees)

    return Live(settings.data_path, opened, check_every=settings.server.check_every, clock=time.monotonic)


def _digest_of_trees(settings: Settings) -> str:
    model = Path(search_settings(settings).prerank.model).expanduser()
    return hashlib.sha256(model.read_bytes()).hexdigest() if model.is_file() else ""
