from __future__ import annotations

import pytest

from index.facets import Where, facets
from ingest.errors import QueryError
from search.filters import Filters

from .conftest import make_entries


def test_no_filter_leaves_nothing_out() -> None:
    assert Filters().where() == Where()
    assert not Filters().where()


def test_filters_name_the_facets_that_articles_carry() -> None:
    entry = make_entries()[0]
    filters = Filters(
        lists=("推荐系统",), sections=("双塔",), hosts=("zhuanlan.example.cn",), langs=("zh",), starred=True
    )
    assert all(any_of & set(facets(entry)) for any_of in filters.where().all_of)
    assert len(filters.where().all_of) == 5


@pytest.mark.parametrize("lang", ["mixed", "fr", ""])
def test_a_language_that_no_article_is_filed_under_is_refused(lang: str) -> None:
    with pytest.raises(QueryError, match="Use zh or en"):
        Filters(langs=(lang,)).where()


def test_values_of_one_kind_are_alternatives_and_kinds_add_up() -> None:
    where = Filters(langs=("zh", "en"), hosts=("WWW.Example.org",)).where()
    assert where.all_of == (frozenset({"host:example.org"}), frozenset({"lang:zh", "lang:en"}))


@pytest.mark.parametrize(
    ("written", "day"), [("2024", "2024-01-01"), ("2024-05", "2024-05-01"), (" 2024-05-31 ", "2024-05-31")]
)
def test_a_year_or_month_begins_with_its_first_day(written: str, day: str) -> None:
    assert Filters(since=written).where().since == day


@pytest.mark.parametrize("written", ["yesterday", "2024-13", "31.05.2024", "202"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(QueryError, match="not a date"):
        Filters(since=written).where()


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(QueryError, match="'fr'"):
        Filters(langs=("fr",)).where()
