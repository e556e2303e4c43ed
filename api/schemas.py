"""What a query is answered with, as pydantic models that describe it in `/openapi.json`.

Answers are encoded from `search.answers.to_json` as they are; a test holds that they fit `AnswerModel`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.described import Given, described
from search.settings import Mode  # noqa: TC001 - pydantic reads the annotations

__all__ = [
    "AnswerModel",
    "BatchModel",
    "BrowsedModel",
    "ExplanationModel",
    "FacetCountsModel",
    "FacetValueModel",
    "FeatureModel",
    "HitModel",
    "MorePassageModel",
    "ProblemModel",
    "TermModel",
    "UnderstoodModel",
]


Snippet = Annotated[
    tuple[int, int], described("The part worth showing, in characters: [start, end).", [0, 42])
]
Highlights = Annotated[
    list[tuple[int, int]],
    described("Where terms of the query stand in the passage, in characters.", [[2, 5]]),
]
Passage = Annotated[
    str, described("Markdown, whole.", "**负采样**决定双塔召回的效果：批内负样本会让热门文档被过度打压。")
]
Headings = Annotated[
    list[str], described("The headings above the passage, outermost first.", ["训练", "负采样"])
]
Link = Annotated[
    str,
    described(
        "Opens the page, or its archived copy, at the passage.", "https://blog.example.org/two-tower#training"
    ),
]


class CorrectionModel(Given):
    """Words that the index does not know, or hardly, and those that were meant."""

    typed: Annotated[str, described("Folded.", "双踏模型")]
    meant: Annotated[str, described("What was searched for.", "双塔模型")]
    kind: Annotated[str, described("spelling, homophone or pinyin.", "homophone")]
    replaced: Annotated[bool, described("Whether what was typed was not searched at all.", True)]


class ExpansionModel(Given):
    """Other names of what was typed, which were searched besides and count less."""

    typed: Annotated[str, described("Folded.", "双塔")]
    also: Annotated[list[str], described("The other names.", ["two-tower", "dual encoder"])]
    mined: Annotated[bool, described("Given by the articles, not by the shipped glossary.", False)]


class UnderstoodModel(Given):
    """What the query was taken to mean."""

    text: Annotated[str, described("Folded: widths, case and traditional characters levelled.", "双塔召回")]
    lang: Annotated[str, described("zh, en, mixed or other.", "zh")]
    terms: Annotated[list[str], described("What the lexical leg looked for.", ["双塔", "召回"])]
    ignored: Annotated[list[str], described("Words that say nothing of the subject.", ["怎么"])]
    phrases: Annotated[list[str], described("Quoted: every hit holds them.", ["负采样"])]
    excluded: Annotated[list[str], described("No hit holds them.", ["广告"])]
    corrections: Annotated[
        list[CorrectionModel],
        described(
            "Words that the corpus does not know, and what was searched for instead.",
            [{"typed": "双踏模型", "meant": "双塔模型", "kind": "homophone", "replaced": True}],
        ),
    ]
    expansions: Annotated[
        list[ExpansionModel],
        described(
            "Other names of what was asked for, searched for too and weighing less.",
            [{"typed": "双塔", "also": ["two-tower", "dual encoder"], "mined": False}],
        ),
    ]


class MorePassageModel(Given):
    """Another passage of the same article."""

    passage: Passage
    headings: Headings
    link: Link
    score: Annotated[float, described("As that of a hit.", 0.61)]
    snippet: Snippet
    highlights: Highlights


class FeatureModel(Given):
    """A feature of a hit and what it added to the score of its stage."""

    name: Annotated[str, described("Of the feature.", "title")]
    value: Annotated[float | None, described("What it is; null where it is no property of the hit.", 0.62)]
    added: Annotated[float, described("What it added.", 0.12)]


class TermModel(Given):
    """A term that stands in a hit and what it gave to the lexical score: weight × idf × tf."""

    term: Annotated[str, described("As it is looked for.", "双塔")]
    fields: Annotated[tuple[str, ...], described("Of title, headings, listing and body.", ["title", "body"])]
    weight: Annotated[float, described("Of the term in the query.", 1.0)]
    idf: Annotated[float, described("How rare it is.", 5.1)]
    tf: Annotated[float, described("How often it stands there, saturated.", 1.7)]
    score: Annotated[float, described("Their product.", 8.7)]
    rewriting: Annotated[
        str, described("What was typed, where the term is another form of it; else empty.", "")
    ]


class ExplanationModel(Given):
    """How a hit came to its scores."""

    features: Annotated[tuple[FeatureModel, ...], described("Largest first.", [])]
    terms: Annotated[tuple[TermModel, ...], described("Largest first.", [])]
    rest: Annotated[float, described("Of the lexical score, what the terms do not account for.", 0.0)]


class HitModel(Given):
    """One article at its best passage."""

    rank: Annotated[int, described("From 1.", 1)]
    score: Annotated[float, described("Of the last stage; comparable within one answer only.", 1.42)]
    url: Annotated[str, described("Canonical address.", "https://blog.example.org/two-tower")]
    link: Link
    title: Annotated[str, described("Of the article.", "双塔召回模型的负采样")]
    passage: Passage
    ordinal: Annotated[int, described("Of the passage within its article, from 0.", 3)]
    headings: Headings
    snippet: Snippet
    highlights: Highlights
    list: Annotated[str, described("The first reading list that holds it.", "推荐系统")]
    section: Annotated[
        tuple[str, ...], described("Its place in that list, outermost heading first.", ["召回", "双塔"])
    ]
    note: Annotated[str, described("The curator's words beside the link.", "把 logQ 校正讲清楚了")]
    starred: Annotated[bool, described("Whether a curator starred it.", True)]
    lists: Annotated[tuple[str, ...], described("Every reading list that holds it.", ["推荐系统", "NLP"])]
    article_id: Annotated[str, described("For /articles and /similar.", "0f3a1c9b7d2e4f56")]
    host: Annotated[str, described("The host, without www.", "blog.example.org")]
    site: Annotated[str, described("What the site calls itself.", "小明的笔记")]
    lang: Annotated[str, described("zh, en, mixed or other.", "zh")]
    author: Annotated[str, described("As the page names them, or empty.", "王小明")]
    published: Annotated[str, described("ISO date, or empty.", "2021-06-30")]
    source: Annotated[str, described("origin, archive, saved (by hand) or listing (no page).", "origin")]
    archived: Annotated[str, described("ISO date of the snapshot, for an archive's copy.", "")]
    also_at: Annotated[
        tuple[str, ...],
        described("Addresses of the same article elsewhere.", ["https://mirror.example.com/two-tower"]),
    ]
    stages: Annotated[
        dict[str, float], described("Score by stage, in the order they ran.", {"lexical": 9.1, "fused": 0.8})
    ]
    features: Annotated[
        dict[str, float], described("What each feature added; with explain.", {"fused": 0.8, "title": 0.2})
    ] = Field(default_factory=dict)
    more: Annotated[tuple[MorePassageModel, ...], described("Other passages of the article that fit.", [])]
    explanation: Annotated[
        ExplanationModel | None,
        described("How it came to its scores; with explain.", {"features": [], "terms": [], "rest": 0.0}),
    ] = None


class FacetValueModel(Given):
    """One choice of a filter."""

    value: Annotated[str, described("What to filter by.", "arxiv.org")]
    articles: Annotated[int, described("What it would leave.", 12)]


Choices = tuple[FacetValueModel, ...]


class FacetCountsModel(Given):
    """What could be filtered by. A kind that is filtered already counts as if it were not."""

    list: Annotated[Choices, described("Reading lists.", [{"value": "推荐系统", "articles": 12}])]
    section: Annotated[Choices, described("Headings of the lists.", [{"value": "召回", "articles": 7}])]
    host: Annotated[Choices, described("Sites.", [{"value": "arxiv.org", "articles": 5}])]
    lang: Annotated[Choices, described("Languages.", [{"value": "zh", "articles": 9}])]
    year: Annotated[Choices, described("Years, newest first.", [{"value": "2021", "articles": 3}])]
    starred: Annotated[int, described("Starred articles.", 2)]


class AnswerModel(Given):
    """The answer to a query."""

    query: Annotated[str, described("As typed.", "双塔召回怎么做负采样")]
    understood: Annotated[UnderstoodModel, described("What it was taken to mean.", {"text": "双塔召回"})]
    mode: Annotated[Mode, described("The legs and stages that were used.", "full")]
    took_ms: Annotated[float, described("Milliseconds.", 8.2)]
    stages_ms: Annotated[
        dict[str, float],
        described("Milliseconds by stage; legs of recall run side by side.", {"recall": 4.1, "show": 1.2}),
    ]
    generation: Annotated[str, described("The index that answered.", "000042-71b82f5d6be3")]
    total: Annotated[int, described("Articles among the candidates, shown or not.", 129)]
    offset: Annotated[int, described("Hits before these.", 0)]
    has_more: Annotated[bool, described("Whether there are hits after these.", True)]
    confident: Annotated[
        bool, described("False: nothing relevant was found, the hits are only the nearest.", True)
    ]
    notes: Annotated[list[str], described("What a reader should know.", [])]
    facets: Annotated[
        FacetCountsModel | None, described("With facets.", {"lang": [{"value": "zh", "articles": 9}]})
    ] = None
    hits: Annotated[list[HitModel], described("Best first.", [])]


class BrowsedModel(Given):
    """Articles that filters leave, without a query."""

    generation: Annotated[str, described("The index that answered.", "000042-71b82f5d6be3")]
    total: Annotated[int, described("Articles that the filters leave.", 145)]
    offset: Annotated[int, described("Articles before these.", 0)]
    has_more: Annotated[bool, described("Whether there are articles after these.", True)]
    order: Annotated[str, described("list or date.", "date")]
    new_since: Annotated[str, described("The index against which these are new, or empty.", "")]
    facets: Annotated[
        FacetCountsModel, described("What else could be chosen.", {"lang": [{"value": "zh", "articles": 9}]})
    ]
    hits: Annotated[list[HitModel], described("Each article at its first passage.", [])]


class ProblemModel(BaseModel):
    """What went wrong (RFC 9457)."""

    status: Annotated[int, described("The HTTP status.", 400)]
    title: Annotated[str, described("Its phrase.", "Bad Request")]
    detail: Annotated[str, described("What went wrong, in a sentence.", "The query is empty.")]
    cure: Annotated[str, described("What to do about it, or empty.", "Type some words to search for.")] = ""
    type: Annotated[str, described("As RFC 9457 says: the title tells it all.", "about:blank")] = (
        "about:blank"
    )


class BatchModel(Given):
    """The answers to several queries, in their order."""

    generation: Annotated[str, described("The index that answered them all.", "000042-71b82f5d6be3")]
    answers: Annotated[
        list[AnswerModel | ProblemModel],
        described("An answer each, or the problem with that one query.", []),
    ]
