"""How long each stage takes, over the queries of a set: what a user waits for, showing the hits included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from search.engine import Engine
    from search.settings import Mode

__all__ = ["TOTAL", "Latency", "latencies"]

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of one stage; those called after it with a dot, such as `recall.lexical`, are part of it."""

    stage: str
    p50: float
    p99: float


def latencies(engine: Engine, queries: Sequence[str], mode: Mode) -> list[Latency]:
    """Time every query once, after a first round that brings what is memory-mapped into memory. Raises QueryError."""
    for query in queries:
        engine.search(query, mode=mode)
    spent: dict[str, list[float]] = {}
    for query in queries:
        answer = engine.search(query, mode=mode)
        for stage, ms in {**answer.stages_ms, TOTAL: answer.took_ms}.items():
            spent.setdefault(stage, []).append(ms)
    return [Latency(stage, *np.percentile(ms, (50, 99)).tolist()) for stage, ms in spent.items()]
