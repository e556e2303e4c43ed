"""Files of judged sets and collections, as a user would write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from search.evaluation.judged import JudgedSet, read_judged

DOCUMENTS = {
    "a/1": "双塔模型把用户和物品各自编码成向量。",
    "b 2": "Attention weighs every position against every other.",
    "c?3": "面包要发酵两次。" + "发酵的时间看室温。" * 120 + "最后用二百二十度烘烤。",
    "d": "",
}


def write_lines(path: Path, rows: list[dict[str, str]]) -> Path:
    """One JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def collection(tmp_path: Path) -> Callable[[Mapping[str, str], str], Path]:
    """A collection of four documents in BEIR's layout; given queries by name, and lines of judgements."""

    def write(queries: Mapping[str, str], qrels: str) -> Path:
        folder = tmp_path / "collection"
        documents = [{"_id": name, "title": "标题", "text": text} for name, text in DOCUMENTS.items()]
        write_lines(folder / "corpus.jsonl", documents)
        write_lines(folder / "queries.jsonl", [{"_id": name, "text": text} for name, text in queries.items()])
        (folder / "qrels").mkdir()
        (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + qrels, "utf-8")
        return folder

    return write


@pytest.fixture
def judged(tmp_path: Path) -> Callable[[str], JudgedSet]:
    """Three queries in two styles over the corpus of this room's tests; given the judgements, read as written."""

    def read(qrels: str) -> JudgedSet:
        rows = [
            {"_id": "q1", "text": "双塔模型的召回", "style": "keywords", "direction": "zh>zh"},
            {"_id": "q2", "text": "多路召回怎么融合", "style": "question", "direction": "zh>zh"},
            {"_id": "q3", "text": "sourdough bread", "style": "keywords"},
        ]
        queries = write_lines(tmp_path / "judged.jsonl", rows)
        (tmp_path / "qrels.tsv").write_text(qrels, "utf-8")
        return read_judged(queries, tmp_path / "qrels.tsv", str)

    return read
