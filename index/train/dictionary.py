"""CC-CEDICT as training data: what a Chinese word is called in English.

A dictionary knows the words of everyday life that articles on machine learning never mention. It gives new Chinese
pieces a place among English words before any sentence is seen, and short pairs to train on.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.folding import fold
from ingest.errors import SettingsError

__all__ = ["Entry", "read_dictionary"]

_LINE = re.compile(r"\S+ (?P<simplified>\S+) \[[^\]]*\] /(?P<glosses>.*)/")
_REFERENCE = re.compile(
    r"\b(?:variant of|see also|see|abbr\. for|abbr\. of|also written|also pr\.|also called|old variant of|CL:)\s*\S*\d*\S*"
)
_CHINESE = re.compile(
    r"[^\s/;,()]*\p{Han}".replace(r"\p{Han}", "[\u3400-\u9fff\uf900-\ufaff]") + r"[^\s/;,()]*"
)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_PREFIX = re.compile(r"^(?:to be|to|an?|the|lit\.|fig\.|surname) ")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word and its meanings, most usual first."""

    word: str
    glosses: tuple[str, ...]


def read_dictionary(path: Path) -> dict[str, Entry]:
    """Return the entries of a file in CC-CEDICT's format (plain or gzipped) by folded simplified word.

    Readings of one word are joined; asides, cross references and surnames are left out, and words of
    which nothing remains. Raises SettingsError when the file cannot be read or holds no entry.
    """
    entries: dict[str, Entry] = {}
    for word, glosses in _lines(path):
        known = entries.get(word)
        merged = dict.fromkeys((*(known.glosses if known else ()), *glosses))
        if merged:
            entries[word] = Entry(word, tuple(merged))
    if not entries:
        raise SettingsError(f"{path} holds no entry of CC-CEDICT.", "Get the file from www.mdbg.net.")
    return entries


def _lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The dictionary {path} cannot be read: {error}.", "Check `dictionary`."
        ) from error
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match:
            meanings = (part for gloss in match["glosses"].split("/") for part in gloss.split(";"))
            yield fold(match["simplified"]), [kept for gloss in meanings if (kept := _meaning(gloss))]


def _meaning(gloss: str) -> str:
    """`gloss` without asides and references; "" when nothing is left that names a meaning."""
    if gloss.startswith("surname "):
        return ""
    bare = _CHINESE.sub("", _REFERENCE.sub("", _ASIDE.sub("", gloss)))
    return _PREFIX.sub("", " ".join(bare.split())).strip(" ,.;:|")
