"""A reranker as teacher: its order is learned, and it neither measures nor speaks of what it has not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from search.engine import Engine
from search.prerank.model import LINEAR, Learned
from search.prerank.train.distill import Teacher
from search.prerank.train.examples import Examples, examine
from search.prerank.train.lambdamart import fit
from search.prerank.train.run import ndcg, train_prerank
from search.prerank.train.sources import Question
from search.settings import PrerankTrainSettings
from tests.conftest import Built, searching


@dataclass(frozen=True)
class Shortest:
    """Prefers short passages, which no other stage does."""

    best: float = 0.0

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self.best - len(passage) for passage in passages], np.float32)


class Undecided:
    """Finds everything as good as everything else."""

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.ones(len(passages), np.float32)


@pytest.fixture(scope="module")
def engine(built: Built) -> Iterator[Engine]:
    with searching(built.settings) as engine:
        yield engine


def titles(engine: Engine) -> list[Question]:
    """Chinese and English."""
    articles = engine.generation.catalog.all_articles()
    return [Question(article.title, "title", {article.url: 1}) for article in articles]


def told(
    engine: Engine, questions: Sequence[Question], depth: int = 40, reranker: object | None = None
) -> Examples:
    examples = examine(engine, questions, "corpus-bare", Teacher(reranker or Shortest(), depth, 1))
    assert examples is not None
    return examples


def test_a_teacher_adds_a_query_in_the_same_words(engine: Engine) -> None:
    examples = told(engine, titles(engine)[:3])
    assert examples.queries[examples.firsts()].tolist() == [0, 1, 2, 3, 4, 5]
    assert examples.texts[examples.firsts()].tolist() == [0, 0, 1, 1, 2, 2]
    assert examples.taught[examples.firsts()].tolist() == [False, True] * 3


def test_ten_articles_are_graded_the_first_highest(engine: Engine) -> None:
    examples = told(engine, titles(engine)[:1])
    taught = examples.take(examples.taught)
    _, firsts = np.unique(taught.articles, return_index=True)
    assert sorted(taught.grades[firsts].tolist(), reverse=True)[:11] == [3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 0]


def test_only_what_was_read_is_learned_from_the_first_and_some_of_the_rest(engine: Engine) -> None:
    examples = told(engine, titles(engine)[:1], depth=20)
    seen, read = examples.take(~examples.taught), examples.take(examples.taught)
    assert len(read) == 20 < len(seen)
    places = [
        next(place for place, row in enumerate(seen.values) if np.array_equal(row, one, equal_nan=True))
        for one in read.values
    ]
    assert places == sorted(places)
    assert places[:10] == list(range(10))
    assert places[-1] > 20
    assert np.array_equal(told(engine, titles(engine)[:1], depth=20).values, examples.values, equal_nan=True)


def test_scores_count_by_their_order_alone(engine: Engine) -> None:
    first, second = (told(engine, titles(engine)[:2], reranker=Shortest(best)) for best in (0.0, 1e4))
    assert first.grades.tolist() == second.grades.tolist()


def test_who_cannot_tell_one_from_another_teaches_nothing(engine: Engine) -> None:
    assert not told(engine, titles(engine)[:2], reranker=Undecided()).taught.any()


@pytest.mark.slow
def test_trees_learn_the_order_of_the_teacher(engine: Engine) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    questions = titles(engine)
    lessons, unseen = (
        each.take(each.taught) for each in (told(engine, questions[::2]), told(engine, questions[1::2]))
    )
    settings = PrerankTrainSettings(trees=40, leaves=4, min_leaf=20, prior=0.0)
    learned = ndcg(unseen, Learned(fit(lessons, settings))).mean()
    assert learned > ndcg(unseen, LINEAR).mean() + 0.1


@pytest.mark.slow
def test_what_the_teacher_says_is_no_measure(engine: Engine) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    questions, settings = titles(engine), PrerankTrainSettings(trees=2, leaves=3, min_leaf=5, folds=2)
    alone = examine(engine, questions, "corpus-bare")
    assert alone is not None
    before = train_prerank([alone], settings).report
    after = train_prerank([told(engine, questions)], settings).report
    assert (after.queries, after.linear) == (before.queries, before.linear)
    assert after.candidates > before.candidates
