"""What a mistyped word of an alphabet was meant to be: the word of the corpus that the fewest slips turn into it.

Slips are those of Damerau, "A technique for computer detection and correction of spelling errors" (1964): a letter
left out, one too many, another one, two exchanged. Of words as near, the one that more articles hold is meant.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.vocabulary import Vocabulary

__all__ = ["respelled"]

_SHORTEST = 4  # letters; of three letters, every word is near many others
_TWO_SLIPS_FROM = 7  # letters
# A word that fewer articles hold is no likely thing to mean; with two slips, only a usual one is.
_ARTICLES = 3
# What a slip weighs against the number of articles, and what another first letter does: that one is seldom wrong
# (Yannakoudakis, Fawthrop: The rules of spelling errors, 1983).
_SLIP = math.log(50)
_FIRST_LETTER = math.log(20)

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALIKE = tuple(map(frozenset, ("aeiouy", "ckqx", "cstz", "dt", "bp", "fv", "gj", "mn")))


def respelled(word: str, vocabulary: Vocabulary, *, exists: bool = False) -> str | None:
    """Return what `word` was meant to be among the words of the corpus, or None.

    Of a word that `exists` in the corpus, only a letter left out or two exchanged are taken for a slip: with a letter
    more or another, it is as likely a name of its own (TBERT, RAdam).
    """
    if len(word) < _SHORTEST:
        return None
    words, enough = vocabulary.latin, {1: _ARTICLES, 2: vocabulary.usual}
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 2 if len(word) >= _TWO_SLIPS_FROM and not exists else 1
    near = process.extract(word, words.keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
    likely = [
        (math.log(words[each]) - _SLIP * slips - _FIRST_LETTER * (each[0] != word[0]), each)
        for each, slips, _ in near
        if slips > 0
        and words[each] >= enough[slips]
        and (_is_plain_slip(word, each) if exists else _may_be_a_slip(word, each, slips))
    ]
    if likely:
        return max(likely)[1]
    return None if exists else _two_words(word, words, vocabulary.usual)


def _is_plain_slip(typed: str, meant: str) -> bool:
    """Whether a letter within the word was left out, or two exchanged."""
    same_ends = (typed[0], typed[-1]) == (meant[0], meant[-1])
    return same_ends and _is_left_out(typed, meant)


def _is_left_out(typed: str, meant: str) -> bool:
    """Whether a letter is missing, or two are exchanged."""
    return len(meant) > len(typed) or sorted(meant) == sorted(typed)


def _may_be_a_slip(typed: str, meant: str, slips: int) -> bool:
    """Numbers are not mistyped for each other (gpt5, gpt4), nor any letter for any other (livelihood, likelihood)."""
    if len(meant) < _SHORTEST or re.sub(r"\D", "", typed) != re.sub(r"\D", "", meant):
        return False
    if typed[0] != meant[0] and (
        slips > 1 or (len(typed) < _TWO_SLIPS_FROM and not _is_left_out(typed, meant))
    ):
        return False  # without its first letter little is left to tell a short word by: cones are no ones
    from rapidfuzz.distance import Levenshtein

    steps = Levenshtein.editops(typed, meant)
    if len(steps) > slips:
        return True  # letters exchanged are one slip, and two steps
    changed = [step for step in steps if step.tag == "replace"]
    return all(_confused(typed[step.src_pos], meant[step.dest_pos]) for step in changed)


def _confused(one: str, other: str) -> bool:
    """Whether two letters lie side by side on the keyboard, or sound alike."""
    if any({one, other} <= alike for alike in _ALIKE):
        return True
    (row, place), (other_row, other_place) = _key(one), _key(other)
    return abs(row - other_row) <= 1 and abs(place - other_place) <= 1


def _key(letter: str) -> tuple[int, int]:
    for row, keys in enumerate(_KEYBOARD):
        if letter in keys:
            return row, keys.index(letter)
    return -9, -9


def _two_words(word: str, words: Mapping[str, int], usual: int) -> str | None:
    """Two known words that were typed without the space between them: the pair whose rarer word is most frequent."""
    cuts = [
        (min(words.get(word[:at], 0), words.get(word[at:], 0)), at)
        for at in range(_SHORTEST, len(word) - _SHORTEST + 1)
    ]
    articles, at = max(cuts, default=(0, 0))
    return f"{word[:at]} {word[at:]}" if articles >= usual else None
