"""粗排, prerank: the first candidates again, by features that are too dear for recall and cheap enough here.

Two kinds of models order them: a plain weighted sum, or trees that correct it (`shuangta train --prerank`). What each
feature added to a score can be shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from search.prerank.features import FEATURES, Features
from search.prerank.translation import WORD_WEIGHTS

if TYPE_CHECKING:
    from search.candidates import Candidates, Column
    from search.prerank.examine import Examined
    from search.prerank.trees import Forest
    from search.settings import PrerankSettings

__all__ = [
    "LINEAR",
    "PRERANK",
    "Learned",
    "Linear",
    "Preranker",
    "open_preranker",
    "prerank",
]

PRERANK = "prerank"


class Preranker(Protocol):
    """A model over features. Safe for concurrent use."""

    @property
    def reads(self) -> Set[str] | None:
        """The features that it needs; None: all."""
        ...

    def score(self, features: Features) -> Column:
        """Return (n,) scores, higher is better; comparable within one query only."""
        ...

    def contributions(self, features: Features) -> Mapping[str, Column]:
        """Return what each feature that counted added to the scores, (n,) each."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of features, some of them squared: what a model must beat to be of use."""

    weights: Mapping[str, float]
    squared: frozenset[str]

    @property
    def reads(self) -> Set[str]:
        """Return those with a weight."""
        return self.weights.keys()

    def score(self, features: Features) -> Column:
        """Return (n,) sums."""
        total: Column = np.stack(list(self.contributions(features).values())).sum(axis=0)
        return total

    def contributions(self, features: Features) -> Mapping[str, Column]:
        """Return each weighted feature, (n,)."""
        added = {}
        for name, weight in self.weights.items():
            column = np.nan_to_num(features.column(name))  # what is unknown adds nothing
            added[name] = np.float32(weight) * (column**2 if name in self.squared else column)
        return added


# What words say, and what the dense legs say: half a point for a full match of each. Beside the passage, whether the
# title is about the query and how much of it the article holds as a whole; for a passage in another language, what its
# words cannot say; and a second passage on the query, which tells an article about it from one that mentions it. By mean
# nDCG@10 over judged queries and public collections in Chinese, English and across, and rounded: the optimum is flat.
LINEAR = Linear(
    {**WORD_WEIGHTS, "dense.score": 0.5, "translated": 1.0, "article.second": 0.1},
    frozenset({"title.covered", "article.covered"}),
)


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """Trees over FEATURES, grown upon LINEAR: what they learned are corrections to it."""

    forest: Forest

    @property
    def reads(self) -> None:
        """Any of them may stand in a tree."""

    def score(self, features: Features) -> Column:
        """Return (n,) sums of the linear score and of leaves."""
        trees = self.forest.scores(features.values).astype(np.float32)
        return trees + np.float32(self.forest.prior) * LINEAR.score(features)

    def contributions(self, features: Features) -> Mapping[str, Column]:
        """Return what each feature added, on both ways, and what all trees expect of any candidate."""
        added = self.forest.contributions(features.values).astype(np.float32)
        for name, column in LINEAR.contributions(features).items():
            added[:, FEATURES.index(name)] += np.float32(self.forest.prior) * column
        rest = self.score(features) - added.sum(axis=1)
        columns = {name: added[:, number] for number, name in enumerate(FEATURES) if added[:, number].any()}
        return {"expected": rest, **columns}


def open_preranker(settings: PrerankSettings) -> Preranker | None:
    """Open the model of the settings; None for "none". Raises ModelError when a file of trees cannot be read.

    "auto" is the linear one here: which data folder has trees of its own is for whoever knows the folder.
    """
    if settings.model == "none":
        return None
    if settings.model in {"auto", "linear"}:
        return LINEAR
    from search.prerank.trees import read_forest

    return Learned(read_forest(Path(settings.model).expanduser(), FEATURES))


def prerank(seen: Examined, model: Preranker, *, explain: bool = False) -> Candidates:
    """Rank the candidates that were looked at by the model's score; the others keep their order behind them.

    With `explain`, what each feature was and what it added stands beside the scores.
    """
    candidates = seen.candidates

    def spread(column: Column) -> Column:
        """The column at its positions among all candidates, NaN elsewhere."""
        whole = np.full(len(candidates), np.nan, dtype=np.float32)
        whole[seen.positions] = column
        return whole

    scores = spread(model.score(seen.features))
    if explain:
        added = model.contributions(seen.features)
        were = {name: seen.features.column(name) for name in added if name in FEATURES}
        candidates = replace(
            candidates,
            features={**candidates.features, **{name: spread(column) for name, column in added.items()}},
            values={**candidates.values, **{name: spread(column) for name, column in were.items()}},
        )
    return candidates.ranked(PRERANK, scores)
