"""Chinese by its sound: what was meant by a word that an input method got wrong, and by pinyin typed as it is.

双踏 sounds like 双塔, which the corpus knows; `zhuyili jizhi` is how 注意力机制 is typed. Words come from the corpus's
vocabulary, so nothing is guessed that could not be found.
"""

from __future__ import annotations

import math
import re
from functools import cache
from itertools import accumulate, islice, product
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence, Set

    from index.vocabulary import Vocabulary

__all__ = ["homophone", "pinyin_meant"]

_LONGEST = 6  # characters of a word
_READINGS = 16  # of a span: few characters have several
# A word that fewer articles hold is not meant; where it has two characters only, or the sound is only alike, it should
# be a usual one.
_ARTICLES = 3
# What each word costs in a reading of pinyin: 注意力 is likelier than two words.
_ANOTHER_WORD = math.log(10_000)
_HOMOPHONES = 4  # that are tried for one sound

_TONES = re.compile("[\u0300\u0301\u0304\u030c]")
_VOWEL = re.compile("[aeiouv]")


def homophone(span: str, vocabulary: Vocabulary, *, exact: bool) -> str | None:
    """Return the word of the corpus that sounds as the Chinese characters of `span`, or nearly so unless `exact`.

    A character picked wrong is one with that usual sound; of a word of two, one is right. None where there is no word.
    """
    readings = [vocabulary.readings(character) for character in span]
    ways = [(vocabulary.sounding, _ARTICLES if len(span) > 2 else vocabulary.usual)]
    if not exact:
        ways.append((vocabulary.sounding_like, vocabulary.usual))
    for find, articles in ways:
        found = {
            word
            for syllables in islice(product(*readings), _READINGS)
            for word in find(syllables)
            if word != span
            and vocabulary.han[word] >= articles
            and _is_mistaken(span, word, syllables, readings)
        }
        if found:
            return min(found, key=lambda word: (-vocabulary.han[word], word))
    return None


def _is_mistaken(span: str, word: str, syllables: Sequence[str], readings: Sequence[Sequence[str]]) -> bool:
    wrong = [place for place, (one, other) in enumerate(zip(span, word, strict=True)) if one != other]
    return len(wrong) < len(span) and all(syllables[place] == readings[place][0] for place in wrong)


class _Reading(NamedTuple):
    cost: float
    words: tuple[str, ...]


def pinyin_meant(
    typed: Sequence[str],
    vocabulary: Vocabulary,
    frequency: Callable[[str], int],
    *,
    before: str = "",
    after: str = "",
) -> str | None:
    """Return what Chinese words the pinyin means that was typed in one or more pieces, or None where it is none.

    Of the ways to read it, one with few and frequent words, all of at least two syllables, whose neighbouring
    characters stand together elsewhere, those `before` and `after` included: `frequency` says of one or two characters
    in how many passages they stand.
    """
    pieces = [_plain(piece) for piece in typed]
    text = "".join(pieces)
    ends = set(accumulate(map(len, pieces)))

    def together(one: str, other: str) -> float:
        """Cost of one character after another: minus the logarithm of how likely it is to follow."""
        return -math.log((frequency(one + other) + 0.5) / (frequency(one) + 1)) if one and other else 0.0

    @cache
    def read_from(start: int, last: str) -> _Reading | None:
        """The likeliest reading from there on, after the character `last`."""
        if start == len(text):
            return _Reading(together(last, after), ())
        readings = []
        for end, syllables in _syllables(text, start, ends, vocabulary.syllables):
            for word in vocabulary.sounding(syllables)[:_HOMOPHONES] if len(syllables) > 1 else ():
                rest = read_from(end, word[-1]) if vocabulary.han[word] >= _ARTICLES else None
                if rest is not None:
                    cost = _ANOTHER_WORD - math.log(vocabulary.han[word]) + together(last, word[0])
                    readings.append(_Reading(cost + rest.cost, (word, *rest.words)))
        return min(readings, default=None)

    found = read_from(0, before)
    return "".join(found.words) if found else None


def _plain(piece: str) -> str:
    """Without tone marks; ü is v."""
    decomposed = _TONES.sub("", normalize("NFD", piece))
    return normalize("NFC", decomposed).replace("ü", "v").replace("'", "").replace("’", "")


def _syllables(
    text: str, start: int, ends: Set[int], known: Set[str]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every way to read one to six syllables from `start`, each within one piece; with where it ends."""
    pending: list[tuple[int, tuple[str, ...]]] = [(start, ())]
    while pending:
        at, syllables = pending.pop()
        if syllables:
            yield at, syllables
        if len(syllables) == _LONGEST:
            continue
        piece_end = min((end for end in ends if end > at), default=at)
        for end in range(at + 1, min(at + 6, piece_end) + 1):
            syllable = text[at:end]
            if _VOWEL.search(syllable) and syllable in known:
                pending.append((end, (*syllables, syllable)))
