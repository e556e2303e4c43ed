"""Training pairs in memory: texts as token ids, and batches of pairs from one source at a time.

A batch of one source makes hard and fair negatives: telling an English abstract from a Chinese heading teaches
nothing. Texts are kept as token ids in one flat array and pairs as numbers of texts, so that millions of
pairs fit in memory and a text that occurs in many pairs is stored once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from index.train.pairs import Pair

__all__ = ["Batches", "Source", "Texts", "collect"]

_CHUNK = 20_000  # texts tokenised at once


@dataclass(frozen=True, slots=True)
class Source:
    """Pairs that may be each other's negatives."""

    name: str
    queries: NDArray[np.int32]  # (n,) numbers of texts
    passages: NDArray[np.int32]  # (n,)
    parallel: bool  # translations of each other

    def __len__(self) -> int:
        return len(self.queries)


@dataclass(frozen=True, slots=True)
class Texts:
    """Token ids of all distinct texts, one after another."""

    tokens: NDArray[Any]  # uint16, or uint32 for vocabularies beyond 65,536 pieces
    offsets: NDArray[np.int64]  # (texts + 1,)

    @classmethod
    def tokenised(cls, texts: Sequence[str], tokenizer: Tokenizer) -> Texts:
        """Tokenise all of `texts`, which are folded."""
        kind = np.uint16 if tokenizer.get_vocab_size() <= 1 << 16 else np.uint32
        pieces: list[NDArray[Any]] = [np.empty(0, dtype=kind)]
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            encodings = tokenizer.encode_batch_fast(chunk, add_special_tokens=False)
            pieces.extend(np.array(encoding.ids, dtype=kind) for encoding in encodings)
        lengths = np.array([len(piece) for piece in pieces], dtype=np.int64)
        return cls(np.concatenate(pieces), np.cumsum(lengths))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def lengths(self, numbers: NDArray[np.int32]) -> NDArray[np.int64]:
        """Tokens of each of the texts."""
        return self.offsets[numbers + 1] - self.offsets[numbers]

    def spans(
        self, numbers: NDArray[np.int32], first: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The tokens [first, first + length) of each of the texts, one after another."""
        ends = np.cumsum(lengths)
        starts = self.offsets[numbers] + first
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)
        tokens: NDArray[np.int64] = self.tokens[places].astype(np.int64)
        return tokens


def collect(files: Iterable[tuple[str, Iterable[Pair]]], smallest: int) -> tuple[list[str], list[Source]]:
    """Return all distinct texts and the sources, whose pairs are numbers of texts.

    `files` are named sequences of folded pairs. A source is the translations or the rest of one of them in one
    direction of languages; those of fewer than `smallest` pairs are pooled by direction. A pair counts once.
    """
    numbers: dict[str, int] = {}
    groups: dict[tuple[str, bool, str], dict[tuple[int, int], None]] = {}
    for name, pairs in files:
        for pair in pairs:
            key = (name, pair.type == "parallel", f"{pair.ql}>{pair.pl}")
            q = numbers.setdefault(pair.q, len(numbers))
            p = numbers.setdefault(pair.p, len(numbers))
            groups.setdefault(key, {})[q, p] = None
    pooled: dict[tuple[str, bool, str], dict[tuple[int, int], None]] = {}
    for (name, parallel, direction), numbered in groups.items():
        home = (name if len(numbered) >= smallest else "others", parallel, direction)
        pooled.setdefault(home, {}).update(numbered)
    sources = []
    for (name, parallel, direction), numbered in sorted(pooled.items()):
        both = np.array(list(numbered), dtype=np.int32)
        label = f"{name} {direction}{' parallel' if parallel else ''}"
        sources.append(Source(label, both[:, 0].copy(), both[:, 1].copy(), parallel))
    return list(numbers), sources


class Batches:
    """Draws batches without end: a source by size, then its pairs in shuffled order, no text twice."""

    def __init__(
        self, sources: Sequence[Source], size: int, *, exponent: float, parallel_boost: float, seed: int
    ) -> None:
        self._sources = sources
        self._size = size
        self._random = np.random.default_rng(seed)
        shares = np.array([len(s) ** exponent * (parallel_boost if s.parallel else 1.0) for s in sources])
        self._shares = shares / shares.sum()
        self._orders = [np.empty(0, dtype=np.int64) for _ in sources]

    def draw(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the texts of queries and passages, (n,) each with n <= size: rows match, no text occurs twice.

        Pairs that repeat a text of the batch are left for the next pass over the source.
        """
        which = int(self._random.choice(len(self._sources), p=self._shares))
        source = self._sources[which]
        wanted = min(self._size, len(source))
        if len(self._orders[which]) < wanted:
            self._orders[which] = self._random.permutation(len(source))
        order = self._orders[which]
        drawn = order[: wanted * 5 // 4]  # more than wanted, as some repeat a text
        queries, passages = source.queries[drawn], source.passages[drawn]
        keep = np.intersect1d(_firsts(queries), _firsts(passages))
        keep = keep[~np.isin(queries[keep], passages[keep])]
        used = keep[wanted - 1] + 1 if len(keep) >= wanted else len(drawn)
        self._orders[which] = order[used:]
        return queries[keep[:wanted]], passages[keep[:wanted]]


def _firsts(values: NDArray[np.int32]) -> NDArray[np.intp]:
    """Places where a value occurs for the first time."""
    return np.unique(values, return_index=True)[1]
