"""“Read here”: one article as the corpus has it, opened at the passage that was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.web.addresses import snapshot, web_address
from api.web.article import Rendered, render
from api.web.form import Form
from api.web.front import Pointer
from api.web.hits import About, html_lang, place
from ingest.articles import Lang, Source
from search.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.catalog import ArticleRow
    from search.engine import Engine
    from search.reading import Reading

__all__ = ["ShownArticle", "ShownPlace", "shown_article"]

_SIMILAR = 5


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place in the reading lists that recommends the article."""

    place: str
    address: str
    note: str
    starred: bool


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article with all that is said around it."""

    title: str
    lang: str
    starred: bool
    about: tuple[About, ...]
    kept: str  # where the text is from
    link: str
    copy: About | None
    links: tuple[ShownPlace, ...]
    text: Rendered
    elsewhere: tuple[str, ...]
    similar: tuple[Pointer, ...]


def shown_article(
    engine: Engine, reading: Reading, text: str, words: Mapping[str, str], *, here: int | None
) -> ShownArticle:
    """Set out an article whose text is `text` (Markdown)."""
    article = reading.article
    passages = [passage.text for passage in reading.passages]
    return ShownArticle(
        title=article.title or article.url,
        lang=html_lang(article.lang.value),
        starred=article.starred,
        about=tuple(_about(article, words)),
        kept=_kept(article, words),
        link=web_address(article.url),
        copy=_copy(article, words),
        links=tuple(_places(article)),
        text=render(text, passages, url=article.url, here=here),
        elsewhere=tuple(filter(web_address, article.also_at)),
        similar=tuple(_similar(engine, article)),
    )


def _about(article: ArticleRow, words: Mapping[str, str]) -> Iterator[About]:
    if said := article.site or article.host:
        yield About(said, Form(filters=Filters(hosts=(article.host,))).address)
    if article.author:
        yield About(article.author)
    if article.published:
        yield About(article.published, day=article.published)
    if article.lang is not Lang.OTHER:
        yield About(words[article.lang.value])


def _kept(article: ArticleRow, words: Mapping[str, str]) -> str:
    match article.source:
        case Source.LISTING:
            return words["kept_listing"]
        case Source.ARCHIVE if article.archived:
            return words["kept_archive"].format(day=article.archived)
        case Source.SAVED:
            return words["kept_saved"]
        case _:
            return words["kept"]


def _copy(article: ArticleRow, words: Mapping[str, str]) -> About | None:
    address = snapshot(article.url, article.archived)
    return About(words["snapshot" if article.archived else "look_in_archive"], address) if address else None


def _places(article: ArticleRow) -> Iterator[ShownPlace]:
    for link in article.links:
        filters = Filters(lists=(link.list,), sections=link.section[-1:])
        yield ShownPlace(
            place(link.list, link.section), Form(filters=filters).address, link.note, link.starred
        )


def _similar(engine: Engine, article: ArticleRow) -> Iterator[Pointer]:
    if not engine.generation.dense:
        return
    answer = engine.similar(article.id, k=_SIMILAR)
    for hit in answer.hits:
        yield Pointer(
            hit.title or hit.url,
            f"/read/{hit.article_id}",
            where=place(hit.list, hit.section),
            lang=html_lang(hit.lang),
        )
