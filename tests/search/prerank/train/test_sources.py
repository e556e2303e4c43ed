"""Collections made of files of pairs, and of a corpus: nothing in them may give an answer away."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from index.settings import PassageSettings
from index.train.pairs import PairFile
from ingest.articles import Article, Entry, Lang, Link, Listing
from ingest.errors import PairsError
from search.prerank.train.from_corpus import from_corpus
from search.prerank.train.sources import Collection, from_pairs, keywords_of


def written(folder: Path, rows: Iterable[dict[str, str]]) -> PairFile:
    path = folder / "notes.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return PairFile("notes", path)


def papers(count: int = 40) -> list[dict[str, str]]:
    rows = []
    for number in range(count):
        text = f"We propose method {number} for ranking, and show on {number + 2} collections that it helps."
        rows.append(
            {"q": f"Method {number} for ranking", "p": text, "type": "title-abstract", "ql": "en", "pl": "en"}
        )
        rows.append(
            {"q": f"排序的第 {number} 种方法", "p": text, "type": "title-abstract", "ql": "zh", "pl": "en"}
        )
    return rows


def sections(count: int = 40) -> list[dict[str, str]]:
    rows = []
    for number in range(count):
        text = f"第 {number} 节讲召回阶段的第 {number} 个问题，以及工程上常见的做法。"
        rows.append({"q": f"召回问题 {number}", "p": text, "type": "heading-section", "ql": "zh", "pl": "zh"})
        rows.append(
            {"q": f"问题 {number} 怎么解决？", "p": text, "type": "question-answer", "ql": "zh", "pl": "zh"}
        )
    return rows


def made(file: PairFile) -> dict[str, Collection]:
    return {each.name: each for each in from_pairs(file, passages=64, questions=500, seed=1)}


def test_a_bare_collection_has_neither_titles_nor_headings(tmp_path: Path) -> None:
    for rows in (papers(), sections()):
        bare = made(written(tmp_path, rows))["notes-bare"]
        assert {entry.article.title for entry in bare.entries} == {""}
        assert not any("## " in entry.article.text for entry in bare.entries)
        assert {link.title for entry in bare.entries for link in entry.links} == {""}
        assert len(bare.questions) == len(rows)


def test_what_a_passage_is_called_is_not_asked_where_it_is_shown(tmp_path: Path) -> None:
    of_papers = made(written(tmp_path, papers()))["notes-named"]
    shown = {entry.article.title for entry in of_papers.entries}
    assert "Method 7 for ranking" in shown
    assert {question.kind for question in of_papers.questions} == {"title-abstract zh>en"}
    of_sections = made(written(tmp_path, sections()))["notes-named"]
    assert any("## 召回问题 7\n" in entry.article.text for entry in of_sections.entries)
    assert {question.kind for question in of_sections.questions} == {"question-answer zh>zh"}


def test_sections_stand_in_articles_with_their_neighbours_and_papers_alone(tmp_path: Path) -> None:
    assert len(made(written(tmp_path, papers()))["notes-bare"].entries) == 40
    assert len(made(written(tmp_path, sections()))["notes-bare"].entries) < 40


def test_every_answer_is_an_article_of_the_collection_that_holds_the_passage(tmp_path: Path) -> None:
    bare = made(written(tmp_path, sections()))["notes-bare"]
    texts = {entry.article.url: entry.article.text for entry in bare.entries}
    for question in bare.questions:
        assert question.answers.keys() <= texts.keys()
    asked = next(question for question in bare.questions if question.text == "问题 7 怎么解决？")
    assert all("第 7 节" in texts[url] for url in asked.answers)


def test_a_query_of_two_passages_has_two_answers(tmp_path: Path) -> None:
    rows = [{"q": "双塔是什么", "p": f"双塔的第 {n} 种讲法", "type": "question-answer"} for n in range(2)]
    (question,) = made(written(tmp_path, rows))["notes-bare"].questions
    assert len(question.answers) == 2


def test_kinds_of_queries_are_asked_equally_often(tmp_path: Path) -> None:
    rows = [
        *papers(60),
        {"q": "one of a kind", "p": papers(1)[0]["p"], "type": "paraphrase", "ql": "en", "pl": "en"},
    ]
    (collection, _) = from_pairs(written(tmp_path, rows), passages=64, questions=41, seed=1)
    kinds = [question.kind for question in collection.questions]
    assert kinds.count("paraphrase en>en") == 1
    assert kinds.count("title-abstract en>en") == kinds.count("title-abstract zh>en") == 20


def test_the_same_seed_gives_the_same_collections(tmp_path: Path) -> None:
    file = written(tmp_path, sections())
    assert made(file) == made(file)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(PairsError, match="notes"):
        made(PairFile("notes", tmp_path / "notes.jsonl.gz"))


def test_keywords_are_words_of_the_query_in_their_order() -> None:
    query = "为什么双塔模型的召回阶段需要批内负采样和纠偏"
    cut = keywords_of(query, random.Random(1), always=True)
    assert cut != query
    places = [query.find(word) for word in cut.split()]
    assert min(places) >= 0
    assert places == sorted(places)
    assert keywords_of("双塔", random.Random(1), always=True) == "双塔"


def corpus() -> list[Entry]:
    entries = []
    for number in range(12):
        url = f"https://example.org/{number}"
        text = f"## 小节 {chr(0x7532 + number)}\n\n" + f"这里讲第 {number} 件关于向量检索的事情。" * 8
        article = Article(url, f"向量检索笔记之 {chr(0x4E2D + number)}", text, Lang.ZH)
        link = Link(url, url, f"清单里的名字 {number} 号", "清单", ("检索",), f"第 {number} 篇讲得清楚")
        entries.append(Entry(article, (link,)))
    url = "https://gone.example.org/"
    return [*entries, Entry.of_listing(Listing(url, (Link(url, url, "没有了的网页", "清单"),)))]


def of_corpus(passages: int = 1000) -> dict[str, Collection]:
    found = from_corpus(corpus(), PassageSettings(), passages=passages, questions=50, seed=1)
    return {each.name: each for each in found}


def test_a_corpus_without_its_titles_is_asked_for_all_that_is_said_of_it() -> None:
    bare = of_corpus()["corpus-bare"]
    assert {question.kind for question in bare.questions} == {"note", "listing", "title", "heading"}
    for entry in bare.entries:
        assert entry.article.title == ""
        assert "小节" not in entry.article.text
        assert all((link.title, link.section, link.note) == ("", (), "") for link in entry.links)


def test_a_corpus_with_its_titles_is_asked_in_other_words() -> None:
    named = of_corpus()["corpus-named"]
    titles = {entry.article.title for entry in named.entries}
    assert "" not in titles
    assert not titles & {question.text for question in named.questions}
    assert "heading" not in {question.kind for question in named.questions}
    assert all(link.note == "" for entry in named.entries for link in entry.links)


def test_a_link_without_a_page_is_not_learned_from() -> None:
    for collection in of_corpus().values():
        assert len(collection.entries) == 12


def test_a_large_corpus_is_learned_from_in_part() -> None:
    assert len(of_corpus(passages=3)["corpus-bare"].entries) < 12
