"""What can be filtered by: short strings such as `list:深度学习` or `lang:zh` that an article carries.

Both legs know an article's facets, so a filter narrows recall itself and not its result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingest.articles import Lang

if TYPE_CHECKING:
    from ingest.articles import Entry

__all__ = ["STARRED", "FacetKind", "Where", "facet", "facets"]

FacetKind = Literal["list", "section", "host", "lang", "year"]

STARRED = "starred"


@dataclass(frozen=True, slots=True)
class Where:
    """A filter over articles: every set of `all_of` must share a facet with the article.

    `since` is an ISO 8601 date: published on that day or later; articles without a date are then left out.
    """

    all_of: tuple[frozenset[str], ...] = ()
    since: str = ""

    def __bool__(self) -> bool:
        return bool(self.all_of or self.since)


def facet(kind: FacetKind, value: str) -> str:
    """Return the facet string of a value."""
    return f"{kind}:{value}"


def facets(entry: Entry) -> tuple[str, ...]:
    """Return all facets of an article, sorted. A mixed article is both Chinese and English."""
    from ingest.urls import host_of  # only a build needs it, and a search should start fast

    lang = entry.article.lang
    found = {facet("host", host_of(entry.article.url))}
    found.update(facet("lang", each) for each in ((Lang.ZH, Lang.EN) if lang is Lang.MIXED else (lang,)))
    if year := entry.article.published[:4]:
        found.add(facet("year", year))
    for link in entry.links:
        found.add(facet("list", link.list))
        found.update(facet("section", heading) for heading in link.section)
        if link.starred:
            found.add(STARRED)
    return tuple(sorted(found))
