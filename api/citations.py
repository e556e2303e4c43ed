"""What an agent gets to read, with what it needs to cite it: title, address at the passage, and the list that led there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.answers import Hit
    from search.browse import Shelf
    from search.reading import Reading

__all__ = [
    "ArticleText",
    "Citation",
    "Found",
    "ListOutline",
    "Looked",
    "Paragraph",
    "cite",
    "outline",
    "text_of",
]


class Citation(BaseModel):
    """One article at the passage that fits best."""

    title: str
    url: Annotated[
        str, Field(description="Cite this: it opens the page, or its archived copy, at the passage.")
    ]
    list: Annotated[str, Field(description="The reading list and section that recommend it.")]
    passage: Annotated[str, Field(description="Markdown.")]
    article_id: Annotated[str, Field(description="For read_article and similar.")]
    author: str = ""
    published: Annotated[str, Field(description="ISO date, or empty.")] = ""
    site: str = ""
    note: Annotated[str, Field(description="The curator's words beside the link.")] = ""
    starred: Annotated[bool, Field(description="Whether a curator marked it as outstanding.")] = False
    only_listed: Annotated[
        bool, Field(description="Nobody has its text: the passage is what the list says.")
    ] = False


class Found(BaseModel):
    """What was found."""

    confident: Annotated[
        bool, Field(description="False: nothing relevant is there, these are only the nearest.")
    ]
    citations: Annotated[list[Citation], Field(description="Best first.")]
    more: Annotated[bool, Field(description="Whether a larger offset would give more.")]
    notes: list[str] = []


class Paragraph(BaseModel):
    """One passage of an article."""

    headings: Annotated[list[str], Field(description="Above it, outermost first.")]
    text: Annotated[str, Field(description="Markdown.")]
    url: Annotated[str, Field(description="Opens the page at the passage.")]


class ArticleText(BaseModel):
    """An article, or a part of it."""

    title: str
    url: str
    lists: Annotated[list[str], Field(description="Reading lists and sections that recommend it.")]
    author: str
    published: str
    site: str
    passages: list[Paragraph]
    next_passage: Annotated[
        int | None, Field(description="Where to read on (from_passage); null at the end.")
    ]


class ListOutline(BaseModel):
    """A reading list."""

    name: str
    articles: int
    sections: Annotated[list[str], Field(description="Paths of headings, with the number of articles.")]


class Looked(BaseModel):
    """What is there: the lists where none was named, else articles."""

    lists: list[ListOutline] = []
    citations: list[Citation] = []
    total: int = 0
    more: bool = False


def cite(hits: Sequence[Hit]) -> list[Citation]:
    """The hits as citations."""
    return [
        Citation(
            title=hit.title,
            url=hit.link,
            list=_place(hit.list, hit.section),
            passage=hit.passage,
            article_id=hit.article_id,
            author=hit.author,
            published=hit.published,
            site=hit.site,
            note=hit.note,
            starred=hit.starred,
            only_listed=hit.source == "listing",
        )
        for hit in hits
    ]


def text_of(reading: Reading, first: int, max_chars: int) -> ArticleText:
    """The passages from `first` on, as many as `max_chars` hold, and at least one."""
    shown: list[Paragraph] = []
    room = max_chars
    for passage in reading.passages[first:]:
        if shown and len(passage.text) > room:
            break
        room -= len(passage.text)
        shown.append(Paragraph(headings=list(passage.headings), text=passage.text, url=reading.link(passage)))
    after = first + len(shown)
    article = reading.article
    return ArticleText(
        title=article.title,
        url=article.url,
        lists=list(dict.fromkeys(_place(link.list, link.section) for link in article.links)),
        author=article.author,
        published=article.published,
        site=article.site,
        passages=shown,
        next_passage=after if after < len(reading.passages) else None,
    )


def outline(shelves: Sequence[Shelf]) -> list[ListOutline]:
    """The lists with their sections."""
    return [
        ListOutline(
            name=shelf.list,
            articles=shelf.articles,
            sections=[f"{' › '.join(section.path)} ({section.articles})" for section in shelf.sections],
        )
        for shelf in shelves
    ]


def _place(name: str, section: Sequence[str]) -> str:
    return " › ".join((name, *section))
