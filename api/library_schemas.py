"""What is told of the library itself, as pydantic models: articles, suggestions, lists, and the state of it all."""

from __future__ import annotations

from typing import Annotated

from api.described import Given, described

__all__ = [
    "ArticleModel",
    "LinkModel",
    "ListsModel",
    "PassageModel",
    "SectionModel",
    "ShelfModel",
    "StateModel",
    "StatsModel",
    "SuggestionModel",
    "SuggestionsModel",
]


Generation = Annotated[str, described("The index that answered.", "000042-71b82f5d6be3")]


class LinkModel(Given):
    """One place in a reading list that points to the article."""

    title: Annotated[str, described("What the list calls it.", "双塔负采样")]
    list: Annotated[str, described("The reading list.", "推荐系统")]
    section: Annotated[tuple[str, ...], described("Headings above, outermost first.", ["召回", "双塔"])]
    note: Annotated[str, described("The curator's words beside it.", "把 logQ 校正讲清楚了")]
    starred: Annotated[bool, described("Whether it is starred there.", True)]


class PassageModel(Given):
    """One passage of an article, as it is searched."""

    ordinal: Annotated[int, described("From 0.", 0)]
    headings: Annotated[tuple[str, ...], described("Headings above, outermost first.", ["训练"])]
    text: Annotated[str, described("Markdown.", "负采样决定双塔召回的效果。")]
    link: Annotated[
        str, described("Opens the page at the passage.", "https://blog.example.org/two-tower#training")
    ]


class ArticleModel(Given):
    """One article, whole."""

    article_id: Annotated[str, described("Its id.", "0f3a1c9b7d2e4f56")]
    url: Annotated[str, described("Canonical address.", "https://blog.example.org/two-tower")]
    title: Annotated[str, described("Its title.", "双塔召回模型的负采样")]
    text: Annotated[str, described("Markdown.", "# 训练\n\n负采样决定双塔召回的效果。")]
    author: Annotated[str, described("As the page names them, or empty.", "王小明")]
    published: Annotated[str, described("ISO date, or empty.", "2021-06-30")]
    site: Annotated[str, described("What the site calls itself.", "小明的笔记")]
    lang: Annotated[str, described("zh, en, mixed or other.", "zh")]
    source: Annotated[str, described("origin, archive, saved or listing.", "origin")]
    archived: Annotated[str, described("ISO date of the snapshot, for an archive's copy.", "")]
    also_at: Annotated[
        tuple[str, ...], described("The same article elsewhere.", ["https://mirror.example.com/two-tower"])
    ]
    links: Annotated[tuple[LinkModel, ...], described("Every place in the lists.", [])]
    passages: Annotated[tuple[PassageModel, ...], described("As they are searched, in order.", [])]


class SuggestionModel(Given):
    """One way to go on."""

    text: Annotated[str, described("The whole query it would make, or the title.", "注意力机制")]
    kind: Annotated[str, described("phrase, section, list or title.", "phrase")]
    articles: Annotated[int, described("What it leads to.", 8)]
    article_id: Annotated[str, described("Of a title, else empty.", "")]


class SuggestionsModel(Given):
    """Ways to go on with what is typed."""

    generation: Generation
    suggestions: Annotated[list[SuggestionModel], described("Queries first, then titles.", [])]


class SectionModel(Given):
    """A heading of a list."""

    path: Annotated[tuple[str, ...], described("Outermost first.", ["召回", "双塔"])]
    articles: Annotated[int, described("Under it, at any depth.", 7)]
    starred: Annotated[int, described("Of these, starred there.", 1)]


class ShelfModel(Given):
    """A reading list."""

    list: Annotated[str, described("Its name.", "推荐系统")]
    articles: Annotated[int, described("That it links to.", 40)]
    starred: Annotated[int, described("Of these, starred there.", 3)]
    sections: Annotated[tuple[SectionModel, ...], described("As an outline, in its order.", [])]


class ListsModel(Given):
    """The reading lists."""

    generation: Generation
    lists: Annotated[tuple[ShelfModel, ...], described("In the order of the settings.", [])]


class StatsModel(Given):
    """What is searched, how old it is, and what became of the links."""

    generation: Generation
    created: Annotated[str, described("When the index was built (ISO 8601, UTC).", "2026-11-25T02:00:00Z")]
    articles: Annotated[int, described("In the index.", 1173)]
    passages: Annotated[int, described("In the index.", 24592)]
    lists: Annotated[tuple[str, ...], described("Reading lists.", ["推荐系统"])]
    towers: Annotated[tuple[str, ...], described("Towers whose vectors the index holds.", ["static@1a2b3c"])]
    lexical: Annotated[str, described("The BM25 engine.", "tantivy")]
    outcomes: Annotated[
        dict[str, int],
        described("Links of the last crawl by what became of them.", {"article": 1100, "dead_link": 41}),
    ]


class StateModel(Given):
    """Whether the server can answer."""

    status: Annotated[str, described("ok or ready.", "ready")]
    generation: Annotated[str, described("The index it answers from.", "000042-71b82f5d6be3")] = ""
