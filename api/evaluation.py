"""An evaluation from settings to figures: the table of the modes, the look into the stages, and two systems compared.

Text and JSON of the figures are for `evaluation_text` and `evaluation_json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from search.evaluation.comparison import Change, Difference, changes, compare
from search.evaluation.latency import Latency, latencies
from search.evaluation.runs import DEPTH, Run, ask, read_run, write_run
from search.evaluation.scores import Scores, score
from search.evaluation.stages import CUTS, Alignment, Stages, alignment, measure_stages

if TYPE_CHECKING:
    from api.judging import Subject
    from api.settings import Settings
    from search.engine import Engine
    from search.evaluation.judged import Group, JudgedSet
    from search.evaluation.measures import Grading, Measure
    from search.settings import Mode

__all__ = ["Comparison", "Inside", "Plan", "System", "Table", "compared", "evaluated"]

# Candidates that the reranker reads for the alignment of the stage before it: many more than it would hand on.
_POOL = 100
# Queries shown that changed most, either way.
_CHANGES = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured."""

    measures: tuple[Measure, ...]
    grading: Grading
    by: tuple[str, ...]  # labels of the queries to report by

    @property
    def depth(self) -> int:
        """Documents that a ranking must hold."""
        return max(DEPTH, *(measure.cut or 0 for measure in self.measures))


@dataclass(frozen=True, slots=True)
class System:
    """Something that ranks: an engine of ours with these settings, in their mode, or whatever wrote a run."""

    name: str
    ranks: Settings | Path


@dataclass(frozen=True, slots=True)
class Inside:
    """A look into the cascade in mode "full"."""

    stages: Stages
    alignment: tuple[Alignment, ...]  # () without a reranker
    latency: tuple[Latency, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Scores by mode."""

    plan: Plan
    judged: JudgedSet
    groups: tuple[Group, ...]
    scores: tuple[Scores, ...]
    missing: int  # relevant documents of the judgements that the index does not hold
    inside: Inside | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems on the same queries."""

    plan: Plan
    judged: JudgedSet
    first: str
    second: str
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]  # by the first measure


def evaluated(
    subject: Subject,
    settings: Settings,
    plan: Plan,
    modes: Sequence[Mode],
    *,
    inside: bool = False,
    run_to: Path | None = None,
) -> Table:
    """Measure the modes; with `inside`, the stages too. The last mode's ranking is written to `run_to`.

    Raises ShuangtaError.
    """
    with subject.engine(settings) as engine:
        runs = {mode: ask(engine, subject.judged, mode, depth=plan.depth) for mode in modes}
        if run_to:
            write_run(run_to, runs[modes[-1]], tag=f"shuangta-{modes[-1]}", name=subject.name)
        return Table(
            plan,
            subject.judged,
            tuple(subject.judged.groups(plan.by)),
            tuple(_scores(mode, run, subject, plan) for mode, run in runs.items()),
            _missing(engine, subject.judged, plan.grading),
            _inside(engine, subject, settings, plan) if inside else None,
        )


def compared(subject: Subject, plan: Plan, systems: tuple[System, System]) -> Comparison:
    """Compare two systems. Raises ShuangtaError."""
    first, second = (
        _scores(system.name, _run_of(system, subject, plan), subject, plan) for system in systems
    )
    groups = subject.judged.groups(plan.by)
    return Comparison(
        plan,
        subject.judged,
        first.system,
        second.system,
        tuple(compare(first, second, groups, plan.measures)),
        tuple(changes(first, second, subject.judged, plan.measures[0], most=_CHANGES)),
    )


def _scores(system: str, run: Run, subject: Subject, plan: Plan) -> Scores:
    return score(system, run, subject.judged, measures=plan.measures, grading=plan.grading)


def _run_of(system: System, subject: Subject, plan: Plan) -> Run:
    if isinstance(system.ranks, Path):
        return read_run(system.ranks, subject.address)
    with subject.engine(system.ranks) as engine:
        run = ask(engine, subject.judged, system.ranks.search.mode, depth=plan.depth)
    # Another index may keep an article under another of its addresses.
    return {query: list(dict.fromkeys(map(subject.address, map(subject.name, run[query])))) for query in run}


def _inside(engine: Engine, subject: Subject, settings: Settings, plan: Plan) -> Inside:
    judged = subject.judged
    stages = measure_stages(engine, judged, plan.grading)
    latency = latencies(engine, [query.text for query in judged.queries], "full")
    if not settings.search.rerank.model:
        return Inside(stages, (), tuple(latency))
    reading = msgspec.structs.replace(settings.search.rerank, depth=_POOL, budget_ms=inf)
    search = msgspec.structs.replace(settings.search, rerank=reading)
    with subject.engine(msgspec.structs.replace(settings, search=search)) as reader:
        cuts = sorted({*CUTS, settings.search.rerank.depth})
        return Inside(stages, tuple(alignment(reader, judged, cuts)), tuple(latency))


def _missing(engine: Engine, judged: JudgedSet, grading: Grading) -> int:
    held = {article.url for article in engine.generation.catalog.all_articles()}
    asked = {query.id for query in judged.queries}
    return sum(
        grade >= grading.relevant and url not in held
        for query, grades in judged.grades.items()
        if query in asked
        for url, grade in grades.items()
    )
