"""Judged queries as a source, with their grades: a public collection, or the user's own judgements of their corpus.

Both in the form that an evaluation reads. What a model has learned from cannot measure it: of a collection the
judgements made for training are taken, where it has some.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.evaluation.collection import address_in_collection, indexed, settings_for
from search.evaluation.corpus import address_in_corpus
from search.evaluation.judged import read_judged
from search.prerank.train.examples import examine, untrained
from search.prerank.train.sources import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from search.engine import Engine
    from search.evaluation.judged import JudgedSet
    from search.prerank.train.distill import Teacher
    from search.prerank.train.examples import Asking, Examples

__all__ = ["from_collection", "from_judgements", "has_documents"]

_HIGHEST = 30  # grade that LightGBM knows a gain for


def has_documents(folder: Path) -> bool:
    """Whether the folder is a collection, with documents of its own, and not judgements of the user's corpus."""
    return any((folder / name).is_file() for name in ("corpus.jsonl", "corpus.jsonl.gz"))


def from_collection(folder: Path, how: Asking) -> Examples | None:
    """Index a collection in BEIR's layout aside and ask its judged queries, as `examine` does. Raises EvaluationError.

    Judgements are those of qrels/train.tsv, else of qrels/test.tsv.
    """
    of_training = folder / "qrels" / "train.tsv"
    qrels = of_training if of_training.is_file() else folder / "qrels" / "test.tsv"
    judged = read_judged(folder / "queries.jsonl", qrels, address_in_collection).answerable()
    with (
        indexed(folder, towers=how.towers, settings=how.index, clock=how.clock) as generation,
        untrained(generation, how.towers, settings_for(judged, how.search)) as engine,
    ):
        return examine(engine, _questions(judged), f"{folder.name}-judged", how.teacher)


def from_judgements(folder: Path, engine: Engine, teacher: Teacher | None = None) -> Examples | None:
    """Ask the queries of queries.jsonl, judged in qrels.tsv by address, of the user's index. Raises EvaluationError."""
    address = address_in_corpus(engine.generation.catalog)
    judged = read_judged(folder / "queries.jsonl", folder / "qrels.tsv", address).answerable()
    return examine(engine, _questions(judged), "corpus-judged", teacher)


def _questions(judged: JudgedSet) -> Iterator[Question]:
    for query in judged.queries:
        grades = judged.grades.get(query.id, {})
        answers = {url: min(grade, _HIGHEST) for url, grade in grades.items() if grade > 0}
        yield Question(query.text, "judged", answers)
