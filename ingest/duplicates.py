"""Near-duplicates: the same article posted on WeChat, Zhihu and a blog.

MinHash over character 5-grams (Broder, "On the resemblance and containment of documents", 1997), with banding as an
index (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3). Signatures are the same in every process
and version, as they are kept in the corpus.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["NearDuplicates", "signature", "similarity"]

_PERMUTATIONS = 128
_BANDS = 32  # of four values: two texts alike at .8 meet in a band with probability 1 - (1 - .8^4)^32 > .9999
_SHINGLE = 5
_PRIME = np.uint64((1 << 31) - 1)  # Mersenne: a*x+b of 31-bit values fits 62 bits
_SPACE = re.compile(r"[\W_]+")
_CHUNK = 8192  # shingles hashed at once; bounds memory at 8 MB


def _coefficients() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    digest = hashlib.shake_128(b"shuangta minhash 1").digest(_PERMUTATIONS * 16)
    values = np.frombuffer(digest, "<u8").reshape(2, _PERMUTATIONS) % (_PRIME - np.uint64(1))
    return values[0] + np.uint64(1), values[1]


def signature(text: str) -> bytes:
    """Return the MinHash signature of a text: 128 little-endian 32-bit values; b"" for a text without words.

    Case, width, punctuation and white space do not count.
    """
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", text).lower())
    if not folded:
        return b""
    codes = np.frombuffer(folded.encode("utf-32-le"), "<u4").astype(np.uint64)
    if len(codes) < _SHINGLE:
        codes = np.pad(codes, (0, _SHINGLE - len(codes)))
    # A rolling polynomial over five characters, mixed as in splitmix64 so that near neighbours are unrelated.
    windows = np.lib.stride_tricks.sliding_window_view(codes, _SHINGLE)
    with np.errstate(over="ignore"):
        hashes = np.zeros(len(windows), np.uint64)
        for column in range(_SHINGLE):
            hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + windows[:, column]
        hashes ^= hashes >> np.uint64(30)
        hashes *= np.uint64(0xBF58476D1CE4E5B9)
        hashes ^= hashes >> np.uint64(27)
    shingles = np.unique(hashes >> np.uint64(33)) % _PRIME
    factor, offset = _coefficients()
    smallest = np.full(_PERMUTATIONS, _PRIME, np.uint64)
    for start in range(0, len(shingles), _CHUNK):
        chunk = shingles[start : start + _CHUNK, None]
        np.minimum(smallest, ((chunk * factor + offset) % _PRIME).min(axis=0), out=smallest)
    return smallest.astype("<u4").tobytes()


def similarity(one: bytes, other: bytes) -> float:
    """Estimate the Jaccard similarity of two texts from their signatures, within about .04 (one sigma)."""
    if not one or not other:
        return 0.0
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


class NearDuplicates:
    """Finds, among the texts it was given, those that are one article.

    `threshold` is the estimated Jaccard similarity from which two texts are the same.
    """

    def __init__(self, threshold: float = 0.8) -> None:
        self._threshold = threshold
        self._signatures: dict[str, bytes] = {}
        self._bands: dict[tuple[int, bytes], list[str]] = defaultdict(list)

    def add(self, key: str, signature: bytes) -> str | None:
        """Take a text in; return the key of the most similar earlier text if the two are one article."""
        earlier = self.find(signature)
        if signature and key not in self._signatures:
            self._signatures[key] = signature
            for band in _bands(signature):
                self._bands[band].append(key)
        return earlier

    def find(self, signature: bytes) -> str | None:
        """Return the key of the most similar text, the earliest of equals, or None if none reaches the threshold."""
        met = dict.fromkeys(key for band in _bands(signature) for key in self._bands.get(band, ()))
        best = max(met, key=lambda key: similarity(self._signatures[key], signature), default=None)
        if best is None or similarity(self._signatures[best], signature) < self._threshold:
            return None
        return best

    def groups(self, enough: Callable[[str, str], float] | None = None) -> list[tuple[str, ...]]:
        """Return the groups of two or more texts that are one article, in the order in which they were added.

        `enough` gives, for the keys of two texts, from which similarity on they are one, where that is not the threshold;
        below .5, pairs begin to be overlooked.
        """
        root: dict[str, str] = {}

        def find(key: str) -> str:
            while (parent := root.get(key, key)) != key:
                key = parent
            return key

        order = {key: rank for rank, key in enumerate(self._signatures)}
        for keys in self._bands.values():
            for rank, key in enumerate(keys):
                for other in keys[:rank]:
                    one, two = sorted((find(key), find(other)), key=order.__getitem__)
                    if one == two:
                        continue
                    needed = self._threshold if enough is None else enough(key, other)
                    if similarity(self._signatures[key], self._signatures[other]) >= needed:
                        root[two] = one
        members: dict[str, list[str]] = defaultdict(list)
        for key in self._signatures:
            members[find(key)].append(key)
        return [tuple(group) for group in members.values() if len(group) > 1]


def _bands(signature: bytes) -> list[tuple[int, bytes]]:
    width = len(signature) // _BANDS
    return [(band, signature[band * width : (band + 1) * width]) for band in range(_BANDS if width else 0)]
