"""Runs: the ranking that a system gave for every query, asked of an engine, or kept in a file that other tools read.

A file called *.jsonl has one object a line, `{"_id", "urls"}`; any other is TREC's six columns, `query Q0 document
rank score tag`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import EvaluationError
from search.evaluation.judged import json_lines, lines, text_of

if TYPE_CHECKING:
    from search.engine import Engine
    from search.evaluation.judged import JudgedSet
    from search.settings import Mode

__all__ = ["DEPTH", "Run", "ask", "read_run", "write_run"]

# Documents kept of each ranking, where no measure looks deeper.
DEPTH = 100

Run = Mapping[str, Sequence[str]]  # query id -> addresses, best first, each once


def ask(engine: Engine, judged: JudgedSet, mode: Mode, *, depth: int = DEPTH) -> Run:
    """Return the run of an engine in one mode, `depth` articles a query. Raises QueryError."""
    return {
        query.id: [article.url for article in engine.rank(query.text, k=depth, mode=mode)]
        for query in judged.queries
    }


def write_run(path: Path, run: Run, *, tag: str, name: Callable[[str], str] = str) -> None:
    """Write a run; `name` turns an address into what the judgements call it, `tag` names the system.

    Raises EvaluationError for a name with white space in it where the format is TREC's.
    """
    named = {query: [name(address) for address in run[query]] for query in run}
    if path.suffix == ".jsonl":
        rows = [json.dumps({"_id": query, "urls": named[query]}, ensure_ascii=False) for query in named]
    else:
        # Tools order by score, so scores fall with every rank.
        rows = [
            " ".join((_word(query), "Q0", _word(document), str(rank), str(len(named[query]) - rank + 1), tag))
            for query in named
            for rank, document in enumerate(named[query], 1)
        ]
    path.write_text("".join(row + "\n" for row in rows), "utf-8")


def read_run(path: Path, address: Callable[[str], str]) -> Run:
    """Read a run that we or another tool wrote; `address` turns a document as written into its address.

    Of a document that comes twice the better place counts. Raises EvaluationError.
    """
    named = _from_json(path) if path.suffix == ".jsonl" else _from_trec(path)
    run: dict[str, list[str]] = {}
    for query, documents in named.items():
        try:
            run[query] = list(dict.fromkeys(_addressed(document, address) for document in documents))
        except ValueError as error:
            raise EvaluationError(f"{path} ranks a document for '{query}' that is no URL: {error}.") from None
    if not run:
        raise EvaluationError(f"{path} holds no ranking.", "It should be a run of `shuangta evaluate --run`.")
    return run


def _addressed(document: str, address: Callable[[str], str]) -> str:
    """The address; that of another protocol stays as it is, and is one more document that nobody judged."""
    try:
        return address(document)
    except ValueError:
        if "://" in document:
            return document
        raise


def _from_json(path: Path) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for number, line in json_lines(path):
        urls = line.get("urls")
        if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
            raise EvaluationError(f"Line {number} of {path} has no list of texts under 'urls'.")
        found[text_of(line, "_id", path, number)] = urls
    return found


def _from_trec(path: Path) -> dict[str, Sequence[str]]:
    scored: dict[str, list[tuple[float, str]]] = {}
    for number, line in enumerate(lines(path), 1):
        if not line.strip():
            continue
        try:
            query, _, document, _, score, _ = line.split()
            scored.setdefault(query, []).append((-_score(score), document))
        except ValueError:
            raise EvaluationError(
                f"Line {number} of {path} is not a line of a run.",
                "It should be query, Q0, document, rank, score and tag, separated by spaces.",
            ) from None
    # The score says the order, not the rank, as in trec_eval; of equal scores the earlier line comes first.
    return {
        query: [document for _, document in sorted(found, key=lambda each: each[0])]
        for query, found in scored.items()
    }


def _score(written: str) -> float:
    score = float(written)
    if isnan(score):
        raise ValueError("what is no number stands in no order")
    return score


def _word(name: str) -> str:
    if name.split() != [name]:
        raise EvaluationError(
            f"'{name}' cannot stand in a run of TREC's format, which separates by spaces.",
            "Give the file a name that ends in .jsonl.",
        )
    return name
