"""Clicks of simulated readers, whose position bias is known: what is learned must be what they like, not where it stood.

Readers look at rank k with the chance k^-decay and open what they look at by how much they like it, as in the
position-based model (Craswell et al. 2008, doi:10.1145/1341531.1341545).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pytest

from search.clicks import Click
from search.engine import Engine
from search.prerank.model import Learned
from search.prerank.train.examples import Examples, examine
from search.prerank.train.from_clicks import from_clicks
from search.prerank.train.lambdamart import fit
from search.prerank.train.propensity import PRIOR_DECAY, decay, inverse_propensities
from search.prerank.train.run import ndcg
from search.prerank.train.sources import Question
from search.settings import PrerankTrainSettings
from tests.conftest import Built, searching


def read(
    rankings: Mapping[str, Sequence[Sequence[str]]],
    liked: Callable[[str], float],
    *,
    decay: float,
    days: int,
    seed: int = 7,
) -> list[Click]:
    """What readers open who see each ranking of each query once on each of so many days."""
    chance = np.random.default_rng(seed)
    clicks = []
    for query, of_query in rankings.items():
        for number, shown in enumerate(of_query):
            for day in range(days):
                # A day of its own for every ranking: who opens the same again on one day is counted once.
                when = 86_400.0 * (number * days + day)
                looks = chance.random(len(shown)) < np.arange(1, len(shown) + 1) ** -decay
                opens = chance.random(len(shown)) < [liked(article) for article in shown]
                clicks += [
                    Click.at(when, query, "g", shown, shown[at]) for at in np.flatnonzero(looks & opens)
                ]
    return clicks


def by_query(clicks: Sequence[Click]) -> list[list[Click]]:
    asked: dict[str, list[Click]] = defaultdict(list)
    for click in clicks:
        asked[click.query].append(click)
    return list(asked.values())


def letters(count: int) -> dict[str, list[list[str]]]:
    """Queries with two rankings each, both by chance."""
    chance = np.random.default_rng(3)
    return {
        f"query {number}": [list(chance.permutation(list("abcdefgh"))) for _ in range(2)]
        for number in range(count)
    }


@pytest.mark.parametrize("true", [0.5, 1.0, 1.7])
def test_the_decay_is_found_from_the_same_articles_at_other_ranks(true: float) -> None:
    clicks = read(letters(60), {**dict.fromkeys("abcdefgh", 0.2), "h": 0.9}.__getitem__, decay=true, days=20)
    assert decay(by_query(clicks)) == pytest.approx(true, abs=0.12)


def test_without_changes_in_ranking_the_decay_is_what_is_assumed() -> None:
    always = {query: rankings[:1] for query, rankings in letters(60).items()}
    assert decay(by_query(read(always, lambda _: 0.5, decay=2.5, days=20))) == PRIOR_DECAY
    assert decay([]) == PRIOR_DECAY


def test_a_few_clicks_move_what_is_assumed_only_a_little() -> None:
    first, second = ("a", "b"), ("b", "a")
    clicks = [Click.at(0, "q", "g", first, "a"), Click.at(0, "q", "g", second, "b")]
    assert PRIOR_DECAY < decay([clicks]) < PRIOR_DECAY + 0.1


def test_a_click_counts_the_more_the_lower_it_was_up_to_a_bound() -> None:
    assert inverse_propensities(np.array([1, 4, 100]), 1.0, most=10).tolist() == [1, 4, 10]
    assert inverse_propensities(np.array([1, 4, 100]), 0.0, most=10).tolist() == [1, 1, 1]


ADDRESSES = {letter: f"https://{letter}.example/" for letter in "abc"}


def test_articles_of_one_query_are_questions_that_weigh_by_their_clicks() -> None:
    shown = ("a", "b", "c")
    clicks = [
        Click.at(0, "双塔  召回", "g", shown, "a"),
        Click.at(0, "雙塔 召回", "g", shown, "c"),  # the same query to the engine
        Click.at(0, "Dual Encoder", "g", shown, "b", first=11),
    ]
    questions = from_clicks(clicks, ADDRESSES, most=10)
    assert [(each.text, list(each.answers)) for each in questions] == [
        ("双塔 召回", [ADDRESSES["a"]]),
        ("双塔 召回", [ADDRESSES["c"]]),
        ("dual encoder", [ADDRESSES["b"]]),
    ]
    weights = [question.weight for question in questions]
    assert weights[1] == pytest.approx(3 * weights[0])
    assert weights[2] == pytest.approx(10 * weights[0])
    assert sum(weights) == pytest.approx(3)


def test_opening_the_same_again_on_one_day_is_one_click() -> None:
    shown = ("a", "b")
    once = [Click.at(0, "q", "g", shown, "a"), Click.at(0, "q", "g", shown, "b")]
    again = [*once, Click.at(3600, "Q", "g", ("b", "a"), "a")]
    assert from_clicks(again, ADDRESSES, most=10) == from_clicks(once, ADDRESSES, most=10)


def test_articles_that_have_gone_are_left_out() -> None:
    assert from_clicks([Click.at(0, "q", "g", ("gone", "a"), "gone")], ADDRESSES, most=10) == []
    assert from_clicks([], ADDRESSES, most=10) == []


# ── over the sample site ─────────────────────────────────────────────────────────────────────────────────────

TRUE = 1.2
LIKED, OTHERS = 0.7, 0.15


@pytest.fixture(scope="module")
def engine(built: Built) -> Iterator[Engine]:
    with searching(built.settings) as engine:
        yield engine


@pytest.fixture(scope="module")
def starred(engine: Engine) -> frozenset[str]:
    """What these readers like, Chinese and English: what a curator starred, which no ranking looks at."""
    return frozenset(each.id for each in engine.generation.catalog.all_articles() if each.starred)


@pytest.fixture(scope="module")
def clicks(engine: Engine, starred: frozenset[str]) -> list[Click]:
    """Titles were asked for, while the engine was set to one leg and to two."""
    titles = [article.title for article in engine.generation.catalog.all_articles()]
    rankings = {
        title: [
            [hit.article_id for hit in engine.search(title, mode=mode).hits] for mode in ("dense", "hybrid")
        ]
        for title in titles
    }
    return read(rankings, lambda article: LIKED if article in starred else OTHERS, decay=TRUE, days=40)


def addresses(engine: Engine) -> dict[str, str]:
    return {article.id: article.url for article in engine.generation.catalog.all_articles()}


def learned(engine: Engine, questions: Sequence[Question]) -> Examples:
    examples = examine(engine, questions, "clicks")
    assert examples is not None
    return examples


@pytest.mark.slow
def test_corrected_clicks_put_what_readers_like_first_where_counts_put_what_stood_first(
    engine: Engine, starred: frozenset[str], clicks: list[Click]
) -> None:
    assert decay(by_query(clicks)) == pytest.approx(TRUE, abs=0.15)
    liked = {url for article, url in addresses(engine).items() if article in starred}

    def right(most: float) -> float:
        """Of pairs of one query, one liked and one not: the share in which the liked one weighs more."""
        weights: dict[str, dict[bool, list[float]]] = defaultdict(lambda: {True: [], False: []})
        for question in from_clicks(clicks, addresses(engine), most=most):
            weights[question.text][not liked.isdisjoint(question.answers)].append(question.weight)
        pairs = [one > other for query in weights.values() for one in query[True] for other in query[False]]
        assert len(pairs) > 50
        return float(np.mean(pairs))

    counts, corrected = right(most=1), right(most=20)
    assert corrected > 0.85
    assert counts < corrected - 0.15


@pytest.mark.slow
def test_trees_learn_from_corrected_clicks_what_readers_like(
    engine: Engine, starred: frozenset[str], clicks: list[Click]
) -> None:
    pytest.importorskip("lightgbm", reason="needs the `train` extra")
    liked = {url: 1 for article, url in addresses(engine).items() if article in starred}
    unseen = ("双塔召回怎么做", "why is an index compressed", "负采样", "learning to rank")
    truth = learned(engine, [Question(text, "truth", liked) for text in unseen])
    settings = PrerankTrainSettings(trees=40, leaves=4, min_leaf=20, prior=0.0)
    naive, corrected = (
        ndcg(
            truth,
            Learned(fit(learned(engine, from_clicks(clicks, addresses(engine), most=most)), settings)),
        ).mean()
        for most in (1, 20)
    )
    assert corrected > naive + 0.1
