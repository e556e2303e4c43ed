"""The lexical leg in pure Python, by the rank-bm25 package: the same ranking as tantivy's, slower, with nothing native.

Terms lie in one MessagePack file and are counted when it is opened. Good for some thousand passages.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from rank_bm25 import BM25Okapi

from index.lexical import TermScore
from index.ranking import Ranking
from index.stored import read_stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.catalog import Catalog
    from index.facets import Where
    from index.lexical import Alternative, LexicalDocument, QueryTerm

__all__ = ["RankBM25Index", "build"]

FILE_NAME = "terms.msgpack"


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """What is on disk: the vocabulary, and the term numbers of each document."""

    vocabulary: list[str]
    documents: list[list[int]]


class _LuceneBM25(BM25Okapi):  # type: ignore[misc]  # the package ships no types
    """Okapi BM25 with Lucene's idf, which is never negative, and its constants.

    Kamphuis et al., "Which BM25 do you mean?" (2020), https://doi.org/10.1007/978-3-030-45442-5_4.
    """

    def __init__(self, corpus: Sequence[Sequence[int]]) -> None:
        super().__init__(corpus, k1=1.2, b=0.75)

    def _calc_idf(self, nd: dict[int, int]) -> None:
        for term, frequency in nd.items():
            self.idf[term] = math.log(1 + (self.corpus_size - frequency + 0.5) / (frequency + 0.5))


def build(folder: Path, documents: Iterable[LexicalDocument]) -> None:
    """Write the terms into `folder`. Facets and dates are left to the catalog."""
    numbers: dict[str, int] = {}
    numbered = [[numbers.setdefault(term, len(numbers)) for term in document.terms] for document in documents]
    (folder / FILE_NAME).write_bytes(msgspec.msgpack.encode(_Stored(list(numbers), numbered)))


@dataclass(frozen=True, slots=True, eq=False)
class RankBM25Index:
    """An opened pure-Python index."""

    _catalog: Catalog
    _numbers: dict[str, int]
    _documents: _LuceneBM25 | None  # None where no document holds a term

    @classmethod
    def open(cls, folder: Path, catalog: Catalog) -> RankBM25Index:
        """Read and count what `build` wrote. Raises GenerationError when it cannot be read."""
        stored = read_stored(folder / FILE_NAME, _Stored, "lexical index")
        documents = _LuceneBM25(stored.documents) if any(stored.documents) else None
        return cls(catalog, {term: number for number, term in enumerate(stored.vocabulary)}, documents)

    def __len__(self) -> int:
        return len(self._catalog)

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
        best: dict[tuple[str, ...], NDArray[np.float64]] = {}
        for each in alternatives:
            together = np.where(self.holding([term.text for term in each.terms]), self._sum(each.terms), 0.0)
            best[each.instead_of] = np.maximum(best.get(each.instead_of, 0.0), together)
        group_of = {text: group for group in best for text in group}
        scores = self._sum([term for term in terms if term.text not in group_of])
        for group, others in best.items():
            scores += np.maximum(
                self._sum([term for term in terms if group_of.get(term.text) == group]), others
            )
        if (mask := self._catalog.mask(where)) is not None:
            scores[~mask] = 0.0
        if required:
            scores[~self.holding(required)] = 0.0
        (rows,) = np.nonzero(scores)
        return Ranking.of(rows, scores[rows], k)

    def _sum(self, terms: Sequence[QueryTerm]) -> NDArray[np.float64]:
        scores = np.zeros(len(self))
        for term in terms:
            number = self._numbers.get(term.text)
            if self._documents is not None and number is not None:
                scores += term.weight * self._documents.get_scores([number])
        return scores

    def holding(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """Return which passages hold every one of the terms, (passages,)."""
        numbers = {self._numbers.get(term) for term in terms}
        if self._documents is None or not numbers or None in numbers:
            return np.zeros(len(self), bool)
        return np.array([numbers <= document.keys() for document in self._documents.doc_freqs], bool)

    def explain(self, terms: Sequence[QueryTerm], row: int) -> list[TermScore]:
        """Return what each of the terms that stand in passage `row` gives to its score; together they are the score."""
        documents = self._documents
        if documents is None:
            return []
        found = []
        for term in terms:
            number = self._numbers.get(term.text)
            if number is None or not (frequency := documents.doc_freqs[row].get(number, 0)):
                continue
            (score,) = documents.get_batch_scores([number], [row])
            idf = documents.idf[number]
            found.append(TermScore(term.text, term.weight, idf, score / idf, frequency))
        return found

    def document_frequency(self, term: str) -> int:
        """Return in how many passages the term stands, in any field; 0 for a term the corpus does not know."""
        number = self._numbers.get(term)
        if self._documents is None or number is None:
            return 0
        return sum(number in document for document in self._documents.doc_freqs)
