"""What stands in a line without being of it: large initials, and the numbers of lines in the margin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pdf.words import Word

__all__ = ["with_initials", "without_line_numbers"]

_INITIAL = 1.8  # times the size of the text
_FEWEST = 10  # numbers below each other


def with_initials(words: Sequence[Word]) -> list[Word]:
    """Join a large initial, which hangs down beside two or three lines, to the first word beside it."""
    size = median(word.size for word in words) if words else 0.0
    initials = [word for word in words if _is_initial(word, size)]
    if not initials:
        return list(words)
    joined = {id(initial): first for initial in initials if (first := _beside(initial, words)) is not None}
    firsts = {id(first): initial for initial in initials if (first := joined.get(id(initial))) is not None}
    kept = []
    for word in words:
        if id(word) in joined:
            continue
        if initial := firsts.get(id(word)):
            # "A" and "I" are words of their own where there is room.
            apart = " " if word.left - initial.right > 0.35 * word.size and initial.text in "AI" else ""
            word = replace(word, text=initial.text + apart + word.text, left=initial.left)
        kept.append(word)
    return kept


def _is_initial(word: Word, size: float) -> bool:
    return len(word.text) == 1 and word.text.isupper() and word.size >= _INITIAL * size


def _beside(initial: Word, words: Sequence[Word]) -> Word | None:
    """Return the uppermost small word that begins where the initial ends, if a second line begins there below it."""
    beside = [
        word
        for word in words
        if word.size < initial.size / _INITIAL
        and -0.2 * initial.size < word.left - initial.right < 0.4 * initial.size
        and initial.base - initial.size < word.base < initial.base + 0.2 * word.size
    ]
    bases = {round(word.base) for word in beside}
    return min(beside, key=lambda word: (word.base, word.left)) if len(bases) > 1 else None


def without_line_numbers(words: Sequence[Word]) -> list[Word]:
    """Leave out a column of numbers of which each is one or five more than that above it, as drafts have them."""
    columns: defaultdict[tuple[int, float], list[Word]] = defaultdict(list)
    for word in words:
        # In a typewriter's face it is more likely a column of data.
        if word.text.isdecimal() and len(word.text) <= 4 and not word.mono:
            columns[round(word.right / 2), word.size].append(word)
    gone: set[int] = set()
    for column in columns.values():
        column.sort(key=lambda word: word.base)
        if len(column) >= _FEWEST and _counts(column):
            gone.update(map(id, column))
    return [word for word in words if id(word) not in gone]


def _counts(column: Sequence[Word]) -> bool:
    steps = [int(below.text) - int(above.text) for above, below in pairwise(column)]
    return max(steps.count(1), steps.count(5)) >= 0.9 * len(steps)
