"""The lexical leg in tantivy: an inverted index on disk, mapped into memory.

Terms are ours, so they are cut at white space only; postings hold frequencies and no positions. Queries are
built as trees, not parsed. BM25 is Lucene's, with k1 = 1.2 and b = 0.75.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import tantivy
from tantivy import FieldType, Occur, Query

from index.lexical import TermScore
from index.ranking import Ranking
from ingest.errors import GenerationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.facets import Where
    from index.lexical import Alternative, LexicalDocument, QueryTerm

__all__ = ["TantivyIndex", "build"]

ROWS = "rows.npy"
SEGMENTS = "segments.npy"

# One writer thread with room to spare: up to some hundred thousand passages become one segment, in order,
# so the same input gives the same ranking among equal scores. Memory is taken as it is needed.
_HEAP_BYTES = 1_000_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facets", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", fast=True)
    builder.add_unsigned_field("row", fast=True)
    return builder.build()


def build(folder: Path, documents: Iterable[LexicalDocument]) -> None:
    """Write the index into the empty `folder`. Raises OSError when the disk takes no more."""
    with _disk_errors():
        index = tantivy.Index(_schema(), os.fspath(folder))
        writer = index.writer(_HEAP_BYTES, 1)
    count = 0
    for row, document in enumerate(documents):
        entry = tantivy.Document()
        entry.add_text("terms", " ".join(document.terms))
        for facet in document.facets:
            entry.add_text("facets", facet)
        entry.add_integer("published", _day(document.published))
        entry.add_unsigned("row", row)
        with _disk_errors():
            writer.add_document(entry)
        count += 1
    with _disk_errors():
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
    # tantivy answers with (segment, document); which row that is never changes, so it is written down once
    # instead of being fetched for every hit.
    hits = index.searcher().search(Query.all_query(), max(count, 1), count=False, order_by_field="row").hits
    addresses = np.array([(at.segment_ord, at.doc, row) for row, at in hits], np.int32).reshape(-1, 3)
    addresses = addresses[np.lexsort((addresses[:, 1], addresses[:, 0]))]
    np.save(folder / ROWS, addresses[:, 2], allow_pickle=False)
    np.save(
        folder / SEGMENTS,
        np.unique(addresses[:, 0], return_index=True)[1].astype(np.int32),
        allow_pickle=False,
    )
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()


@contextmanager
def _disk_errors() -> Iterator[None]:
    """tantivy raises ValueError whatever went wrong, and while it writes that is the disk."""
    try:
        yield
    except ValueError as error:
        raise OSError(str(error)) from error


class _Explained(msgspec.Struct, frozen=True):
    """A part of a score, as tantivy explains it."""

    value: float
    description: str
    details: tuple[_Explained, ...] = ()

    def part(self, begins: str) -> _Explained:
        """The part, at any depth, whose description begins so."""
        return next(part for part in self._all() if part.description.startswith(begins))

    def _all(self) -> Iterator[_Explained]:
        yield self
        for part in self.details:
            yield from part._all()


@dataclass(frozen=True, slots=True, eq=False)
class TantivyIndex:
    """An opened tantivy index."""

    _schema: tantivy.Schema
    _searcher: tantivy.Searcher
    _rows: NDArray[np.int32]  # row by document, segments one after another
    _segments: NDArray[np.int32]  # where each segment begins in _rows

    @classmethod
    def open(cls, folder: Path) -> TantivyIndex:
        """Open what `build` wrote. Raises GenerationError when it cannot be read."""
        try:
            index = tantivy.Index.open(os.fspath(folder))
            index.config_reader("manual")  # the files never change: no thread that watches them
            rows = np.load(folder / ROWS, mmap_mode="r", allow_pickle=False)
            segments = np.load(folder / SEGMENTS, allow_pickle=False)
        except (OSError, EOFError, ValueError) as error:
            raise GenerationError(
                f"The lexical index in {folder} cannot be read.",
                "Build the index again with `shuangta index`.",
            ) from error
        return cls(index.schema, index.searcher(), rows, segments)

    def __len__(self) -> int:
        return len(self._rows)

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
        any_of = self._any_of(terms, alternatives)
        if not any_of or k < 1:
            return Ranking.empty()
        query = Query.boolean_query(any_of)
        if where or required:
            query = Query.boolean_query([(Occur.Must, query), *self._filters(where), *self._all_of(required)])
        hits = self._searcher.search(query, k, count=False).hits
        if not hits:
            return Ranking.empty()
        return Ranking.of(self._rows_of(hits), np.array([score for score, _ in hits]), k)

    def holding(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """Return which passages hold every one of the terms, (passages,)."""
        mask = np.zeros(len(self), bool)
        if terms and len(self):
            query = Query.boolean_query(list(self._all_of(terms)))
            if hits := self._searcher.search(query, len(self), count=False).hits:
                mask[self._rows_of(hits)] = True
        return mask

    def _rows_of(self, hits: Sequence[tuple[float, tantivy.DocAddress]]) -> NDArray[np.int32]:
        segments, documents = np.array([(at.segment_ord, at.doc) for _, at in hits]).T
        rows: NDArray[np.int32] = self._rows[self._segments[segments] + documents]
        return rows

    def _any_of(
        self, terms: Sequence[QueryTerm], alternatives: Sequence[Alternative]
    ) -> list[tuple[Occur, Query]]:
        """The clauses of a query; terms that have alternatives are one clause, whose score is the best of these."""
        others: dict[tuple[str, ...], list[Query]] = {}
        for each in alternatives:
            together = [(Occur.Must, self._weighed(term)) for term in each.terms]
            others.setdefault(each.instead_of, []).append(Query.boolean_query(together))
        group_of = {text: group for group in others for text in group}
        typed: dict[tuple[str, ...], list[tuple[Occur, Query]]] = {group: [] for group in others}
        clauses: list[tuple[Occur, Query]] = []
        for term in terms:
            group = group_of.get(term.text)
            (clauses if group is None else typed[group]).append((Occur.Should, self._weighed(term)))
        for group, queries in others.items():
            best = Query.disjunction_max_query([Query.boolean_query(typed[group]), *queries])
            clauses.append((Occur.Should, best))
        return clauses

    def _weighed(self, term: QueryTerm) -> Query:
        return Query.boost_query(Query.term_query(self._schema, "terms", term.text, "freq"), term.weight)

    def _all_of(self, terms: Sequence[str]) -> Iterator[tuple[Occur, Query]]:
        for text in terms:
            query = Query.term_query(self._schema, "terms", text, "freq")
            yield Occur.Must, Query.const_score_query(query, 0.0)

    def _filters(self, where: Where) -> Iterator[tuple[Occur, Query]]:
        for any_of in where.all_of:
            matching = Query.term_set_query(self._schema, "facets", sorted(any_of))
            yield Occur.Must, Query.const_score_query(matching, 0.0)
        if where.since:
            later = Query.range_query(
                self._schema,
                "published",
                FieldType.Integer,
                lower_bound=_day(where.since),
                upper_bound=99_999_999,
            )
            yield Occur.Must, Query.const_score_query(later, 0.0)

    def explain(self, terms: Sequence[QueryTerm], row: int) -> list[TermScore]:
        """Return what each of the terms that stand in passage `row` gives to its score; together they are the score."""
        place = int(np.flatnonzero(self._rows == row)[0])
        segment = int(np.searchsorted(self._segments, place, side="right")) - 1
        address = tantivy.DocAddress(segment, place - int(self._segments[segment]))
        found = []
        for term in terms:
            try:
                explained = Query.term_query(self._schema, "terms", term.text, "freq").explain(
                    self._searcher, address
                )
            except ValueError:
                continue  # it does not stand there
            score = msgspec.json.decode(explained.to_json(), type=_Explained)
            idf, frequency = score.part("idf,").value, score.part("freq,").value
            found.append(TermScore(term.text, term.weight, idf, score.value / idf, round(frequency)))
        return found

    def document_frequency(self, term: str) -> int:
        """Return in how many passages the term stands, in any field; 0 for a term the corpus does not know."""
        return int(self._searcher.doc_freq("terms", term))


def _day(date: str) -> int:
    """Return an ISO date as a number that sorts alike: 2024-05-31 -> 20240531, 2024 -> 20240000, "" -> 0."""
    digits = date[:10].replace("-", "")
    return int(digits.ljust(8, "0")) if digits.isdigit() else 0
