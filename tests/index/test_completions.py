"""What can be completed, and what it is found by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.catalog import Catalog, write_catalog
from index.completions import Completions, write_completions
from index.passages import Passage
from ingest.articles import Article, Entry, Link

TITLES = (
    "注意力机制入门",
    "图解注意力机制",
    "注意力机制的前世今生",
    "Attention Is All You Need",
    "BERT 中的注意力机制",
    "Why negative sampling works",
    "Negative sampling, revisited",
    "On negative sampling",
    "雙塔模型",
    "K-means 聚类",
    "https://example.org/no-title",
)


def made_of(titles: Sequence[str], folder: Path) -> Completions:
    cut = []
    for number, title in enumerate(titles):
        url = f"https://a.example/{number}"
        link = Link(url, url, title, "清单", ("召回", "双塔 · Two towers")[: 1 + number % 2])
        entry = Entry(Article(url, title, "text"), (link,))
        cut.append((entry, [Passage(entry.article.id, 0, (), title)]))
    write_catalog(folder, cut)
    catalog = Catalog(folder)
    write_completions(folder, catalog.all_articles())
    catalog.close()
    return Completions(folder)


@pytest.fixture(scope="module")
def completions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Completions]:
    made = made_of(TITLES, tmp_path_factory.mktemp("completions"))
    yield made
    made.close()


def phrases(completions: Completions, typed: str) -> list[str]:
    return [each.text for each in completions.starting_with(typed, 9, titles=False)]


def titles(completions: Completions, typed: str) -> list[str]:
    return [each.text for each in completions.starting_with(typed, 9, titles=True)]


@pytest.mark.parametrize("typed", ["注意", "zhuyili", "zhu yi li", "zylj", "注意力机制", "zyl"])
def test_chinese_is_found_as_written_by_pinyin_and_by_initials(completions: Completions, typed: str) -> None:
    assert "注意力机制" in phrases(completions, typed)


@pytest.mark.parametrize("typed", ["neg", "Negative", "NEGATIVE sam", "sampling"])
def test_english_is_found_from_any_of_its_words_in_any_case(completions: Completions, typed: str) -> None:
    assert any("negative sampling" in title.lower() for title in titles(completions, typed))


def test_traditional_and_simplified_find_each_other(completions: Completions) -> None:
    assert (
        titles(completions, "双塔")
        == titles(completions, "雙塔")
        == titles(completions, "shuangta")
        == ["雙塔模型"]
    )


@pytest.mark.parametrize("typed", ["k-means", "kmeans", "K-Means 聚", "kmeansjulei", "jl"])
def test_a_hyphen_need_not_be_typed(completions: Completions, typed: str) -> None:
    assert titles(completions, typed) == ["K-means 聚类"]


def test_what_begins_like_it_comes_before_what_holds_it(completions: Completions) -> None:
    found = titles(completions, "注意")
    assert found[:2] == ["注意力机制入门", "注意力机制的前世今生"]
    assert "图解注意力机制" in found


def test_a_phrase_is_in_three_titles_at_least_and_no_part_of_a_longer_one(completions: Completions) -> None:
    assert phrases(completions, "negative") == ["negative sampling"]
    assert phrases(completions, "attention") == []


def test_sections_and_lists_are_named_with_their_articles(completions: Completions) -> None:
    (section,) = completions.starting_with("two", 9, titles=False)
    assert (section.text, section.kind, section.articles) == ("双塔 · Two towers", "section", 5)
    (named,) = completions.starting_with("qd", 9, titles=False)
    assert (named.text, named.kind, named.articles) == ("清单", "list", 11)


def test_an_address_is_no_title(completions: Completions) -> None:
    assert titles(completions, "https") == []
    assert titles(completions, "example") == []


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'; DROP TABLE keys", "😀", "\x00"])
def test_what_begins_nothing_finds_nothing(completions: Completions, typed: str) -> None:
    assert completions.starting_with(typed, 9, titles=True) == []
