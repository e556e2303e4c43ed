"""What a batch sees of its texts: never quite the same twice.

A table of tokens learns the training pairs by heart within a few passes over them. Parts of passages instead of
wholes, and tokens left out at random, keep it to what holds without any single word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.train.batches import Drawn, Texts
    from index.train.settings import TrainSettings

__all__ = ["view"]

_CROP = (5, 25)  # tokens of a crop, both ends included
_WHOLE = 20  # tokens up to which a passage is not parted

Spans = tuple["NDArray[np.int32]", "NDArray[np.int64]", "NDArray[np.int64]"]  # texts, first tokens, lengths


def view(
    texts: Texts, drawn: Drawn, settings: TrainSettings, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the tokens of all queries and then all documents, one text after another, and their lengths."""
    if random.random() < settings.crops:
        numbers, first, lengths = _crops(texts, drawn, random)
    else:
        numbers, first, lengths = _parts(texts, drawn, settings.shortest_part, random)
    lengths = np.minimum(lengths, settings.max_tokens)
    return _dropped(texts.spans(numbers, first, lengths), lengths, settings.dropout, random)


def _crops(texts: Texts, drawn: Drawn, random: np.random.Generator) -> Spans:
    """A random span of each passage in place of its query, with the whole documents.

    The inverse cloze task of Lee et al. 2019 (arXiv:1906.00300) with the span left in its passage, because
    exact words are what a question about a fact shares with its answer.
    """
    passages = texts.lengths(drawn.passages)
    crop = np.minimum(random.integers(*_CROP, size=len(passages), endpoint=True), passages)
    first = random.integers(0, passages - crop, endpoint=True)
    whole = texts.lengths(drawn.documents)
    return (
        np.concatenate((drawn.passages, drawn.documents)),
        np.concatenate((first, np.zeros_like(whole))),
        np.concatenate((crop, whole)),
    )


def _parts(texts: Texts, drawn: Drawn, shortest: float, random: np.random.Generator) -> Spans:
    """Each query whole, with a random span of each document of at least the share `shortest` of it."""
    whole = texts.lengths(drawn.documents)
    share = random.uniform(shortest, 1, size=len(whole))
    part = np.clip((whole * share).astype(np.int64), np.minimum(whole, _WHOLE), whole)
    first = random.integers(0, whole - part, endpoint=True)
    queries = texts.lengths(drawn.queries)
    return (
        np.concatenate((drawn.queries, drawn.documents)),
        np.concatenate((np.zeros_like(queries), first)),
        np.concatenate((queries, part)),
    )


def _dropped(
    tokens: NDArray[np.int64], lengths: NDArray[np.int64], share: float, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The texts without a random `share` of their tokens; one that would lose all of them keeps them."""
    owners = np.repeat(np.arange(len(lengths)), lengths)
    kept = random.random(len(tokens)) >= share
    emptied = np.bincount(owners[kept], minlength=len(lengths)) == 0
    kept |= emptied[owners]
    return tokens[kept], np.bincount(owners[kept], minlength=len(lengths))
