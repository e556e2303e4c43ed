"""What happens to the pairs before the first step: a teacher sees them, negatives are found, targets are scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.train.negatives import by_bm25, mined, with_random
from index.train.settings import DISTILLING
from index.train.teacher import guide, known, scored, scores_of, shown
from ingest.progress import Progress, ProgressCallback

if TYPE_CHECKING:
    from index.train.batches import Source
    from index.train.settings import TrainSettings
    from index.train.teacher import Guide, Scores

__all__ = ["Prepared", "prepared"]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What `fitting.descend` starts from."""

    sources: Sequence[Source]
    guide: Guide | None = None  # a bi-encoder's vectors
    scores: Scores | None = None  # the teacher as a judge of pairs, where the objective needs targets


def prepared(
    texts: Sequence[str], sources: Sequence[Source], settings: TrainSettings, progress: ProgressCallback
) -> Prepared:
    """Give the sources the negatives and targets that the settings ask for.

    An objective that needs targets is trained on the pairs that the teacher sees, and on no others. Raises TowerError
    and PairsError as the teacher does.
    """
    teacher, distilling = settings.teacher, settings.objective in DISTILLING
    seen = shown(sources, teacher.share, settings.seed) if teacher else sources
    taught: Guide | None = None
    scores: Scores | None = None
    if teacher and teacher.kind == "bi":
        taught = guide(texts, seen, teacher, progress)
        if distilling:
            seen, scores = known(seen, taught), taught.scores
    elif teacher:
        scores = scores_of(texts, teacher, progress)
    if distilling:
        sources = seen
    ready = _with_negatives(texts, sources, settings, taught.scores if taught else None, progress)
    if not distilling or scores is None:
        return Prepared(ready, taught)
    return Prepared(scored(ready, scores), taught, scores)


def _with_negatives(
    texts: Sequence[str],
    sources: Sequence[Source],
    settings: TrainSettings,
    judge: Scores | None,
    progress: ProgressCallback,
) -> list[Source]:
    """Random passages in all columns, then what BM25 finds in its own; the tower's are for the tower."""
    negatives = settings.negatives
    if not negatives.columns:
        return list(sources)
    random = np.random.default_rng(settings.seed)
    lexical = slice(negatives.random, negatives.random + negatives.bm25)
    done = []
    for number, source in enumerate(sources):
        filled = with_random(source, negatives.columns, random)
        if negatives.bm25:
            progress(Progress("negatives", number, len(sources), f"{source.name}, by BM25"))
            found = by_bm25(texts, filled, negatives, settings.seed)
            filled, _ = mined(filled, found, lexical, negatives, judge)
        done.append(filled)
    return done
