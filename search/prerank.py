"""粗排, prerank: the first candidates again, by features that are too dear for recall and cheap enough here.

A plain linear model: fusion sees passages one by one, so what it lacks is whether the title is about the query
and how much of the query the article holds as a whole. What each feature added to a score can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.folding import fold
from search.fuse import FUSED

if TYPE_CHECKING:
    from index.catalog import Catalog, PassageRow
    from index.lexical import Alternative
    from search.candidates import Candidates, Column

__all__ = ["DEPTH", "PRERANK", "WEIGHTS", "prerank"]

PRERANK = "prerank"

_SHORT_LATIN = re.compile(r"[a-z0-9]{1,2}")

# Candidates that are looked at; the others keep their order behind them.
DEPTH = 50

# Feature -> weight, chosen by mean nDCG@10 over judged queries and public collections in Chinese, English and
# across, and rounded: the optimum is flat. Shares of the query are squared: two articles have some words in common
# by chance, and hardly ever all; unsquared, the same features cost questions in the other language three times as much.
WEIGHTS: Mapping[str, float] = {
    "fused": 1.0,
    "title": 0.2,  # share of the query, by the worth of its terms, that the title holds
    "article": 0.3,  # share that the title and the article's candidate passages hold together
}


def prerank(
    query_worth: Mapping[str, float],
    candidates: Candidates,
    catalog: Catalog,
    alternatives: Sequence[Alternative] = (),
) -> Candidates:
    """Rank the first DEPTH candidates by the weighted sum of their features.

    `query_worth` is what each term of the query is worth (`scales.worth`); shares are shares of its sum. Terms for
    which a text holds an alternative count as held.
    """
    depth = min(DEPTH, len(candidates))
    passages = catalog.passages(candidates.rows[:depth])
    rows = list(dict.fromkeys(passage.article_row for passage in passages))
    look_for = _Finder(query_worth, alternatives)
    titles = {article.row: look_for.terms_in(article.title) for article in catalog.articles(rows)}
    articles = {row: set(found) for row, found in titles.items()}
    for passage in passages:
        articles[passage.article_row] |= look_for.terms_in(" ".join((*passage.headings, passage.text)))

    values = {
        "fused": candidates.stages[FUSED][:depth],
        "title": _shares(titles, passages, query_worth),
        "article": _shares(articles, passages, query_worth),
    }
    rest = np.full(len(candidates) - depth, np.nan, dtype=np.float32)
    added = {
        name: np.concatenate((np.float32(WEIGHTS[name]) * column, rest)) for name, column in values.items()
    }
    scores: Column = np.stack(list(added.values())).sum(axis=0)
    were = {name: np.concatenate((column, rest)) for name, column in values.items()}
    candidates = replace(
        candidates,
        features={**candidates.features, **added},
        values={**candidates.values, **were},
    )
    return candidates.ranked(PRERANK, scores)


def _shares(
    found: Mapping[int, Set[str]], passages: Sequence[PassageRow], worth: Mapping[str, float]
) -> Column:
    """For each passage, the squared share of the query that was found for its article."""
    total = sum(worth.values())
    share = {row: (sum(map(worth.__getitem__, terms)) / total) ** 2 for row, terms in found.items()}
    return np.array([share[passage.article_row] for passage in passages], dtype=np.float32)


class _Finder:
    """Which terms stand in a text, by looking for them as they are: analyzing fifty passages would take ten times as long.

    For Chinese this is what the analyzer finds. A stem is found as a word's beginning, and hyphens do not count.
    """

    def __init__(self, typed: Iterable[str], alternatives: Sequence[Alternative]) -> None:
        self._typed = frozenset(typed)
        self._alternatives = [
            (frozenset(term.text for term in each.terms), each.instead_of) for each in alternatives
        ]
        terms = self._typed.union(*(terms for terms, _ in self._alternatives))
        self._plain: list[tuple[str, str]] = []  # term, what to look for
        self._short: list[tuple[str, re.Pattern[str]]] = []
        for term in terms:
            if _SHORT_LATIN.fullmatch(term):
                self._short.append((term, re.compile(f"(?<![a-z0-9]){term}(?![a-z0-9])")))
            else:
                # The stemmer writes a final y as i.
                self._plain.append((term, term[:-1] if term.isascii() and term.endswith("i") else term))

    def terms_in(self, text: str) -> set[str]:
        folded = fold(text).replace("-", "")
        found = {term for term, form in self._plain if form in folded}
        found.update(term for term, form in self._short if form.search(folded))
        for terms, instead_of in self._alternatives:
            if terms <= found:
                found.update(instead_of)
        return found & self._typed
