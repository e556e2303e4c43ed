"""What a query says by its punctuation: phrases that must stand as quoted, and what must not stand at all.

`"…"`, `“…”`, `「…」` and `『…』` demand a phrase; a minus before a word or a quotation excludes it. A minus within a
word (e-commerce), before a digit (-1), beside a space or before another one (--amend) is no operator, nor is a
quotation mark without its partner or after a number (5" screens).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.answers import Span

__all__ = ["Phrase", "Subject", "quotations", "read"]

# In folded text, where full-width marks are half-width ones.
_OPERATORS = re.compile(
    r"(?P<minus>(?<!\S)-)?"
    r'(?:(?<![a-z0-9])"(?P<straight>[^"]+)"(?![a-z0-9])|“(?P<curly>[^“”]+)”|「(?P<corner>[^「」]+)」|『(?P<white>[^『』]+)』)'
    r"|(?<!\S)-(?P<word>[^\W\d_][^\s\"“”「」『』《》,;:!?。、()]*)"
)
# What is meant as it stands: quotations, and titles, which nobody need hold as a whole.
_QUOTED = re.compile(r'(?<![a-z0-9])"[^"]+"(?![a-z0-9])|“[^“”]+”|「[^「」]+」|『[^『』]+』|《[^《》]+》')
_WORD = re.compile(r"\w")
# The marks of Markdown, whether they are obeyed or escaped; of a phrase as well, so that A* is found as it is written.
_EMPHASIS = re.compile(r"\\?[*`]+")
# Where a phrase may be written with a space, a hyphen or a line break, and where with nothing or a space.
_JOINTS = re.compile(r"[\s_-]+")
_SCRIPT_CHANGE = re.compile(r"(?<=[\u3400-\u9fff])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand next to each other, in folded form."""

    text: str

    def stands_in(self, folded: str) -> bool:
        """Whether `folded` holds the phrase: words of an alphabet whole, spaces and hyphens as one, emphasis aside."""
        sought = _sought(self.text)
        # Hundreds of phrases may be looked for in a thousand texts, of which few hold one.
        plain = _EMPHASIS.sub("", folded) if "*" in folded or "`" in folded else folded
        return sought.piece in plain and sought.pattern.search(plain) is not None


@dataclass(frozen=True, slots=True)
class Subject:
    """A query without its operators."""

    text: str  # folded, without what is excluded; quotation marks stay
    phrases: tuple[Phrase, ...] = ()  # every hit holds all of them
    excluded: tuple[Phrase, ...] = ()  # no hit holds any of them


def read(folded: str) -> Subject:
    """Take the operators out of a folded query. Anything can be read; what is no operator is text."""
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []
    left: list[str] = []
    done = 0
    for found in _OPERATORS.finditer(folded):
        quoted = next(filter(None, found.group("straight", "curly", "corner", "white")), None)
        text = (quoted or found["word"]).strip(" .")
        if not _WORD.search(text):
            continue
        if quoted is not None and found["minus"] is None:
            phrases.append(Phrase(text))
        else:
            excluded.append(Phrase(text))
            left.append(folded[done : found.start()])
            done = found.end()
    left.append(folded[done:])
    return Subject(" ".join("".join(left).split()), _once(phrases), _once(excluded))


def quotations(folded: str) -> list[Span]:
    """Return where in a folded text something is quoted, titles of books included."""
    return [found.span() for found in _QUOTED.finditer(folded)]


def _once(phrases: Sequence[Phrase]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(phrases))


class _Sought(NamedTuple):
    """A phrase as it is looked for: what must stand there whatever joins its words, and all of it."""

    piece: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=1024)
def _sought(phrase: str) -> _Sought:
    phrase = _EMPHASIS.sub("", phrase)
    words = [_SCRIPT_CHANGE.split(word) for word in _JOINTS.split(phrase) if word]
    before = r"(?<![a-z0-9])" if re.match("[a-z0-9]", phrase) else ""
    after = r"(?![a-z0-9])" if re.search("[a-z0-9]$", phrase) else ""
    joined = r"[\s_-]+".join(r"\s*".join(map(re.escape, pieces)) for pieces in words)
    longest = max((piece for pieces in words for piece in pieces), key=len, default="")
    return _Sought(longest, re.compile(before + joined + after))
