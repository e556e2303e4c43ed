"""One spelling for the characters of PDFs: ligatures apart, mathematical letters plain, what cannot be seen gone."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["HAN", "spelled"]

HAN = "\u2e80-\u2fdf\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
"""Ranges, for a character class, of what is written without spaces: Han characters and the punctuation among them."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffd-\uffff\ud800-\udfff]"
)
# Symbol and Wingdings, as Office writes their bullets, live in the private use area; nothing else there has a meaning.
_BULLETS = re.compile("[\uf06c\uf06e\uf071\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
# What compatibility decomposition makes better: ligatures, mathematical letters, and the radicals that some fonts of
# Han characters are coded with. Of the rest (superscripts, full-width forms) it would lose the meaning.
_COMPATIBLE = re.compile("[\ufb00-\ufb06\U0001d400-\U0001d7ff\u2e80-\u2fdf\uf900-\ufaff]+")
# TeX's old fonts draw an accent and then its letter.
_ACCENTS = {
    "´": "\u0301",
    "`": "\u0300",
    "ˆ": "\u0302",
    "¨": "\u0308",
    "˜": "\u0303",
    "ˇ": "\u030c",
    "˚": "\u030a",
}
_ACCENTED = re.compile(f"([{''.join(_ACCENTS)}]) ?([aceinosuyzACEINOSUYZı])")


def spelled(text: str) -> str:
    """Return the text in NFC as it is spelled elsewhere, without control characters and private ones."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\u2010", "-").replace("\u2011", "-").replace("\u00a0", " ")
    text = _PRIVATE.sub("", _BULLETS.sub("•", _INVISIBLE.sub("", text)))
    text = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = _ACCENTED.sub(lambda match: match[2].replace("ı", "i") + _ACCENTS[match[1]], text)
    return unicodedata.normalize("NFC", text)
