"""The lexical leg: BM25 over terms that `analyze` cut, behind one protocol with two engines.

A document is a passage in four fields, weighed against each other as one text. What a term is, which fields there are and how much each of them
counts is decided here, so that the engines differ in speed only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from index.analyze import Kind, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.catalog import Catalog
    from index.facets import Where
    from index.ranking import Ranking
    from index.settings import LexicalSettings

__all__ = [
    "FIELDS",
    "KIND_WEIGHTS",
    "Alternative",
    "LexicalDocument",
    "LexicalIndex",
    "QueryTerm",
    "TermScore",
    "build_lexical",
    "necessary",
    "open_lexical",
    "query_terms",
]

# Field -> how often each of its terms counts: BM25F (Robertson, Zaragoza, Taylor 2004), in which the fields of a document
# are one text and a term of the title stands in it three times. A BM25 score for each field, added up, counts a word that
# stands in title and body twice as much as two words, one of them each. By measurement, nDCG@10, added up / one text with
# title 1 / 2 / 3: judged queries .704 .742 .742 .748, cacm .486 .499 .512 .520, cranfield .526 .529 .534 .538, drcd .969
# .973 .973 .974.
FIELDS = {"title": 3, "headings": 2, "listing": 1, "body": 1}

# Kind of term -> weight in a query, by measurement over fifteen collections. What matters most: pairs that are no
# word are worth a third of a word (mean nDCG@10 .637 at 0, .641 at .3, .636 at 1), exact forms far less than stems.
KIND_WEIGHTS = {
    Kind.WORD: 1.0,
    Kind.LONG_WORD: 0.5,
    Kind.BIGRAM: 0.3,
    Kind.CHAR: 0.0,
    Kind.STEM: 1.0,
    Kind.EXACT: 0.15,
    Kind.COMPOUND: 1.0,
    Kind.PART: 0.7,
    Kind.SYMBOL: 1.0,
    Kind.FUNCTION: 0.0,
}


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One term to look for, and the factor of its BM25 score (> 0)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class TermScore:
    """What one term gives to the score of one passage: weight × idf × tf."""

    text: str
    weight: float
    idf: float  # log(1 + (N - n + ½) / (n + ½)): n of N passages hold it
    tf: float  # (k1 + 1) f / (f + k1 (1 - b + b length / mean length)), from 0 to k1 + 1
    frequency: int  # f: how often it stands there, in a field as often as that weighs

    @property
    def score(self) -> float:
        """Its part of the passage's score."""
        return self.weight * self.idf * self.tf


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to say some of a query's terms, such as their translation.

    A passage that holds all of `terms` gets the better of their score and that of the terms they may stand for.
    """

    instead_of: tuple[str, ...]  # texts of terms of the query; alternatives for the same terms name the same
    terms: tuple[QueryTerm, ...]


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """One passage as terms. Documents are handed over in row order: the n-th is row n."""

    fields: tuple[Sequence[str], ...]  # terms by field, in the order of FIELDS
    facets: tuple[str, ...]
    published: str  # ISO 8601 date, or ""

    @property
    def terms(self) -> list[str]:
        """All terms, those of a field as often as it weighs."""
        weighed = zip(self.fields, FIELDS.values(), strict=True)
        return [term for terms, weight in weighed for term in terms for _ in range(weight)]


class LexicalIndex(Protocol):
    """An opened lexical index. Safe for concurrent readers."""

    def __len__(self) -> int:
        """Number of passages."""
        ...

    def search(
        self,
        terms: Sequence[QueryTerm],
        k: int,
        where: Where,
        *,
        alternatives: Sequence[Alternative] = (),
        required: Sequence[str] = (),
    ) -> Ranking:
        """Return the best `k` passages that hold any of the terms or an alternative, and satisfy `where`.

        Each of the `required` terms must stand in them.
        """
        ...

    def holding(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """Return which passages hold every one of the terms, (passages,)."""
        ...

    def explain(self, terms: Sequence[QueryTerm], row: int) -> list[TermScore]:
        """Return what each of the terms that stand in passage `row` gives to its score; together they are the score."""
        ...

    def document_frequency(self, term: str) -> int:
        """Return in how many passages the term stands, in any field; 0 for a term the corpus does not know."""
        ...


def query_terms(terms: Iterable[Term]) -> tuple[QueryTerm, ...]:
    """Weigh the terms of a query by kind; a term that stands twice weighs twice.

    Where no term would weigh anything (the query is "的" or "to be or not to be"), all weigh 1.
    """
    found = [(term.text, KIND_WEIGHTS[term.kind]) for term in terms]
    if not any(weight for _, weight in found):
        found = [(text, 1.0) for text, _ in found]
    weights: dict[str, float] = {}
    for text, weight in found:
        if weight:
            weights[text] = weights.get(text, 0.0) + weight
    return tuple(QueryTerm(text, weight) for text, weight in weights.items())


def necessary(terms: Iterable[Term]) -> list[str]:
    """Return the texts of those terms that every text has which holds the same words, whatever surrounds them.

    A long word is cut as its surroundings suggest, and a compound may be part of a longer one, so their pairs and
    parts stand for them; characters are left out where pairs hold them.
    """
    found = list(terms)
    texts = [
        term.text
        for term in found
        if term.kind not in (Kind.LONG_WORD, Kind.EXACT, Kind.COMPOUND, Kind.CHAR)
        and (term.text.isascii() or len(term.text) < 3 or term.kind is not Kind.FUNCTION)
    ]
    alone = [term.text for term in found if term.kind is Kind.CHAR] if not texts else []
    return list(dict.fromkeys(texts + alone))


def build_lexical(folder: Path, documents: Iterable[LexicalDocument], settings: LexicalSettings) -> None:
    """Write the index of the chosen engine into `folder`, which is created."""
    folder.mkdir(parents=True)
    if settings.engine == "tantivy":
        from index import tantivy_engine

        tantivy_engine.build(folder, documents)
    else:
        from index import rank_bm25_engine

        rank_bm25_engine.build(folder, documents)


def open_lexical(folder: Path, engine: str, catalog: Catalog) -> LexicalIndex:
    """Open what `build_lexical` wrote with that engine. Raises GenerationError when it cannot be read."""
    if engine == "tantivy":
        from index.tantivy_engine import TantivyIndex

        return TantivyIndex.open(folder)
    from index.rank_bm25_engine import RankBM25Index

    return RankBM25Index.open(folder, catalog)
