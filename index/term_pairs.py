"""Names of one thing in two languages or two lengths, as authors give them: 注意力机制 (attention mechanism).

Three habits of writing are counted by article: a translation in brackets after a Chinese term, the same the other way
round, and an abbreviation after its long form. After Lin et al., "Mining Parenthetical Translations from the Web by
Word Alignment" (2008), aclanthology.org/P08-1113; where a Chinese term begins is told by what cannot be part of one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import rjieba

from index.analyze import FUNCTION_WORDS
from index.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Pair", "PairCounter"]

# A pair that fewer articles give is one author's way to put it, or an accident.
_ARTICLES = 2
# A pair counts where it has this share of what either name's most frequent pair has, and that one of all its pairs: "GB"
# stands after many words and means none of them.
_OF_BEST = 0.5
_OF_ALL = 0.2
# Names kept for one term, most often given first.
_MOST = 3

# Words that lead up to a term and are no part of it, besides those that say nothing of any subject.
_LEADING = """
使用 采用 利用 引入 提出 称为 称作 叫做 叫作 通过 基于 包括 包含 例如 比如 其中 进行 所谓 一类 加上 加入 计算 需要 传统 常用 提到
容易 导致 防止 避免 出现 产生 发生 会 能 要 易 用 做 叫 即 为 如 以 由 该 各 每 非 中 上 下
"""
# 过拟合 begins with what is a particle elsewhere.
_APART = FUNCTION_WORDS.union(_LEADING.split()) - {"过"}

_BRACKETED = re.compile(r"[(（]([^()（）\n]{2,80})[)）]")
_SEPARATOR = re.compile(r"\s*[,，、;；:：]\s*")
_SAID_OF_IT = re.compile(
    r"^(?:英文|英语|简称|全称|缩写|也称|又称|也叫|又叫|即|记作|以下简称|下称)(?:名|为|是)?\s*"
)
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,9}")
_HAN_BEFORE = re.compile(r"[\u3400-\u9fff]{2,}$")
_NAME = r"[A-Za-z][A-Za-z0-9]*(?:[-' ][A-Za-z0-9]+){0,4}"
_LATIN_NAME = re.compile(_NAME)
_LATIN_BEFORE = re.compile(rf"(?<![A-Za-z0-9.,;:'\-] )(?<![A-Za-z0-9.'\-])({_NAME})$")
_WORDS_BEFORE = re.compile(r"(?:[A-Za-z][A-Za-z0-9]*[- ]){1,9}[A-Za-z][A-Za-z0-9]*$")
_ABBREVIATION = re.compile(r"[A-Z][A-Za-z0-9-]*[A-Z0-9]s?")
# How far before a bracket a name can begin, in characters.
_REACH = 90


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names of one thing, folded, and how many articles give both."""

    one: str
    other: str
    articles: int


class PairCounter:
    """Counts pairs article by article."""

    def __init__(self) -> None:
        self._articles: Counter[tuple[str, str]] = Counter()

    def add(self, texts: Iterable[str]) -> None:
        """Take in the texts of one article."""
        self._articles.update({pair for text in texts for pair in _given(text)})

    def pairs(self) -> list[Pair]:
        """Return the pairs that enough articles give, most often given first."""
        most: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for names, count in self._articles.items():
            for name in names:
                most[name] = max(most[name], count)
                total[name] += count
        taken: Counter[str] = Counter()
        kept: list[Pair] = []
        for (one, other), count in sorted(self._articles.items(), key=lambda item: (-item[1], item[0])):
            least = max(_OF_BEST * max(most[one], most[other]), _OF_ALL * max(total[one], total[other]))
            if count >= max(_ARTICLES, least) and max(taken[one], taken[other]) < _MOST:
                kept.append(Pair(one, other, count))
                taken.update((one, other))
        return kept


def _given(text: str) -> Iterator[tuple[str, str]]:
    """Every pair that `text` gives, folded."""
    for found in _BRACKETED.finditer(text):
        ahead = text[max(0, found.start() - _REACH) : found.start()].rstrip()
        for name in map(_without_preface, _SEPARATOR.split(found[1].strip())):
            if _HAN_NAME.fullmatch(name):
                partner = _latin_name(ahead)
            elif _LATIN_NAME.fullmatch(name) and len(name) > 1 and not name.startswith("http"):
                partner = _han_name(ahead)
                if not partner and _ABBREVIATION.fullmatch(name):
                    name = name.removesuffix("s")
                    partner = _long_form(ahead, name)
            else:
                continue
            if partner and not {partner.lower(), name.lower()} & FUNCTION_WORDS:
                yield fold(partner), fold(name)


def _without_preface(name: str) -> str:
    return _SAID_OF_IT.sub("", name.strip(" \"'“”*_`《》"))


def _latin_name(ahead: str) -> str:
    """The name in Latin letters that ends `ahead`, where no Latin word stands before it; or ""."""
    found = _LATIN_BEFORE.search(ahead)
    return found[1] if found and len(found[1]) > 1 and found[1].split()[0] not in FUNCTION_WORDS else ""


def _han_name(ahead: str) -> str:
    """The Chinese term that ends `ahead`, from what cannot be part of one; or ""."""
    found = _HAN_BEFORE.search(ahead)
    if not found:
        return ""
    words: list[str] = rjieba.cut(fold(found[0]))
    first = max((at for at, word in enumerate(words, 1) if word in _APART), default=0)
    name = "".join(words[first:])
    return name if _HAN_NAME.fullmatch(name) else ""


def _long_form(ahead: str, abbreviation: str) -> str:
    """The words before an abbreviation that it stands for, or "".

    Schwartz, Hearst: A simple algorithm for identifying abbreviation definitions in biomedical text (2003),
    psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf; here each word must give a letter, in order.
    """
    found = _WORDS_BEFORE.search(ahead)
    if not found:
        return ""
    letters = [each for each in abbreviation.lower() if each.isalpha()]
    words = re.split("([- ])", found[0])
    for first in range(len(words) - 1, -1, -2):
        tail = words[first:]
        initials = [word[0].lower() for word in tail[::2] if word.lower() not in FUNCTION_WORDS]
        if len(initials) > len(letters):
            return ""
        if initials == letters and tail[0].lower() not in FUNCTION_WORDS:
            return "".join(tail)
    return ""
