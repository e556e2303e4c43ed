"""Judged queries as a source: their grades stay what they are, from 0 to 3."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from index.settings import IndexSettings
from index.towers import Tower
from ingest.errors import EvaluationError
from search.engine import Engine
from search.prerank.train.examples import Asking, Examples
from search.prerank.train.judged import from_collection, from_judgements, has_documents
from search.prerank.train.run import fused_ndcg
from search.settings import SearchSettings


def write(folder: Path, qrels: str, *, place: str = "qrels.tsv", query: str = "双塔 召回") -> Path:
    line = json.dumps({"_id": "q", "text": query, "style": "keywords"}, ensure_ascii=False)
    (folder / "queries.jsonl").write_text(line, "utf-8")
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_text(qrels, "utf-8")
    return folder


def grades_of(examples: Examples, engine: Engine) -> dict[str, int]:
    urls = [article.url for article in engine.generation.catalog.all_articles()]
    return {
        urls[article]: int(grade) for article, grade in zip(examples.articles, examples.grades, strict=True)
    }


def test_grades_of_the_own_index_are_kept(engine: Engine, tmp_path: Path) -> None:
    found = engine.search("双塔 召回").hits
    best, other, last = found[0].url, found[1].url, found[2].url
    judged = write(tmp_path, f"q\t{other}\t3\nq\t{best}\t1\nq\t{last}\t0\nq\thttps://gone.example/\t2\n")
    examples = from_judgements(judged, engine)
    assert examples is not None
    assert examples.names == ("corpus-judged",)
    grades = grades_of(examples, engine)
    assert (grades[other], grades[best], grades[last]) == (3, 1, 0)
    assert set(np.unique(examples.grades)) == {0, 1, 3}
    # What was found first is only grade 1: 2^grade - 1 makes that seven times as bad as grade 3.
    assert fused_ndcg(examples)[0] < 1


def test_a_grade_beyond_all_scales_is_the_highest_there_is(engine: Engine, tmp_path: Path) -> None:
    best = engine.search("双塔 召回").hits[0].url
    examples = from_judgements(write(tmp_path, f"q\t{best}\t1000\n"), engine)
    assert examples is not None
    assert examples.grades.max() == 30


def collection(folder: Path) -> Path:
    texts = {"a/1": "双塔模型的召回", "b": "倒排索引", "c": "召回与排序"}
    documents = [{"_id": name, "title": "", "text": text} for name, text in texts.items()]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), "utf-8")
    return write(folder, "query-id\tcorpus-id\tscore\nq\ta/1\t2\nq\tc\t1\n", place="qrels/test.tsv")


def test_grades_of_a_collection_are_kept(tower: Tower, tmp_path: Path) -> None:
    folder = collection(tmp_path)
    assert has_documents(folder)
    examples = from_collection(folder, Asking([tower], IndexSettings(), SearchSettings(), lambda: 0.0))
    assert examples is not None
    assert examples.names == (f"{tmp_path.name}-judged",)
    assert sorted(examples.grades.tolist())[-2:] == [1, 2]


def test_a_query_longer_than_the_settings_allow_is_asked_whole(tower: Tower, tmp_path: Path) -> None:
    folder = collection(tmp_path)
    write(folder, "q\tb\t1\n", place="qrels/test.tsv", query="倒排索引 " * 20)
    short = SearchSettings(max_query_chars=10)
    examples = from_collection(folder, Asking([tower], IndexSettings(), short, lambda: 0.0))
    assert examples is not None


def test_without_documents_it_is_about_the_own_index(engine: Engine, tmp_path: Path) -> None:
    assert not has_documents(write(tmp_path, "q\thttps://x.example/\t1\n"))
    assert from_judgements(tmp_path, engine) is None  # nobody knows that article
    (tmp_path / "qrels.tsv").write_text("q\thttps://x.example/\t0\n", "utf-8")
    with pytest.raises(EvaluationError, match="None of the queries has a relevant document"):
        from_judgements(tmp_path, engine)
