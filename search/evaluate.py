"""The measure: nDCG@10, MRR@10 and Recall@100 by mode, over a public collection or over judged queries.

A collection (BEIR layout) is indexed aside and scored by document; judged queries are asked of a live engine and
scored by article. The metrics are trec_eval's own, through pytrec_eval (Van Gysel, de Rijke 2018, arXiv:1805.01597).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import msgspec

from index.build import build
from index.generation import Generation, current
from ingest.articles import Article, Entry, Link
from ingest.errors import EvaluationError, MissingExtraError
from ingest.urls import canonical
from search.engine import Engine

if TYPE_CHECKING:
    from types import ModuleType

    from index.settings import IndexSettings
    from index.towers import Tower
    from search.settings import Mode, SearchSettings

__all__ = ["MODES", "Metrics", "Table", "evaluate_collection", "evaluate_queries", "to_json", "write_run"]

MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid", "full")

# Documents kept of each ranking.
_DEPTH = 100
# A collection's documents need addresses; this host cannot exist (RFC 2606).
_BASE = "https://collection.invalid/"

Run = Mapping[str, Sequence[str]]  # query id -> documents, best first
Qrels = Mapping[str, Mapping[str, int]]  # query id -> document -> grade, 0: not relevant


@dataclass(frozen=True, slots=True)
class Metrics:
    """Means over the judged queries. The gain is the grade itself; from grade 1 a document is relevant."""

    ndcg_10: float
    mrr_10: float
    recall_100: float


@dataclass(frozen=True, slots=True)
class Table:
    """Metrics and rankings by mode."""

    queries: int  # that were measured
    metrics: Mapping[Mode, Metrics]
    runs: Mapping[Mode, Run]  # of every query that was asked, judged or not


def evaluate_collection(
    folder: Path,
    *,
    towers: Sequence[Tower],
    index: IndexSettings,
    search: SearchSettings,
    clock: Callable[[], float],
    modes: Sequence[Mode] = MODES,
) -> Table:
    """Index the collection in `folder` in a temporary place and measure it.

    `folder` holds corpus.jsonl (or .gz), queries.jsonl and qrels/test.tsv. A document counts by its best passage.
    Raises EvaluationError where a file is missing or malformed, MissingExtraError without pytrec_eval.
    """
    _pytrec_eval()
    qrels = _read_qrels(folder / "qrels" / "test.tsv")
    queries = {
        query: text for query, text in _read_queries(folder / "queries.jsonl").items() if query in qrels
    }
    _judged(queries, qrels)
    # Some collections ask with whole paragraphs.
    longest = max((len(text) for text in queries.values()), default=0)
    search = msgspec.structs.replace(search, max_query_chars=max(longest, search.max_query_chars))
    with TemporaryDirectory(prefix="shuangta-evaluate-") as aside:
        build(_entries(folder), Path(aside), settings=index, towers=towers, clock=clock)
        generation = Generation.open(current(Path(aside)))
        engine = Engine(generation, towers, search)
        try:
            runs = {mode: _run(engine, queries, mode, _document) for mode in modes}
        finally:
            engine.close()
            generation.close()
    return _table(runs, qrels)


def evaluate_queries(engine: Engine, queries: Path, qrels: Path, *, modes: Sequence[Mode] = MODES) -> Table:
    """Ask the judged queries of `engine` and measure. Documents are URLs, compared in canonical form.

    What was judged of an address whose article is kept under another one counts for that article.
    Raises EvaluationError where a file is missing or malformed, MissingExtraError without pytrec_eval.
    """
    _pytrec_eval()
    articles = engine.generation.catalog.all_articles()
    kept_at = {address: article.url for article in articles for address in article.also_at}
    judged: dict[str, dict[str, int]] = {}
    for query, grades in _read_qrels(qrels).items():
        of_query = judged.setdefault(query, {})
        for written, grade in grades.items():
            url = _canonical(written, qrels)
            url = kept_at.get(url, url)
            of_query[url] = max(grade, of_query.get(url, 0))
    asked = _read_queries(queries)
    _judged(asked, judged)
    return _table({mode: _run(engine, asked, mode, str) for mode in modes}, judged)


def to_json(table: Table) -> dict[str, Any]:
    """Return the table as the JSON object that `shuangta evaluate --json` prints."""
    modes = {
        mode: {
            "ndcg@10": round(of_mode.ndcg_10, 4),
            "mrr@10": round(of_mode.mrr_10, 4),
            "recall@100": round(of_mode.recall_100, 4),
        }
        for mode, of_mode in table.metrics.items()
    }
    return {"queries": table.queries, "modes": modes}


def write_run(path: Path, run: Run) -> None:
    """Write a ranking of URLs as JSON lines, `{"_id", "urls"}`, best first."""
    lines = (
        json.dumps({"_id": query, "urls": list(urls)}, ensure_ascii=False) + "\n"
        for query, urls in run.items()
    )
    path.write_text("".join(lines), "utf-8")


def _run(engine: Engine, queries: Mapping[str, str], mode: Mode, name: Callable[[str], str]) -> Run:
    return {
        query: [name(article.url) for article in engine.rank(text, k=_DEPTH, mode=mode)]
        for query, text in queries.items()
    }


def _table(runs: Mapping[Mode, Run], qrels: Qrels) -> Table:
    metrics = {mode: _measure(run, qrels) for mode, run in runs.items()}
    return Table(len(_judged(next(iter(runs.values())), qrels)), metrics, runs)


def _judged(asked: Iterable[str], qrels: Qrels) -> list[str]:
    """The queries that were asked and have a relevant document: others can tell no ranking from another."""
    found = [query for query in asked if any(grade > 0 for grade in qrels.get(query, {}).values())]
    if not found:
        raise EvaluationError(
            "None of the queries has a relevant document.", "See that queries and judgements belong together."
        )
    return found


def _measure(run: Run, qrels: Qrels) -> Metrics:
    queries = _judged(run, qrels)
    judged = {query: dict(qrels[query]) for query in queries}
    return Metrics(
        ndcg_10=_mean("ndcg_cut_10", run, judged),
        # trec_eval's reciprocal rank has no cut of its own.
        mrr_10=_mean("recip_rank", {query: run[query][:10] for query in queries}, judged),
        recall_100=_mean("recall_100", run, judged),
    )


def _mean(metric: str, run: Run, judged: dict[str, dict[str, int]]) -> float:
    """Mean over the judged queries; one that found nothing counts 0, which pytrec_eval would leave out."""
    # trec_eval orders by score and knows no ranks.
    scored = {query: {document: float(-rank) for rank, document in enumerate(run[query])} for query in judged}
    by_query = _pytrec_eval().RelevanceEvaluator(judged, {metric}).evaluate(scored)
    return fmean(by_query.get(query, {}).get(metric, 0.0) for query in judged)


def _pytrec_eval() -> ModuleType:
    try:
        import pytrec_eval
    except ImportError as error:
        raise MissingExtraError(
            "The metrics need pytrec_eval, which is not installed.", "Install shuangta[evaluate]."
        ) from error
    module: ModuleType = pytrec_eval
    return module


def _entries(folder: Path) -> Iterator[Entry]:
    """The collection's documents as the corpus would hand them over."""
    path = folder / "corpus.jsonl"
    if not path.exists():
        path = folder / "corpus.jsonl.gz"
    for number, document in _json_lines(path):
        name, title, text = (_string(document, key, path, number) for key in ("_id", "title", "text"))
        url = _BASE + quote(name, safe="")
        article = Article(url=url, title=title, text=text)
        yield Entry(article, (Link(url=url, written=url, title="", list=folder.name),))


def _document(url: str) -> str:
    return unquote(url.removeprefix(_BASE))


def _read_queries(path: Path) -> dict[str, str]:
    queries = {
        _string(query, "_id", path, number): _string(query, "text", path, number)
        for number, query in _json_lines(path)
    }
    if not queries:
        raise EvaluationError(
            f"{path} holds no query.", "It should hold one JSON object with _id and text a line."
        )
    return queries


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read `query-id <tab> document <tab> grade` lines, with a header or without."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or (number == 1 and line.startswith("query-id\t")):
            continue
        try:
            query, document, grade = line.rstrip("\n").split("\t")
            qrels.setdefault(query, {})[document] = int(grade)
        except ValueError:
            raise EvaluationError(
                f"Line {number} of {path} is not a judgement.",
                "It should be query-id, document and a whole number, separated by tabs.",
            ) from None
    return qrels


def _canonical(url: str, path: Path) -> str:
    try:
        return canonical(url)
    except ValueError as error:
        raise EvaluationError(f"{path} judges '{url}', which is no URL: {error}.") from None


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise EvaluationError(f"Line {number} of {path} is not a JSON object.")
        yield number, value


def _string(value: Mapping[str, Any], key: str, path: Path, number: int) -> str:
    found = value.get(key, "" if key == "title" else None)
    if not isinstance(found, str):
        raise EvaluationError(f"Line {number} of {path} has no text under '{key}'.")
    return found


def _lines(path: Path) -> Iterable[str]:
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as file
        ):
            yield from file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise EvaluationError(
            f"{path} cannot be read: {error}.", "See that it is there, whole, and UTF-8."
        ) from error
