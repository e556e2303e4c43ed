"""The lexical leg on public test collections: never behind the plain BM25 that their README measured."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from index.analyze import analyze, terms
from index.facets import Where
from index.lexical import LexicalDocument, build_lexical, open_lexical, query_terms
from index.settings import LexicalSettings

pytrec_eval = pytest.importorskip("pytrec_eval", reason="measures with trec_eval")

COLLECTIONS = Path(__file__).parents[3] / "shared" / "training" / "collections"


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not COLLECTIONS.is_dir(), reason="the team's shared data is not beside the repository")
@pytest.mark.parametrize(
    ("name", "bm25"),
    [
        ("drcd_test", 0.966),
        ("cmrc_dev", 0.984),
        ("cranfield", 0.518),
        ("lcqmc_dev", 0.885),
        ("xquad_en", 0.963),
    ],
)
def test_ranking_is_no_worse_than_plain_bm25(name: str, bm25: float, tmp_path: Path) -> None:
    """`bm25`: nDCG@10 of bm25s there, the better of words and character bigrams."""
    folder = COLLECTIONS / name
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        corpus = [json.loads(line) for line in lines]
    documents = (
        LexicalDocument((terms(each.get("title", "")), (), (), terms(each["text"])), (), "")
        for each in corpus
    )
    build_lexical(tmp_path / "index", documents, LexicalSettings())
    index = open_lexical(tmp_path / "index", "tantivy", None)  # type: ignore[arg-type]
    run = {}
    for line in (folder / "queries.jsonl").read_text("utf-8").splitlines():
        query = json.loads(line)
        ranking = index.search(query_terms(analyze(query["text"])), 10, Where())
        run[query["_id"]] = {
            corpus[row]["_id"]: float(score) for row, score in zip(ranking.rows, ranking.scores, strict=True)
        }
    qrels: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]:
        query_id, document, grade = line.split("\t")
        qrels.setdefault(query_id, {})[document] = int(grade)
    measured = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10"}).evaluate(run)
    assert sum(each["ndcg_cut_10"] for each in measured.values()) / len(qrels) >= bm25
