"""What else a query may mean: by a corpus of a few articles that knows its field, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analyze import cut
from index.build import build
from index.generation import Generation, current
from index.settings import IndexSettings
from index.vocabulary import Vocabulary, WordCounter, write_vocabulary
from ingest.articles import Article, Entry, Lang, Link
from ingest.errors import QueryError
from search.engine import Engine
from search.pronunciation import homophone
from search.query import Query, understand
from search.rewrite import _stretches, rewritten
from search.settings import SearchSettings, UnderstandingSettings

SUBJECTS = (
    "双塔模型做召回，粗排之后是精排。负采样很重要。",
    "推荐系统里的双塔模型：召回、粗排、精排，样本的选择。",
    "注意力机制（attention mechanism）让模型关注重点，训练时损失函数下降。",
    "注意力机制（attention mechanism）与损失函数。深度学习的训练样本，知识图谱。",
    "The transformer learns embeddings of words by attention; pytorch trains the network.",
    "A transformer network in pytorch: gradient descent, dropout, and hidden variable models.",
    "Two-tower retrieval with a dual encoder, trained in pytorch on a transformer.",
)
COPIES = 3
RARE = "Tranformer 这样写错的也有一篇，RAdam 与 TBERT 各有一次。"
KNOWN = "adam 优化器，bert 模型，不配"


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    texts = [f"{text} 第 {copy} 篇" for text in SUBJECTS for copy in range(COPIES)]
    texts += [
        RARE,
        *(f"{KNOWN} {copy}" for copy in range(30)),
        *(f"transformer {copy}" for copy in range(30)),
    ]
    folder = tmp_path_factory.mktemp("rewrite")
    build(
        (
            Entry(
                Article(f"https://a.example/{number}", f"{number} 号", text, Lang.MIXED),
                (Link(f"https://a.example/{number}", "", "", "清单"),),
            )
            for number, text in enumerate(texts)
        ),
        folder,
        settings=IndexSettings(towers=()),
        towers=[],
        clock=lambda: 0.0,
    )
    opened = Generation.open(current(folder))
    yield opened
    opened.close()


def read(generation: Generation, text: str, **switches: bool) -> Query:
    chosen = UnderstandingSettings(**switches)  # type: ignore[arg-type]
    return rewritten(understand(text, SearchSettings()), generation, chosen)


def corrected(query: Query) -> dict[str, str]:
    return {each.typed: each.meant for each in query.corrections}


def names(query: Query) -> set[str]:
    return {name for each in query.expansions for name in each.also}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("transfromer", "transformer"),  # 两个字母对调
        ("transformr", "transformer"),  # 漏了一个
        ("trransformer", "transformer"),  # 多了一个
        ("transfprmer", "transformer"),  # 按了旁边的键
        ("embedings", "embeddings"),
        ("gradientdescent", "gradient descent"),  # 漏了空格
        ("retreival", "retrieval"),
        ("ytorch", "pytorch"),  # 漏了第一个
    ],
)
def test_a_mistyped_word_is_replaced_by_the_nearest_the_corpus_knows(
    generation: Generation, typed: str, meant: str
) -> None:
    query = read(generation, f"{typed} 训练")
    if typed == "embedings":
        assert query.corrections == ()  # its stem is known
        return
    assert corrected(query) == {typed: meant}
    assert [(each.kind, each.replaced) for each in query.corrections] == [("spelling", True)]
    assert query.folded == query.asked == f"{meant} 训练"
    assert query.text == f"{typed} 训练"


def test_a_negated_word_that_the_corpus_lacks_is_no_other_word(generation: Generation) -> None:
    assert corrected(read(generation, "不陪")) == {}  # 语料里有“不配”


def test_a_short_word_is_not_taken_for_another_by_its_first_letter(generation: Generation) -> None:
    assert corrected(read(generation, "obert 训练")) == {}  # bert 前多一个字母，多半是另一个名字


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("双踏模型", "双塔模型"),
        ("注意里机制", "注意力机制"),
        ("损失涵数", "损失函数"),
        ("推见系统", "推荐系统"),
        ("負彩樣", "负采样"),
        ("金排", "精排"),  # 前后鼻音不分
    ],
)
def test_a_chinese_word_is_replaced_by_what_sounds_the_same(
    generation: Generation, typed: str, meant: str
) -> None:
    query = read(generation, typed)
    assert list(corrected(query).values()) == [meant]
    assert query.corrections[0].kind == "homophone"
    assert query.folded == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zhuyili jizhi", "注意力机制"),
        ("shuangtamoxing", "双塔模型"),
        ("shuangta moxing zhaohui", "双塔模型召回"),
        ("zhùyìlì jīzhì", "注意力机制"),
        ("tuijian xitong", "推荐系统"),
        ("transformer xunlian", "transformer 训练"),
        ("fucaiyang pytorch", "负采样 pytorch"),
    ],
)
def test_typed_pinyin_is_read(generation: Generation, typed: str, meant: str) -> None:
    query = read(generation, typed)
    assert query.folded == meant
    assert {each.kind for each in query.corrections} == {"pinyin"}
    assert query.lang is understand(meant, SearchSettings()).lang


@pytest.mark.parametrize(
    "text",
    [
        "transformer", "Transformers", "双塔模型的召回", "pytorch 训练样本", "注意力机制", "dual encoder", "雙塔", "负采样怎么做",
        "radam", "tbert", "kubernetes", "gpt5", "bm25", "王小波", "量子计算机", "poker", "C++ 11", "今天天气不错",
    ],
)  # fmt: skip
def test_a_known_word_and_a_stranger_are_left_as_typed(generation: Generation, text: str) -> None:
    assert read(generation, text).corrections == ()


def test_of_a_word_that_is_rare_both_are_searched(generation: Generation) -> None:
    query = read(generation, "tranformer")
    (correction,) = query.corrections
    assert (correction.meant, correction.replaced) == ("transformer", False)
    assert query.folded == "tranformer"
    assert query.asked == "transformer"
    assert "transform" in {term.text for term in query.looked_for}
    assert read(generation, "tranformer, tranformers").asked == "transformer, tranformers"


@pytest.mark.parametrize(
    "text", ['"transfromer"', "“双踏模型”", '"zhuyili jizhi"', '"two-tower"', "《双踏模型》"]
)
def test_what_is_quoted_is_never_rewritten(generation: Generation, text: str) -> None:
    query = read(generation, text)
    assert query.corrections == query.expansions == query.alternatives == ()


@pytest.mark.parametrize(
    ("switch", "text"),
    [("spelling", "transfromer"), ("homophones", "双踏模型"), ("pinyin", "zhuyili jizhi")],
)
def test_each_correction_can_be_switched_off(generation: Generation, switch: str, text: str) -> None:
    assert read(generation, text).corrections
    assert read(generation, text, **{switch: False}).corrections == ()


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("双塔模型", "dual encoder"),
        ("dual encoders", "双塔"),
        ("召回", "retrieval"),
        ("two-tower", "dual encoder"),
        ("梯度下降", "gradient descent"),
        ("双踏模型", "dual encoder"),  # 先改正，再扩展
    ],
)
def test_other_names_are_searched_besides(generation: Generation, typed: str, other: str) -> None:
    assert other in names(read(generation, typed))
    assert names(read(generation, typed, glossary=False, mined_names=False)) == set()


def test_what_the_corpus_gives_and_what_ships_can_be_switched_off_apart(generation: Generation) -> None:
    shipped = read(generation, "注意力机制", mined_names=False).expansions
    mined = read(generation, "注意力机制", glossary=False).expansions
    assert {each.mined for each in shipped} == {False}
    assert {each.mined for each in mined} == {True}
    assert {name for each in mined for name in each.also} == {"attention mechanism"}


def test_names_that_the_corpus_lacks_are_not_searched(generation: Generation) -> None:
    assert "candidate generation" not in names(read(generation, "召回"))


def test_a_name_is_not_seen_across_words(generation: Generation) -> None:
    assert read(generation, "双双塔模").expansions == ()


def test_other_names_count_less_than_what_was_typed(generation: Generation) -> None:
    query = read(generation, "双塔 梯度下降")
    alternatives = [each for each in query.alternatives if "双塔" in each.instead_of]
    assert alternatives
    assert all(0 < term.weight <= 1 for each in alternatives for term in each.terms)


def test_a_query_of_known_words_opens_no_vocabulary(generation: Generation) -> None:
    fresh = Generation.open(generation.path)
    try:
        read(fresh, "双塔模型 transformer 召回")
        assert "_stored" not in vars(fresh.vocabulary)
        read(fresh, "transfromer")
        assert "_stored" in vars(fresh.vocabulary)
    finally:
        fresh.close()


def test_a_correction_finds_what_was_meant_and_says_so(generation: Generation) -> None:
    engine = Engine(generation, [], SearchSettings())
    try:
        answer = engine.search("zhuyili jizhi", mode="lexical")
        assert "注意力机制" in answer.hits[0].passage
        assert answer.query == "zhuyili jizhi"
        assert answer.understood.text == "注意力机制"
        assert answer.understood.corrections[0].meant == "注意力机制"
        hits = engine.search("two-tower 召回", mode="lexical").hits
        assert any(
            "dual encoder" in hit.passage[start:end].lower() or "Two-tower" in hit.passage[start:end]
            for hit in hits
            for start, end in hit.highlights
        )
    finally:
        engine.close()


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.sampled_from('双踏塔模型召回zhuyiltransfome -"“”'), min_size=1, max_size=24))
def test_whatever_is_typed_has_terms_and_corrections_that_the_corpus_knows(
    generation: Generation, text: str
) -> None:
    try:
        query = read(generation, text)
    except QueryError:
        return
    assert query.terms
    assert all(term.weight > 0 for term in query.looked_for)
    grouped = [text for group in {each.instead_of for each in query.alternatives} for text in group]
    assert len(grouped) == len(set(grouped))


@given(st.sets(st.integers(0, 60)).map(sorted))
def test_stretches_are_all_pairs_of_edges_that_a_word_may_fill(edges: list[int]) -> None:
    assert list(_stretches(edges)) == [pair for pair in combinations(edges, 2) if 2 <= pair[1] - pair[0] <= 6]


def test_the_stretches_of_a_long_run_are_as_many_as_its_characters_and_no_more() -> None:
    assert len(list(_stretches(range(4_001)))) < 6 * 4_001


def test_of_homophones_that_as_many_articles_hold_it_is_always_the_same_that_is_meant(tmp_path: Path) -> None:
    counter = WordCounter()
    text = "权利，权力，公式，公事，期中，期终，实验，试验"
    for _ in range(5):
        counter.add([text], cut(text))
    write_vocabulary(tmp_path, counter)
    vocabulary = Vocabulary(tmp_path)
    meant = [homophone(typed, vocabulary, exact=False) for typed in ("权立", "公是", "期钟", "式验")]
    assert meant == ["权利", "公事", "期中", "实验"]
