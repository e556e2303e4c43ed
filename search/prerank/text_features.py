"""What passages, headings, titles and listings say of a query, and what is known of them without it.

All are read in two queries and searched in one pass (`search.prerank.matching`), which is what keeps this within milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from search.prerank.matching import find, spelled
from search.prerank.translation import same_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from index.catalog import Catalog
    from search.candidates import Candidates, Column
    from search.query import Query

__all__ = ["text_features"]

_TYPICAL_WIDTH = 400.0  # display units of a passage (index.passages)
_K1, _B = 1.2, 0.75  # of BM25, as in the lexical leg


def text_features(
    query: Query, query_worth: Mapping[str, float], candidates: Candidates, catalog: Catalog
) -> dict[str, Column]:
    """Return the features of all candidates by name, (n,) each.

    `query_worth` is what each term of the query is worth (`scales.worth`).
    """
    columns: dict[str, Column] = {}
    passages = catalog.passages(candidates.rows)
    articles, article = np.unique(candidates.articles, return_inverse=True)
    outlines = catalog.outlines(articles)
    n, a = len(passages), len(outlines)
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
    total = max(float(worth.sum()), 1e-6)
    frequencies = found.frequencies()
    for each in query.alternatives:
        # A text that says it in other words holds what they stand for.
        said_so = frequencies[:, [terms.index(term.text) for term in each.terms]].min(axis=1)
        for place in (terms.index(term) for term in each.instead_of if term in query_worth):
            frequencies[:, place] = np.maximum(frequencies[:, place], said_so)
    body, headings, titles, listings = np.split(frequencies, (n, 2 * n, 2 * n + a))
    units = (found.lengths + found.wide) / np.float32(2)
    columns["passage.bm25"] = _bm25(body, units[:n], worth) / total
    # Short fields: length says nothing of them.
    typical = np.full(2 * n + 2 * a, _TYPICAL_WIDTH, dtype=np.float32)
    columns["headings.bm25"] = _bm25(headings, typical[:n], worth) / total
    columns["title.bm25"] = (_bm25(titles, typical[:a], worth) / total)[article]
    columns["listing.bm25"] = (_bm25(listings, typical[:a], worth) / total)[article]

    in_body, in_headings, in_titles, in_listings = (each > 0 for each in (body, headings, titles, listings))
    context = in_headings | in_titles[article]
    whole = np.zeros((a, len(worth)), dtype=np.bool_)
    np.logical_or.at(whole, article, in_body | context)
    for name, held in (
        ("passage", in_body),
        ("context", in_body | context),
        ("title", in_titles[article]),
        ("listing", in_listings[article]),
        ("article", whole[article]),
    ):
        columns[f"{name}.covered"] = (held @ worth) / total
    window = max(3 * len(query.folded), 24)
    columns["passage.near"] = found.nearest(worth, window)[:n] / total
    phrase = spelled(query.folded).strip(" ?!.,;:。，")
    said = np.fromiter((phrase in text for text in found.texts[: 2 * n + a]), np.float32, 2 * n + a)
    columns["passage.phrase"] = np.maximum(said[:n], said[n : 2 * n])
    columns["title.phrase"] = said[2 * n :][article]
    # How much of the title is the query: a title that holds more is about more.
    longer = np.float32(len(phrase)) / np.maximum(found.lengths[2 * n : 2 * n + a], max(len(phrase), 1))
    columns["title.focus"] = (columns["title.covered"] * longer[article]).astype(np.float32)

    columns["passage.width"] = np.log1p(units[:n]).astype(np.float32)
    counts = np.fromiter((outline.passages for outline in outlines), np.float32, a)[article]
    ordinals = np.fromiter((passage.ordinal for passage in passages), np.float32, n)
    columns["passage.place"] = (ordinals / np.maximum(counts, 1)).astype(np.float32)
    columns["article.passages"] = np.log1p(counts)
    columns["article.starred"] = np.fromiter((each.starred for each in outlines), np.float32, a)[article]
    lists = (len({link.list for link in outline.links}) for outline in outlines)
    columns["article.lists"] = np.fromiter(lists, np.float32, a)[article]
    days = np.array([_year(outline.published) for outline in outlines], dtype=np.float32)
    newest = np.nanmax(days) if not np.isnan(days).all() else np.nan
    columns["article.age"] = (np.float32(newest) - days)[article]
    chinese = (found.wide[:n] / np.maximum(found.lengths[:n], 1)).astype(np.float32)
    columns["same_language"] = same_language(query.lang, chinese)
    return columns


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
