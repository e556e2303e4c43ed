"""Where a token table may start: at what another tower says of each piece alone.

Model2Vec (Tulkens & van Dongen 2024, github.com/MinishLab/model2vec): a pass of the tower over each piece, then the
principal components. The words of everyday life that the training pairs hardly mention get a place among others
that way. Some dimensions may stay random: they tell pieces of one meaning apart, which exact words need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.train.bilingual.vocabulary import WORD

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from index.towers import Tower

__all__ = ["piece_vectors"]


def piece_vectors(
    tokenizer: Tokenizer, tower: Tower, dim: int, random_dims: int, seed: int
) -> NDArray[np.float32]:
    """Return (pieces, dim) rows of unit variance, of which the last `random_dims` are random.

    What the tower has fewer dimensions than is random too.
    """
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    vectors = tower.encode_passages([piece.removeprefix(WORD) or piece for piece, _ in pieces])
    vectors -= vectors.mean(axis=0)
    variances, directions = np.linalg.eigh(vectors.T @ vectors)
    kept = max(0, min(dim - random_dims, int(np.count_nonzero(variances > 1e-6 * variances.max()))))
    told = vectors @ directions[:, ::-1][:, :kept]
    told /= np.maximum(np.sqrt(np.mean(told**2, axis=1, keepdims=True)), 1e-9)
    drawn = np.random.default_rng(seed).normal(size=(len(told), dim - kept))
    return np.concatenate((told, drawn), axis=1).astype(np.float32)
