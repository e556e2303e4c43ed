from __future__ import annotations

import pytest

from ingest.errors import NotFoundError, QueryError
from search.browse import Order
from search.engine import Engine
from search.filters import Filters

from .conftest import EN, ZH


def test_without_filters_all_is_there_in_the_order_of_the_lists(engine: Engine) -> None:
    browsed = engine.browse(k=50)
    assert browsed.total == len(browsed.hits) == 13
    assert [hit.url for hit in browsed.hits[:2]] == [
        "https://zhuanlan.example.cn/0",
        "https://blog.example.cn/1",
    ]
    assert not browsed.has_more


@pytest.mark.parametrize("order", ["list", "date"])
def test_pages_neither_overlap_nor_skip(engine: Engine, order: Order) -> None:
    whole = engine.browse(k=50, order=order).hits
    pages = [engine.browse(k=4, offset=offset, order=order) for offset in range(0, 16, 4)]
    assert [hit for page in pages for hit in page.hits] == list(whole)
    assert [page.has_more for page in pages] == [True, True, True, False]
    assert [hit.rank for hit in whole] == list(range(1, 14))


def test_by_date_the_newest_is_first_and_what_has_no_date_last(engine: Engine) -> None:
    dates = [hit.published for hit in engine.browse(k=50, order="date").hits]
    assert dates == sorted(dates, reverse=True)
    assert dates[0] == "2024-06-10"
    assert dates[-1] == ""


def test_a_year_is_a_filter_of_its_own(engine: Engine) -> None:
    browsed = engine.browse(Filters(years=("2023", "2024")), k=50)
    assert {hit.published[:4] for hit in browsed.hits} == {"2023", "2024"}
    with pytest.raises(QueryError, match="not a year"):
        engine.browse(Filters(years=("zwanzig",)))


def test_an_article_is_shown_by_how_it_begins(engine: Engine) -> None:
    (hit,) = engine.browse(Filters(hosts=("zhuanlan.example.cn",))).hits
    assert hit.passage[slice(*hit.snippet)].startswith("双塔模型把用户和物品各自编码成向量")
    assert (hit.highlights, hit.stages) == ((), {})


def test_facets_count_the_articles_that_are_left(engine: Engine) -> None:
    facets = engine.browse(Filters(lists=(EN,))).facets
    assert {each.value: each.articles for each in facets.year} == {
        "2024": 1, "2023": 1, "2022": 1, "2021": 1, "2019": 1, "2018": 1, "2017": 1,
    }  # fmt: skip
    assert facets.starred == 1


def test_a_kind_that_is_filtered_shows_what_else_could_be_chosen(engine: Engine) -> None:
    facets = engine.browse(Filters(lists=(EN,), langs=("zh",))).facets
    assert {each.value: each.articles for each in facets.list} == {ZH: 6, EN: 2}
    assert {each.value: each.articles for each in facets.lang} == {"en": 6, "zh": 2}


def test_shelves_are_the_lists_with_their_sections_as_an_outline(engine: Engine) -> None:
    zh, en = engine.shelves
    assert (zh.list, zh.articles, zh.starred) == (ZH, 7, 1)
    assert [(section.path, section.articles) for section in zh.sections] == [
        (("召回",), 2), (("召回", "双塔"), 1), (("排序",), 2), (("杂项",), 3),
    ]  # fmt: skip
    assert next(section for section in en.sections if section.path == ("Retrieval",)).articles == 3


def test_an_article_is_read_whole(engine: Engine) -> None:
    reading = engine.read("https://zhuanlan.example.cn/0")
    assert [passage.ordinal for passage in reading.passages] == list(range(len(reading.passages)))
    assert "负采样" in {heading for passage in reading.passages for heading in passage.headings}
    with pytest.raises(NotFoundError, match="article_id"):
        engine.read("0123456789abcdef")


@pytest.mark.parametrize("k", [0, -3])
def test_fewer_than_one_cannot_be_asked_for(engine: Engine, k: int) -> None:
    with pytest.raises(QueryError):
        engine.browse(k=k)
