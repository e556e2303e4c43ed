"""Public collections: indexed aside, measured by document, and refused with the line that is wrong."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from index.settings import IndexSettings, TowerSettings
from index.towers import Tower, load_tower
from ingest.errors import EvaluationError
from search.engine import Engine
from search.evaluation.collection import indexed, name_in_collection, read_collection, settings_for
from search.evaluation.measures import Grading, Measure
from search.evaluation.runs import Run, ask
from search.evaluation.scores import score
from search.settings import Mode, SearchSettings

Collection = Callable[[Mapping[str, str], str], Path]
NDCG = Measure("nDCG", 10)


def ranked(folder: Path, tower: Tower, mode: Mode = "lexical") -> Run:
    judged = read_collection(folder)
    with indexed(folder, towers=[tower], settings=IndexSettings(), clock=lambda: 0.0) as generation:
        engine = Engine(generation, [tower], settings_for(judged, SearchSettings()))
        try:
            return ask(engine, judged, mode)
        finally:
            engine.close()


def ndcg(folder: Path, run: Run) -> list[float]:
    scores = score("", run, read_collection(folder), measures=(NDCG,), grading=Grading())
    return scores.values[NDCG].tolist()


@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid", "full"])
def test_a_collection_is_ranked_in_every_mode(collection: Collection, tower: Tower, mode: Mode) -> None:
    queries = {"q1": "双塔", "q2": "attention", "q3": "面包", "unjudged": "别的"}
    folder = collection(queries, "q1\ta/1\t1\nq2\tb 2\t1\nq3\tc?3\t1\n")
    run = ranked(folder, tower, mode)
    assert list(run) == ["q1", "q2", "q3"]
    assert ndcg(folder, run) == [1, 1, 1]
    # A long document is several passages, and one answer.
    assert [name_in_collection(url) for url in run["q3"]].count("c?3") == 1


def test_measures_are_those_of_the_ranking(collection: Collection, tower: Tower) -> None:
    # The only relevant document of q1 cannot be found by its words; of q2 it comes first.
    folder = collection({"q1": "双塔", "q2": "attention"}, "q1\tb 2\t2\nq2\tb 2\t1\n")
    assert ndcg(folder, ranked(folder, tower)) == [0, 1]


def test_a_packed_corpus_is_read_as_well(collection: Collection, tower: Tower) -> None:
    folder = collection({"q1": "双塔"}, "q1\ta/1\t1\n")
    plain = folder / "corpus.jsonl"
    with gzip.open(folder / "corpus.jsonl.gz", "wb") as packed:
        packed.write(plain.read_bytes())
    plain.unlink()
    assert ndcg(folder, ranked(folder, tower)) == [1]


def test_a_query_longer_than_readers_may_type_is_measured(collection: Collection, tower: Tower) -> None:
    folder = collection({"q1": "双塔模型 " * 400}, "q1\ta/1\t1\n")
    assert ndcg(folder, ranked(folder, tower)) == [1]


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
    collection: Collection, tower: Tower, file: str, content: str | None, said: str
) -> None:
    folder = collection({"q1": "双塔"}, "q1\ta/1\t1\n")
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(EvaluationError, match=said):
        ranked(folder, tower)


@pytest.mark.shared
@pytest.mark.slow
def test_hybrid_is_above_both_legs_across_languages(shared_data: Path) -> None:
    folder = shared_data / "training" / "collections" / "xquad_zh2en"
    tower, judged = load_tower(TowerSettings()), read_collection(folder)
    found = {}
    with indexed(folder, towers=[tower], settings=IndexSettings(), clock=lambda: 0.0) as generation:
        engine = Engine(generation, [tower], settings_for(judged, SearchSettings()))
        modes: tuple[Mode, ...] = ("lexical", "dense", "hybrid")
        for mode in modes:
            found[mode] = sum(ndcg(folder, ask(engine, judged, mode)))
        engine.close()
    assert found["hybrid"] > max(found["lexical"], found["dense"])
