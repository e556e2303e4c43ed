"""What passages, headings, titles and listings say of a query, and what is known of them without it.

All are read in two queries and searched in one pass (`search.prerank.matching`), which is what keeps this within milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search.prerank.matching import find, spelled
from search.prerank.translation import same_language

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from numpy.typing import NDArray

    from index.catalog import ArticleOutline, Catalog, PassageRow
    from search.candidates import Candidates, Column
    from search.prerank.matching import Occurrences
    from search.query import Query

__all__ = ["text_features"]

_TYPICAL_WIDTH = 400.0  # display units of a passage (index.passages)
_K1, _B = 1.2, 0.75  # of BM25, as in the lexical leg


def text_features(
    query: Query,
    query_worth: Mapping[str, float],
    candidates: Candidates,
    catalog: Catalog,
    wanted: Set[str] | None = None,
) -> dict[str, Column]:
    """Return the features of all candidates by name, (n,) each; without those of a kind of which none is `wanted`.

    `query_worth` is what each term of the query is worth (`scales.worth`).
    """
    read = _read(query, query_worth, candidates, catalog)
    columns = _covered(read)
    columns["same_language"] = same_language(query.lang, read.chinese)
    for kind, names in _FURTHER.items():
        if wanted is None or not wanted.isdisjoint(names):
            columns |= kind(read)
    return columns


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """The texts of `n` candidates and of their `a` articles, and where the query's terms stand in them."""

    query: Query
    passages: Sequence[PassageRow]  # (n,)
    outlines: Sequence[ArticleOutline]  # (a,)
    article: NDArray[np.intp]  # (n,) number of the article
    worth: NDArray[np.float32]  # (terms,)
    total: float  # of the worth, and never 0
    found: Occurrences  # in passages, headings, titles and listings, one after the other
    frequencies: NDArray[np.float32]  # (texts, terms), other names counted

    def fields(self) -> list[NDArray[np.float32]]:
        """The frequencies in passages, headings (n, terms), titles and listings (a, terms)."""
        n, a = len(self.passages), len(self.outlines)
        return np.split(self.frequencies, (n, 2 * n, 2 * n + a))

    @property
    def units(self) -> NDArray[np.float32]:
        """Width of the passages, (n,), in display units."""
        n = len(self.passages)
        width: NDArray[np.float32] = (self.found.lengths[:n] + self.found.wide[:n]) / np.float32(2)
        return width

    @property
    def chinese(self) -> Column:
        """Share of the passages' characters that are Chinese, (n,)."""
        n = len(self.passages)
        return (self.found.wide[:n] / np.maximum(self.found.lengths[:n], 1)).astype(np.float32)


def _read(query: Query, query_worth: Mapping[str, float], candidates: Candidates, catalog: Catalog) -> _Read:
    passages = catalog.passages(candidates.rows)
    articles, article = np.unique(candidates.articles, return_inverse=True)
    outlines = catalog.outlines(articles)
    texts = [passage.text for passage in passages]
    texts += [" ".join(passage.headings) for passage in passages]
    texts += [outline.title for outline in outlines]
    texts += [
        " ".join(
            dict.fromkeys(part for link in outline.links for part in (*link.section, link.title, link.note))
        )
        for outline in outlines
    ]
    besides = [term.text for each in query.alternatives for term in each.terms]
    terms = list(dict.fromkeys((*query_worth, *besides)))
    found = find(texts, terms)
    worth = np.fromiter((query_worth.get(term, 0.0) for term in terms), np.float32, len(terms))
    frequencies = found.frequencies()
    for each in query.alternatives:
        # A text that says it in other words holds what they stand for.
        said_so = frequencies[:, [terms.index(term.text) for term in each.terms]].min(axis=1)
        for place in (terms.index(term) for term in each.instead_of if term in query_worth):
            frequencies[:, place] = np.maximum(frequencies[:, place], said_so)
    return _Read(query, passages, outlines, article, worth, max(float(worth.sum()), 1e-6), found, frequencies)


def _covered(read: _Read) -> dict[str, Column]:
    """How much of the query, by worth, each text holds."""
    in_body, in_headings, in_titles, in_listings = (each > 0 for each in read.fields())
    context = in_headings | in_titles[read.article]
    whole = np.zeros((len(read.outlines), len(read.worth)), dtype=np.bool_)
    np.logical_or.at(whole, read.article, in_body | context)
    texts = {
        "passage": in_body,
        "context": in_body | context,
        "title": in_titles[read.article],
        "listing": in_listings[read.article],
        "article": whole[read.article],
    }
    return {f"{name}.covered": (held @ read.worth) / read.total for name, held in texts.items()}


def _matched(read: _Read) -> dict[str, Column]:
    """BM25 within each field."""
    n, a = len(read.passages), len(read.outlines)
    # Short fields: length says nothing of them.
    typical = np.full(max(n, a), _TYPICAL_WIDTH, dtype=np.float32)
    body, headings, titles, listings = read.fields()
    return {
        "passage.bm25": _bm25(body, read.units, read.worth) / read.total,
        "headings.bm25": _bm25(headings, typical[:n], read.worth) / read.total,
        "title.bm25": (_bm25(titles, typical[:a], read.worth) / read.total)[read.article],
        "listing.bm25": (_bm25(listings, typical[:a], read.worth) / read.total)[read.article],
    }


def _near(read: _Read) -> dict[str, Column]:
    """How near the terms stand together, and whether the query stands there as it is."""
    n, a, found = len(read.passages), len(read.outlines), read.found
    window = max(3 * len(read.query.folded), 24)
    phrase = spelled(read.query.folded).strip(" ?!.,;:。，")
    said = np.fromiter((phrase in text for text in found.texts[: 2 * n + a]), np.float32, 2 * n + a)
    _, _, titles, _ = read.fields()
    covered = ((titles > 0) @ read.worth)[read.article] / read.total
    # How much of the title is the query: a title that holds more is about more.
    focus = np.float32(len(phrase)) / np.maximum(found.lengths[2 * n : 2 * n + a], max(len(phrase), 1))
    return {
        "passage.near": found.nearest(read.worth, window)[:n] / read.total,
        "passage.phrase": np.maximum(said[:n], said[n : 2 * n]),
        "title.phrase": said[2 * n :][read.article],
        "title.focus": (covered * focus[read.article]).astype(np.float32),
    }


def _given(read: _Read) -> dict[str, Column]:
    """What is known of a passage and its article without the query."""
    n, a, article = len(read.passages), len(read.outlines), read.article
    counts = np.fromiter((outline.passages for outline in read.outlines), np.float32, a)[article]
    ordinals = np.fromiter((passage.ordinal for passage in read.passages), np.float32, n)
    lists = (len({link.list for link in outline.links}) for outline in read.outlines)
    days = np.array([_year(outline.published) for outline in read.outlines], dtype=np.float32)
    newest = np.nanmax(days) if not np.isnan(days).all() else np.nan
    return {
        "passage.width": np.log1p(read.units).astype(np.float32),
        "passage.place": (ordinals / np.maximum(counts, 1)).astype(np.float32),
        "article.passages": np.log1p(counts),
        "article.starred": np.fromiter((each.starred for each in read.outlines), np.float32, a)[article],
        "article.lists": np.fromiter(lists, np.float32, a)[article],
        "article.age": (np.float32(newest) - days)[article],
    }


def _bm25(
    frequencies: NDArray[np.float32], widths: NDArray[np.float32], worth: NDArray[np.float32]
) -> Column:
    norm = _K1 * (1 - _B + _B * widths / _TYPICAL_WIDTH)
    saturated = frequencies * (_K1 + 1) / (frequencies + norm[:, None])
    return (saturated @ worth).astype(np.float32)


def _year(published: str) -> float:
    """An ISO date as a year with a fraction; NaN where there is none."""
    if not published[:4].isdigit():
        return np.nan
    month = published[5:7]
    return int(published[:4]) + (int(month) - 1) / 12 if month.isdigit() else int(published[:4]) + 0.5


# What costs more than half of it all, and the linear model does not read.
_FURTHER: Mapping[Callable[[_Read], dict[str, Column]], frozenset[str]] = {
    _matched: frozenset({"passage.bm25", "headings.bm25", "title.bm25", "listing.bm25"}),
    _near: frozenset({"passage.near", "passage.phrase", "title.phrase", "title.focus"}),
    _given: frozenset(
        {"passage.width", "passage.place"}
        | {f"article.{what}" for what in ("passages", "starred", "lists", "age")}
    ),
}
