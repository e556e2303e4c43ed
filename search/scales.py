"""What a leg's score means: where its zero and its one lie, so that legs can be added.

BM25 grows with the number and rarity of the query's terms, cosines sit where a tower puts them. Bringing each leg
to [0, 1] by its best and worst candidate would hide that: the best of a leg that found nothing would count as much
as a perfect match. Fixed points keep it, in the spirit of the theoretical minima of Bruch, Gai, Ingber (2023),
arXiv:2210.11934: 0 is no likeness at all, 1 a full match.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from index.dense import DenseIndex
    from index.lexical import LexicalIndex, QueryTerm
    from search.candidates import Column

__all__ = ["Scale", "dense_scale", "lexical_scale", "worth"]

# Passages that stand for all: their pairs give the mean to two digits.
_SAMPLE = 256


@dataclass(frozen=True, slots=True)
class Scale:
    """A leg's scores at no likeness and at a full match; `one` is above `zero`."""

    zero: float
    one: float

    def __call__(self, scores: Column) -> Column:
        """Map scores (n,) so that zero and one become 0 and 1. NaN, never scored, becomes 0."""
        scaled = (scores - np.float32(self.zero)) / np.float32(self.one - self.zero)
        return np.where(np.isnan(scaled), np.float32(0), scaled)


def worth(terms: Sequence[QueryTerm], index: LexicalIndex) -> dict[str, float]:
    """Return what each term of a query is worth: its weight times its inverse document frequency, as in BM25."""
    count = len(index)
    frequencies = {term.text: index.document_frequency(term.text) for term in terms}
    return {
        term.text: term.weight
        * log1p((count - frequencies[term.text] + 0.5) / (frequencies[term.text] + 0.5))
        for term in terms
    }


def lexical_scale(query_worth: Mapping[str, float]) -> Scale:
    """One: every term of the query, once, in a body of average length. More than that scores above 1.

    A term that the corpus does not know counts in full: what is found then holds only part of the query.
    """
    return Scale(0.0, sum(query_worth.values()))


def dense_scale(index: DenseIndex) -> Scale:
    """Zero: the mean cosine of two passages of this corpus; one: the same text. Depends on tower and corpus only."""
    rows = np.linspace(0, len(index) - 1, min(_SAMPLE, len(index)), dtype=np.int64)
    vectors = index.vectors(rows)
    if len(rows) < 2:
        return Scale(0.0, 1.0)
    total = vectors.sum(axis=0)
    pairs = len(rows) * (len(rows) - 1)
    mean = float(total @ total - (vectors * vectors).sum()) / pairs
    return Scale(min(mean, 0.99), 1.0)
