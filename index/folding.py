"""One spelling for what people write in many ways: NFKC, lower case, traditional characters as simplified.

Every text goes through `fold` before it becomes terms or vectors, on both sides, so a query in traditional
characters or full-width letters finds a simplified, half-width page. The character table `traditional.txt`
(line 1 traditional, line 2 simplified, one for one) was generated from OpenCC's t2s conversion applied to single
characters (https://github.com/BYVoid/OpenCC, Apache-2.0), without the forms beyond the basic plane, which hardly
any font shows; words that convert differently as wholes do not matter, because both sides take the same way.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category, normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["fold", "fold_with_offsets", "origin", "simplified"]

# Characters that fold one for one and never merge with a neighbour: ASCII, common Chinese punctuation and quotes,
# Han, full-width ASCII. Anything else takes the careful way, together with the character before it.
_PLAIN = "\\x00-\\x7f·—‘’“”\\u3000-\\u3029\\u3400-\\u4dbf\\u4e00-\\u9fff\\uff01-\\uff5e"
_IRREGULAR = re.compile(f"[{_PLAIN}]?[^{_PLAIN}]+")


def fold(text: str) -> str:
    """Return `text` in NFKC and lower case with traditional characters replaced; idempotent."""
    if text.isascii():
        return text.lower()
    one_for_one, table = _one_for_one()
    # Taking full-width letters first leaves nothing to do for NFKC in usual Chinese text, which makes it 20 times
    # faster; what NFKC itself brings forth (compatibility ideographs) is replaced at the end. Lower case can make
    # new pairs that compose (Ϊ + acute), hence the second normalisation.
    text = one_for_one.sub(lambda found: table[found[0]], text)
    text = normalize("NFKC", normalize("NFKC", text).lower())
    return one_for_one.sub(lambda found: table[found[0]], text)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return `fold(text)` and where each of its characters came from.

    `offsets[i]` is the place in `text` of the character that the i-th folded character stems from; one more
    element at the end holds `len(text)`. `origin` tells which span of `text` became a folded span.
    """
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for irregular in _IRREGULAR.finditer(text):
        start, end = irregular.span()
        pieces.append(fold(text[done:start]))
        offsets.extend(range(done, start))
        done = start
        for position in range(start + 1, end + 1):
            if position == end or not _attaches(text[position]):
                folded = fold(text[done:position])
                pieces.append(folded)
                offsets.extend([done] * len(folded))
                done = position
    pieces.append(fold(text[done:]))
    offsets.extend(range(done, len(text) + 1))
    return "".join(pieces), offsets


def origin(offsets: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Return the span of the text that became the folded span [start, end), which is not empty.

    A character that folds into several (½, ㍿) is taken whole by a span that holds one of them.
    """
    last = offsets[end - 1]
    while offsets[end] == last:
        end += 1
    return offsets[start], offsets[end]


@cache
def simplified() -> dict[str, str]:
    """Traditional characters, each with its simplified form; no form is itself a key."""
    path = Path(__file__).with_name("traditional.txt")
    traditional, replacement = path.read_text("utf-8").splitlines()
    table = dict(zip(traditional, replacement, strict=True))
    # OpenCC goes one step (薴 → 苧, and 苧 → 苎); folding goes to the end.
    return {character: table.get(simpler, simpler) for character, simpler in table.items()}


@cache
def _one_for_one() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of all characters with a single-character spelling of their own, and the table of these."""
    full_width = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    # Lower case writes Σ in two ways, by its place in the word.
    table = simplified() | full_width | {"\u3000": " ", "ς": "σ"}
    return re.compile("[" + re.escape("".join(table)) + "]"), table


def _attaches(character: str) -> bool:
    """Whether normalisation may merge the character with what stands before it.

    Marks, and the vowels and finals of Hangul syllables, in all their widths.
    """
    return (
        category(character)[0] == "M"
        or "\u1160" <= character <= "\u11ff"
        or "\u3131" <= character <= "\u318e"
        or "\uff9e" <= character <= "\uffdc"
    )
