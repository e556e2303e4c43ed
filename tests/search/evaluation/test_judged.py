"""Judged sets: what is read, what is refused, and how queries are grouped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.generation import Generation
from ingest.errors import EvaluationError
from ingest.urls import canonical
from search.evaluation.corpus import address_in_corpus
from search.evaluation.judged import JudgedSet, read_judged

Judged = Callable[[str], JudgedSet]


def test_queries_are_grouped_by_their_labels(judged: Judged) -> None:
    groups = judged("q1\thttps://a.example/\t1\n").groups(("style", "direction", "mood"))
    assert [(str(group), group.by, group.places) for group in groups] == [
        ("all", "", (0, 1, 2)),
        ("keywords", "style", (0, 2)),
        ("question", "style", (1,)),
        ("zh>zh", "direction", (0, 1)),  # q3 has no direction, and nobody has a mood
    ]


def test_trecs_four_columns_are_judgements_too(judged: Judged) -> None:
    columns = judged("q1 0 https://a.example/ 2\nq1 0 https://b.example/ 0\n")
    assert columns.grades == judged("q1\thttps://a.example/\t2\nq1\thttps://b.example/\t0\n").grades


def test_of_two_names_of_one_document_the_better_grade_counts(tmp_path: Path, judged: Judged) -> None:
    judged("q1\thttps://a.example/?utm_source=x\t1\nq1\tHTTPS://A.example/#top\t3\n")
    read = read_judged(tmp_path / "judged.jsonl", tmp_path / "qrels.tsv", canonical)
    assert read.grades == {"q1": {"https://a.example/": 3}}


def test_a_duplicates_address_means_the_article_that_was_kept(generation: Generation) -> None:
    address = address_in_corpus(generation.catalog)
    assert address("https://mirror.example.net/fusion") == "https://blog.example.cn/1"
    assert address("HTTPS://Zhuanlan.Example.cn/0?utm_source=x#top") == "https://zhuanlan.example.cn/0"
    assert address_in_corpus(None)("https://mirror.example.net/fusion") == "https://mirror.example.net/fusion"


def test_a_query_without_a_relevant_document_tells_nothing(judged: Judged) -> None:
    answerable = judged("q1\thttps://a.example/\t1\nq2\thttps://a.example/\t0\n").answerable()
    assert [query.id for query in answerable.queries] == ["q1"]
    with pytest.raises(EvaluationError, match="None of the queries has a relevant document"):
        judged("q2\thttps://a.example/\t0\n").answerable()


def test_a_grade_below_zero_is_judged_and_not_relevant(judged: Judged) -> None:
    spam = judged("q1\thttps://a.example/\t1\nq1\thttps://b.example/\t-1\nq1\thttps://c.example/\t-2\n")
    assert spam.grades["q1"] == {"https://a.example/": 1, "https://b.example/": 0, "https://c.example/": 0}


@pytest.mark.parametrize("grade", ["1001", "9" * 30, "1.5", "high", ""])
def test_what_is_no_grade_is_refused_with_its_line(judged: Judged, grade: str) -> None:
    with pytest.raises(EvaluationError, match=r"Line 2 of .* is not a judgement"):
        judged(f"q1\thttps://a.example/\t1\nq1\thttps://b.example/\t{grade}\n")


def test_the_mark_that_a_spreadsheet_puts_first_is_no_part_of_a_name(judged: Judged) -> None:
    assert judged("\ufeffq1\thttps://a.example/\t1\n").grades == {"q1": {"https://a.example/": 1}}


def test_a_judgement_of_what_is_no_address_is_refused(judged: Judged, tmp_path: Path) -> None:
    judged("q1\tnot a url\t3\n")
    with pytest.raises(EvaluationError, match=r"Line 1 of .* 'not a url', which is no URL"):
        read_judged(tmp_path / "judged.jsonl", tmp_path / "qrels.tsv", canonical)


def test_a_second_query_of_the_same_name_is_refused(judged: Judged, tmp_path: Path) -> None:
    judged("")
    twice = tmp_path / "twice.jsonl"
    twice.write_text((tmp_path / "judged.jsonl").read_text("utf-8") * 2, "utf-8")
    with pytest.raises(EvaluationError, match=r"Line 4 of .* second query named 'q1'"):
        read_judged(twice, tmp_path / "qrels.tsv", str)
