"""What two spellings of one title or text share: their letters and digits, whatever the case, width and punctuation."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["is_telling", "squeezed"]

_TELLING = 8  # letters and digits, a Chinese character counting as two
_CJK = "\u2e80"  # from here on in Unicode


def squeezed(text: str) -> str:
    """Return the letters and digits of a text in lower case and usual width (NFKC)."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def is_telling(name: str) -> bool:
    """Return whether a squeezed title is long enough to be that of one article: "Concept" and "这里" may be any."""
    return sum(2 if char >= _CJK else 1 for char in name) >= _TELLING
