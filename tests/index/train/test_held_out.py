"""The test that an adapted tower must pass: what is held out, how it is scored, and what counts as better."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from index.train.corpus import Corpus, Kind, Saying
from index.train.held_out import HeldOut, Scores, chance, hold_out, score
from ingest.articles import article_id

WORDS = {word: number for number, word in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯")}


class Bag:
    """A tower that knows a word by itself only."""

    id = "bag@0"
    dim = len(WORDS)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text:
                vectors[row, WORDS[word]] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_passages = encode_queries


def corpus_of(passages: Sequence[tuple[int, str]], sayings: Sequence[Saying]) -> Corpus:
    ids = tuple(article_id(f"https://example.org/{n}") for n in range(max(a for a, _ in passages) + 1))
    return Corpus(
        ids,
        tuple(text for _, text in passages),
        np.array([article for article, _ in passages], dtype=np.int32),
        tuple(sayings),
    )


def saying(text: str, article: int, kind: Kind = Kind.TITLE) -> Saying:
    return Saying(kind, text, article, (0,))


def scored(passages: Sequence[tuple[int, str]], sayings: Sequence[Saying]) -> Scores:
    corpus = corpus_of(passages, sayings)
    return score(Bag(), corpus, HeldOut(frozenset(), corpus.sayings))


def test_an_article_is_as_good_as_its_best_passage() -> None:
    scores = scored([(0, "乙丙"), (0, "甲"), (1, "甲乙")], [saying("甲", 0)])
    assert (scores.ndcg_10, scores.mrr_10) == (1.0, 1.0)


def test_a_second_place_is_worth_what_the_logarithm_says() -> None:
    scores = scored([(0, "甲乙"), (1, "甲")], [saying("甲", 0)])
    assert scores.ndcg_10 == pytest.approx(1 / np.log2(3))
    assert scores.mrr_10 == 0.5


def test_a_tie_is_lost() -> None:
    assert scored([(0, "甲"), (1, "甲")], [saying("甲", 0)]).mrr_10 == 0.5


def test_beyond_the_tenth_place_there_is_nothing() -> None:
    passages = [(0, "甲乙"), *((number, "甲") for number in range(1, 11))]
    scores = scored(passages, [saying("甲", 0)])
    assert (scores.ndcg_10, scores.mrr_10) == (0.0, 0.0)


def test_an_article_counts_once_however_much_is_said_of_it() -> None:
    passages = [(0, "甲"), (1, "乙丙"), (2, "乙")]
    scores = scored(passages, [saying("甲", 0), saying("乙", 1), saying("丙", 1), saying("甲甲", 0)])
    assert scores.mrr_10 == pytest.approx((1 + (0.5 + 1) / 2) / 2)


def test_scores_are_those_of_trec_eval() -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval")
    random = np.random.default_rng(3)
    words = list(WORDS)
    passages = [(article, "".join(random.choice(words, 5))) for article in range(30) for _ in range(3)]
    sayings = [saying("".join(random.choice(words, 3)), int(article)) for article in random.permutation(30)]
    sayings.append(saying(sayings[0].text, (sayings[0].article + 1) % 30))
    corpus = corpus_of(passages, sayings)
    ours = score(Bag(), corpus, HeldOut(frozenset(), corpus.sayings))
    likeness = (
        Bag().encode_queries([query.text for query in sayings]) @ Bag().encode_passages(corpus.passages).T
    )
    by_article = likeness.reshape(len(sayings), 30, 3).max(axis=2)
    for row, query in enumerate(sayings):
        right = corpus.articles_saying[query.text]
        # trec_eval breaks ties by name; ours lose them.
        run = {str(a): float(by_article[row, a]) - (1e-4 if a in right else 0) for a in range(30)}
        best = dict(sorted(run.items(), key=lambda item: -item[1])[:10])
        judged = {"q": {str(a): int(a in right) for a in range(30)}}
        evaluator = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut_10", "recip_rank"})
        theirs = evaluator.evaluate({"q": best})["q"]
        assert ours.ndcg[row] == pytest.approx(theirs["ndcg_cut_10"])
        assert ours.reciprocal_rank[row] == pytest.approx(theirs["recip_rank"])


def many(number: int) -> Corpus:
    return corpus_of([(n, "甲") for n in range(number)], [saying(f"题 {n}", n) for n in range(number)])


def test_about_the_share_is_held_out_and_no_article_is_on_both_sides() -> None:
    parted = hold_out(many(400), 0.2)
    held_out = {query.article for query in parted.queries}
    assert 50 < len(held_out) < 110
    assert held_out.isdisjoint(parted.training)
    assert len(held_out | parted.training) == 400


def test_what_is_held_out_stays_held_out_when_the_corpus_grows() -> None:
    before, after = hold_out(many(300), 0.2), hold_out(many(400), 0.2)
    assert before.training <= after.training
    assert {query.article for query in before.queries} <= {query.article for query in after.queries}


def test_what_training_says_too_is_no_query() -> None:
    corpus = many(100)
    first = next(iter(sorted(hold_out(corpus, 0.2).training)))
    said = (*corpus.sayings, *(saying("同一句话", number) for number in (first, 1, 2, 3, 4, 5, 6, 7, 8, 9)))
    again = hold_out(Corpus(corpus.articles, corpus.passages, corpus.article_of, said), 0.2)
    assert "同一句话" not in {query.text for query in again.queries}


def figures(values: NDArray[np.float64]) -> Scores:
    return Scores(values, values, np.arange(len(values)))


def test_a_steady_gain_is_no_chance_and_noise_is() -> None:
    random = np.random.default_rng(4)
    old = random.random(200) / 2
    assert chance(figures(old + 0.02 + random.normal(0, 0.05, 200)), figures(old)) < 0.01
    assert chance(figures(old + random.normal(0, 0.05, 200)), figures(old)) > 0.05
    assert chance(figures(old), figures(old)) == 1.0
    assert chance(figures(old - 0.02), figures(old)) > 0.99


def test_the_queries_of_one_article_are_one_witness() -> None:
    old = Scores(np.zeros(100), np.zeros(100), np.zeros(100, dtype=np.int64))
    new = Scores(np.ones(100), np.ones(100), np.zeros(100, dtype=np.int64))
    assert chance(new, old) > 0.4
