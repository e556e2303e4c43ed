"""Clicks as questions to learn ranking from: what was opened answers what was asked, corrected for where it stood.

Every article that was opened for a query is a question of its own, weighed by the inverse propensities of its clicks,
and everything else is below it: where readers opened two, their weights tell which is to stand first. Queries weigh as
much as they were clicked, and all clicks together as if each weighed one (self-normalised, as Swaminathan, Joachims
2015, "The Self-Normalized Estimator for Counterfactual Learning", do).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from index.folding import fold
from search.prerank.train.examples import examine
from search.prerank.train.propensity import decay, inverse_propensities
from search.prerank.train.sources import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from search.clicks import Click
    from search.engine import Engine
    from search.prerank.train.distill import Teacher
    from search.prerank.train.examples import Examples

__all__ = ["examine_clicks", "from_clicks"]


def examine_clicks(
    clicks: Iterable[Click], engine: Engine, *, most: float, teacher: Teacher | None = None
) -> Examples | None:
    """Ask the questions of `from_clicks` of the user's index, as `examine` does."""
    addresses = {article.id: article.url for article in engine.generation.catalog.all_articles()}
    return examine(engine, from_clicks(clicks, addresses, most=most), "corpus-clicks", teacher)


def from_clicks(clicks: Iterable[Click], addresses: Mapping[str, str], *, most: float) -> list[Question]:
    """Return the questions, those of one query together; `addresses` are those of articles by id.

    A click counts at most `most` times. Articles that are no longer there are left out, and so is whoever opened the
    same for the same query again on the same day.
    """
    asked: dict[str, dict[tuple[str, str], Click]] = defaultdict(dict)
    for click in clicks:
        asked[" ".join(fold(click.query).split())].setdefault((click.day, click.opened), click)
    fades = decay([tuple(of_query.values()) for of_query in asked.values()])
    weights: dict[tuple[str, str], float] = defaultdict(float)
    count = 0
    for query, of_query in asked.items():
        kept = [click for click in of_query.values() if click.opened in addresses]
        count += len(kept)
        ranks = np.array([click.rank for click in kept], dtype=np.int64)
        for click, weight in zip(kept, inverse_propensities(ranks, fades, most=most), strict=True):
            weights[query, click.opened] += float(weight)
    normal = count / sum(weights.values()) if weights else 1.0
    return [
        Question(query, "click", {addresses[opened]: 1}, weight * normal)
        for (query, opened), weight in weights.items()
    ]
