"""The front page: the reading lists with their sections to look through, and what the last rebuild brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.web.form import Form
from api.web.hits import html_lang, place
from search.arrivals import arrivals
from search.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.catalog import ArticleRow
    from search.browse import Section, Shelf
    from search.engine import Engine

__all__ = ["Front", "News", "Pointer", "front", "pointer"]

_NEWEST = 5
_SECTIONS = 30


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link to an article or to a part of the lists, with what it leads to."""

    title: str
    address: str
    where: str = ""
    lang: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """What a generation holds that the one before it did not."""

    count: int
    day: str  # on which the one before was built, UTC
    first: tuple[Pointer, ...]


@dataclass(frozen=True, slots=True)
class ShownList:
    """A reading list and the sections that it is divided into."""

    name: str
    address: str
    count: int
    sections: tuple[Pointer, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """What there is to look through in a generation."""

    articles: int
    lists: tuple[ShownList, ...]
    news: News | None


def front(engine: Engine) -> Front:
    """Gather the front page of what `engine` searches."""
    return Front(
        articles=engine.generation.catalog.articles_count,
        lists=tuple(_list(shelf) for shelf in engine.shelves),
        news=_news(engine),
    )


def pointer(article: ArticleRow) -> Pointer:
    """A link to the article as it is read here."""
    listed = article.links[0]
    return Pointer(
        article.title or article.url,
        f"/read/{article.id}",
        where=place(listed.list, listed.section),
        lang=html_lang(article.lang.value),
    )


def _list(shelf: Shelf) -> ShownList:
    sections = tuple(
        Pointer(
            each.path[-1],
            Form(filters=Filters(lists=(shelf.list,), sections=(each.path[-1],))).address,
            count=each.articles,
        )
        for each in _divisions(shelf.sections)[:_SECTIONS]
    )
    return ShownList(shelf.list, Form(filters=Filters(lists=(shelf.list,))).address, shelf.articles, sections)


def _divisions(sections: Sequence[Section]) -> list[Section]:
    """The sections of the first level that has several: many lists stand as a whole under their own title."""
    for depth in range(1, max((len(each.path) for each in sections), default=0) + 1):
        level = [each for each in sections if len(each.path) == depth]
        if len(level) > 1:
            return level
    return list(sections)


def _news(engine: Engine) -> News | None:
    found = arrivals(engine.generation)
    if not found.since or not len(found.rows):
        return None
    day = datetime.fromtimestamp(found.created, UTC).date().isoformat()
    first = engine.generation.catalog.articles(found.rows[:_NEWEST])
    return News(len(found.rows), day, tuple(pointer(article) for article in first))
