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

from index.lexical import FIELDS, LexicalDocument, QueryTerm
from index.ranking import Ranking
from ingest.errors import GenerationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from index.catalog import Catalog
    from index.facets import Where

__all__ = ["RankBM25Index", "build"]

FILE_NAME = "terms.msgpack"


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """What is on disk: the vocabulary, and for each field the term numbers of each document."""

    vocabulary: list[str]
    fields: list[list[list[int]]]


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
    fields: list[list[list[int]]] = [[] for _ in FIELDS]
    for document in documents:
        for of_field, terms in zip(fields, document.fields, strict=True):
            of_field.append([numbers.setdefault(term, len(numbers)) for term in terms])
    (folder / FILE_NAME).write_bytes(msgspec.msgpack.encode(_Stored(list(numbers), fields)))


@dataclass(frozen=True, slots=True, eq=False)
class RankBM25Index:
    """An opened pure-Python index."""

    _catalog: Catalog
    _numbers: dict[str, int]
    _fields: dict[str, _LuceneBM25]  # without those that hold no term at all

    @classmethod
    def open(cls, folder: Path, catalog: Catalog) -> RankBM25Index:
        """Read and count what `build` wrote. Raises GenerationError when it cannot be read."""
        try:
            stored = msgspec.msgpack.decode((folder / FILE_NAME).read_bytes(), type=_Stored)
        except (OSError, msgspec.MsgspecError) as error:
            raise GenerationError(
                f"The lexical index in {folder} cannot be read.",
                "Build the index again with `shuangta index`.",
            ) from error
        fields = {
            name: _LuceneBM25(each) for name, each in zip(FIELDS, stored.fields, strict=True) if any(each)
        }
        return cls(catalog, {term: number for number, term in enumerate(stored.vocabulary)}, fields)

    def __len__(self) -> int:
        return len(self._catalog)

    def search(self, terms: Sequence[QueryTerm], k: int, where: Where) -> Ranking:
        """Return the best `k` passages that hold any of the terms and satisfy `where`."""
        scores = np.zeros(len(self))
        for term in terms:
            number = self._numbers.get(term.text)
            for name, field in self._fields.items():
                if number in field.idf:
                    scores += term.weight * FIELDS[name] * field.get_scores([number])
        if (mask := self._catalog.mask(where)) is not None:
            scores[~mask] = 0.0
        (rows,) = np.nonzero(scores)
        return Ranking.of(rows, scores[rows], k)

    def document_frequency(self, term: str) -> int:
        """Return in how many passages' bodies the term stands; 0 for a term the corpus does not know."""
        number = self._numbers.get(term)
        return sum(number in document for document in self._fields["body"].doc_freqs)
