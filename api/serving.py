"""What the server answers from: an engine over one generation, and what that generation has to choose from."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from api.live import Live
from api.page import Choices
from api.schemas import ArticleModel, LinkModel, SearchParameters
from api.wiring import existing_store, open_generation, open_reranker, towers_of
from index.towers import load_tower
from ingest.articles import Source
from ingest.errors import QueryError

if TYPE_CHECKING:
    from api.settings import Settings
    from search.answers import Answer
    from search.engine import Engine

__all__ = ["Serving", "follow"]


@dataclass(frozen=True, slots=True)
class Serving:
    """One opened generation."""

    engine: Engine
    choices: Choices
    settings: Settings

    def search(self, parameters: SearchParameters) -> Answer:
        """Answer a query. Raises QueryError."""
        k, most = parameters.k or self.settings.server.results, self.settings.server.max_results
        if k > most:
            raise QueryError(f"k is at most {most}, not {k}.")
        return self.engine.search(
            parameters.q, k=k, mode=parameters.mode, filters=parameters.filters(), explain=parameters.explain
        )

    def article(self, article_id: str) -> ArticleModel | None:
        """The article of that id, whole; None when this generation has none. Raises StoreError."""
        row = self.engine.generation.catalog.article(article_id)
        if row is None:
            return None
        if row.source is Source.LISTING:
            passages = self.engine.generation.catalog.passages(row.passages)
            text = "\n\n".join(passage.text for passage in passages)
        else:
            with existing_store(self.settings) as store:
                kept = store.article(article_id)
            text = kept.text if kept else ""
        return ArticleModel(
            article_id=row.id,
            url=row.url,
            title=row.title,
            text=text,
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
        engine = open_generation(path, settings, towers=towers, reranker=reranker)
        return Serving(engine, _choices(engine), settings)

    return Live(settings.data_path, opened, check_every=settings.server.check_every, clock=time.monotonic)


def _choices(engine: Engine) -> Choices:
    lists: dict[str, None] = {}
    sections: dict[str, None] = {}
    hosts: Counter[str] = Counter()
    for article in engine.generation.catalog.all_articles():
        hosts[article.host] += 1
        for link in article.links:
            lists[link.list] = None
            sections.update(dict.fromkeys(link.section))
    by_number = tuple(host for host, _ in hosts.most_common())
    return Choices(hosts.total(), tuple(lists), tuple(sections), by_number)
