"""The loop that trains any student: draw, embed, compare, step; and look for hard negatives on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.train.batches import Batches
from index.train.memory import CrossBatchMemory
from index.train.negatives import by_tower, mined
from index.train.objectives import Embedded, likeness_loss, objective
from index.train.schedule import pace
from index.train.teacher import scored
from ingest.errors import SettingsError
from ingest.progress import Progress, ProgressCallback

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from index.train.batches import Drawn, Source
    from index.train.settings import TrainSettings
    from index.train.teacher import Guide, Scores

__all__ = ["Student", "descend"]

_REPORT_EVERY = 50  # steps


class Student(Protocol):
    """A tower in training."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def embed(self, drawn: Drawn) -> Tensor:
        """Return the vectors of all queries and then all documents, (n + documents, dim), not normalised."""

    def step(self, pace: float) -> None:
        """Move against the gradient that a loss over the last `embed` has left, at this share of the learning rate."""

    def encode(self, numbers: NDArray[np.int32], *, queries: bool) -> NDArray[np.float32]:
        """Return unit vectors of texts as they are now, (n, dim), without gradient or dropout."""


def descend(
    student: Student,
    sources: Sequence[Source],
    settings: TrainSettings,
    *,
    guide: Guide | None = None,
    scores: Scores | None = None,
    progress: ProgressCallback = lambda _: None,
) -> NDArray[np.float64]:
    """Take all steps; returns the loss of each, (steps,).

    `sources` have the negatives that the settings ask for, and targets where the objective needs them; `scores` then
    gives the targets of the negatives that the student finds itself. Raises SettingsError when a Matryoshka dimension is
    not below the student's.
    """
    if any(not 0 < dim < student.dim for dim in settings.matryoshka):
        raise SettingsError(f"`matryoshka` must be dimensions below {student.dim}.", "Leave the others out.")
    batches = Batches(
        sources,
        settings.batch,
        exponent=settings.source_exponent,
        parallel_boost=settings.parallel_boost,
        seed=settings.seed,
    )
    loss_of = objective(settings)
    memory = CrossBatchMemory(settings.negatives.queue)
    looks = {int(share * settings.steps) for share in settings.negatives.mined_at if settings.negatives.tower}
    losses = np.zeros(settings.steps)
    for step in range(settings.steps):
        if step in looks:
            batches.replace(_mined(student, batches.sources, settings, guide, scores, progress))
        drawn = batches.draw()
        vectors = student.embed(drawn)
        numbers, others = memory.recall(drawn.source)
        batch = _columns(vectors, drawn, numbers, others, guide, settings)
        loss = loss_of(batch)
        if guide and settings.teacher.weight:
            loss = loss + settings.teacher.weight * _likeness(batch.passages, drawn, guide, settings)
        loss.backward()  # type: ignore[no-untyped-call]
        student.step(pace(step, settings.steps, settings.warmup))
        if step >= settings.warmup * settings.steps:
            memory.keep(drawn.source, drawn.passages, batch.passages)
        losses[step] = loss.item()
        if step % _REPORT_EVERY == _REPORT_EVERY - 1:
            mean = losses[step + 1 - _REPORT_EVERY : step + 1].mean()
            progress(Progress("steps", step + 1, settings.steps, f"loss {mean:.3f}"))
    return losses


def _columns(
    vectors: Tensor,
    drawn: Drawn,
    numbers: NDArray[np.int32],
    others: Tensor | None,
    guide: Guide | None,
    settings: TrainSettings,
) -> Embedded:
    import torch

    queries, passages, *negatives = torch.split(vectors, len(drawn.queries))
    columns = np.concatenate((drawn.documents, numbers))
    alike = None
    if len(columns) > len(drawn.passages) or settings.negatives.guided:
        alike = columns[None, :] == drawn.passages[:, None]
        if guide and settings.negatives.guided:
            alike |= _above(drawn, columns, guide, settings.negatives.guide_margin)
        np.fill_diagonal(alike[:, : len(drawn.passages)], val=False)
    return Embedded(
        queries,
        passages,
        tuple(negatives),
        others,
        None if alike is None else torch.from_numpy(alike).to(vectors.device),
        None if drawn.targets is None else torch.from_numpy(drawn.targets).to(vectors.device),
    )


def _above(drawn: Drawn, columns: NDArray[np.int32], guide: Guide, margin: float) -> NDArray[np.bool_]:
    """Where the teacher puts a column above the query's own passage: GISTEmbed, Solatorio 2024 (arXiv:2402.16829).

    Texts that it has not seen count as it would have them.
    """
    likeness = guide.queries.of(drawn.queries) @ guide.passages.of(columns).T
    judged = guide.queries.known(drawn.queries) & guide.passages.known(drawn.passages)
    own = guide.scores(drawn.queries, drawn.passages)
    above: NDArray[np.bool_] = likeness > own[:, None] - margin
    return above & judged[:, None] & guide.passages.known(columns)[None, :]


def _likeness(passages: Tensor, drawn: Drawn, guide: Guide, settings: TrainSettings) -> Tensor:
    """The likeness loss over those passages of the batch that the teacher has seen."""
    import torch

    seen = np.flatnonzero(guide.passages.known(drawn.passages))
    if len(seen) < 2:
        return passages.new_zeros(())
    taught = torch.from_numpy(guide.passages.of(drawn.passages[seen])).to(passages.device)
    return likeness_loss(passages[torch.from_numpy(seen)], taught, settings)


def _mined(
    student: Student,
    sources: Sequence[Source],
    settings: TrainSettings,
    guide: Guide | None,
    scores: Scores | None,
    progress: ProgressCallback,
) -> list[Source]:
    """The sources with the negatives that the student finds as it is now."""
    columns = slice(settings.negatives.columns - settings.negatives.tower, settings.negatives.columns)
    done = []
    for number, source in enumerate(sources):
        progress(Progress("negatives", number, len(sources), f"{source.name}, by the tower"))
        found = by_tower(
            source,
            lambda texts: student.encode(texts, queries=True),
            lambda texts: student.encode(texts, queries=False),
            settings.negatives,
            settings.seed,
        )
        judge = guide.scores if guide else None
        done.append(mined(source, found, columns, settings.negatives, judge)[0])
    return scored(done, scores) if scores else done
