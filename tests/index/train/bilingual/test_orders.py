"""In which order the pairs of a stream are read."""

import numpy as np

from index.settings import TowerSettings
from index.towers import load_tower
from index.train.bilingual.orders import by_topic, shuffled

TOPICS = {
    "cooking": ["红烧肉", "红烧肉 红烧肉", "红烧肉。", "红烧肉!"],
    "recall": ["向量召回", "向量 召回", "召回 向量", "向量召回。"],
}


def test_every_pair_comes_once_a_pass() -> None:
    random = np.random.default_rng(1)
    places, together = shuffled(9)(random)
    assert sorted(places.tolist()) == list(range(9))
    assert together > 1


def test_pairs_of_a_topic_stand_together_in_another_order_each_time() -> None:
    questions = [text for pair in zip(*TOPICS.values(), strict=True) for text in pair]
    order = by_topic(questions, 2, load_tower(TowerSettings(name="static")), seed=1)
    random = np.random.default_rng(2)
    passes = [order(random)[0].tolist() for _ in range(8)]
    for places in passes:
        assert sorted(places) == list(range(len(questions)))
        topics = [place % 2 for place in places]
        assert topics in (sorted(topics), sorted(topics, reverse=True))
    assert len({tuple(places) for places in passes}) > 1


def test_with_fewer_pairs_than_topics_the_order_is_random() -> None:
    order = by_topic(["召回", "排序"], 5, load_tower(TowerSettings(name="static")), seed=1)
    assert sorted(order(np.random.default_rng(3))[0].tolist()) == [0, 1]
