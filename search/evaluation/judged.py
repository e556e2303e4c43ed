"""Queries and what was judged of them: read from files, by the address of each document.

Queries are one JSON object a line (`_id`, `text`, and labels such as `style` to report by). Judgements are BEIR's
three columns or TREC's four. Which address a written name stands for is the caller's to say.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import EvaluationError

__all__ = ["Group", "JudgedQuery", "JudgedSet", "json_lines", "lines", "read_judged", "text_of"]

# Spreadsheets put a mark before the first line, which would be part of its first name.
_ENCODING = "utf-8-sig"
_HIGHEST = 1000  # grade; 2^grade must be a number that others can be added to


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """One query, and under what it is reported."""

    id: str
    text: str
    labels: Mapping[str, str]  # whatever else its line says in text: style, direction, lang …


@dataclass(frozen=True, slots=True)
class Group:
    """The queries that share a label."""

    by: str  # name of the label; "": all queries
    label: str
    places: tuple[int, ...]  # of its queries among those of the set, from 0

    def __str__(self) -> str:
        return self.label if self.by else "all"


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """What is asked, and the grades that tell one ranking from another."""

    queries: tuple[JudgedQuery, ...]
    grades: Mapping[str, Mapping[str, int]]  # query id -> address -> grade, 0: not relevant

    def answerable(self) -> JudgedSet:
        """Leave out queries without a relevant document. Raises EvaluationError where none is left."""
        found = tuple(query for query in self.queries if max(self._grades(query).values(), default=0) > 0)
        if not found:
            raise EvaluationError(
                "None of the queries has a relevant document.",
                "See that queries and judgements belong together.",
            )
        return JudgedSet(found, self.grades)

    def groups(self, by: Sequence[str]) -> list[Group]:
        """Return all queries, then for each name in `by` one group a label, by the alphabet.

        A name that no query has gives no group.
        """
        found = [Group("", "", tuple(range(len(self.queries))))]
        for name in by:
            places: dict[str, list[int]] = {}
            for place, query in enumerate(self.queries):
                if label := query.labels.get(name):
                    places.setdefault(label, []).append(place)
            found += (Group(name, label, tuple(places[label])) for label in sorted(places))
        return found

    def _grades(self, query: JudgedQuery) -> Mapping[str, int]:
        return self.grades.get(query.id, {})


def read_judged(queries: Path, qrels: Path, address: Callable[[str], str]) -> JudgedSet:
    """Read a judged set; `address` turns a document as written into its address.

    Two names of one address are one document, with the better grade. Queries that nobody judged are kept.
    Raises EvaluationError where a file is missing or malformed, or `address` raises ValueError.
    """
    return JudgedSet(tuple(_queries(queries)), _qrels(qrels, address))


def _queries(path: Path) -> Iterator[JudgedQuery]:
    seen = set()
    for number, line in json_lines(path):
        query = text_of(line, "_id", path, number)
        if query in seen:
            raise EvaluationError(f"Line {number} of {path} is a second query named '{query}'.")
        seen.add(query)
        labels = {key: value for key, value in line.items() if isinstance(value, str)}
        yield JudgedQuery(query, text_of(line, "text", path, number), labels)
    if not seen:
        raise EvaluationError(
            f"{path} holds no query.", "It should hold one JSON object with _id and text a line."
        )


def _qrels(path: Path, address: Callable[[str], str]) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines(path), 1):
        if not line.strip() or (number == 1 and line.startswith("query-id\t")):
            continue
        try:
            query, document, grade = _judgement(line.rstrip("\r\n"))
        except ValueError:
            raise EvaluationError(
                f"Line {number} of {path} is not a judgement.",
                f"It should be query-id, document and a whole number up to {_HIGHEST}, separated by tabs; or the four columns of TREC.",
            ) from None
        try:
            at = address(document)
        except ValueError as error:
            raise EvaluationError(
                f"Line {number} of {path} judges '{document}', which is no URL: {error}."
            ) from None
        of_query = grades.setdefault(query, {})
        of_query[at] = max(grade, of_query.get(at, grade))
    return grades


def _judgement(line: str) -> tuple[str, str, int]:
    columns = line.split("\t")
    if len(columns) == 3:
        return columns[0], columns[1], _grade(columns[2])
    query, _, document, grade = line.split()
    return query, document, _grade(grade)


def _grade(written: str) -> int:
    """TREC also has grades below 0 (spam, broken): judged, and not relevant. Raises ValueError for what is none."""
    grade = int(written)
    if grade > _HIGHEST:
        raise ValueError(f"{grade} is no grade")
    return max(grade, 0)


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the JSON objects of a file with the number of their lines. Raises EvaluationError."""
    for number, line in enumerate(lines(path), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise EvaluationError(f"Line {number} of {path} is not a JSON object.")
        yield number, value


def text_of(value: Mapping[str, Any], key: str, path: Path, number: int) -> str:
    """Return the text under `key`; a title may be missing. Raises EvaluationError."""
    found = value.get(key, "" if key == "title" else None)
    if not isinstance(found, str):
        raise EvaluationError(f"Line {number} of {path} has no text under '{key}'.")
    return found


def lines(path: Path) -> Iterable[str]:
    """Yield the lines of a file, unpacked where it is called *.gz. Raises EvaluationError."""
    try:
        with (
            gzip.open(path, "rt", encoding=_ENCODING)
            if path.suffix == ".gz"
            else path.open(encoding=_ENCODING) as file
        ):
            yield from file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{path} cannot be read: {error}.", "See that it is there, whole, and UTF-8."
        ) from error
