"""What training makes small. Each objective takes a batch of vectors and gives one number.

They are sentence-transformers' own losses, called on vectors that are there already, so that a table of tokens and
any model share them; what it lacks (BPR, known false negatives) is added here. `OBJECTIVES` is the table from which the
setting `objective` chooses; `objective` puts Matryoshka on top.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from index.train.settings import TrainSettings

__all__ = ["OBJECTIVES", "Embedded", "Objective", "likeness_loss", "objective"]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A batch as vectors, not normalised. Row i of each column belongs to query i."""

    queries: Tensor  # (n, dim)
    passages: Tensor  # (n, dim)
    negatives: tuple[Tensor, ...] = ()  # (n, dim) each
    others: Tensor | None = None  # (m, dim) passages of earlier batches
    # (n, n + n · negatives + m): columns, in this order, that are no negatives of the row's query
    alike: Tensor | None = None
    targets: Tensor | None = None  # (n, 1 + negatives) the teacher's scores of passage and negatives


Objective = Callable[[Embedded], "Tensor"]

_NONE: Any = None  # the model and the labels that losses over ready vectors ask for and do not use


def info_nce(settings: TrainSettings) -> Objective:
    """Cross entropy of finding a query's passage among all of the batch, in-batch negatives at a temperature.

    van den Oord et al. 2018 (arXiv:1807.03748); Henderson et al. 2017 (arXiv:1705.00652). Negatives of any query
    and passages of earlier batches (Wang et al. 2020, arXiv:1912.06798) stand beside the others.
    """
    return _contrastive(settings, ("query_to_doc",), "joint")


def symmetric(settings: TrainSettings) -> Objective:
    """The mean of `info_nce` and of finding a passage's query among all of the batch.

    Radford et al. 2021 (arXiv:2103.00020); Günther et al. 2023 (arXiv:2310.19923).
    """
    return _contrastive(settings, ("query_to_doc", "doc_to_query"), "per_direction")


def simcse(settings: TrainSettings) -> Objective:
    """`info_nce` between two views of the same text that dropout makes differ, for a corpus without pairs.

    Gao et al. 2021 (arXiv:2104.08821). The views are the student's to make: both sides are the same text.
    """
    return info_nce(settings)


def triplet(settings: TrainSettings) -> Objective:
    """A negative is to be farther from its query than the passage is, by `distance` between unit vectors.

    Schroff et al. 2015 (arXiv:1503.03832), over Euclidean distance.
    """
    from sentence_transformers.sentence_transformer.losses import TripletDistanceMetric, TripletLoss
    from torch.nn.functional import normalize

    loss = TripletLoss(_NONE, TripletDistanceMetric.EUCLIDEAN, settings.distance)

    def of_unit_vectors(columns: list[Tensor], labels: Tensor) -> Tensor:
        return loss.compute_loss_from_embeddings([normalize(column) for column in columns], labels)

    return partial(_one_by_one, of_unit_vectors)


def hinge(settings: TrainSettings) -> Objective:
    """A negative's cosine is to stay `distance` below the passage's: the pairwise hinge of ranking SVMs.

    Joachims 2002 (doi:10.1145/775047.775067); as the loss of a retrieval tower, Huang et al. 2020 (arXiv:2006.11632).
    """
    from sentence_transformers.sentence_transformer.losses import TripletDistanceMetric, TripletLoss

    loss = TripletLoss(_NONE, TripletDistanceMetric.COSINE, settings.distance)
    return partial(_one_by_one, loss.compute_loss_from_embeddings)


def bpr(settings: TrainSettings) -> Objective:
    """Bayesian personalised ranking: -log σ of by how much the passage's cosine is above the negative's.

    Rendle et al. 2009 (arXiv:1205.2618), the difference divided by the temperature.
    """
    from sentence_transformers.util import pairwise_cos_sim
    from torch.nn.functional import softplus

    def loss(columns: list[Tensor], _: Tensor) -> Tensor:
        queries, passages, negatives = columns
        above = pairwise_cos_sim(queries, passages) - pairwise_cos_sim(queries, negatives)
        return softplus(-above / settings.temperature).mean()

    return partial(_one_by_one, loss)


def margin_mse(_: TrainSettings) -> Objective:
    """Squared error of by how much the passage's cosine is above the negative's, against the teacher's.

    Hofstätter et al. 2020 (arXiv:2010.02666).
    """
    from sentence_transformers.sentence_transformer.losses import MarginMSELoss
    from sentence_transformers.util import pairwise_cos_sim

    return partial(_distilled, MarginMSELoss(_NONE, pairwise_cos_sim))


def kl(settings: TrainSettings) -> Objective:
    """Divergence of the softmax over passage and negatives from the teacher's.

    Hinton et al. 2015 (arXiv:1503.02531); for retrieval, Lin et al. 2020 (arXiv:2010.11386).
    """
    from sentence_transformers.sentence_transformer.losses import DistillKLDivLoss
    from sentence_transformers.util import pairwise_cos_sim

    loss = DistillKLDivLoss(
        _NONE,
        pairwise_cos_sim,
        student_temperature=settings.temperature,
        teacher_temperature=settings.teacher.temperature,
    )
    return partial(_distilled, loss)


OBJECTIVES: dict[str, Callable[[TrainSettings], Objective]] = {
    each.__name__: each for each in (info_nce, symmetric, simcse, triplet, hinge, bpr, margin_mse, kl)
}


def objective(settings: TrainSettings) -> Objective:
    """The objective that the settings name, over the whole vectors and their first d dimensions for each d of
    `matryoshka`: the mean of all (Kusupati et al. 2022, arXiv:2205.13147).
    """
    whole = OBJECTIVES[settings.objective](settings)
    if not settings.matryoshka:
        return whole

    def nested(batch: Embedded) -> Tensor:
        losses = [whole(batch), *(whole(_shrunk(batch, dim)) for dim in settings.matryoshka)]
        return sum(losses[1:], start=losses[0]) / len(losses)

    return nested


def likeness_loss(passages: Tensor, teacher: Tensor, settings: TrainSettings) -> Tensor:
    """How far the likeness of a batch's passages among each other is from the teacher's, whatever its dimension.

    `passages` (n, dim) and the teacher's `teacher` (n, other dim) of the same texts. For every passage, the
    divergence between the two softmaxes over the cosines to all others: Passalis & Tefas 2018, "Learning deep
    representations with probabilistic knowledge transfer" (arXiv:1803.10837).
    """
    import torch
    from sentence_transformers.util import cos_sim
    from torch.nn.functional import kl_div, log_softmax

    itself = torch.eye(len(passages), dtype=torch.bool, device=passages.device)
    own, theirs = (
        # Not minus infinity: a probability of zero has no logarithm to compare.
        (cos_sim(vectors, vectors) / temperature).masked_fill(itself, -1e4)
        for vectors, temperature in (
            (passages, settings.temperature),
            (teacher, settings.teacher.temperature),
        )
    )
    return kl_div(log_softmax(own, dim=1), log_softmax(theirs, dim=1), reduction="batchmean", log_target=True)


def _contrastive(settings: TrainSettings, directions: Any, mode: Any) -> Objective:
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    loss = MultipleNegativesRankingLoss(
        _NONE, scale=1 / settings.temperature, directions=directions, partition_mode=mode
    )

    def contrast(batch: Embedded) -> Tensor:
        others = [] if batch.others is None else [batch.others]
        loss.similarity_fct = _scored_once(batch.alike)
        columns = [batch.queries, batch.passages, *batch.negatives, *others]
        found: Tensor = loss.compute_loss_from_embeddings(columns, _NONE)
        return found

    return contrast


def _scored_once(alike: Tensor | None) -> Callable[[Tensor, Tensor], Tensor]:
    """Cosines of one batch without what is known to be no negative.

    The second direction asks for the same scores again, of the first n columns; computing them twice would make the
    loss two thirds dearer.
    """
    from sentence_transformers.util import cos_sim

    kept: list[Tensor] = []

    def score(queries: Tensor, passages: Tensor) -> Tensor:
        if not kept:
            scores = cos_sim(queries, passages)
            kept.append(scores if alike is None else scores.masked_fill(alike, float("-inf")))
        return kept[0][:, : len(passages)]

    return score


def _one_by_one(loss: Callable[[list[Tensor], Tensor], Tensor], batch: Embedded) -> Tensor:
    """Mean of a loss over triplets, for each column of negatives; another pair's passage where there is none."""
    negatives = batch.negatives or (batch.passages.roll(1, dims=0),)
    losses = [loss([batch.queries, batch.passages, column], _NONE) for column in negatives]
    return sum(losses[1:], start=losses[0]) / len(losses)


def _distilled(loss: Any, batch: Embedded) -> Tensor:
    columns = [batch.queries, batch.passages, *batch.negatives]
    found: Tensor = loss.compute_loss_from_embeddings(columns, batch.targets)
    return found


def _shrunk(batch: Embedded, dim: int) -> Embedded:
    from sentence_transformers.sentence_transformer.losses.matryoshka import shrink

    return replace(
        batch,
        queries=shrink(batch.queries, dim),
        passages=shrink(batch.passages, dim),
        negatives=tuple(shrink(column, dim) for column in batch.negatives),
        others=None if batch.others is None else shrink(batch.others, dim),
    )
