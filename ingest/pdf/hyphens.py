"""Two lines to one: the word that a line end cut is made whole, and a real hyphen stays.

Whether "pre-" and "training" are "pretraining" is asked of the document itself: which of the two it writes elsewhere,
within a line. Where it writes neither, a hyphen stays between two of its words that are long, or that it hyphenates
with other words too ("token-", "-based").
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ingest.pdf.spelling import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Joiner"]

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_CUT = re.compile(r"([^\W_]+(?:-[^\W_]+)*)-$")
_START = re.compile(r"([^\W_]+)((?:-[^\W_]+)*)")
_HAN_END = re.compile(f"[{HAN}]$")
_HAN_START = re.compile(f"^[{HAN}]")
_ADDRESS_END = re.compile(r"(?:https?:/|www\.)\S*[/_.=&?-]$")
_LOOK_BACK = 120  # characters
_LONG = 4  # letters of two words of which each is a word by itself, as in "best-performing"
_PREFIXES = frozenset(
    [
        "back",
        "down",
        "every",
        "fore",
        "hyper",
        "inter",
        "over",
        "some",
        "super",
        "there",
        "under",
        "where",
        "with",
    ]
)


class Joiner:
    """Joins lines with the words of one document in mind."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Count the words that stand whole within the lines."""
        self._whole: Counter[str] = Counter()
        self._heads: Counter[str] = Counter()  # what stands before a hyphen
        self._tails: Counter[str] = Counter()
        cut = False
        for line in lines:
            # Of a word that may be cut neither half is counted.
            words = _WORD.findall(line.lower())[cut:]
            cut = _CUT.search(line) is not None
            if cut and words:
                words.pop()
            for word in words:
                self._whole[word] += 1
                parts = word.split("-")
                self._heads.update(parts[:-1])
                self._tails.update(parts[1:])

    def join(self, before: str, after: str) -> str:
        """Return the two as one text, with a space, without, or without the hyphen at the end of the first."""
        end = before[-_LOOK_BACK:]  # a paragraph may be long, and is joined line by line
        cut, start = _CUT.search(end), _START.match(after)
        if cut and start:
            return before + after if self._keeps(cut[1], start[1], start[2]) else before[:-1] + after
        if (_HAN_END.search(end) and _HAN_START.search(after)) or _ADDRESS_END.search(end):
            return before + after
        return f"{before} {after}"

    def _keeps(self, head: str, tail: str, rest: str) -> bool:
        hyphened = (
            self._whole[f"{head}-{tail}".lower()] + bool(rest) * self._whole[f"{head}-{tail}{rest}".lower()]
        )
        joined = self._whole[(head + tail).lower()]
        if hyphened or joined:
            return hyphened > joined
        if not tail[0].islower() or not head[-1].isalpha() or "-" in head or head.isupper():
            return True  # such as "GPT-2", "state-of-the-art", "RL-based"
        if rest and len(tail) < _LONG:
            return True  # as before "of-the-art"
        head, tail = head.lower(), tail.lower()
        if len(head) == 1:
            return True
        if not (self._whole[head] and self._whole[tail]):
            return False
        return bool(self._heads[head] or self._tails[tail]) or (
            min(len(head), len(tail)) >= _LONG and head not in _PREFIXES
        )
