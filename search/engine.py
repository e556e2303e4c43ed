"""One generation, open, and what can be asked of it: search, similar articles, browsing, suggestions, reading.

An `Engine` answers from any number of threads; opening and choosing its parts is left to whoever makes it. What stands
beside the query is imported when asked for: the command `search` pays for every import.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING

from index.facets import Where, facet
from ingest.articles import Lang
from search.answers import Answer, Understood
from search.cascade import Cascade, Ranked
from search.filters import Filters
from search.fold_articles import fold_articles
from search.notes import NEAREST_ONLY
from search.paging import check_page
from search.recall import LEXICAL, dense_leg
from search.relevance import Floor
from search.show import show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.catalog import ArticleRow
    from index.generation import Generation
    from index.towers import Tower
    from search.browse import Browsed, Order, Shelf
    from search.candidates import Candidates
    from search.facet_counts import Articles, FacetCounts
    from search.query import Query
    from search.reading import Reading
    from search.rerank import Reranker
    from search.settings import Mode, SearchSettings, Sort
    from search.suggest import Suggestion

__all__ = ["Engine"]


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
        self.generation = generation
        self.settings = settings
        self.cascade = Cascade(generation, towers, settings, reranker, clock=clock)
        self._clock = clock
        backgrounds = {dense_leg(tower): generation.background(tower.id) for tower in towers}
        self._floor = Floor(backgrounds, settings.relevance)

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
        ranked = self.cascade.run(text, mode or self.settings.mode, filters.where(), explain=explain)
        timings = ranked.timings
        with timings.of("judge"):
            relevance = self._floor.judge(
                ranked.candidates,
                ranked.fused.vectors,
                ranked.fused.scales[LEXICAL],
                unheard=not ranked.fused.asked.known and self._has_articles_in(ranked.fused.asked.query.lang),
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
        answer = similar(
            article, self.generation, self.cascade.towers, self.cascade.scales, k=k, where=filters.where()
        )
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
        return self.cascade.run(text, mode or self.settings.mode, Where()).candidates

    def close(self) -> None:
        """Let the threads go; the generation is closed by who opened it."""
        self.cascade.close()

    def _has_articles_in(self, lang: Lang) -> bool:
        """Whether a tenth of the articles is written in `lang`: so many would hold a word of the subject."""
        if lang not in {Lang.ZH, Lang.EN}:
            return True
        counts = self.generation.catalog.facet_counts()
        return bool(counts.get(facet("lang", lang), 0) >= 0.1 * self.generation.catalog.articles_count)

    def _sorted(self, ranked: Ranked, sort: Sort) -> Ranked:
        if sort == "relevance":
            return ranked
        from search.newest import newest_first

        return replace(ranked, candidates=newest_first(ranked.candidates, self.generation.catalog.date_rank))

    def _facets(self, text: str, ranked: Ranked, filters: Filters, sort: Sort) -> FacetCounts:
        from search.facet_counts import count_facets

        def matching(chosen: Filters) -> Articles:
            if chosen == filters:
                return ranked.candidates.articles
            # The stages after fusion order the same candidates anew.
            mode = "hybrid" if ranked.mode == "full" else ranked.mode
            return self._sorted(self.cascade.run(text, mode, chosen.where()), sort).candidates.articles

        return count_facets(self.generation.catalog, matching, filters)


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
