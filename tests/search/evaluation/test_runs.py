"""Runs: what an engine ranks, what is written of it, and that other tools' files are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import EvaluationError
from ingest.urls import canonical
from search.engine import Engine
from search.evaluation.judged import JudgedSet
from search.evaluation.measures import Grading, Measure
from search.evaluation.runs import ask, read_run, write_run
from search.evaluation.scores import score

RUN = {
    "q1": ["https://a.example/", "https://b.example/x y".replace(" ", "%20")],
    "q2": ["https://c.example/"],
}


def test_a_run_has_every_query_with_each_article_once_best_first(
    engine: Engine, judged: Callable[[str], JudgedSet]
) -> None:
    run = ask(engine, judged(""), "hybrid")
    assert list(run) == ["q1", "q2", "q3"]
    assert run["q1"][0] == "https://zhuanlan.example.cn/0"
    assert all(len(urls) == len(set(urls)) for urls in run.values())
    assert [len(urls) for urls in ask(engine, judged(""), "hybrid", depth=2).values()] == [2, 2, 2]


@pytest.mark.parametrize("name", ["a.run", "a.jsonl"])
def test_a_run_is_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    write_run(tmp_path / name, RUN, tag="test")
    assert read_run(tmp_path / name, str) == RUN


def test_a_run_is_what_trec_eval_reads(tmp_path: Path) -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval", reason="reads the run with trec_eval's own reader")
    write_run(tmp_path / "a.run", RUN, tag="test")
    with (tmp_path / "a.run").open("rb") as file:
        read = pytrec_eval.parse_run(file)
    ranked = {
        query.decode(): [url.decode() for url in sorted(scored, key=lambda url: -scored[url])]
        for query, scored in read.items()
    }
    assert ranked == RUN


def test_the_json_form_names_query_and_addresses(tmp_path: Path) -> None:
    write_run(tmp_path / "a.jsonl", RUN, tag="test")
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert rows == [{"_id": query, "urls": urls} for query, urls in RUN.items()]


def test_the_score_says_the_order_not_the_place_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "other.run"
    path.write_text("q Q0 low 1 0.5 other\nq Q0 high 2 7e1 other\nq Q0 tie 9 0.5 other\n", "utf-8")
    assert read_run(path, str) == {"q": ["high", "low", "tie"]}


def test_two_names_of_one_document_are_one_place(tmp_path: Path) -> None:
    write_run(tmp_path / "a.jsonl", {"q": ["x", "Y", "y"]}, tag="test")
    assert read_run(tmp_path / "a.jsonl", str.lower) == {"q": ["x", "y"]}


def test_an_address_of_another_protocol_is_a_document_that_nobody_judged(tmp_path: Path) -> None:
    write_run(tmp_path / "a.jsonl", {"q": ["ftp://b.example/x.pdf", "HTTPS://A.example"]}, tag="test")
    assert read_run(tmp_path / "a.jsonl", canonical) == {"q": ["ftp://b.example/x.pdf", "https://a.example/"]}
    write_run(tmp_path / "a.jsonl", {"q": ["doc 17"]}, tag="test")
    with pytest.raises(EvaluationError, match="no URL"):
        read_run(tmp_path / "a.jsonl", canonical)


def test_a_name_with_a_blank_cannot_stand_in_trecs_columns(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"'b 2' cannot stand .*\.jsonl"):
        write_run(tmp_path / "a.run", {"q": ["b 2"]}, tag="test")
    write_run(tmp_path / "a.jsonl", {"q": ["b 2"]}, tag="test")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.run", "q Q0 d 1 good tag\n", "Line 1 of .* is not a line of a run"),
        ("a.run", "q Q0 d 1 nan tag\n", "Line 1 of .* is not a line of a run"),
        ("a.run", "q d 1\n", "is not a line of a run"),
        ("a.run", "", "holds no ranking"),
        ("a.jsonl", '{"_id": "q", "urls": "d"}\n', "no list of texts under 'urls'"),
        ("a.jsonl", '{"urls": ["d"]}\n', "no text under '_id'"),
        ("b.run", "", "cannot be read"),
    ],
)
def test_what_is_no_run_is_named_with_its_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    if name != "b.run":
        (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(EvaluationError, match=said):
        read_run(tmp_path / name, str)


def test_a_query_that_the_run_does_not_hold_found_nothing(judged: Callable[[str], JudgedSet]) -> None:
    read = judged("q1\ta\t1\nq2\tb\t1\nq3\tc\t1\n")
    ndcg = Measure("nDCG", 10)
    scores = score("a", {"q1": ["a"], "q2": ["x", "b"]}, read, measures=(ndcg,), grading=Grading())
    assert scores.values[ndcg].tolist() == pytest.approx([1, 0.63093, 0], abs=1e-5)
    all_queries, keywords, _ = read.groups(("style",))
    assert scores.mean(ndcg, all_queries) == pytest.approx(1.63093 / 3, abs=1e-5)
    assert scores.mean(ndcg, keywords) == 0.5
