"""A corpus as training data: what is taken for a query, for which passages, and what is left out as generic."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.settings import PassageSettings
from index.train.corpus import Corpus, Kind, read_corpus, write_pairs
from index.train.pairs import Pair, Sieve, pair_files
from ingest.articles import Article, Entry, Link, Listing

SECTION = "召回从全部文档中取出几百个候选，排序再给它们定先后，两步的目标并不相同。" * 4


def entry(
    name: str,
    *,
    title: str = "",
    headings: Sequence[str] = (),
    listed: str = "",
    note: str = "",
) -> Entry:
    url = f"https://example.org/{name}"
    text = (
        "\n\n".join(f"# {heading}\n\n{name} {heading}：{SECTION}" for heading in headings)
        or f"{name} {SECTION}"
    )
    article = Article(url=url, title=title or f"文章 {name}", text=text)
    return Entry(article, (Link(url, url, listed or article.title, "清单", ("章",), note),))


def corpus_of(*entries: Entry) -> Corpus:
    return read_corpus(entries, PassageSettings())


def said(corpus: Corpus) -> list[tuple[Kind, str]]:
    return [(saying.kind, saying.text) for saying in corpus.sayings]


def test_a_note_a_listed_title_a_title_and_a_heading_stand_for_an_article() -> None:
    corpus = corpus_of(
        entry(
            "a",
            title="雙塔模型",
            headings=("负采样", "Two Tower"),
            listed="讲双塔的那篇",
            note="把 logQ 讲清楚了",
        )
    )
    assert said(corpus) == [
        (Kind.NOTE, "把 logq 讲清楚了"),
        (Kind.LISTING, "讲双塔的那篇"),
        (Kind.TITLE, "双塔模型"),
        (Kind.HEADING, "负采样"),
        (Kind.HEADING, "two tower"),
    ]


def test_a_heading_stands_for_its_own_section_and_a_title_for_opening_and_others() -> None:
    headings = [f"第 {word} 节" for word in "甲乙丙丁戊己"]
    corpus = corpus_of(entry("a", headings=headings))
    title, *rest = corpus.sayings
    assert title.passages[0] == 0
    assert len(title.passages) == 4
    for saying, heading in zip(rest, headings, strict=True):
        assert {heading in corpus.passages[number] for number in saying.passages} == {True}


def test_bodies_come_without_the_title_and_the_headings_above_them() -> None:
    corpus = corpus_of(entry("a", title="一个很特别的题目", headings=("甲", "乙")))
    assert not any("题目" in passage or "#" in passage for passage in corpus.passages)


def test_what_many_articles_carry_is_generic_with_whatever_numbering() -> None:
    corpus = corpus_of(
        *(entry(name, headings=(heading, f"{name} 的细节"), note="有代码。")
          for name, heading in (("a", "总结"), ("b", "4. 总结"), ("c", "5.2 总结")))
    )  # fmt: skip
    assert not [text for kind, text in said(corpus) if "总结" in text or kind is Kind.NOTE]
    assert sum(kind is Kind.HEADING for kind, _ in said(corpus)) == 3


def test_a_heading_that_two_articles_share_leads_to_both() -> None:
    corpus = corpus_of(entry("a", headings=("负采样", "甲")), entry("b", headings=("负采样", "乙")))
    assert corpus.articles_saying["负采样"] == {0, 1}


def test_a_listed_title_that_is_the_articles_own_or_an_address_says_nothing_more() -> None:
    corpus = corpus_of(
        entry("a", title="BERT", listed="Bert"), entry("b", listed="https://github.com/x/y"), entry("c")
    )
    assert {kind for kind, _ in said(corpus)} == {Kind.TITLE}


def test_a_link_without_a_page_is_told_from_others_but_says_nothing() -> None:
    link = Link("https://dead.org/x", "https://dead.org/x", "图解 HNSW", "清单", ("检索",), "图画得很好")
    corpus = corpus_of(Entry.of_listing(Listing(link.url, (link,))))
    assert len(corpus.passages) == 1
    assert corpus.sayings == ()


def test_passages_know_their_articles() -> None:
    corpus = corpus_of(entry("a", headings=("甲", "乙")), entry("b"))
    assert corpus.article_of.tolist() == [0] * (len(corpus.passages) - 1) + [1]
    assert np.all(np.diff(corpus.article_of) >= 0)


def test_pairs_are_once_of_the_articles_asked_for_and_never_of_two_like_sides() -> None:
    one, other = entry("a", note="好文"), entry("b")
    short = Entry(Article(url="https://example.org/s", title="只有标题", text="只有标题"), ())
    corpus = corpus_of(one, other, short)
    pairs = [pair for _, pair in corpus.pairs({0, 2})]
    assert [(pair.q, pair.type, pair.ql, pair.pl) for pair in pairs] == [
        ("好文", "note", "zh", "zh"),
        ("文章 a", "title", "zh", "zh"),
    ]


def test_each_kind_is_a_pair_file_that_training_reads_back(tmp_path: Path) -> None:
    corpus = corpus_of(entry("a", headings=("负采样", "校正"), note="好文"))
    pairs = list(corpus.pairs({0}))
    write_pairs(pairs, tmp_path)
    files = pair_files([str(tmp_path)], [])
    assert [file.name for file in files] == ["corpus-heading", "corpus-note", "corpus-title"]
    read: list[Pair] = [pair for file in files for pair in Sieve().read(file)]
    assert sorted(map(repr, read)) == sorted(repr(pair) for _, pair in pairs)


def test_the_same_pairs_give_the_same_bytes(tmp_path: Path) -> None:
    corpus = corpus_of(entry("a", note="好文"))
    for name in ("one", "two"):
        write_pairs(corpus.pairs({0}), tmp_path / name)
    assert (tmp_path / "one" / "corpus-note.jsonl.gz").read_bytes() == (
        tmp_path / "two" / "corpus-note.jsonl.gz"
    ).read_bytes()


@pytest.mark.parametrize("title", ["", "https://example.org/only-an-address"])
def test_an_article_without_a_title_has_none_to_say(title: str) -> None:
    article = Article(url="https://example.org/a", title=title, text=SECTION)
    assert corpus_of(Entry(article, ())).sayings == ()
