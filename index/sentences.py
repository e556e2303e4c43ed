"""Where sentences end in Chinese and English, and how wide text is.

Rules, not a model: what follows a full stop decides, and abbreviations, initials, numbers, addresses, inline code,
formulas and links are never cut.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["clauses", "sentences", "width"]

_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3040-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003fffd]"
)
_HAN = "\u3400-\u9fff"
_CLOSING = "[”’」』）】》〉)\\]\"'*_]*"
_END = re.compile(
    f"[。！？]+[!?。！？…]*{_CLOSING}"
    f"|[!?]+{_CLOSING}(?=\\s|$|[{_HAN}])"
    # A full stop ends a sentence before white space and something that can begin one, or between Han characters.
    f"|(?P<stop>\\.+{_CLOSING}(?=\\s+[^\\s{_HAN}a-z]|\\s+[{_HAN}]|\\s*$)|(?<=[{_HAN}])\\.(?=[{_HAN}]))"
)
# Before these no full stop ends a sentence: abbreviations, initials, the number of a list item.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[（“\"])(?:e\.g|i\.e|etc|cf|vs|al|fig|figs|eq|eqs|sec|ch|chap|no|nos|vol|pp|p|ed|eds|approx|resp|"
    r"dr|mr|mrs|ms|prof|st|jr|sr|inc|ltd|co|corp|dept|univ|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|"
    r"a\.k\.a|w\.r\.t|i\.i\.d|u\.s|u\.k|ph\.d|[a-z]|(?:^|(?<=\n))\s*\d{1,3})$",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    # Bounded, and none holds its own opening mark, so that stray marks cost no time.
    r"`{1,4}[^`\n]{1,500}`{1,4}"
    r"|\$\$[^$]{1,1000}\$\$|\$[^\s$](?:[^$\n]{0,200}[^\s$])?\$"
    r"|\\\((?:(?!\\\().){1,500}?\\\)|\\\[(?:(?!\\\[).){1,1000}?\\\]"
    r"|!?\[[^\[\]\n]{0,300}\]\([^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,100}){0,3}(?:\s+\"[^\"\n]{0,200}\")?\)"
    r"|https?://[^\s<>()（）“”，。；]{1,500}",
    re.DOTALL,
)
# Where a sentence that is too long is cut, best first. The last two only where nothing else is left.
_WEAKER = (re.compile(r"\n+"), re.compile("[；;…]+"), re.compile("[，：、]|[,:](?=\\s)"), re.compile(r"\s+"))


def width(text: str) -> float:
    """Return how much room `text` takes, in display units: a CJK character is 1, any other character ½."""
    return len(text) / 2 if text.isascii() else (len(text) + len(_WIDE.findall(text))) / 2


def sentences(text: str) -> list[str]:
    """Cut `text` after its sentences; the pieces, white space included, add up to it."""
    whole = _wholes(text)
    ends = (
        found.end()
        for found in _END.finditer(text)
        if not (found["stop"] and _ABBREVIATION.search(text, max(0, found.start() - 12), found.start()))
    )
    return list(_cut(text, (_past_space(text, end) for end in ends if not _within(end, whole))))


def clauses(text: str, maximum: float) -> list[str]:
    """Cut a sentence that is wider than `maximum` at its weaker joints; the pieces add up to it.

    A piece is as wide as fits. What cannot be cut, a formula, code or a link, may be wider.
    """
    pieces = [text]
    for joint in _WEAKER:
        pieces = [
            smaller
            for piece in pieces
            for smaller in (_at(piece, joint) if width(piece) > maximum else (piece,))
        ]
    pieces = [smaller for piece in pieces for smaller in _anywhere(piece, maximum)]
    packed: list[str] = []
    taken = maximum
    for piece in pieces:
        wide = width(piece)
        if taken + wide <= maximum and packed:
            packed[-1] += piece
            taken += wide
        else:
            packed.append(piece)
            taken = wide
    return packed


def _at(text: str, joint: re.Pattern[str]) -> Iterator[str]:
    whole = _wholes(text)
    return _cut(text, (found.end() for found in joint.finditer(text) if not _within(found.end(), whole)))


def _anywhere(text: str, maximum: float) -> Iterator[str]:
    """Cut at any character, for text without a joint (a hash, Chinese without punctuation)."""
    if width(text) <= maximum or _WHOLE.fullmatch(text.strip()):
        yield text
        return
    start, room = 0, maximum
    for at, character in enumerate(text):
        room -= width(character)
        if room < 0:
            yield text[start:at]
            start, room = at, maximum - width(character)
    yield text[start:]


def _cut(text: str, ends: Iterator[int]) -> Iterator[str]:
    places = [0, *ends, len(text)]
    return (text[start:end] for start, end in pairwise(places) if start < end)


def _past_space(text: str, end: int) -> int:
    while end < len(text) and text[end].isspace():
        end += 1
    return end


def _wholes(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _WHOLE.finditer(text)]


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    before = bisect_left(spans, (place, 0)) - 1
    return before >= 0 and place < spans[before][1]
