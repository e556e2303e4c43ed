"""What the sample site can answer, and what it cannot; asked of the shipped tower."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from index.background import Background
from index.generation import Generation
from index.towers import Tower
from search.answers import to_json
from search.candidates import Candidates
from search.engine import Engine
from search.notes import NEAREST_ONLY
from search.relevance import Floor
from search.scales import Scale
from search.settings import Mode, RelevanceSettings, SearchSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.conftest import Built

# Questions of everyday life and words without sense; none of them stands in index/background.txt.
OFF_TOPIC = Path(__file__).with_name("off_topic.txt").read_text("utf-8").splitlines()
# Of every kind: questions, keywords, half-remembered titles, the other language, the need in other words, typing errors.
ANSWERED = (
    "双塔模型为什么能提前算好物品向量",
    "批内负采样 logQ 修正",
    "粗排放在哪两个阶段之间",
    "样本选择偏差是怎么来的",
    "讲布隆过滤器给网址去重的那篇",
    "新物品没有点击怎么推荐",
    "条件随机场 命名实体",
    "GB18030 乱码",
    "how is a postings list compressed",
    "why does bm25 saturate term frequency",
    "product quantization memory",
    "the article about a bored surfer who clicks at random",
    "conditional requests etag",
    "noisy channel speling corection",
    "position bias in clicks",
    "how do search engines split Chinese text into words",
    "multi-interest user representation",
    "two-tower model item embeddings offline",
    "倒排索引怎么压缩",
    "网页排名 随机游走",
    "近似最近邻 图索引",
    "排序指标 折损累计增益",
    "知识蒸溜 小模型 温度",
    "whether layer normalisation goes before or after",
    "子词 合并 BPE",
)


@pytest.fixture(scope="module")
def sample(built: Built) -> Iterator[Engine]:
    from tests.conftest import searching

    with searching(built.settings) as engine:
        yield engine


def test_most_of_what_the_corpus_is_not_about_is_recognised(sample: Engine) -> None:
    believed = [query for query in OFF_TOPIC if sample.search(query, k=1).confident]
    # The sample site has 48 articles on one subject, among which everything is about as near as anything else.
    assert len(believed) <= len(OFF_TOPIC) / 3, believed


def test_what_the_corpus_answers_is_hardly_ever_doubted_in_either_language(sample: Engine) -> None:
    # One of them has every other word misspelt, of which a table of tokens makes little.
    assert len([query for query in ANSWERED if not sample.search(query, k=1).confident]) <= 1


@pytest.mark.parametrize("query", ["fjdk jfkd jjj", "qwpeoi zmxncb", "zxcv", "龘靐 齉爩", "хорошая погода"])
@pytest.mark.parametrize("mode", ["dense", "full"])
def test_words_that_no_article_holds_in_any_form_are_not_answered_by_guessing(
    sample: Engine, query: str, mode: Mode
) -> None:
    assert not sample.search(query, mode=mode).confident


def test_an_answer_without_confidence_says_so_and_still_shows_the_nearest(sample: Engine) -> None:
    answer = sample.search("清蒸鲈鱼要蒸几分钟", k=3)
    assert (answer.confident, len(answer.hits)) == (False, 3)
    assert answer.notes == (NEAREST_ONLY,)
    assert to_json(answer)["confident"] is False


def test_the_floor_can_be_switched_off(sample: Engine) -> None:
    settings = msgspec.structs.replace(sample.settings, relevance=RelevanceSettings(enabled=False))
    engine = Engine(sample.generation, sample.cascade.towers, settings)
    try:
        answer = engine.search("清蒸鲈鱼要蒸几分钟")
    finally:
        engine.close()
    assert (answer.confident, answer.notes) == (True, ())


@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid", "full"])
def test_every_mode_tells_what_is_asked_of_the_corpus_from_what_is_not(sample: Engine, mode: Mode) -> None:
    assert sample.search("粗排放在召回和精排之间", mode=mode).confident
    assert not sample.search("清蒸鲈鱼要蒸几分钟", mode=mode).confident


def test_nothing_found_is_nothing_relevant(sample: Engine) -> None:
    answer = sample.search("qqqzzz", mode="lexical")
    assert (answer.hits, answer.confident) == ((), False)


def test_a_tower_that_knows_no_everyday_words_raises_no_doubt(generation: Generation, tower: Tower) -> None:
    # The tower of this folder's tests knows nothing beside its nine concepts.
    engine = Engine(generation, [tower], SearchSettings())
    try:
        assert engine.search("dual encoder").confident
    finally:
        engine.close()


# ── the verdict by itself ────────────────────────────────────────────────────────────────────────────────────

DIM = 8


def background(*, near: float) -> Background:
    """Sixty questions along one axis, passages along another; by chance a question is `near` to the corpus, give or take."""
    rng = np.random.default_rng(7)
    queries = np.zeros((60, DIM), np.float32)
    queries[:, 0] = np.linspace(-1, 1, 60)
    measures = rng.normal((near, -1.0), 0.1, (60, 2)).astype(np.float32)
    covariance = np.zeros((DIM, DIM), np.float32)
    covariance[1, 1] = 0.05
    return Background(queries, covariance, measures)


def judged(cosine: float, words: float, *, near: float = -0.5) -> bool:
    vector: NDArray[np.float32] = np.zeros(DIM, np.float32)
    vector[:2] = np.sqrt(0.5)
    columns = {
        "lexical": np.array([words, np.nan], np.float32),
        "dense.t": np.array([cosine, cosine], np.float32),
    }
    candidates = Candidates(np.arange(2, dtype=np.int32), np.arange(2, dtype=np.int32), columns)
    floor = Floor({"dense.t": background(near=near)}, RelevanceSettings())
    return floor.judge(candidates, {"dense.t": vector}, Scale(0.0, 10.0)).confident


def test_the_same_cosine_is_near_for_one_tower_and_chance_for_another() -> None:
    assert judged(0.5, 0.0, near=-0.9)
    assert not judged(0.5, 0.0, near=5.0)


def test_a_passage_with_every_word_in_its_title_is_relevant_whatever_the_tower_says() -> None:
    assert not judged(0.1, 9.0, near=5.0)
    assert judged(0.1, 16.0, near=5.0)


def test_without_a_tower_words_must_show_something() -> None:
    rows = np.arange(1, dtype=np.int32)
    floor = Floor({}, RelevanceSettings())
    for score, confident in ((1.0, False), (4.0, True)):
        candidates = Candidates(rows, rows, {"lexical": np.array([score], np.float32)})
        assert floor.judge(candidates, {}, Scale(0.0, 10.0)).confident is confident
