"""What a reader should know of an answer besides its hits, in English; a front in another language says it by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.syntax import Phrase

__all__ = ["NEAREST_ONLY", "Note", "reranker_late", "unmet", "unquoted"]


class Note(str):
    """A sentence, the key of its kind, and what it is about; in JSON only the sentence is left."""

    __slots__ = ("about", "key")

    key: str
    about: str

    def __new__(cls, key: str, sentence: str, about: str = "") -> Note:
        """`about` stands in the sentence, and for `{}` where a front has a sentence of its own for `key`."""
        note = super().__new__(cls, sentence.format(about))
        note.key, note.about = key, about
        return note


NEAREST_ONLY = Note("not_confident", "Nothing relevant was found; these are the nearest.")


def unmet(phrases: Sequence[Phrase]) -> Note:
    """What was quoted stands nowhere, and nothing else was asked."""
    return Note(
        "unmet",
        "No passage holds {} word for word; without the quotation marks, similar ones are found.",
        _listed(phrases),
    )


def unquoted(phrases: Sequence[Phrase]) -> Note:
    """What was quoted stands nowhere, so that the hits are to the rest of the query."""
    return Note("unquoted", "No passage holds {} word for word; these are without it.", _listed(phrases))


def reranker_late(budget_ms: float) -> Note:
    """The reranker's time ran out."""
    return Note(
        "reranker_late",
        "The reranker did not finish within {} ms; the order is that of the stage before.",
        f"{budget_ms:g}",
    )


def _listed(phrases: Sequence[Phrase]) -> str:
    return " and ".join(f'"{phrase.text}"' for phrase in phrases)
