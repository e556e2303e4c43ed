"""Training pairs: read, folded, tokenised once, and drawn in batches from one source at a time.

A batch of one source makes hard and fair negatives: telling an English abstract from a Chinese heading teaches
nothing. Texts are kept as token ids in one flat array and pairs as numbers of texts, so that millions of
pairs fit in memory and a text that occurs in many pairs is stored once.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from index.folding import fold
from ingest.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

__all__ = ["Batches", "Pair", "PairFile", "Source", "Texts", "pair_files", "read_pairs", "tokenised"]

_CHUNK = 20_000  # texts tokenised at once


class Pair(msgspec.Struct, frozen=True):
    """One line of a pair file: a query, a passage that answers it, and what is known of them."""

    q: str
    p: str
    type: str = ""
    ql: str = ""
    pl: str = ""


@dataclass(frozen=True, slots=True)
class PairFile:
    """A file of pairs; its name tells sources apart."""

    name: str
    path: Path


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

    tokens: NDArray[np.uint16]
    offsets: NDArray[np.int64]  # (texts + 1,)

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


def pair_files(folders: Sequence[str], leave_out: Sequence[str]) -> list[PairFile]:
    """List the pair files of all folders. Raises SettingsError when there are none or a name is wrong."""
    files = [
        PairFile(path.name.removesuffix(".jsonl.gz"), path)
        for folder in folders
        for path in sorted(Path(folder).glob("*.jsonl.gz"))
    ]
    unknown = sorted(set(leave_out) - {file.name for file in files})
    if unknown:
        raise SettingsError(f"No pair file is named {', '.join(unknown)}.", "Check `leave_out`.")
    kept = [file for file in files if file.name not in leave_out]
    if not kept:
        raise SettingsError(f"There are no *.jsonl.gz files in {', '.join(folders)}.", "Check `pairs`.")
    return kept


def read_pairs(file: PairFile) -> Iterator[Pair]:
    """Yield the pairs of a file, folded, without those whose sides are empty or alike."""
    decoder = msgspec.json.Decoder(Pair)
    with gzip.open(file.path, "rb") as lines:
        for line in lines:
            pair = decoder.decode(line)
            q, p = fold(pair.q).strip(), fold(pair.p).strip()
            if q and p and q != p:
                yield msgspec.structs.replace(pair, q=q, p=p)


def tokenised(files: Sequence[PairFile], tokenizer: Tokenizer, smallest: int) -> tuple[Texts, list[Source]]:
    """Return all texts as token ids, and the sources.

    A source is the translations or the rest of one file in one direction of languages; those of fewer than
    `smallest` pairs are pooled by direction.
    """
    numbers: dict[str, int] = {}
    groups: dict[tuple[str, bool, str], dict[tuple[int, int], None]] = {}
    for file in files:
        for pair in read_pairs(file):
            key = (file.name, pair.type == "parallel", f"{pair.ql}>{pair.pl}")
            q = numbers.setdefault(pair.q, len(numbers))
            p = numbers.setdefault(pair.p, len(numbers))
            groups.setdefault(key, {})[q, p] = None
    pooled: dict[tuple[str, bool, str], dict[tuple[int, int], None]] = {}
    for (name, parallel, direction), pairs in groups.items():
        home = (name if len(pairs) >= smallest else "others", parallel, direction)
        pooled.setdefault(home, {}).update(pairs)
    sources = []
    for (name, parallel, direction), pairs in sorted(pooled.items()):
        both = np.array(list(pairs), dtype=np.int32)
        label = f"{name} {direction}{' parallel' if parallel else ''}"
        sources.append(Source(label, both[:, 0].copy(), both[:, 1].copy(), parallel))
    return _tokens(list(numbers), tokenizer), sources


def _tokens(texts: list[str], tokenizer: Tokenizer) -> Texts:
    pieces: list[NDArray[np.uint16]] = []
    lengths: list[int] = []
    for start in range(0, len(texts), _CHUNK):
        for encoding in tokenizer.encode_batch_fast(texts[start : start + _CHUNK], add_special_tokens=False):
            ids = np.array(encoding.ids, dtype=np.uint16)
            pieces.append(ids)
            lengths.append(len(ids))
    return Texts(np.concatenate(pieces), np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))))


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
