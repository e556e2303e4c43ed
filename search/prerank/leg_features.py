"""How each leg scored the candidates, and what the candidates of one article are together.

Towers have names of their own; what tells them apart to a model is their kind: a table of token vectors, or an encoder
that reads a text as a whole. Scores are on the legs' own scales, and beside them stands how a candidate compares with
the others of the query, because the same score means much in one query and little in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.static_tower import StaticTower
from search.fuse import FUSED
from search.recall import LEXICAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.towers import Tower
    from search.candidates import Candidates, Column
    from search.scales import Scale

__all__ = ["LEGS", "Legs", "leg_features", "legs_of"]

LEGS = ("lexical", "table", "encoder")

_FIRST = 10


@dataclass(frozen=True, slots=True)
class Legs:
    """Which stages are which kind of leg."""

    tables: tuple[str, ...]  # stages of towers that are a table of token vectors
    encoders: tuple[str, ...]  # stages of towers that read a text as a whole


def legs_of(towers: Mapping[str, Tower]) -> Legs:
    """Sort towers, by the stage of their leg, into kinds."""
    tables = tuple(stage for stage, tower in towers.items() if isinstance(tower, StaticTower))
    return Legs(tables, tuple(stage for stage in towers if stage not in tables))


def leg_features(candidates: Candidates, scales: Mapping[str, Scale], legs: Legs) -> dict[str, Column]:
    """Return the features of all candidates, best first by fusion, by name, (n,) each."""
    columns: dict[str, Column] = {}
    _of_legs(columns, candidates, scales, legs)
    _of_articles(columns, candidates)
    return columns


def _constant(value: float, candidates: Candidates) -> Column:
    return np.full(len(candidates), value, dtype=np.float32)


def _of_legs(
    columns: dict[str, Column], candidates: Candidates, scales: Mapping[str, Scale], legs: Legs
) -> None:
    """How each leg scored a candidate, and where that is among all."""
    missing = _constant(np.nan, candidates)
    stages = candidates.stages
    scored: dict[str, Column] = {
        "lexical": _scaled(stages, scales, (LEXICAL,), missing),
        "table": _scaled(stages, scales, legs.tables, missing),
        "encoder": _scaled(stages, scales, legs.encoders, missing),
        "fused": stages[FUSED],
    }
    agreement = np.zeros(len(candidates), dtype=np.float32)
    for name, scores in scored.items():
        known = ~np.isnan(scores)
        columns[f"{name}.score"] = scores
        rank = np.full(len(scores), np.nan, dtype=np.float32)
        rank[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
        rank[~known] = np.nan
        columns[f"{name}.rank"] = np.log1p(rank)
        mean, deviation, best = missing, missing, missing
        if known.any():
            mean, best = _constant(float(scores[known].mean()), candidates), scores[known].max()
            deviation = _constant(float(scores[known].std()) + 1e-6, candidates)
        columns[f"{name}.standing"] = (scores - mean) / deviation
        columns[f"{name}.best"] = np.broadcast_to(best, len(scores)).astype(np.float32)
        if name != "fused":
            agreement += np.where(known, rank < _FIRST, False)
    columns["agreement"] = agreement
    table, encoder = columns["table.score"], columns["encoder.score"]
    both = (2 * table + 4 * encoder) / np.float32(3)
    columns["dense.score"] = np.where(np.isnan(encoder), table, np.where(np.isnan(table), encoder, both))


def _scaled(
    stages: Mapping[str, Column], scales: Mapping[str, Scale], names: Sequence[str], missing: Column
) -> Column:
    """The mean score of legs of one kind, each on its own scale."""
    present = [stages[name] for name in names if name in stages]
    if not present:
        return missing
    scaled = [scales[name](stages[name]) for name in names if name in stages]
    mean: Column = np.stack(scaled).mean(axis=0)
    return np.where(np.isnan(present[0]), np.float32(np.nan), mean).astype(np.float32)


def _of_articles(columns: dict[str, Column], candidates: Candidates) -> None:
    """What the candidates of one article are together."""
    _, article = np.unique(candidates.articles, return_inverse=True)
    count = int(article.max()) + 1 if len(article) else 0
    for name in ("fused", "encoder", "table", "lexical"):
        best = np.full(count, -np.inf, dtype=np.float32)
        np.maximum.at(best, article, np.nan_to_num(columns[f"{name}.score"], nan=-np.inf))
        columns[f"article.{name}"] = np.where(np.isneginf(best), np.float32(np.nan), best)[article]
    # Candidates come best first, so the n-th of an article is its n-th best.
    order = np.argsort(article, kind="stable")
    firsts = np.searchsorted(article[order], np.arange(count))
    place = np.empty(len(article), dtype=np.intp)
    place[order] = np.arange(len(article)) - firsts[article[order]]
    second = np.full(count, np.nan, dtype=np.float32)
    second[article[place == 1]] = columns["fused.score"][place == 1]
    columns["article.second"] = second[article]
    columns["article.candidates"] = np.log1p(np.bincount(article, minlength=count)).astype(np.float32)[
        article
    ]
    columns["article.lead"] = np.log1p(place).astype(np.float32)
