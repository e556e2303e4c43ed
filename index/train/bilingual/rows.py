"""Where the rows of new pieces start: among the English words of the same meaning.

WECHSEL (Minixhofer, Paischer, Rekabsaz 2022, arXiv:2112.06598) takes the words nearest in a bilingual space of
words. A dictionary says it better for the words that it knows, and is all there is for words of everyday life.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.train.bilingual.vocabulary import SPECIAL, WORD

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from index.towers import Tower
    from index.train.dictionary import Entry

__all__ = ["initial_rows"]

_NEIGHBOURS = 8  # English words whose rows a piece starts from
_TEMPERATURE = 0.05  # of their cosines
_MEANINGS = 4  # of a dictionary entry, the first weighing most
_DICTIONARY = 0.5  # what it says against the neighbours
_RARE = 1e-3  # a of the smooth inverse frequency that words of a meaning weigh (Arora et al. 2017)


def initial_rows(
    han: Sequence[str],
    english: Sequence[str],
    table: NDArray[np.float32],
    tokenizer: Tokenizer,
    dictionary: Mapping[str, Entry],
    space: Tower,
) -> NDArray[np.float32]:
    """Return rows (pieces, dim) for `han`, at the mean length of an English word's.

    `table` (english, dim) holds the rows of `english`, in order; `space` is a bilingual tower that places single
    words. A piece takes the mean of what both say of it, or what one of them says.
    """
    rows = _near(han, english, table, space)
    lengths = np.linalg.norm(table, axis=1)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    first = len(SPECIAL)
    # WordPieces are numbered by frequency, so Zipf's law stands in for counts.
    shares = 1 / (np.arange(1, len(english) + 1) * np.log(len(english)))
    weights = (_RARE / (_RARE + shares)).astype(np.float32)
    for place, piece in enumerate(han):
        entry = dictionary.get(piece)
        if entry is None:
            continue
        meaning = np.zeros(table.shape[1], dtype=np.float32)
        for order, encoding in enumerate(
            tokenizer.encode_batch(list(entry.glosses[:_MEANINGS]), add_special_tokens=False)
        ):
            ids = np.array([i for i in encoding.ids if i >= first], dtype=np.int64) - first
            if len(ids):
                meaning += np.average(table[ids], axis=0, weights=weights[ids] + 1e-6) / (order + 1)
        norm = np.linalg.norm(meaning)
        if norm > 0:
            rows[place] = _DICTIONARY * meaning / norm + (1 - _DICTIONARY) * rows[place]
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    result: NDArray[np.float32] = rows / np.where(norms > 0, norms, 1) * np.median(lengths)
    return result


def _near(
    han: Sequence[str], english: Sequence[str], table: NDArray[np.float32], space: Tower
) -> NDArray[np.float32]:
    """The softmax-weighted mean of the rows of the English words nearest to each piece in `space`."""
    whole = [
        place
        for place, piece in enumerate(english)
        if piece.startswith(WORD) and piece[1:].isalpha() and len(piece) > 2
    ]
    words = space.encode_passages([english[place][1:] for place in whole])
    known = np.flatnonzero(np.linalg.norm(words, axis=1) > 0)
    words, places = words[known], np.array(whole)[known]
    rows = np.zeros((len(han), table.shape[1]), dtype=np.float32)
    for start in range(0, len(han), 1_000):
        scores = space.encode_passages(han[start : start + 1_000]) @ words.T
        best = np.argpartition(-scores, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
        near = np.take_along_axis(scores, best, axis=1)
        shares = np.exp((near - near.max(axis=1, keepdims=True)) / _TEMPERATURE)
        shares /= shares.sum(axis=1, keepdims=True)
        rows[start : start + len(best)] = np.einsum("nk,nkd->nd", shares, table[places[best]])
    return rows
