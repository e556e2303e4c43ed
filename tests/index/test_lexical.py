"""Both BM25 engines: what they find, in what order, under which filter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.analyze import analyze, terms
from index.catalog import Catalog, write_catalog
from index.facets import Where
from index.lexical import (
    KIND_WEIGHTS,
    Alternative,
    LexicalDocument,
    LexicalIndex,
    QueryTerm,
    build_lexical,
    necessary,
    open_lexical,
    query_terms,
)
from index.passages import Passage
from index.ranking import Ranking
from index.settings import LexicalSettings
from ingest.articles import Entry
from ingest.errors import GenerationError

ENGINES = ("tantivy", "rank-bm25")
every_engine = pytest.mark.parametrize("engine", ENGINES)
EVERYWHERE = Where()
NOWHERE = Where((frozenset({"host:nowhere.example"}),))

Open = Callable[[str], LexicalIndex]


@pytest.fixture
def opened(entries: list[Entry], tmp_path: Path) -> Open:
    """Index the corpus, one passage an article, with the engine of that name."""
    write_catalog(
        tmp_path, ((each, [Passage(each.article.id, 0, (), each.article.text)]) for each in entries)
    )
    catalog = Catalog(tmp_path)

    def run(engine: str) -> LexicalIndex:
        documents = (
            LexicalDocument(
                (terms(row.title), (), terms(row.links[0].note), terms(catalog.passages([row.row])[0].text)),
                row.facets,
                row.published,
            )
            for row in catalog.all_articles()
        )
        build_lexical(tmp_path / engine, documents, LexicalSettings(engine=engine))  # type: ignore[arg-type]
        return open_lexical(tmp_path / engine, engine, catalog)

    return run


def ask(index: LexicalIndex, query: str, where: Where = EVERYWHERE) -> Ranking:
    return index.search(query_terms(analyze(query)), 10, where)


@pytest.mark.parametrize(
    "query",
    ["双塔模型召回", "雙塔", "HNSW 向量检索", "in-batch negatives", "attention mechanism 注意力", "retrieval baseline", "近似最近邻", "量化", "BM25"],
)  # fmt: skip
def test_both_engines_rank_alike(opened: Open, query: str) -> None:
    one, other = (ask(opened(engine), query) for engine in ENGINES)
    assert len(one) > 0
    assert one.rows.tolist() == other.rows.tolist()
    # tantivy keeps lengths from 40 terms on in steps of up to an eighth, to fit eight bits.
    np.testing.assert_allclose(one.scores, other.scores, rtol=0.04)


@every_engine
def test_the_passage_that_says_it_comes_first(opened: Open, engine: str) -> None:
    index = opened(engine)
    assert ask(index, "雙塔模型怎么召回").rows[0] == 0
    assert ask(index, "what is a dual encoder").rows[0] == 2
    assert ask(index, "attention").rows[0] == 4


@every_engine
def test_what_no_passage_says_is_not_found(opened: Open, engine: str) -> None:
    assert len(ask(opened(engine), "量子色动力学 quark")) == 0


@every_engine
def test_a_filter_leaves_out_what_does_not_satisfy_it(opened: Open, engine: str) -> None:
    index = opened(engine)
    everything = "retrieval 模型 检索 向量"
    assert set(ask(index, everything).rows) == {0, 1, 2, 3, 4}
    assert set(ask(index, everything, Where((frozenset({"list:NLP"}),))).rows) == {1, 3}
    assert set(ask(index, everything, Where((frozenset({"lang:zh"}),))).rows) == {0, 1, 4}
    assert set(ask(index, everything, Where((frozenset({"lang:zh"}), frozenset({"list:NLP"})))).rows) == {1}
    assert set(ask(index, everything, Where(since="2024-05-01")).rows) == {0, 4}
    assert set(
        ask(index, everything, Where((frozenset({"list:NLP", "list:推荐系统"}),), "2024-06")).rows
    ) == {4}
    assert len(ask(index, everything, NOWHERE)) == 0


@every_engine
def test_a_filter_changes_no_score(opened: Open, engine: str) -> None:
    index = opened(engine)
    free, bound = ask(index, "向量检索"), ask(index, "向量检索", Where((frozenset({"list:NLP"}),)))
    assert bound.scores[0] == pytest.approx(free.scores[free.rows.tolist().index(bound.rows[0])], rel=1e-6)


@every_engine
def test_a_term_counts_by_its_weight(opened: Open, engine: str) -> None:
    index = opened(engine)
    (single,) = index.search([QueryTerm("hnsw", 1.0)], 10, Where()).scores
    (double,) = index.search([QueryTerm("hnsw", 2.0)], 10, Where()).scores
    assert double == pytest.approx(2 * single, rel=1e-6)


@every_engine
def test_document_frequency_counts_bodies(opened: Open, engine: str) -> None:
    index = opened(engine)
    assert index.document_frequency("向量") == 2
    assert index.document_frequency("quark") == 0
    assert len(index) == 5


@every_engine
def test_fields_are_one_text_in_which_a_title_stands_three_times(
    tmp_path: Path, entries: list[Entry], engine: str
) -> None:
    write_catalog(tmp_path, ((each, [Passage(each.article.id, 0, (), "x")]) for each in entries[:3]))
    fields = ((["召回"], [], [], ["精排"]), ([], ["召回"], [], ["召回", "精排"]), ([], [], [], ["精排"] * 4))
    documents = (LexicalDocument(each, (), "") for each in fields)
    build_lexical(tmp_path / engine, documents, LexicalSettings(engine=engine))  # type: ignore[arg-type]
    index = open_lexical(tmp_path / engine, engine, Catalog(tmp_path))
    found = index.search([QueryTerm("召回", 1.0)], 3, EVERYWHERE)
    assert found.rows.tolist() == [0, 1]
    assert found.scores[0] == found.scores[1], "once in a title, or once in a heading and once in the text"
    assert index.document_frequency("召回") == 2


def other_name(typed: str, *terms: str, weight: float = 1.0) -> Alternative:
    return Alternative((typed,), tuple(QueryTerm(term, weight) for term in terms))


@every_engine
def test_another_name_finds_what_holds_all_of_it(opened: Open, engine: str) -> None:
    index = opened(engine)
    asked = [QueryTerm("双塔", 1.0)]
    assert index.search(asked, 5, EVERYWHERE).rows.tolist() == [0]
    found = index.search(asked, 5, EVERYWHERE, alternatives=[other_name("双塔", "dual", "encod")])
    assert set(found.rows) == {0, 2}
    half = index.search(asked, 5, EVERYWHERE, alternatives=[other_name("双塔", "dual", "quark")])
    assert half.rows.tolist() == [0]


@every_engine
def test_a_passage_gets_the_better_score_of_two_names_and_not_both(opened: Open, engine: str) -> None:
    index = opened(engine)
    one, other = QueryTerm("注意力", 1.0), QueryTerm("attent", 3.0)
    (by_one,), (by_other,) = (index.search([term], 5, EVERYWHERE).scores for term in (one, other))
    alternatives = [
        Alternative((one.text,), (other,)),
        Alternative((one.text,), (QueryTerm("mechan", 0.01),)),
    ]
    (both,) = index.search([one], 5, EVERYWHERE, alternatives=alternatives).scores
    assert both == pytest.approx(max(by_one, by_other), rel=1e-5)


@every_engine
def test_terms_without_another_name_count_as_ever(opened: Open, engine: str) -> None:
    index = opened(engine)
    asked = [QueryTerm("双塔", 1.0), QueryTerm("向量", 1.0)]
    alone = index.search(asked, 5, EVERYWHERE)
    grouped = index.search(asked, 5, EVERYWHERE, alternatives=[other_name("双塔", "bm25", weight=0.1)])
    assert grouped.scores[0] == pytest.approx(alone.scores[0], rel=1e-5)


@every_engine
def test_what_lacks_a_required_term_is_left_out(opened: Open, engine: str) -> None:
    index = opened(engine)
    asked = query_terms(analyze("向量 检索"))
    assert {0, 1} <= set(index.search(asked, 5, EVERYWHERE).rows)
    assert index.search(asked, 5, EVERYWHERE, required=["hnsw", "内存"]).rows.tolist() == [1]
    assert index.search(asked, 5, NOWHERE, required=["hnsw"]).rows.tolist() == []
    assert index.search(asked, 5, EVERYWHERE, required=["quark"]).rows.tolist() == []


@every_engine
def test_which_passages_hold_all_of_some_terms_is_told(opened: Open, engine: str) -> None:
    index = opened(engine)
    assert index.holding(["向量"]).tolist() == [True, True, False, False, False]
    assert index.holding(["向量", "hnsw"]).tolist() == [False, True, False, False, False]
    assert not index.holding(["quark"]).any()
    assert not index.holding([]).any()


@pytest.mark.parametrize(
    ("phrase", "text"),
    [("双塔模型", "一种新双塔模型结构"), ("two-tower", "two tower"), ("in-batch", "cross-in-batch-negatives"), ("C++", "c++11"),
     ("塔", "双塔"), ("why", "that is why"), ("transformer", "transformer-based")],
)  # fmt: skip
def test_necessary_terms_stand_in_every_text_that_holds_the_words(phrase: str, text: str) -> None:
    wanted = necessary(analyze(phrase))
    assert wanted
    assert set(wanted) <= set(terms(text))


@every_engine
def test_a_damaged_index_says_so(opened: Open, engine: str, tmp_path: Path) -> None:
    opened(engine)
    for path in (tmp_path / engine).iterdir():
        path.unlink()  # not cut short in place: a thread of tantivy may still have it mapped
        path.touch()
    with pytest.raises(GenerationError, match="cannot be read"):
        open_lexical(tmp_path / engine, engine, Catalog(tmp_path))


def test_no_terms_find_nothing(opened: Open) -> None:
    assert len(opened("tantivy").search([], 10, Where())) == 0


def test_many_documents_keep_their_rows(tmp_path: Path) -> None:
    documents = (LexicalDocument(((), (), (), ("all", f"term{row}")), (), "") for row in range(3000))
    build_lexical(tmp_path / "index", documents, LexicalSettings())
    index = open_lexical(tmp_path / "index", "tantivy", None)  # type: ignore[arg-type]
    assert [
        index.search([QueryTerm(f"term{row}", 1)], 1, Where()).rows[0] for row in range(0, 3000, 97)
    ] == list(range(0, 3000, 97))
    assert index.search([QueryTerm("all", 1)], 5, Where()).rows.tolist() == [0, 1, 2, 3, 4]


def test_a_repeated_term_weighs_twice_and_function_words_nothing() -> None:
    weights = {term.text: term.weight for term in query_terms(analyze("the tower of the tower"))}
    assert weights == {"tower": 2.0}


def test_a_query_of_function_words_still_asks_for_them() -> None:
    assert {term.text for term in query_terms(analyze("to be or not to be"))} == {"to", "be", "or", "not"}


def test_every_kind_of_term_has_a_weight() -> None:
    assert set(KIND_WEIGHTS) == set(type(next(iter(KIND_WEIGHTS))))


@every_engine
@pytest.mark.parametrize(
    "query", ["双塔召回怎么做负采样", "two tower retrieval", "注意力 attention 没有的词"]
)
def test_the_parts_of_a_score_add_up_to_it(opened: Open, engine: str, query: str) -> None:
    index = opened(engine)
    asked = query_terms(analyze(query))
    ranking = index.search(asked, 10, EVERYWHERE)
    assert len(ranking)
    for row, score in zip(ranking.rows.tolist(), ranking.scores.tolist(), strict=True):
        parts = index.explain(asked, row)
        assert sum(part.score for part in parts) == pytest.approx(score, rel=1e-4)
        assert all(part.frequency >= 1 and 0 < part.tf < 2.2 and part.idf > 0 for part in parts)
        assert {part.text for part in parts} <= {term.text for term in asked}


@every_engine
def test_a_term_that_does_not_stand_in_a_passage_has_no_part_of_its_score(opened: Open, engine: str) -> None:
    assert opened(engine).explain([QueryTerm("qqqzzz", 1.0)], 0) == []
