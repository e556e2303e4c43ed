"""What the API takes and gives, as pydantic models: they check requests and describe both in `/openapi.json`.

Answers are encoded from `search.answers.to_json` as they are; a test holds that they fit `AnswerModel`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from search.filters import Filters
from search.settings import Mode  # noqa: TC001 - pydantic reads the annotations

__all__ = [
    "AnswerModel",
    "ArticleModel",
    "HitModel",
    "LinkModel",
    "ProblemModel",
    "SearchParameters",
    "StateModel",
]


class SearchParameters(BaseModel):
    """The parameters of a search. Of several values of one filter any may hold; different filters must all hold."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[
        str, Field(description="The query, in Chinese or English.", examples=["双塔召回怎么做负采样"])
    ]
    k: Annotated[int | None, Field(ge=1, description="Number of hits.")] = None
    mode: Annotated[
        Mode | None, Field(description="Legs and stages to use; default: the server's setting.")
    ] = None
    in_lists: Annotated[list[str], Field(alias="list", description="In this reading list.")] = []
    section: Annotated[list[str], Field(description="Under this heading of a list.")] = []
    host: Annotated[list[str], Field(description="From this site, e.g. arxiv.org.")] = []
    lang: Annotated[list[str], Field(description="zh or en.")] = []
    starred: Annotated[bool, Field(description="Only what a curator starred.")] = False
    since: Annotated[str, Field(description="Published since this date: 2021, 2021-06 or 2021-06-30.")] = ""
    explain: Annotated[bool, Field(description="Add what each feature contributed.")] = False

    def filters(self) -> Filters:
        """The filters among the parameters."""
        return Filters(
            lists=tuple(self.in_lists),
            sections=tuple(self.section),
            hosts=tuple(self.host),
            langs=tuple(self.lang),
            starred=self.starred,
            since=self.since,
        )


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UnderstoodModel(_Given):
    """What the query was taken to mean."""

    text: str
    lang: str
    terms: list[str]
    ignored: list[str]


class MorePassageModel(_Given):
    """Another passage of the same article."""

    passage: str
    headings: list[str]
    link: str
    score: float
    snippet: Annotated[tuple[int, int], Field(description="The part worth showing, in characters.")]
    highlights: list[tuple[int, int]]


class FeatureModel(_Given):
    """A feature of a hit and what it added to the score of its stage."""

    name: str
    value: float | None
    added: float


class TermModel(_Given):
    """A term that stands in a hit and what it gave to the lexical score: weight × idf × tf."""

    term: str
    fields: Annotated[tuple[str, ...], Field(description="Of title, headings, listing and body.")]
    weight: float
    idf: float
    tf: float
    score: float
    rewriting: Annotated[str, Field(description="What was typed, where the term is another form of it.")]


class ExplanationModel(_Given):
    """How a hit came to its scores."""

    features: Annotated[tuple[FeatureModel, ...], Field(description="Largest first.")]
    terms: Annotated[tuple[TermModel, ...], Field(description="Largest first.")]
    rest: Annotated[float, Field(description="Of the lexical score, what the terms do not account for.")]


class HitModel(_Given):
    """One article at its best passage."""

    rank: int
    score: Annotated[float, Field(description="Of the last stage; comparable within one answer only.")]
    url: Annotated[str, Field(description="Canonical address.")]
    link: Annotated[str, Field(description="Opens the page, or its archived copy, at the passage.")]
    title: str
    passage: Annotated[str, Field(description="Markdown, whole.")]
    headings: tuple[str, ...]
    snippet: Annotated[tuple[int, int], Field(description="The part worth showing, in characters.")]
    highlights: tuple[tuple[int, int], ...]
    list: str
    section: tuple[str, ...]
    note: Annotated[str, Field(description="The curator's words beside the link.")]
    starred: bool
    lists: tuple[str, ...]
    article_id: str
    host: str
    site: str
    lang: str
    author: str
    published: Annotated[str, Field(description="ISO date, or empty.")]
    source: Annotated[str, Field(description="origin, archive, saved (by hand) or listing.")]
    archived: Annotated[str, Field(description="ISO date of the snapshot, for an archive's copy.")]
    also_at: tuple[str, ...]
    stages: Annotated[dict[str, float], Field(description="Score by stage.")]
    features: Annotated[dict[str, float], Field(description="What each feature added; with explain.")] = {}
    more: tuple[MorePassageModel, ...]
    explanation: Annotated[ExplanationModel | None, Field(description="With explain.")] = None


class AnswerModel(_Given):
    """The answer to a query."""

    query: str
    understood: UnderstoodModel
    mode: Mode
    took_ms: float
    stages_ms: dict[str, float]
    generation: Annotated[str, Field(description="The index that answered.")]
    total: Annotated[int, Field(description="Articles among the candidates, shown or not.")]
    offset: Annotated[int, Field(description="Hits before these.")]
    has_more: Annotated[bool, Field(description="Whether there are hits after these.")]
    confident: Annotated[
        bool, Field(description="False: nothing relevant was found, the hits are only the nearest.")
    ]
    notes: list[str]
    hits: list[HitModel]


class LinkModel(_Given):
    """One place in a reading list that points to the article."""

    title: str
    list: str
    section: tuple[str, ...]
    note: str
    starred: bool


class ArticleModel(_Given):
    """One article, whole."""

    article_id: str
    url: str
    title: str
    text: Annotated[str, Field(description="Markdown.")]
    author: str
    published: str
    site: str
    lang: str
    source: str
    archived: str
    also_at: tuple[str, ...]
    links: tuple[LinkModel, ...]


class StateModel(_Given):
    """Whether the server can answer."""

    status: str
    generation: str = ""


class ProblemModel(BaseModel):
    """What went wrong (RFC 9457)."""

    status: int
    title: str
    detail: str
    cure: str = ""
    type: str = "about:blank"
