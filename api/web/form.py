"""What a reader asks of the page, and the address that says so: every state of the page can be linked to and shared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeVar, get_args
from urllib.parse import urlencode

from ingest.errors import QueryError
from search.filters import Filters
from search.settings import Mode, Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Form", "Kind"]

T = TypeVar("T")
Kind = Literal["list", "section", "host", "lang", "year"]

# How a filter is called in an address, and in `Filters`.
_FIELDS: dict[str, str] = {
    "list": "lists",
    "section": "sections",
    "host": "hosts",
    "lang": "langs",
    "year": "years",
}
_MODES: dict[str, Mode] = {mode: mode for mode in get_args(Mode)}
_SORTS: dict[str, Sort] = {sort: sort for sort in get_args(Sort)}
_YES = frozenset({"true", "1", "on", "yes"})


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in. Without a query it browses: everything, or what the filters leave in."""

    q: str = ""
    filters: Filters = field(default_factory=Filters)
    mode: Mode | None = None
    sort: Sort = "relevance"
    page: int = 1
    explain: bool = False
    like: str = ""  # id of the article whose likes are asked for
    new: bool = False  # what the last rebuild brought

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> Form:
        """The form that the pairs of an address fill in; what is empty or unknown counts for nothing.

        Raises QueryError for a value that makes no sense.
        """
        several: dict[str, dict[str, None]] = {name: {} for name in _FIELDS}
        single: dict[str, str] = {}
        for name, value in pairs:
            if not value.strip():
                continue
            if name in several:
                several[name][value] = None
            else:
                single[name] = value
        filters = Filters(
            lists=tuple(several["list"]),
            sections=tuple(several["section"]),
            hosts=tuple(several["host"]),
            langs=tuple(several["lang"]),
            years=tuple(several["year"]),
            starred=single.get("starred", "") in _YES,
            since=single.get("since", ""),
        )
        return cls(
            q=single.get("q", ""),
            filters=filters,
            mode=_one_of(_MODES, "mode", single.get("mode")),
            sort=_one_of(_SORTS, "sort", single.get("sort")) or "relevance",
            page=_page(single.get("page", "1")),
            explain=single.get("explain", "") in _YES,
            like=single.get("like", ""),
            new=single.get("new", "") in _YES,
        )

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return self.filters != Filters()

    @property
    def plain(self) -> bool:
        """Whether the answer is a ranking for a query and nothing else: no filter, no other order."""
        return bool(self.q.strip()) and not (self.narrowed or self.like) and self.sort == "relevance"

    @property
    def asks(self) -> bool:
        """Whether anything is asked for, so that results are shown and not the front page."""
        return bool(self.q.strip() or self.narrowed or self.like or self.new)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All that is set, as the pairs of an address."""
        found = [("q", self.q), ("like", self.like), ("new", _flag(self.new))]
        found += [
            (name, value) for name, field_ in _FIELDS.items() for value in getattr(self.filters, field_)
        ]
        found += [("starred", _flag(self.filters.starred)), ("since", self.filters.since)]
        found += [("sort", self.sort if self.sort != "relevance" else ""), ("mode", self.mode or "")]
        found += [("explain", _flag(self.explain)), ("page", str(self.page) if self.page > 1 else "")]
        return [(name, value) for name, value in found if value]

    @property
    def address(self) -> str:
        """The page's own address with this form filled in."""
        return "/?" + urlencode(self.pairs) if self.pairs else "/"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a new query keeps of this form: filters, order and mode."""
        return [(name, value) for name, value in self.pairs if name not in {"q", "page", "like", "new"}]

    @property
    def chosen(self) -> list[tuple[Kind, str]]:
        """The values that are filtered by, kind by kind."""
        return [(kind, value) for kind in get_args(Kind) for value in getattr(self.filters, _FIELDS[kind])]

    def but(self, **changes: object) -> Form:
        """The same form with some fields changed, on its first page unless a page is given."""
        return replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]

    def toggled(self, kind: Kind, value: str) -> Form:
        """With one value more, or less where it is chosen already."""
        name = _FIELDS[kind]
        values: tuple[str, ...] = getattr(self.filters, name)
        left = tuple(each for each in values if each != value) if value in values else (*values, value)
        return self.but(filters=replace(self.filters, **{name: left}))  # type: ignore[arg-type]

    def starred(self, starred: bool) -> Form:
        """With only what a curator starred, or with everything."""
        return self.but(filters=replace(self.filters, starred=starred))


def _flag(value: bool) -> str:
    return "true" if value else ""


def _one_of(known: Mapping[str, T], name: str, value: str | None) -> T | None:
    if value is None:
        return None
    if value not in known:
        raise QueryError(
            f"{name}: '{value}' is unknown.",
            f"Use one of {', '.join(known)}.",
            key="unknown_value",
            about=(name, value, ", ".join(known)),
        )
    return known[value]


def _page(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and int(value[:6]) >= 1 and len(value) <= 6):
        raise QueryError(
            f"page: '{value[:20]}' is no page.",
            "Pages are counted from 1.",
            key="no_page",
            about=(value[:20],),
        )
    return int(value)
