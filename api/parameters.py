"""What the API is asked, as pydantic models: they check requests and describe them in `/openapi.json`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from search.browse import Order  # noqa: TC001 - pydantic reads the annotations
from search.filters import Filters
from search.settings import Mode, Sort  # noqa: TC001 - pydantic reads the annotations

__all__ = [
    "BatchParameters",
    "BrowseParameters",
    "FilterParameters",
    "SearchParameters",
    "SimilarParameters",
    "SuggestParameters",
]


def _described(description: str, example: object, **limits: Any) -> Any:
    return Field(description=description, examples=[example], **limits)


_DEEPEST = 10_000  # hits that may be passed over; recall finds some hundreds


class FilterParameters(BaseModel):
    """What is left in. Of several values of one filter any may hold; different filters must all hold."""

    model_config = ConfigDict(extra="forbid")

    in_lists: Annotated[
        list[str], Field(alias="list", description="In this reading list.", examples=[["推荐系统"]])
    ] = []
    section: Annotated[list[str], _described("Under this heading of a list.", ["召回"])] = []
    host: Annotated[list[str], _described("From this site.", ["arxiv.org"])] = []
    lang: Annotated[
        list[str], _described("zh or en; an article of both languages passes for either.", ["zh"])
    ] = []
    year: Annotated[list[str], _described("Published in this year.", ["2021"])] = []
    starred: Annotated[bool, _described("Only what a curator starred.", False)] = False
    since: Annotated[str, _described("Published since this date: 2021, 2021-06 or 2021-06-30.", "2021")] = ""

    @field_validator("*")
    @classmethod
    def _of_characters(cls, value: object) -> object:
        """JSON can write half of a surrogate pair, which is no text and cannot be looked for, stored or sent."""
        try:
            for each in value if isinstance(value, list) else (value,):
                str(each).encode()
        except UnicodeEncodeError:
            raise ValueError("half of a surrogate pair is no character") from None
        return value

    def filters(self) -> Filters:
        """The filters among the parameters."""
        return Filters(
            lists=tuple(self.in_lists),
            sections=tuple(self.section),
            hosts=tuple(self.host),
            langs=tuple(self.lang),
            years=tuple(self.year),
            starred=self.starred,
            since=self.since,
        )


class SearchParameters(FilterParameters):
    """A search."""

    q: Annotated[str, _described("The query, in Chinese or English.", "双塔召回怎么做负采样")]
    k: Annotated[int | None, _described("Number of hits; default: the server's setting.", 10, ge=1)] = None
    offset: Annotated[
        int,
        _described(
            "Hits to pass over, in whichever index is served then; see also cursor.", 0, ge=0, le=_DEEPEST
        ),
    ] = 0
    cursor: Annotated[
        str,
        _described(
            'What the header `Link: <…>; rel="next"` of the page before this one says; all other parameters stay as they '
            "were. It goes on in the index that the first page came from, and is refused (410) once that is gone.",
            "",
        ),
    ] = ""
    mode: Annotated[
        Mode | None, _described("Legs and stages to use; default: the server's setting.", "full")
    ] = None
    sort: Annotated[
        Sort, _described("By relevance, or the newest first of what fits about as well.", "relevance")
    ] = "relevance"
    facets: Annotated[
        bool, _described("Count the lists, sections, sites, languages and years of what was found.", True)
    ] = False
    explain: Annotated[bool, _described("Add what each feature contributed to the score.", False)] = False


class BatchParameters(BaseModel):
    """Several searches, answered from one index."""

    model_config = ConfigDict(extra="forbid")

    queries: Annotated[
        list[SearchParameters],
        _described("The searches.", [{"q": "粗排"}, {"q": "rank fusion", "k": 3}], min_length=1),
    ]


class SuggestParameters(BaseModel):
    """What a reader has typed so far."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, _described("The beginning of a query; Chinese also by pinyin or its initials.", "zylj")]
    k: Annotated[int, _described("Number of suggestions at most.", 8, ge=1, le=50)] = 8


class SimilarParameters(FilterParameters):
    """An article of which more are wanted."""

    article: Annotated[
        str, _described("Its article_id, or its address.", "https://blog.example.org/two-tower")
    ]
    k: Annotated[int | None, _described("Number of hits; default: the server's setting.", 10, ge=1)] = None


class BrowseParameters(FilterParameters):
    """A look around, without a query."""

    k: Annotated[int | None, _described("Number of articles; default: the server's setting.", 10, ge=1)] = (
        None
    )
    offset: Annotated[int, _described("Articles to pass over.", 0, ge=0)] = 0
    order: Annotated[Order, _described("That of the lists, or by date, newest first.", "date")] = "list"
    new_since: Annotated[
        str,
        _described(
            'Only what is new since "last" (the index before this one), a date, or an index by id.', ""
        ),
    ] = ""
