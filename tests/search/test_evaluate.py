from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest

from index.settings import IndexSettings, TowerSettings
from index.towers import Tower, load_tower
from ingest.errors import EvaluationError, MissingExtraError
from search.engine import Engine
from search.evaluate import MODES, Metrics, Table, evaluate_collection, evaluate_queries, to_json, write_run
from search.settings import SearchSettings

pytest.importorskip("pytrec_eval", reason="needs the `evaluate` extra")

DOCUMENTS = {
    "a/1": "双塔模型把用户和物品各自编码成向量。",
    "b 2": "Attention weighs every position against every other.",
    "c?3": "面包要发酵两次。" + "发酵的时间看室温。" * 120 + "最后用二百二十度烘烤。",
    "d": "",
}


def write_lines(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def write_collection(folder: Path, queries: dict[str, str], qrels: str) -> Path:
    write_lines(
        folder / "corpus.jsonl",
        [{"_id": name, "title": "标题", "text": text} for name, text in DOCUMENTS.items()],
    )
    write_lines(folder / "queries.jsonl", [{"_id": name, "text": text} for name, text in queries.items()])
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + qrels, "utf-8")
    return folder


def evaluated(folder: Path, tower: Tower) -> Table:
    return evaluate_collection(
        folder, towers=[tower], index=IndexSettings(), search=SearchSettings(), clock=lambda: 0.0
    )


def test_a_collection_is_measured_in_every_mode(tmp_path: Path, tower: Tower) -> None:
    queries = {"q1": "双塔模型", "q2": "attention", "q3": "烘烤 面包", "unjudged": "别的"}
    table = evaluated(write_collection(tmp_path, queries, "q1\ta/1\t1\nq2\tb 2\t1\nq3\tc?3\t1\n"), tower)
    assert table.queries == 3
    assert tuple(table.metrics) == MODES
    assert table.metrics["lexical"] == table.metrics["full"] == Metrics(1.0, 1.0, 1.0)
    # A long document is several passages, and one answer.
    assert table.runs["lexical"]["q3"].count("c?3") == 1


def test_metrics_are_those_of_the_ranking(tmp_path: Path, tower: Tower) -> None:
    # The only relevant document of q1 cannot be found by its words; of q2 it comes first.
    table = evaluated(
        write_collection(tmp_path, {"q1": "双塔", "q2": "attention"}, "q1\tb 2\t2\nq2\tb 2\t1\n"), tower
    )
    assert table.metrics["lexical"] == Metrics(0.5, 0.5, 0.5)


def test_a_packed_corpus_is_read_as_well(tmp_path: Path, tower: Tower) -> None:
    folder = write_collection(tmp_path, {"q1": "双塔"}, "q1\ta/1\t1\n")
    plain = folder / "corpus.jsonl"
    with gzip.open(folder / "corpus.jsonl.gz", "wb") as packed:
        packed.write(plain.read_bytes())
    plain.unlink()
    assert evaluated(folder, tower).metrics["lexical"].ndcg_10 == 1.0


def test_a_query_longer_than_readers_may_type_is_measured(tmp_path: Path, tower: Tower) -> None:
    folder = write_collection(tmp_path, {"q1": "双塔模型 " * 400}, "q1\ta/1\t1\n")
    assert evaluated(folder, tower).metrics["lexical"].mrr_10 == 1.0


def test_the_json_has_the_contracts_names(tmp_path: Path, tower: Tower) -> None:
    table = evaluated(write_collection(tmp_path, {"q1": "双塔"}, "q1\ta/1\t1\n"), tower)
    modes = to_json(table)["modes"]
    assert tuple(modes) == MODES
    assert all(set(of_mode) == {"ndcg@10", "mrr@10", "recall@100"} for of_mode in modes.values())


def write_judged(folder: Path, qrels: str) -> tuple[Path, Path]:
    queries = {"q1": "双塔模型的召回", "q2": "多路召回怎么融合", "q3": "在家烤面包"}
    write_lines(folder / "queries.jsonl", [{"_id": name, "text": text} for name, text in queries.items()])
    (folder / "qrels.tsv").write_text(qrels, "utf-8")
    return folder / "queries.jsonl", folder / "qrels.tsv"


def test_judged_addresses_are_compared_in_canonical_form(engine: Engine, tmp_path: Path) -> None:
    qrels = "q1\tHTTPS://Zhuanlan.Example.cn/0?utm_source=x#top\t3\n"
    table = evaluate_queries(engine, *write_judged(tmp_path, qrels))
    assert table.queries == 1
    assert table.metrics["full"] == Metrics(1.0, 1.0, 1.0)


def test_a_judged_duplicate_counts_for_the_article_that_was_kept(engine: Engine, tmp_path: Path) -> None:
    qrels = "q2\thttps://mirror.example.net/fusion\t3\n"
    assert evaluate_queries(engine, *write_judged(tmp_path, qrels)).metrics["full"].mrr_10 == 1.0


def test_a_run_has_every_query_with_its_addresses_best_first(engine: Engine, tmp_path: Path) -> None:
    table = evaluate_queries(
        engine, *write_judged(tmp_path, "q1\thttps://zhuanlan.example.cn/0\t3\n"), modes=("hybrid",)
    )
    write_run(tmp_path / "run.jsonl", table.runs["hybrid"])
    rows = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text("utf-8").splitlines()]
    assert [row["_id"] for row in rows] == ["q1", "q2", "q3"]
    assert rows[0]["urls"][0] == "https://zhuanlan.example.cn/0"
    assert all(len(row["urls"]) == len(set(row["urls"])) <= 100 for row in rows)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus.jsonl", "{not json", "Line 1 of .*corpus.jsonl is not a JSON object"),
        ("corpus.jsonl", '{"_id": "a"}\n', "no text under 'text'"),
        ("queries.jsonl", "[1]\n", "not a JSON object"),
        ("queries.jsonl", "", "holds no query"),
        ("qrels/test.tsv", "q1 a 1\n", "Line 1 of .* is not a judgement"),
        ("qrels/test.tsv", "q1\ta/1\tgood\n", "is not a judgement"),
        ("qrels/test.tsv", "q9\ta/1\t1\n", "None of the queries has a relevant document"),
        ("qrels/test.tsv", "q1\ta/1\t0\n", "None of the queries has a relevant document"),
        ("corpus.jsonl", "\udcff", "cannot be read"),
        ("corpus.jsonl", None, "cannot be read"),
    ],
)
def test_a_malformed_collection_is_named_with_its_line(
    tmp_path: Path, tower: Tower, file: str, content: str | None, said: str
) -> None:
    folder = write_collection(tmp_path, {"q1": "双塔"}, "q1\ta/1\t1\n")
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(EvaluationError, match=said):
        evaluated(folder, tower)


def test_a_judgement_of_what_is_no_address_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no URL"):
        evaluate_queries(engine, *write_judged(tmp_path, "q1\tnot a url\t3\n"))


def test_without_pytrec_eval_the_cure_is_named(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pytrec_eval", None)
    with pytest.raises(MissingExtraError, match=r"shuangta\[evaluate\]"):
        evaluate_queries(engine, *write_judged(tmp_path, "q1\thttps://zhuanlan.example.cn/0\t3\n"))


@pytest.mark.shared
@pytest.mark.slow
def test_hybrid_is_above_both_legs_across_languages(shared_data: Path) -> None:
    table = evaluate_collection(
        shared_data / "training" / "collections" / "xquad_zh2en",
        towers=[load_tower(TowerSettings())],
        index=IndexSettings(),
        search=SearchSettings(),
        clock=lambda: 0.0,
        modes=("lexical", "dense", "hybrid"),
    )
    found = {mode: metrics.ndcg_10 for mode, metrics in table.metrics.items()}
    assert found["hybrid"] > max(found["lexical"], found["dense"])
