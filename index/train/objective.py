"""What training makes small: symmetric InfoNCE over the batch, at one or several dimensions.

InfoNCE: van den Oord et al. 2018 (arXiv:1807.03748), with all other passages of the batch as negatives, in both
directions as in CLIP (arXiv:2103.00020). Matryoshka: Kusupati et al. 2022 (arXiv:2205.13147). sentence-transformers
has both as losses over its own models; here they are ten lines over a bag of tokens, because going through
its features and trainer would cost several times the step itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["info_nce", "matryoshka"]


def info_nce(queries: Tensor, passages: Tensor, temperature: float) -> Tensor:
    """Mean cross entropy of finding each row's partner among all, over both directions.

    `queries` and `passages` are (n, dim), not normalised; row i of one belongs to row i of the other.
    """
    import torch
    from torch.nn.functional import cross_entropy, normalize

    scores = normalize(queries) @ normalize(passages).T / temperature
    target = torch.arange(len(scores), device=scores.device)
    return (cross_entropy(scores, target) + cross_entropy(scores.T, target)) / 2


def matryoshka(queries: Tensor, passages: Tensor, temperature: float, dims: Sequence[int]) -> Tensor:
    """Mean of `info_nce` over the first `d` dimensions for each `d` of `dims`."""
    losses = [info_nce(queries[:, :dim], passages[:, :dim], temperature) for dim in dims]
    return sum(losses[1:], start=losses[0]) / len(losses)
