"""Training pairs in memory: texts as token ids, and batches of pairs from one source at a time.

A batch of one source makes hard and fair negatives: telling an English abstract from a Chinese heading teaches
nothing. Texts are kept as token ids in one flat array and pairs as numbers of texts, so that millions of
pairs fit in memory and a text that occurs in many pairs is stored once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from index.train.pairs import Pair

__all__ = ["Batches", "Drawn", "Source", "Texts", "collect"]

_CHUNK = 20_000  # texts tokenised at once
_EVEN: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Source:
    """Pairs that may be each other's negatives."""

    name: str
    queries: NDArray[np.int32]  # (n,) numbers of texts
    passages: NDArray[np.int32]  # (n,)
    parallel: bool = False  # translations of each other
    weight: float = 1.0  # how often it is drawn, beside what its size says
    negatives: NDArray[np.int32] | None = None  # (n, negatives) numbers of texts
    targets: NDArray[np.float32] | None = None  # (n, 1 + negatives) a teacher's scores

    def __len__(self) -> int:
        return len(self.queries)

    def taken(self, pairs: NDArray[np.integer]) -> Source:
        """The same source with only some of its pairs."""
        return replace(
            self,
            queries=self.queries[pairs],
            passages=self.passages[pairs],
            negatives=None if self.negatives is None else self.negatives[pairs],
            targets=None if self.targets is None else self.targets[pairs],
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A batch as numbers of texts: rows belong together."""

    source: str
    queries: NDArray[np.int32]  # (n,)
    passages: NDArray[np.int32]  # (n,)
    negatives: NDArray[np.int32]  # (n, negatives)
    targets: NDArray[np.float32] | None  # (n, 1 + negatives)

    @property
    def documents(self) -> NDArray[np.int32]:
        """All passages, then the first negatives of all queries, then the second."""
        return np.concatenate((self.passages, self.negatives.T.ravel()))


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


def collect(
    files: Iterable[tuple[str, Iterable[Pair]]],
    smallest: int,
    weights: Mapping[str, float] = _EVEN,
    *,
    spelling: Callable[[str], str] = str,
) -> tuple[list[str], list[Source]]:
    """Return all distinct texts and the sources, whose pairs are numbers of texts.

    `files` are named sequences of pairs. Texts are one when their `spelling` is, and the first stands for all; a pair
    counts once. A source is the translations or the rest of one file in one direction of languages; those of fewer
    than `smallest` pairs are pooled by direction, with the mean of their weights.
    """
    numbers: dict[str, tuple[int, str]] = {}  # by spelling
    groups: dict[tuple[str, bool, str], dict[tuple[int, int], None]] = {}
    for name, pairs in files:
        for pair in pairs:
            key = (name, pair.type == "parallel", f"{pair.ql}>{pair.pl}")
            q, p = (numbers.setdefault(spelling(text), (len(numbers), text))[0] for text in (pair.q, pair.p))
            groups.setdefault(key, {})[q, p] = None
    pooled: dict[tuple[str, bool, str], dict[tuple[int, int], float]] = {}
    for (name, parallel, direction), group in groups.items():
        home = (name if len(group) >= smallest else "others", parallel, direction)
        pooled.setdefault(home, {}).update(dict.fromkeys(group, weights.get(name, 1.0)))
    sources = []
    for (name, parallel, direction), numbered in sorted(pooled.items()):
        both = np.array(list(numbered), dtype=np.int32)
        label = f"{name} {direction}{' parallel' if parallel else ''}"
        weight = sum(numbered.values()) / len(numbered)
        sources.append(Source(label, both[:, 0].copy(), both[:, 1].copy(), parallel, weight))
    return [text for _, text in numbers.values()], sources


class Batches:
    """Draws batches without end: a source by size, then its pairs in shuffled order, no text twice."""

    def __init__(
        self, sources: Sequence[Source], size: int, *, exponent: float, parallel_boost: float, seed: int
    ) -> None:
        self._sources = list(sources)
        self._size = size
        self._random = np.random.default_rng(seed)
        shares = np.array(
            [s.weight * len(s) ** exponent * (parallel_boost if s.parallel else 1.0) for s in sources]
        )
        self._shares = shares / shares.sum()
        self._orders = [np.empty(0, dtype=np.int64) for _ in sources]

    @property
    def sources(self) -> Sequence[Source]:
        """What is drawn from."""
        return self._sources

    def replace(self, sources: Sequence[Source]) -> None:
        """Go on with the same pairs, which have got other negatives or targets."""
        self._sources = list(sources)

    def draw(self) -> Drawn:
        """Return a batch of at most `size` pairs: no text is twice among its queries and passages.

        A pair that is one text twice may be. Pairs that repeat a text of the batch are left for the next pass over
        the source.
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
        own = queries[keep] == passages[keep]
        keep = keep[own | ~np.isin(queries[keep], passages[keep])]
        used = keep[wanted - 1] + 1 if len(keep) >= wanted else len(drawn)
        self._orders[which] = order[used:]
        batch = source.taken(drawn[keep[:wanted]])
        none = np.empty((len(batch), 0), dtype=np.int32)
        negatives = none if batch.negatives is None else batch.negatives
        return Drawn(batch.name, batch.queries, batch.passages, negatives, batch.targets)


def _firsts(values: NDArray[np.int32]) -> NDArray[np.intp]:
    """Places where a value occurs for the first time."""
    return np.unique(values, return_index=True)[1]
