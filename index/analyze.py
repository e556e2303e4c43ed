"""Text to terms: one analyzer for what is indexed, what is asked and what is highlighted.

Text is folded first (see `folding`), then cut into runs of one script, so that no term reaches across scripts.
Han runs give the words of a segmenter *and* every character pair and character, so that a match never hangs on
the dictionary; Latin runs give the exact form, its stem, and the parts of identifiers (`in-batch`, `BERT4Rec`,
`C++`, `v1.2`). What a kind of term is worth in a query is for `lexical` to say.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import Stemmer

from index.folding import fold_with_offsets, origin

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ANALYZER_ID", "FUNCTION_WORDS", "Kind", "Term", "analyze", "cut", "stem", "terms"]

# Goes into the manifest. A test holds it to the terms of a sample text: change both together.
ANALYZER_ID = "han-bigram-snowball/1"


class Kind(IntEnum):
    """What a term is, so that a query can weigh it."""

    WORD = 0  # a Han word of one or two characters, as the segmenter cut it
    LONG_WORD = 1  # one of three characters or more
    BIGRAM = 2  # two neighbouring Han characters that are no word there
    CHAR = 3  # one Han character within a word
    STEM = 4  # a word of an alphabet, stemmed; a number
    EXACT = 5  # the same as written, where that differs from the stem
    COMPOUND = 6  # an identifier of several parts, whole and without hyphens: inbatch, bert4rec, c++, node.js
    PART = 7  # one part of it, stemmed
    SYMBOL = 8  # a mathematical sign
    FUNCTION = 9  # a word that says nothing of the subject (的, the), in either language


class Term(NamedTuple):
    """One term and where it stands: `original[start:end]`, in characters."""

    text: str
    start: int
    end: int
    kind: Kind


# Words without a subject of their own. They are indexed like any other; queries leave them out.
_CHINESE = """
的 了 和 与 及 或 是 在 有 对 把 被 给 从 到 向 于 以 而 并 也 都 就 还 又 很 更 最 吗 呢 吧 啊 呀 么 之 其 所 着 过 地 得 这 那 个 些
我 你 他 她 它 我们 你们 他们 她们 它们 这个 那个 这些 那些 这样 那样 一个 一些 一种 以及 并且 而且 或者 但是 因为 所以 如果 关于 对于
由于 可以 就是 还是 不是 没有 什么 怎么 怎样 如何 为什么 为何 哪些 哪个 哪里 多少 是否 能否 请问
"""
_ENGLISH = """
a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its
me my no not of on or our she should so such than that the their them then there these they this those to us was we
were what when where which who whom whose why will with would you your
"""
FUNCTION_WORDS = frozenset((_CHINESE + _ENGLISH).split())

# Longer runs are hashes or encoded data: only their beginning is kept.
_LONGEST = 64

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_KANA = "\u3040-\u30ff\u31f0-\u31ff"
_HANGUL = "\uac00-\ud7af"
_LATIN = "a-z\u00df-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_GREEK = "\u0370-\u03ff\u1f00-\u1fff"
_CYRILLIC = "\u0400-\u052f"
_RUN = re.compile(
    f"(?P<han>[{_HAN}]+)"
    # Words, numbers and identifiers: in-batch, x.y, don't, ndcg@10, at&t, snake_case, c++, c#.
    f"|(?P<latin>[{_LATIN}0-9]+(?:(?:[-.'’@&]|_+)[{_LATIN}0-9]+)*(?:\\+\\+(?!\\+)|#(?![{_LATIN}0-9]))?)"
    f"|(?P<pairs>[{_KANA}]+|[{_HANGUL}]+)"
    f"|(?P<other>[{_GREEK}]+|[{_CYRILLIC}]+|[^\\W0-9_{_HAN}{_LATIN}{_KANA}{_HANGUL}{_GREEK}{_CYRILLIC}]+)"
    "|(?P<symbol>[\u2190-\u22ff\u2a00-\u2aff])"
)
_PART = re.compile(f"[{_LATIN}]+|[0-9]+(?:\\.[0-9]+)*")
_CONTRACTION = re.compile("(?:n['’]t|['’](?:s|re|ll|ve|d|m))$")
_HUMP = re.compile("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def analyze(text: str) -> list[Term]:
    """Return the terms of `text`, run by run."""
    folded, at = fold_with_offsets(text)
    return [
        Term(term, *origin(at, start + low, start + high), kind)
        for start, run in _runs(text, folded, at)
        for term, low, high, kind in run
    ]


def cut(text: str) -> list[tuple[str, Kind]]:
    """Return texts and kinds of `analyze(text)`, for those who need no places."""
    return [(term, kind) for _, run in _runs(text, *fold_with_offsets(text)) for term, _, _, kind in run]


def terms(text: str) -> list[str]:
    """Return the texts of `analyze(text)`, repetitions included: what is indexed."""
    return [each[0] for _, run in _runs(text, *fold_with_offsets(text)) for each in run]


_Cut = list[tuple[str, int, int, Kind]]  # terms of one run, places relative to the run


def _runs(text: str, folded: str, at: list[int]) -> Iterator[tuple[int, _Cut]]:
    """Cut every run of one script; beside its terms, where it begins in `folded`."""
    for run in _RUN.finditer(folded):
        start, end = run.span()
        match run.lastgroup:
            case "han":
                yield start, _han(run[0])
            case "latin":
                yield start, _latin(run[0], text[at[start] : at[end]])
            case "pairs":
                yield start, _pairs(run[0])
            case "other":
                yield start, [(run[0][:_LONGEST], 0, end - start, Kind.STEM)]
            case _:
                yield start, [(run[0], 0, 1, Kind.SYMBOL)]


def _han(run: str) -> _Cut:
    """Every character and every pair once, as the word it is where it is one; longer words besides."""
    import rjieba  # which reads its dictionary: longer than the whole search of a question without Chinese

    cut: _Cut = []
    singles: dict[int, Kind] = {}
    doubles: dict[int, Kind] = {}
    for word, low, high in rjieba.tokenize(run, "search"):
        length = high - low
        if length > 2:
            cut.append((word, low, high, Kind.FUNCTION if word in FUNCTION_WORDS else Kind.LONG_WORD))
        else:
            found = singles if length == 1 else doubles
            found[low] = Kind.FUNCTION if word in FUNCTION_WORDS else Kind.WORD
    character, bigram = Kind.CHAR, Kind.BIGRAM
    cut += [(each, low, low + 1, singles.get(low, character)) for low, each in enumerate(run)]
    cut += [(run[low : low + 2], low, low + 2, doubles.get(low, bigram)) for low in range(len(run) - 1)]
    return cut


def _pairs(run: str) -> _Cut:
    """Every character and every pair, for scripts written without a segmenter at hand (kana, Hangul)."""
    if len(run) == 1:
        return [(run, 0, 1, Kind.WORD)]
    characters = [(character, low, low + 1, Kind.CHAR) for low, character in enumerate(run)]
    return characters + [(run[low : low + 2], low, low + 2, Kind.WORD) for low in range(len(run) - 1)]


def _latin(run: str, written: str) -> _Cut:
    """A word as stem and exact form; an identifier whole and in parts.

    `written` is the run before folding: camelCase shows there.
    """
    if (contraction := _CONTRACTION.search(run)) and contraction.start():
        run = run[: contraction.start()]
        written = written[: len(run)]
    if run[-1] == "#" and len(run) > 2:
        run = run[:-1]
    parts = _parts(run, written)
    if len(parts) == 1 and parts[0] == (0, len(run)):
        return _word(run[:_LONGEST], len(run))
    whole = re.sub("[-_'’]", "", run)[:_LONGEST]
    cut: _Cut = [(stem(whole) if whole.isalpha() else whole, 0, len(run), Kind.COMPOUND)]
    for low, high in parts:
        part = run[low:high][:_LONGEST]
        cut.append((stem(part), low, high, Kind.FUNCTION if part in FUNCTION_WORDS else Kind.PART))
    return cut


def _parts(run: str, written: str) -> list[tuple[int, int]]:
    """Cut an identifier where letters meet digits, at joints and at the humps of camelCase."""
    humps = {hump.start() for hump in _HUMP.finditer(written)} if len(written) == len(run) else set()
    parts: list[tuple[int, int]] = []
    for part in _PART.finditer(run):
        edges = [
            part.start(),
            *sorted(hump for hump in humps if part.start() < hump < part.end()),
            part.end(),
        ]
        parts += pairwise(edges)
    return parts


def _word(word: str, length: int) -> _Cut:
    if word in FUNCTION_WORDS:
        return [(word, 0, length, Kind.FUNCTION)]
    stemmed = stem(word)
    cut: _Cut = [(stemmed, 0, length, Kind.STEM)]
    if stemmed != word:
        cut.append((word, 0, length, Kind.EXACT))
    return cut


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the Snowball stem of a lower-case English word, without accents; other words as they are.

    Porter, "Snowball: A language for stemming algorithms" (2001), http://snowball.tartarus.org.
    """
    if not word.isascii():
        word = "".join(each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each))
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)  # no cache of its own: that of `stem` is safe among threads
