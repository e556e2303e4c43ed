"""What the results can be narrowed by, as links: each leads to the page as it would be with that choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from api.web.form import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.web.form import Form
    from search.facet_counts import FacetCounts
    from search.settings import Sort

__all__ = ["Chip", "Choice", "Group", "Order", "chips", "groups", "orders", "stars"]

_MOST = 20  # choices of a kind; whoever looks for a rarer one types its name


@dataclass(frozen=True, slots=True)
class Choice:
    """One value, and how many articles it would leave."""

    value: str
    label: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The choices of one kind."""

    kind: Kind
    values: tuple[Choice, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set; its address is the page without it."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort."""

    name: str
    sort: Sort
    address: str
    chosen: bool


def groups(form: Form, counts: FacetCounts, words: Mapping[str, str]) -> tuple[Group, ...]:
    """The kinds that have something to choose, each with its choices."""
    chosen = set(form.chosen)
    found = []
    for kind in get_args(Kind):
        values = getattr(counts, kind)
        kept = [*values[:_MOST], *(each for each in values[_MOST:] if (kind, each.value) in chosen)]
        choices = tuple(
            Choice(
                each.value,
                label(kind, each.value, words),
                each.articles,
                form.toggled(kind, each.value).address,
                (kind, each.value) in chosen,
            )
            for each in kept
        )
        if len(choices) > 1 or any(each.chosen for each in choices):
            found.append(Group(kind, choices, any(each.chosen for each in choices)))
    return tuple(found)


def stars(form: Form, counts: FacetCounts, words: Mapping[str, str]) -> Choice | None:
    """The choice of what a curator starred, where there is any."""
    chosen = form.filters.starred
    if not counts.starred and not chosen:
        return None
    address = form.starred(not chosen).address
    return Choice("true", words["starred"], counts.starred, address, chosen)


def chips(form: Form, words: Mapping[str, str]) -> Iterator[Chip]:
    """The filters that are set."""
    for kind, value in form.chosen:
        yield Chip(label(kind, value, words), form.toggled(kind, value).address)
    if form.filters.starred:
        yield Chip(f"★ {words['starred']}", form.starred(False).address)
    if since := form.filters.since:
        without = form.but(filters=replace(form.filters, since=""))
        yield Chip(words["since"].format(day=since), without.address)


def orders(form: Form) -> tuple[Order, ...]:
    """By relevance or by date; without a query it is the lists' own order that stands in for relevance."""
    first = "relevance" if form.q.strip() else "list"
    return (
        Order(first, "relevance", form.but(sort="relevance").address, form.sort == "relevance"),
        Order("date", "date", form.but(sort="date").address, form.sort == "date"),
    )


def label(kind: Kind, value: str, words: Mapping[str, str]) -> str:
    """How a value is called to a reader."""
    return words.get(value, value) if kind == "lang" else value
