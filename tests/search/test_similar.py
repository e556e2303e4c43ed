from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build
from index.generation import Generation, current
from index.settings import IndexSettings
from index.towers import Tower
from ingest.articles import Article, Entry, Link
from ingest.errors import NotFoundError, QueryError
from search.engine import Engine
from search.filters import Filters
from search.settings import SearchSettings


def test_articles_of_one_concept_are_alike_across_languages(engine: Engine) -> None:
    answer = engine.similar("https://zhuanlan.example.cn/0", k=3)
    assert answer.query == "双塔模型的召回"
    assert answer.hits[0].title == "Dual encoders for retrieval"


def test_an_article_is_not_like_itself(engine: Engine) -> None:
    for number, host in ((0, "zhuanlan.example.cn"), (6, "notes.example.org")):
        url = f"https://{host}/{number}"
        assert url not in [hit.url for hit in engine.similar(url, k=50).hits]


def test_an_id_the_address_and_the_address_of_a_copy_name_the_same_article(engine: Engine) -> None:
    by_copy = engine.similar("https://mirror.example.net/fusion")
    by_address = engine.similar("https://blog.example.cn/1")
    by_id = engine.similar(engine.read("https://blog.example.cn/1").article.id)
    assert by_copy.hits == by_address.hits == by_id.hits


@pytest.mark.parametrize("address", ["http://[", "://", "javascript://x", "http://", "https://a b/"])
def test_what_is_no_address_of_the_web_names_no_article(engine: Engine, address: str) -> None:
    with pytest.raises(NotFoundError):
        engine.similar(address)
    with pytest.raises(NotFoundError):
        engine.read(address)


def test_filters_hold(engine: Engine) -> None:
    hits = engine.similar("https://zhuanlan.example.cn/0", k=50, filters=Filters(langs=("zh",))).hits
    assert hits
    assert {hit.lang for hit in hits} <= {"zh", "mixed"}


def test_what_says_the_same_again_is_left_out(tower: Tower, tmp_path: Path) -> None:
    def entry(number: int, title: str, text: str) -> Entry:
        url = f"https://a.example/{number}"
        return Entry(Article(url, title, text), (Link(url, url, title, "清单"),))

    entries = [
        entry(0, "双塔", "双塔 召回 向量"),
        entry(1, "双塔", "双塔 注意力"),  # the same title
        entry(2, "雙塔", "召回 向量"),  # the same title, in traditional characters
        entry(3, "再谈双塔", "双塔 召回 向量"),  # the same text
        entry(4, "召回", "召回 精排"),
    ]
    build(entries, tmp_path, settings=IndexSettings(), towers=[tower], clock=lambda: 0.0)
    engine = Engine(Generation.open(current(tmp_path)), [tower], SearchSettings())
    try:
        assert [hit.title for hit in engine.similar("https://a.example/0").hits] == ["召回"]
    finally:
        engine.close()
        engine.generation.close()


def test_what_is_not_there_or_cannot_be_compared_is_said(engine: Engine, generation: Generation) -> None:
    with pytest.raises(NotFoundError):
        engine.similar("https://nowhere.example/")
    without = Engine(generation, [], SearchSettings())
    try:
        with pytest.raises(QueryError, match="tower"):
            without.similar("https://zhuanlan.example.cn/0")
    finally:
        without.close()
