"""Where terms stand in many short texts at once: what prerank needs of them, in one pass of numpy over all.

Terms are looked for as they are written instead of analyzing the texts, which would take ten times as long. For
Chinese that finds what the analyzer finds; a stem is found as a word's beginning, and hyphens do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from index.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Occurrences", "find", "spelled"]

_GAP = "\n\n\n"  # no term has it, and the pass may look a little beyond a text's end
_SHORT_LATIN = re.compile(r"[a-z0-9]{1,2}")
_LATIN = np.zeros(128, dtype=np.bool_)
_LATIN[[ord(each) for each in "abcdefghijklmnopqrstuvwxyz0123456789"]] = True
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_EAST_ASIAN = 0x2E80  # from here on


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Every place of `terms` terms in some texts, in the order of the texts and the places."""

    texts: tuple[str, ...]  # as they were searched
    text: NDArray[np.intp]  # (occurrences,) number of the text
    term: NDArray[np.intp]  # (occurrences,) number of the term
    place: NDArray[np.intp]  # (occurrences,) character, counted through all texts
    ends: NDArray[np.intp]  # (texts,) where each text ends, counted likewise
    lengths: NDArray[np.float32]  # (texts,) characters
    wide: NDArray[np.float32]  # (texts,) of them East Asian, which are as wide as two letters
    terms: int

    def frequencies(self) -> NDArray[np.float32]:
        """How often each term stands in each text, (texts, terms)."""
        shape = len(self.lengths), self.terms
        counted = np.bincount(self.text * self.terms + self.term, minlength=shape[0] * shape[1])
        return counted.reshape(shape).astype(np.float32)

    def nearest(self, worth: NDArray[np.float32], window: int) -> NDArray[np.float32]:
        """The most that terms standing within `window` characters are worth together, by text, (texts,).

        `worth` (terms,) is that of each term, which counts once.
        """
        best = np.zeros(len(self.lengths), dtype=np.float32)
        if not len(self.place):
            return best
        together = np.zeros(len(self.place), dtype=np.float32)
        until = np.minimum(self.place + window, self.ends[self.text])
        for number in range(self.terms):
            places = self.place[self.term == number]
            if not len(places):
                continue
            after = np.searchsorted(places, self.place)
            following = np.append(places, np.iinfo(np.intp).max // 2)[after]
            together += np.where(following < until, worth[number], np.float32(0))
        np.maximum.at(best, self.text, together)
        return best


def find(texts: Sequence[str], terms: Sequence[str]) -> Occurrences:
    """Look for terms of a query, as `index.analyze` cuts them, in texts as they are written."""
    folded = [spelled(text) for text in texts]
    lengths = np.fromiter((len(text) for text in folded), np.intp, len(folded))
    begins = np.cumsum(lengths + len(_GAP)) - lengths
    codes = np.frombuffer((_GAP + _GAP.join(folded) + _GAP).encode("utf-16-le", "replace"), np.uint16)
    forms = [_form(term) for term in terms]
    # One pass over all characters finds where any of the terms may begin; they are few.
    begins_term = np.zeros(1 << 16, dtype=np.bool_)
    begins_term[[ord(form[0]) for form in forms]] = True
    starts = np.flatnonzero(begins_term[codes])
    starts = starts[~(_is_latin(codes[starts]) & _is_latin(codes[starts - 1]))]  # never within a word
    firsts = codes[starts]
    found = [_places(form, codes, starts[firsts == ord(form[0])]) for form in forms]
    place = np.concatenate(found) if found else np.empty(0, np.intp)
    term = np.repeat(np.arange(len(terms)), [len(each) for each in found])
    order = np.argsort(place, kind="stable")
    place, term = place[order], term[order]
    text = np.searchsorted(begins, place, side="right") - 1
    wide = np.cumsum(codes >= _EAST_ASIAN, dtype=np.int32)
    of_text = wide[begins + lengths - 1] - wide[begins - 1]
    return Occurrences(
        tuple(folded),
        text,
        term,
        place,
        begins + lengths,
        lengths.astype(np.float32),
        of_text.astype(np.float32),
        len(terms),
    )


def _form(term: str) -> str:
    """How a term is written: the stemmer writes a final y as i."""
    form = term[:-1] if len(term) > 3 and term.isascii() and term.endswith("i") else term
    return _BEYOND.sub("\ufffd", form)


def _places(form: str, codes: NDArray[np.uint16], starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of `starts`, where the first character stands, at which all of the form stands."""
    places = starts
    for offset, code in enumerate(map(ord, form[1:]), 1):
        places = places[places + offset < len(codes)]
        places = places[codes[places + offset] == code]
    if _SHORT_LATIN.fullmatch(form):
        places = places[~_is_latin(codes[places + len(form)])]
    return places


def _is_latin(codes: NDArray[np.uint16]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _LATIN[np.minimum(codes, 127)]
    return found


# The same passages come up in query after query.
@lru_cache(maxsize=20_000)
def spelled(text: str) -> str:
    """Return `text` as terms are looked for in it: folded, without hyphens."""
    # Characters beyond the basic plane as one, so that every character is one unit of UTF-16.
    return _BEYOND.sub("\ufffd", fold(text).replace("-", ""))
