"""The words of a corpus, for whoever has to guess what a mistyped one was meant to be.

A build counts in how many articles each word stands and writes those of several articles down: words of an alphabet as
they are spelled, Chinese words with their pinyin, and how each Chinese character is read. Nothing of it is read before
a query has a word that the corpus does not know.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache, cached_property
from itertools import islice, pairwise, product
from typing import TYPE_CHECKING

import msgspec

from index.analyze import Kind
from index.folding import fold
from index.stored import read_stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["FILE_NAME", "Vocabulary", "WordCounter", "alike", "write_vocabulary"]

FILE_NAME = "vocabulary.msgpack"

# A word of one article is as likely misspelled as what it may be the correction of.
_ARTICLES = 2
_WORDS = (Kind.WORD, Kind.LONG_WORD)
_FEWEST_USUAL, _MOST_USUAL = 3, 10
_WAYS = 4  # to read a word

_LATIN = re.compile(r"(?<![a-z0-9])[a-z][a-z0-9]{2,23}(?![a-z0-9])")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,6}")
# The characters that people type, without the tens of thousands that only dictionaries have.
_TYPED = "gb2312"


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    articles: int
    latin: dict[str, int]  # word -> articles
    han: dict[str, int]
    sounds: dict[
        str, str
    ]  # syllables -> the words that sound so, those of most articles first; apart by spaces
    likenesses: dict[str, str]  # the same for what sounds alike
    readings: dict[str, str]  # character -> its syllables, apart by spaces, the usual one first


class WordCounter:
    """Counts words article by article; Chinese `names` count as words, wherever the segmenter cuts them."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.articles = 0
        self._latin: Counter[str] = Counter()
        self._han: Counter[str] = Counter()
        self._names = {
            name: frozenset(map("".join, pairwise(name))) for name in names if _HAN.fullmatch(name)
        }

    def add(self, texts: Iterable[str], terms: Iterable[tuple[str, Kind]]) -> None:
        """Take in the texts of one article, and what `index.analyze.cut` made of them."""
        self.articles += 1
        folded = [fold(text) for text in texts]
        self._latin.update({word for text in folded for word in _LATIN.findall(text)})
        kinds = dict(terms)
        words = {term for term, kind in kinds.items() if kind in _WORDS and _HAN.fullmatch(term)}
        words.update(
            name
            for name, pairs in self._names.items()
            if pairs <= kinds.keys() and any(name in text for text in folded)
        )
        self._han.update(words)

    def words(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return the words of an alphabet and the Chinese ones that stand in several articles, with their number."""
        latin, han = (
            {word: count for word, count in sorted(counted.items()) if count >= _ARTICLES}
            for counted in (self._latin, self._han)
        )
        return latin, han


def write_vocabulary(folder: Path, counter: WordCounter) -> None:
    """Write down the words, and how they are read, into `folder`."""
    from pypinyin import Style, pinyin

    latin, han = counter.words()
    typed = {chr(code) for code in range(0x4E00, 0xA000) if _is_typed(chr(code))}
    readings = {
        each: " ".join(dict.fromkeys(pinyin(each, style=Style.NORMAL, heteronym=True)[0]))
        for each in sorted(typed.union(*han))
    }
    sounds: defaultdict[str, dict[str, None]] = defaultdict(dict)
    likenesses: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for word in sorted(han, key=lambda word: (-han[word], word)):
        # The words that have a sound of their own are known to pypinyin; of others each character may be read as it can.
        for way in islice(product(*pinyin(word, style=Style.NORMAL, heteronym=True)), _WAYS):
            sounds[" ".join(way)][word] = None
            likenesses[_alike(way)][word] = None
    stored = _Stored(counter.articles, latin, han, _joined(sounds), _joined(likenesses), readings)
    (folder / FILE_NAME).write_bytes(msgspec.msgpack.encode(stored))


def _joined(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {sound: " ".join(of_sound) for sound, of_sound in words.items()}


def _is_typed(character: str) -> bool:
    try:
        character.encode(_TYPED)
    except UnicodeEncodeError:
        return False
    return True


class Vocabulary:
    """What `write_vocabulary` wrote into a folder; read when it is first asked. Raises GenerationError then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def usual(self) -> int:
        """The number of articles that hold a word in common use: 1 in 200, within reason."""
        return max(_FEWEST_USUAL, min(_MOST_USUAL, self._stored.articles // 200))

    @property
    def latin(self) -> Mapping[str, int]:
        """Words of an alphabet, with the number of articles that hold them."""
        return self._stored.latin

    @property
    def han(self) -> Mapping[str, int]:
        """Chinese words, with the number of articles that hold them."""
        return self._stored.han

    @cached_property
    def syllables(self) -> frozenset[str]:
        """Every syllable that a Chinese character can be read as, without tones; ü is v."""
        return frozenset(syllable for each in self._stored.readings.values() for syllable in each.split())

    def readings(self, character: str) -> Sequence[str]:
        """Return how a Chinese character can be read, the usual way first; nothing for a rare one."""
        return self._stored.readings.get(character, "").split()

    def sounding(self, syllables: Iterable[str]) -> Sequence[str]:
        """Return the Chinese words that sound so, those of most articles first."""
        return self._stored.sounds.get(" ".join(syllables), "").split()

    def sounding_like(self, syllables: Iterable[str]) -> Sequence[str]:
        """Return the Chinese words that many speakers would pronounce so, those of most articles first."""
        return self._stored.likenesses.get(_alike(syllables), "").split()

    @cached_property
    def _stored(self) -> _Stored:
        return read_stored(self._folder / FILE_NAME, _Stored, "vocabulary")


@cache  # there are some four hundred
def alike(syllable: str) -> str:
    """Level what speakers of southern Mandarin do not tell apart, and input methods therefore offer as fuzzy pinyin.

    zh, ch, sh as z, c, s; n as l; f as h before u; -ng as -n.
    """
    for sound, like in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("fu", "hu")):
        if syllable.startswith(sound):
            syllable = like + syllable[len(sound) :]
            break
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def _alike(syllables: Iterable[str]) -> str:
    return " ".join(map(alike, syllables))
