"""A bag of tokens that learns: one vector and one weight a token, touched only where a batch touches it.

A batch of 2,048 pairs uses a third of the table. Gathering these rows, letting autograd see only them, and
stepping Adam only there is what `torch.optim.SparseAdam` over `EmbeddingBag(sparse=True)` means too, without
coalescing a gradient row for each of 250,000 tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from index.static_folder import StaticTable

__all__ = ["LazyAdam", "Pooled", "TokenBag"]


class LazyAdam:
    """Adam (Kingma & Ba 2015, arXiv:1412.6980) whose moments move only in the rows that a step touches."""

    def __init__(self, parameter: torch.Tensor) -> None:
        self._parameter = parameter
        self._first = parameter.new_zeros(parameter.shape)
        self._second = parameter.new_zeros(parameter.shape)
        self._steps = 0

    def step(
        self,
        rows: torch.Tensor,
        gradient: torch.Tensor,
        rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
    ) -> None:
        """Move `rows` of the parameter against `gradient`, which has one row for each of them."""
        self._steps += 1
        first = self._first[rows].lerp_(gradient, 1 - betas[0])
        second = self._second[rows].mul_(betas[1]).addcmul_(gradient, gradient, value=1 - betas[1])
        self._first[rows] = first
        self._second[rows] = second
        scale = (1 - betas[1] ** self._steps) ** 0.5 / (1 - betas[0] ** self._steps)
        self._parameter[rows] -= rate * scale * first / (second.sqrt_() + 1e-8)


class TokenBag:
    """The table in training: row i of the tower is exp(weight_i) · vector_i.

    `vectors` is (vocabulary, dim) of about unit variance, which learning rates are meant for, `weights` (vocabulary,)
    the logarithms of what each token counts. Rows in `silent` have no say in the finished table.
    """

    def __init__(self, vectors: torch.Tensor, weights: torch.Tensor, silent: NDArray[np.intp]) -> None:
        self.vectors = vectors
        self.weights = weights
        self._silent = silent
        self._vector_steps = LazyAdam(self.vectors)
        self._weight_steps = LazyAdam(self.weights)

    @classmethod
    def random(cls, frequencies: NDArray[np.int64], dim: int, *, sif: float, seed: int) -> TokenBag:
        """A table without knowledge, but a sound one.

        `frequencies` (vocabulary,) are counts of tokens: weights start at a / (a + p), the smooth inverse
        frequency of Arora et al. 2017 ("A simple but tough-to-beat baseline"), vectors at random, so that before
        the first step the tower already is a random projection of a weighted bag of words. The unknown token,
        id 0, is silent.
        """
        import torch

        generator = torch.Generator().manual_seed(seed)
        return cls.weighted(torch.randn(len(frequencies), dim, generator=generator), frequencies, sif=sif)

    @classmethod
    def weighted(cls, vectors: torch.Tensor, frequencies: NDArray[np.int64], *, sif: float) -> TokenBag:
        """A table of given `vectors`, (vocabulary, dim) of unit variance, with the weights of `random`."""
        import torch

        shares = frequencies / max(frequencies.sum(), 1)
        weights = torch.from_numpy(np.log(sif / (sif + shares))).float()
        return cls(vectors, weights, np.zeros(1, dtype=np.intp))

    @classmethod
    def from_tower(cls, table: StaticTable) -> TokenBag:
        """Go on from a finished table: each row as a vector of unit variance and the weight that is left.

        Rows of zeros are silent. `table()` of an untrained bag is the table that it came from.
        """
        import torch

        rows = table.dense()
        sizes = np.sqrt(np.mean(rows**2, axis=1))
        silent = np.flatnonzero(sizes == 0)
        sizes[silent] = 1.0
        vectors = torch.from_numpy(rows / sizes[:, None])
        return cls(vectors, torch.from_numpy(np.log(sizes)), silent)

    def pool(self, tokens: NDArray[np.int64], lengths: NDArray[np.int64]) -> Pooled:
        """Sum the rows of each text; `tokens` holds the texts one after another, `lengths` (texts,) cuts them."""
        import torch
        from torch.nn.functional import embedding_bag

        touched = np.zeros(len(self.vectors), dtype=bool)
        touched[tokens] = True
        rows = torch.from_numpy(np.flatnonzero(touched))
        places = torch.from_numpy((np.cumsum(touched) - 1)[tokens])
        starts = torch.from_numpy(np.cumsum(lengths) - lengths)
        vectors = self.vectors[rows].requires_grad_()
        weights = self.weights[rows].requires_grad_()
        sums = embedding_bag(places, vectors * weights.exp()[:, None], starts, mode="sum")
        return Pooled(sums, rows, vectors, weights)

    def step(self, pooled: Pooled, rate: float, weight_rate: float) -> None:
        """Take one step against the gradient that a loss over `pooled.sums` has left, at the given rates."""
        assert pooled.vectors.grad is not None
        assert pooled.weights.grad is not None
        self._vector_steps.step(pooled.rows, pooled.vectors.grad, rate)
        self._weight_steps.step(pooled.rows, pooled.weights.grad, weight_rate)

    def table(self) -> NDArray[np.float32]:
        """The trained table, (vocabulary, dim)."""
        rows: NDArray[np.float32] = (self.vectors * self.weights.exp()[:, None]).numpy()
        rows[self._silent] = 0.0
        return rows


@dataclass(frozen=True, slots=True)
class Pooled:
    """Texts as sums of rows, and the leaves that these came from."""

    sums: torch.Tensor  # (texts, dim)
    rows: torch.Tensor  # (touched,) their numbers in the table
    vectors: torch.Tensor  # (touched, dim)
    weights: torch.Tensor  # (touched,)
