"""Facet counts: of how many articles a choice in a filter would leave something to see.

A kind that is filtered already is counted as if it were not, so that a reader sees what else could be chosen
(Hearst: Search User Interfaces, 2009, chapter 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from index.facets import STARRED, FacetKind, facet

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.catalog import Catalog
    from search.filters import Filters

__all__ = ["Articles", "FacetCounts", "FacetValue", "count_facets"]

Articles = NDArray[np.int32]  # (n,) article rows

_KINDS: tuple[FacetKind, ...] = get_args(FacetKind)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice."""

    value: str
    articles: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The choices of every kind: of most articles first, years newest first."""

    list: tuple[FacetValue, ...] = ()
    section: tuple[FacetValue, ...] = ()
    host: tuple[FacetValue, ...] = ()
    lang: tuple[FacetValue, ...] = ()
    year: tuple[FacetValue, ...] = ()
    starred: int = 0


def count_facets(catalog: Catalog, matching: Callable[[Filters], Articles], filters: Filters) -> FacetCounts:
    """Count the facets of the articles that `matching` gives, repeated or not, for `filters` and for them without one kind."""
    counts = _counts(catalog, matching(filters))
    starred = counts.get(STARRED, 0)
    by_kind: dict[FacetKind, dict[str, int]] = {kind: _of_kind(kind, counts) for kind in _KINDS}
    for kind in _KINDS:
        released = filters.without(kind)
        if released != filters:
            chosen = frozenset[str]().union(*filters.where().all_of)
            # Recall goes deeper where it is filtered: what is chosen counts as it is shown.
            shown = {value: n for value, n in by_kind[kind].items() if facet(kind, value) in chosen}
            by_kind[kind] = _of_kind(kind, _counts(catalog, matching(released))) | shown
    return FacetCounts(
        **{
            kind: tuple(FacetValue(value, count) for value, count in _ordered(kind, values))
            for kind, values in by_kind.items()
        },
        starred=starred,
    )


def _counts(catalog: Catalog, articles: Articles) -> dict[str, int]:
    once = np.unique(articles)
    return catalog.facet_counts(None if len(once) == catalog.articles_count else once)


def _of_kind(kind: str, counts: dict[str, int]) -> dict[str, int]:
    start = f"{kind}:"
    return {each.removeprefix(start): count for each, count in counts.items() if each.startswith(start)}


def _ordered(kind: str, values: dict[str, int]) -> list[tuple[str, int]]:
    if kind == "year":
        return sorted(values.items(), reverse=True)
    return sorted(values.items(), key=lambda item: (-item[1], item[0]))
