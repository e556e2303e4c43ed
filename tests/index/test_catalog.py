"""What the catalog gives back, and which passages a filter allows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.catalog import Catalog, write_catalog
from index.facets import Where, facets
from index.passages import Passage
from ingest.articles import Article, Entry, Lang, Link, Source
from ingest.errors import GenerationError

URL = "https://www.a.example/x"
RICH = Entry(
    Article(URL, "题目", "text", Lang.MIXED, "作者", "2024-05-31", "A", Source.ARCHIVE),
    (Link(URL, URL, "t", "列表", ("外", "内"), "note", starred=True, line=3), Link(URL, URL, "u", "二")),
    ("https://b.example/",),
)


@pytest.fixture
def catalog(entries: list[Entry], tmp_path: Path) -> Iterator[Catalog]:
    """Two passages an article, and `RICH` with one at the end."""
    cut = [(each, [Passage(each.article.id, n, ("甲", "乙")[:n], f"{each.article.title} {n}", "a" * n) for n in (0, 1)]) for each in entries]  # fmt: skip
    write_catalog(tmp_path, [*cut, (RICH, [Passage(RICH.article.id, 0, (), "text")])])
    opened = Catalog(tmp_path)
    yield opened
    opened.close()


def test_an_article_comes_back_as_it_went_in(catalog: Catalog) -> None:
    row = catalog.article(RICH.article.id)
    assert row is not None
    assert (row.url, row.host, row.title, row.author, row.published) == (
        URL,
        "a.example",
        "题目",
        "作者",
        "2024-05-31",
    )
    assert (row.site, row.lang, row.source, row.starred) == ("A", Lang.MIXED, Source.ARCHIVE, True)
    assert (row.links, row.also_at, row.passages) == (RICH.links, RICH.also_at, range(10, 11))


def test_rows_come_back_in_the_order_asked_for(catalog: Catalog) -> None:
    assert [passage.row for passage in catalog.passages([7, 0, 10, 0])] == [7, 0, 10, 0]
    assert [article.row for article in catalog.articles([5, 0])] == [5, 0]
    (passage,) = catalog.passages([1])
    assert (passage.article_row, passage.ordinal, passage.headings, passage.anchor) == (0, 1, ("甲",), "a")


def test_every_passage_knows_its_article(catalog: Catalog) -> None:
    assert catalog.article_of.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert len(catalog) == 11


def test_a_row_there_is_not_is_an_error(catalog: Catalog) -> None:
    with pytest.raises(KeyError):
        catalog.passages([99])
    assert catalog.article("0" * 16) is None


@pytest.mark.parametrize(
    ("where", "articles"),
    [
        (Where((frozenset({"starred"}),)), {0, 5}),
        (Where((frozenset({"lang:en"}),)), {2, 3, 4, 5}),
        (Where((frozenset({"section:内", "host:site1.example"}),)), {1, 3, 5}),
        (Where((frozenset({"lang:en"}), frozenset({"list:推荐系统"}))), {2, 4}),
        (Where(since="2024-05-02"), {4, 5}),
        (Where((frozenset({"starred"}),), "2030-01-01"), set()),
    ],
)
def test_a_mask_allows_the_passages_of_matching_articles(
    catalog: Catalog, where: Where, articles: set[int]
) -> None:
    mask = catalog.mask(where)
    assert mask is not None
    assert set(catalog.article_of[mask].tolist()) == articles


def test_no_filter_is_no_mask(catalog: Catalog) -> None:
    assert catalog.mask(Where()) is None


def test_facets_say_what_can_be_filtered_by(catalog: Catalog) -> None:
    assert facets(RICH) == (
        "host:a.example",
        "lang:en",
        "lang:zh",
        "list:二",
        "list:列表",
        "section:内",
        "section:外",
        "starred",
        "year:2024",
    )
    assert catalog.facet_counts()["lang:zh"] == 4
    assert catalog.facet_counts([0, 5])["lang:zh"] == 2


def test_articles_without_a_date_come_after_the_oldest(catalog: Catalog) -> None:
    newest_first = np.argsort(catalog.date_rank)
    dates = [article.published for article in catalog.articles(newest_first)]
    assert dates == sorted(dates, reverse=True)
    assert dates[-1] == ""


def test_an_article_is_found_by_the_address_of_its_copy(catalog: Catalog) -> None:
    found = catalog.kept_at("https://b.example/")
    assert found is not None
    assert found.url == URL
    assert catalog.kept_at("https://c.example/") is None


def test_threads_read_at_once(catalog: Catalog) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: catalog.passages([n % 11])[0].row, range(200)))
    assert found == [n % 11 for n in range(200)]


def test_an_article_without_a_passage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no passage"):
        write_catalog(tmp_path, [(RICH, [])])


def test_a_damaged_catalog_says_so(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(GenerationError, match="cannot be read"):
        Catalog(tmp_path)
