"""How a curator says "read this one": marks such as `[重点看]`, `非常重要` or ⭐ beside a link.

A mark of words counts where it stands for itself, between brackets or punctuation; "讲了一个非常重要的概念" is prose.
A mark without a letter in it (⭐) counts wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["Stars"]

# White space parts phrases of Chinese, and words of English ("must read").
_SEPARATORS = re.compile(
    r"[\[\](){}（）【】「」『』〔〕《》<>,，。;；!！:：|、~～*_`\n]+|(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])"
)
_BRACKETED = re.compile(r"[\[(（【「『]([^\[\]()（）【】「」『』]*)[\])）】」』]")
_BESIDE = 6  # characters that may stand with a mark: "这篇非常重要", "a must read"


class Stars:
    """The marks of one reader, compiled."""

    def __init__(self, marks: Sequence[str]) -> None:
        folded = [_folded(mark) for mark in marks if mark.strip()]
        self._words = [mark for mark in folded if any(map(str.isalnum, mark))]
        self._signs = [mark for mark in folded if mark not in self._words]

    def beside(self, text: str) -> bool:
        """Whether text beside a link holds a mark."""
        return self._has_sign(text) or any(map(self._is_mark, _SEPARATORS.split(text)))

    def within(self, title: str) -> bool:
        """Whether a title itself is marked: by a sign, or by words in brackets (a title may be about what one must read)."""
        return self._has_sign(title) or any(map(self._is_mark, _BRACKETED.findall(title)))

    def without(self, text: str) -> str:
        """Return text without its marks, or "" when nothing else with a letter in it is left."""
        if not self.beside(text):
            return text
        rest = [part.strip() for part in _SEPARATORS.split(text)]
        rest = [part for part in rest if not self._is_mark(part)]
        return text if any(any(map(str.isalnum, part)) for part in rest) else ""

    def _is_mark(self, chunk: str) -> bool:
        chunk = _folded(chunk)
        return any(mark in chunk and len(chunk) <= len(mark) + _BESIDE for mark in self._words)

    def _has_sign(self, text: str) -> bool:
        return any(sign in text for sign in self._signs)


def _folded(text: str) -> str:
    return " ".join(text.replace("-", " ").split()).casefold()
