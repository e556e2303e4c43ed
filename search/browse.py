"""Looking around without a question: what the lists hold, section by section, and the articles that filters leave.

An article is shown by the beginning of its first passage, in the order of the lists or newest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from search.arrivals import arrivals
from search.candidates import Candidates
from search.facet_counts import count_facets
from search.fold_articles import Lead
from search.query import NO_QUERY
from search.show import show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from index.catalog import ArticleRow, Catalog
    from index.generation import Generation
    from search.answers import Hit
    from search.facet_counts import Articles, FacetCounts
    from search.filters import Filters

__all__ = ["Browsed", "Order", "Section", "Shelf", "browse", "shelves"]

Order = Literal["list", "date"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a reading list with the links under it, at any depth."""

    path: tuple[str, ...]  # outermost heading first
    articles: int
    starred: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One reading list, and its sections in the order in which the list has them."""

    list: str
    articles: int
    starred: int
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Browsed:
    """One page of the articles that filters leave."""

    hits: tuple[Hit, ...]
    total: int
    offset: int
    order: Order
    generation: str
    facets: FacetCounts
    new_since: str = ""  # the generation against which these are new; "": all are shown

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.offset + len(self.hits) < self.total


def browse(
    generation: Generation,
    filters: Filters,
    *,
    k: int,
    offset: int = 0,
    order: Order = "list",
    new_since: str = "",
) -> Browsed:
    """Return `k` articles from `offset` on. `new_since` leaves in only what is new (see `arrivals`). Raises QueryError."""
    catalog = generation.catalog
    arrived = arrivals(generation, new_since) if new_since else None

    def matching(chosen: Filters) -> Articles:
        mask = catalog.mask(chosen.where())
        rows = np.arange(catalog.articles_count, dtype=np.int32) if mask is None else _articles(catalog, mask)
        return rows if arrived is None else np.intersect1d(rows, arrived.rows)

    rows = matching(filters)
    if order == "date":
        rows = rows[np.argsort(catalog.date_rank[rows], kind="stable")]
    shown = rows[offset : offset + k]
    articles = catalog.articles(shown)
    first = np.asarray([article.passages.start for article in articles], np.int32)
    leads = [Lead(place, article.row, article.also_at, ()) for place, article in enumerate(articles)]
    candidates = Candidates(first, shown)
    hits = show(leads, candidates, NO_QUERY, generation, first_rank=offset + 1, explain=False)
    return Browsed(
        hits=hits,
        total=len(rows),
        offset=offset,
        order=order,
        generation=generation.id,
        facets=count_facets(catalog, matching, filters),
        new_since=arrived.since if arrived else "",
    )


def shelves(articles: Iterable[ArticleRow]) -> tuple[Shelf, ...]:
    """Return the reading lists with their sections, in the order in which they name the articles.

    An article counts once in a section, and in every section above it.
    """
    members: dict[str, dict[tuple[str, ...], dict[int, bool]]] = {}
    for article in articles:
        for link in article.links:
            of_list = members.setdefault(link.list, {})
            for depth in range(len(link.section) + 1):
                of_section = of_list.setdefault(link.section[:depth], {})
                of_section[article.row] = of_section.get(article.row, False) or link.starred
    return tuple(
        Shelf(
            name,
            len(sections[()]),
            sum(sections[()].values()),
            tuple(
                Section(path, len(rows), sum(rows.values()))
                for path, rows in _in_outline(sections).items()
                if path
            ),
        )
        for name, sections in members.items()
    )


def _in_outline(
    sections: dict[tuple[str, ...], dict[int, bool]],
) -> dict[tuple[str, ...], dict[int, bool]]:
    """Sections with each under the one it is part of, wherever in the list its links stand."""
    place = {path: number for number, path in enumerate(sections)}
    outline = sorted(sections, key=lambda path: [place[path[: depth + 1]] for depth in range(len(path))])
    return {path: sections[path] for path in outline}


def _articles(catalog: Catalog, mask: NDArray[np.bool_]) -> Articles:
    rows: Articles = np.unique(catalog.article_of[mask])
    return rows
