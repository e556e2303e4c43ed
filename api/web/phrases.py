"""Which language the pages speak to a reader, and their words in it."""

from __future__ import annotations

from types import MappingProxyType

from api.web.chinese import CHINESE
from api.web.english import ENGLISH

__all__ = ["PHRASES", "page_language"]

PHRASES = MappingProxyType({"en": ENGLISH, "zh": CHINESE})


def page_language(accept_language: str) -> str:
    """The page's language for an Accept-Language header (RFC 9110 §12.5.4): "zh" or "en", whichever is liked more."""
    best, language = 0.0, "en"
    for choice in accept_language.lower().split(","):
        tag, _, weight = choice.partition(";")
        primary = tag.partition("-")[0].strip()
        try:
            liking = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if primary in PHRASES and liking > best:
            best, language = liking, primary
    return language
