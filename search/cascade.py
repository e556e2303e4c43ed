"""The cascade: understand → recall 召回 → fuse → prerank 粗排 → rerank 精排 → diversity, over one generation.

Every stage takes candidates and gives candidates, so that what each did can be timed, shown and judged by itself.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

from index.facets import Where
from ingest.errors import QueryError, TowerError
from search.demands import without_quotes
from search.diversity import DIVERSITY, diversified
from search.fuse import fuse
from search.notes import Note, reranker_late, unmet, unquoted
from search.prerank.examine import Examined, Fused, examine
from search.prerank.features import Asked
from search.prerank.leg_features import legs_of
from search.prerank.model import open_preranker, prerank
from search.query import understand
from search.recall import LEXICAL, dense_leg, recall
from search.rerank import Reranker, readable, rerank
from search.rewrite import rewritten
from search.scales import dense_scale, lexical_scale, worth
from search.timings import Timings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from index.generation import Generation
    from index.towers import Tower
    from search.candidates import Candidates
    from search.query import Query
    from search.recall import Recalled
    from search.settings import Mode, SearchSettings

__all__ = ["Cascade", "Ranked"]

# Legs that wait for a thread: enough for a server's usual handful of concurrent searches.
_THREADS = 8


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the cascade made of a query."""

    fused: Fused
    mode: Mode
    candidates: Candidates  # best first by the last stage
    timings: Timings
    notes: tuple[Note, ...] = field(default=())


class Cascade:
    """The stages over one generation. Safe for concurrent use."""

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
        self.towers = tuple(towers)
        self.scales = {dense_leg(tower): dense_scale(generation.dense[tower.id]) for tower in towers}
        self.preranker = open_preranker(settings.prerank)
        self._generation = generation
        self._settings = settings
        self._reranker = reranker
        self._clock = clock
        self._legs = legs_of({dense_leg(tower): tower for tower in towers})
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="dense-leg")

    def run(self, text: str, mode: Mode, where: Where, *, explain: bool = False) -> Ranked:
        """Rank passages within `where`; with `explain`, what prerank's features added stands beside its scores.

        Raises QueryError for a query that makes no sense.
        """
        timings = Timings(self._clock)
        fused, notes = self._fused(text, mode, where, timings)
        ranked = Ranked(fused, mode, fused.candidates, timings, notes)
        if mode != "full" or not len(fused.candidates):
            return ranked
        if self.preranker is not None:
            with timings.of("prerank"):
                seen = self._examined(fused, self.preranker.reads)
                candidates = prerank(seen, self.preranker, explain=explain)
                ranked = replace(ranked, candidates=candidates)
        if self._reranker is not None:
            with timings.of("rerank"):
                ranked = self._reranked(ranked, self._reranker)
        if self._settings.diversity and self.towers:
            with timings.of(DIVERSITY):
                ranked = replace(ranked, candidates=self._diversified(ranked.candidates))
        return ranked

    def examine(self, text: str) -> Examined:
        """Return what prerank sees of a query: what its training needs. Raises QueryError."""
        fused, _ = self._fused(text, "full", Where(), Timings(self._clock))
        return self._examined(fused)

    def close(self) -> None:
        """Let the threads go."""
        self._executor.shutdown()

    def _fused(self, text: str, mode: Mode, where: Where, timings: Timings) -> tuple[Fused, tuple[Note, ...]]:
        with timings.of("understand"):
            query = rewritten(
                understand(text, self._settings), self._generation, self._settings.understanding
            )
        if mode == "dense" and not self.towers:
            raise QueryError("Without a tower there is no dense search.", "Name one in [[index.towers]].")
        notes: tuple[Note, ...] = ()
        with timings.of("recall"):
            recalled = self._recalled(query, mode, where)
            if query.phrases and not len(recalled.candidates):
                demanded, unquoted_query = query.phrases, without_quotes(query)
                notes = (unmet(demanded),)
                if unquoted_query is not None:
                    query, notes = unquoted_query, (unquoted(demanded),)
                    recalled = self._recalled(query, mode, where)
        timings.ms.update({f"recall.{leg}": ms for leg, ms in recalled.ms.items()})
        with timings.of("fuse"):
            query_worth = worth(query.terms, self._generation.lexical)
            scales = {LEXICAL: lexical_scale(query_worth), **self.scales}
            candidates = fuse(recalled.candidates, scales, self._settings.fusion)
        asked = Asked.of(query, query_worth, self._generation.lexical)
        return Fused(asked, candidates, recalled.vectors, scales), notes

    def _recalled(self, query: Query, mode: Mode, where: Where) -> Recalled:
        settings = self._settings.recall
        return recall(query, self._generation, self.towers, settings, where, mode, executor=self._executor)

    def _examined(self, fused: Fused, wanted: Set[str] | None = None) -> Examined:
        catalog, depth = self._generation.catalog, self._settings.prerank.depth
        return examine(fused, self._legs, catalog, depth=depth, wanted=wanted)

    def _reranked(self, ranked: Ranked, reranker: Reranker) -> Ranked:
        settings = self._settings.rerank
        texts = readable(self._generation.catalog, ranked.candidates.rows[: settings.depth])
        asked = ranked.fused.asked.query.asked
        result = rerank(asked, ranked.candidates, texts, reranker, settings, clock=self._clock)
        if result.finished:
            return replace(ranked, candidates=result.candidates)
        return replace(ranked, notes=(*ranked.notes, reranker_late(settings.budget_ms)))

    def _diversified(self, candidates: Candidates) -> Candidates:
        first = self.towers[0]
        index, scale = self._generation.dense[first.id], self.scales[dense_leg(first)]
        return diversified(candidates, self._settings.diversity, index, scale)
