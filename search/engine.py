"""The cascade: understand → recall 召回 → fuse → prerank 粗排 → rerank 精排 → show.

An `Engine` holds one generation open and answers from any number of threads; opening and choosing its parts is left to
whoever makes it. What stands beside the query is imported when asked for: the command `search` pays for every import.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING

from index.facets import Where
from ingest.errors import QueryError, TowerError
from search.answers import Answer, Understood
from search.demands import unmet
from search.diversity import DIVERSITY, diversified
from search.filters import Filters
from search.fold_articles import fold_articles
from search.fuse import fuse
from search.paging import check_page
from search.prerank.examine import Examined, Fused, examine
from search.prerank.features import Asked
from search.prerank.leg_features import legs_of
from search.prerank.model import open_preranker, prerank
from search.query import Query, understand
from search.recall import LEXICAL, dense_leg, recall
from search.relevance import NEAREST_ONLY, Floor
from search.rerank import Reranker, readable, rerank
from search.rewrite import rewritten
from search.scales import dense_scale, lexical_scale, worth
from search.show import show
from search.timings import Timings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.catalog import ArticleRow
    from index.generation import Generation
    from index.towers import Tower
    from search.browse import Browsed, Order, Shelf
    from search.candidates import Candidates
    from search.facet_counts import Articles, FacetCounts
    from search.reading import Reading
    from search.settings import Mode, SearchSettings, Sort
    from search.suggest import Suggestion

__all__ = ["Engine"]

# Legs that wait for a thread: enough for a server's usual handful of concurrent searches.
_THREADS = 8


class Engine:
    """Searches one generation. Safe for concurrent use."""

    def __init__(
        self,
        generation: Generation,
        towers: Sequence[Tower],
        settings: SearchSettings,
        reranker: Reranker | None = None,
        *,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        """Raises TowerError when the generation has no vectors of one of the towers, ModelError for a bad prerank model.

        `clock` counts seconds for the timings and the reranker's budget.
        """
        for tower in towers:
            if tower.id not in generation.dense:
                held = ", ".join(generation.dense) or "none"
                raise TowerError(
                    f"The index holds no vectors of the tower {tower.id} (it holds {held}).",
                    "Build the index again with `shuangta index`.",
                )
        self.generation = generation
        self.settings = settings
        self._towers = tuple(towers)
        self._preranker = open_preranker(settings.prerank)
        self._reranker = reranker
        self._clock = clock
        self._legs = legs_of({dense_leg(tower): tower for tower in towers})
        self._scales = {dense_leg(tower): dense_scale(generation.dense[tower.id]) for tower in towers}
        backgrounds = {dense_leg(tower): generation.background(tower.id) for tower in towers}
        self._floor = Floor(backgrounds, settings.relevance)
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="dense-leg")

    def search(
        self,
        text: str,
        *,
        k: int = 10,
        offset: int = 0,
        mode: Mode | None = None,
        filters: Filters = Filters(),  # noqa: B008 - a frozen value
        sort: Sort = "relevance",
        facets: bool = False,
        explain: bool = False,
    ) -> Answer:
        """Answer with the `k` best hits after the first `offset`; with `facets`, also what they could be filtered by.

        The pages of one query over one generation neither overlap nor skip a hit, unless a reranker's time budget
        sufficed for one page and not for another. Raises QueryError for a query or filters that make no sense.
        """
        check_page(k, offset)
        began = self._clock()
        ranked = self._cascade(text, mode or self.settings.mode, filters.where(), explain=explain)
        timings = ranked.timings
        with timings.of("judge"):
            relevance = self._floor.judge(
                ranked.candidates, ranked.fused.vectors, ranked.fused.scales[LEXICAL]
            )
        ranked = self._sorted(ranked, sort)
        with timings.of("show"):
            catalog = self.generation.catalog
            folded = fold_articles(
                ranked.candidates, catalog, offset=offset, k=k, per_article=self.settings.per_article
            )
            hits = show(
                folded.leads,
                ranked.candidates,
                ranked.fused.asked.query,
                self.generation,
                first_rank=offset + 1,
                explain=explain,
            )
        counts = None
        if facets:
            with timings.of("facets"):
                counts = self._facets(text, ranked, filters, sort)
        return Answer(
            query=text,
            understood=_understood(ranked.fused.asked.query),
            mode=ranked.mode,
            hits=hits,
            total=len(set(ranked.candidates.articles.tolist())),
            generation=self.generation.id,
            took_ms=1000 * (self._clock() - began),
            stages_ms=timings.ms,
            offset=offset,
            has_more=folded.has_more,
            confident=relevance.confident,
            notes=ranked.notes if relevance.confident or not hits else (NEAREST_ONLY, *ranked.notes),
            facets=counts,
        )

    def similar(
        self,
        article: str,
        *,
        k: int = 10,
        filters: Filters = Filters(),  # noqa: B008 - a frozen value
    ) -> Answer:
        """Answer with the articles most like the one of that id or address. Raises NotFoundError, QueryError."""
        from search.similar import similar

        check_page(k)
        began = self._clock()
        answer = similar(article, self.generation, self._towers, self._scales, k=k, where=filters.where())
        return replace(answer, took_ms=1000 * (self._clock() - began))

    def browse(
        self,
        filters: Filters = Filters(),  # noqa: B008 - a frozen value
        *,
        k: int = 20,
        offset: int = 0,
        order: Order = "list",
        new_since: str = "",
    ) -> Browsed:
        """Return the articles that `filters` leave, without a question. Raises QueryError."""
        from search.browse import browse

        check_page(k, offset)
        return browse(self.generation, filters, k=k, offset=offset, order=order, new_since=new_since)

    @cached_property
    def shelves(self) -> tuple[Shelf, ...]:
        """The reading lists with their sections."""
        from search.browse import shelves

        return shelves(self.generation.catalog.all_articles())

    def suggest(self, typed: str, *, k: int = 8) -> tuple[Suggestion, ...]:
        """Return ways to go on with what is typed. Raises QueryError."""
        from search.suggest import suggest

        return suggest(self.generation.completions, typed, k)

    def read(self, article: str) -> Reading:
        """Return the article of that id or address with all its passages. Raises NotFoundError."""
        from search.reading import read

        return read(self.generation.catalog, article)

    def rank(self, text: str, *, k: int = 100, mode: Mode | None = None) -> list[ArticleRow]:
        """Return the `k` best articles, every address for itself, and nothing to show: what an evaluation needs."""
        articles = dict.fromkeys(self.candidates(text, mode=mode).articles.tolist())
        return self.generation.catalog.articles(list(articles)[:k])

    def candidates(self, text: str, *, mode: Mode | None = None) -> Candidates:
        """Return every passage that was in the race with the column of each stage: what an evaluation of stages needs."""
        return self._cascade(text, mode or self.settings.mode, Where()).candidates

    def close(self) -> None:
        """Let the threads go; the generation is closed by who opened it."""
        self._executor.shutdown()

    def examine(self, text: str) -> Examined:
        """Return what prerank sees of a query: what its training needs. Raises QueryError."""
        return self._examined(self._fused(text, "full", Where(), Timings(self._clock)))

    def _cascade(self, text: str, mode: Mode, where: Where, *, explain: bool = False) -> _Ranked:
        timings = Timings(self._clock)
        fused = self._fused(text, mode, where, timings)
        ranked = _Ranked(fused, mode, fused.candidates, timings, unmet(fused.asked.query, fused.candidates))
        if mode != "full" or not len(fused.candidates):
            return ranked
        if self._preranker is not None:
            with timings.of("prerank"):
                candidates = prerank(self._examined(fused), self._preranker, explain=explain)
                ranked = replace(ranked, candidates=candidates)
        if self._reranker is not None:
            with timings.of("rerank"):
                ranked = self._reranked(ranked, self._reranker)
        if self.settings.diversity and self._towers:
            with timings.of(DIVERSITY):
                ranked = replace(ranked, candidates=self._diversified(ranked.candidates))
        return ranked

    def _fused(self, text: str, mode: Mode, where: Where, timings: Timings) -> Fused:
        with timings.of("understand"):
            query = rewritten(understand(text, self.settings), self.generation, self.settings.understanding)
        if mode == "dense" and not self._towers:
            raise QueryError("Without a tower there is no dense search.", "Name one in [[index.towers]].")
        with timings.of("recall"):
            recalled = recall(
                query,
                self.generation,
                self._towers,
                self.settings.recall,
                where,
                mode,
                executor=self._executor,
            )
        timings.ms.update({f"recall.{leg}": ms for leg, ms in recalled.ms.items()})
        with timings.of("fuse"):
            query_worth = worth(query.terms, self.generation.lexical)
            scales = {LEXICAL: lexical_scale(query_worth), **self._scales}
            candidates = fuse(recalled.candidates, scales, self.settings.fusion)
        asked = Asked.of(query, query_worth, self.generation.lexical)
        return Fused(asked, candidates, recalled.vectors, scales)

    def _examined(self, fused: Fused) -> Examined:
        return examine(fused, self._legs, self.generation.catalog, depth=self.settings.prerank.depth)

    def _diversified(self, candidates: Candidates) -> Candidates:
        first = self._towers[0]
        index, scale = self.generation.dense[first.id], self._scales[dense_leg(first)]
        return diversified(candidates, self.settings.diversity, index, scale)

    def _sorted(self, ranked: _Ranked, sort: Sort) -> _Ranked:
        if sort == "relevance":
            return ranked
        from search.newest import newest_first

        return replace(ranked, candidates=newest_first(ranked.candidates, self.generation.catalog.date_rank))

    def _facets(self, text: str, ranked: _Ranked, filters: Filters, sort: Sort) -> FacetCounts:
        from search.facet_counts import count_facets

        def matching(chosen: Filters) -> Articles:
            if chosen == filters:
                return ranked.candidates.articles
            # The stages after fusion order the same candidates anew.
            mode = "hybrid" if ranked.mode == "full" else ranked.mode
            return self._sorted(self._cascade(text, mode, chosen.where()), sort).candidates.articles

        return count_facets(self.generation.catalog, matching, filters)

    def _reranked(self, ranked: _Ranked, reranker: Reranker) -> _Ranked:
        settings = self.settings.rerank
        texts = readable(self.generation.catalog, ranked.candidates.rows[: settings.depth])
        result = rerank(
            ranked.fused.asked.query.asked, ranked.candidates, texts, reranker, settings, clock=self._clock
        )
        if result.finished:
            return replace(ranked, candidates=result.candidates)
        note = f"The reranker did not finish within {settings.budget_ms:g} ms; the order is that of the stage before."
        return replace(ranked, notes=(*ranked.notes, note))


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What the cascade hands to the showing of it."""

    fused: Fused
    mode: Mode
    candidates: Candidates  # best first by the last stage
    timings: Timings
    notes: tuple[str, ...] = field(default=())


def _understood(query: Query) -> Understood:
    return Understood(
        text=query.folded,
        lang=query.lang.value,
        terms=tuple(term.text for term in query.terms),
        ignored=query.ignored,
        phrases=tuple(phrase.text for phrase in query.phrases),
        excluded=tuple(phrase.text for phrase in query.excluded),
        corrections=query.corrections,
        expansions=query.expansions,
    )
