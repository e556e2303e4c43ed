"""What prerank knows of each candidate: one row of numbers, cheap enough for a few hundred of them.

Scores of the legs with their place among the others, how much of the query passage, headings, title and listing hold
and how near together, what else the same article has among the candidates, and what the lists say. What is unknown is
NaN, so that a model trained with two towers works with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from ingest.articles import Lang
from search.prerank.leg_features import LEGS, leg_features
from search.prerank.text_features import text_features
from search.prerank.translation import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from numpy.typing import NDArray

    from index.catalog import Catalog
    from index.lexical import LexicalIndex
    from search.candidates import Candidates, Column
    from search.prerank.leg_features import Legs
    from search.query import Query
    from search.scales import Scale

__all__ = ["FEATURES", "NEVER_HELPS", "NEVER_HURTS", "Asked", "Features", "features"]

FEATURES: tuple[str, ...] = (
    *(f"{leg}.{what}" for leg in (*LEGS, "fused") for what in ("score", "rank", "standing", "best")),
    # A vote for each kind of dense leg, as in fusion; of two kinds, what reads sentences has twice the say of what adds
    # up words.
    "dense.score",
    "agreement",  # legs of which it is among the first ten
    # Of the terms of the query, by worth, and how they stand.
    "passage.bm25",
    "headings.bm25",
    "title.bm25",
    "listing.bm25",
    "passage.covered",
    "context.covered",
    "title.covered",
    "listing.covered",
    "article.covered",
    "passage.near",
    "passage.phrase",
    "title.phrase",
    "title.focus",
    # The article's candidates together: articles are what is judged.
    "article.fused",
    "article.second",
    "article.encoder",
    "article.table",
    "article.lexical",
    "article.candidates",
    "article.lead",
    # Of the passage and its article by themselves.
    "passage.width",
    "passage.place",
    "article.passages",
    "article.starred",
    "article.lists",
    "article.age",
    "same_language",
    "translated",  # evidence of words that a passage in another language cannot have
    # Of the query.
    "query.chinese",
    "query.terms",
    "query.known",
)

_TEXTS = ("passage", "context", "title", "listing", "article")
# Where reason knows the direction, models are held to it.
NEVER_HURTS = frozenset(
    {
        *(f"{leg}.{what}" for leg in (*LEGS, "fused") for what in ("score", "standing")),
        *(f"article.{leg}" for leg in (*LEGS, "fused")),
        *(f"{text}.covered" for text in _TEXTS),
        *(f"{text}.bm25" for text in ("passage", "headings", "title", "listing")),
        *("agreement", "article.second", "passage.near", "passage.phrase", "title.phrase", "title.focus"),
        *("article.starred", "article.lists", "dense.score", "translated"),
    }
)
NEVER_HELPS = frozenset({f"{leg}.rank" for leg in (*LEGS, "fused")} | {"article.age"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and what its terms mean to this corpus."""

    query: Query
    worth: Mapping[str, float]  # of each term (`scales.worth`)
    known: frozenset[str]  # terms that stand anywhere in the corpus

    @classmethod
    def of(cls, query: Query, worth: Mapping[str, float], index: LexicalIndex) -> Asked:
        """Look up which terms the index has."""
        return cls(query, worth, frozenset(term for term in worth if index.document_frequency(term)))


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of `n` candidates, in their order."""

    values: NDArray[np.float32]  # (n, len(FEATURES)); NaN: unknown

    def column(self, name: str) -> Column:
        """One feature of all candidates, (n,)."""
        return self.values[:, FEATURES.index(name)]


def features(
    asked: Asked,
    candidates: Candidates,
    positions: NDArray[np.intp],
    catalog: Catalog,
    scales: Mapping[str, Scale],
    legs: Legs,
    wanted: Set[str] | None = None,
) -> Features:
    """Compute the features of the candidates at `positions`; `candidates` come best first by fusion.

    Those that are not `wanted` may be left out, which makes them NaN.
    """
    of_legs = leg_features(candidates, scales, legs)
    columns = {name: column[positions] for name, column in of_legs.items()}
    columns |= text_features(asked.query, asked.worth, candidates.take(positions), catalog, wanted)
    columns["translated"] = translated(columns, asked.query)
    chinese = {Lang.ZH: 1.0, Lang.MIXED: 0.5}.get(asked.query.lang, 0.0)
    known = sum(asked.worth[term] for term in asked.known) / sum(asked.worth.values())
    for name, value in (("chinese", chinese), ("terms", log1p(len(asked.worth))), ("known", known)):
        columns[f"query.{name}"] = np.full(len(positions), value, dtype=np.float32)
    unknown = np.full(len(positions), np.nan, dtype=np.float32)
    return Features(np.stack([columns.get(name, unknown) for name in FEATURES], axis=1))
