"""Where the next page of an answer begins: an opaque word that names the index, the place, and the question it belongs to.

Rows are numbered anew in every generation, so a cursor holds for the one it was made in and for no other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

import msgspec

from ingest.errors import QueryError

__all__ = ["Cursor"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the answer of one generation to one question."""

    generation: str
    offset: int
    question: str  # digest of all that was asked, the place aside

    @classmethod
    def of(cls, generation: str, offset: int, asked: object) -> Cursor:
        """The cursor for hits from `offset` on; `asked` is what msgspec can write."""
        written = msgspec.json.encode(asked, order="deterministic")
        return cls(generation, offset, hashlib.sha256(written).hexdigest()[:12])

    @classmethod
    def read(cls, written: str) -> Cursor:
        """Parse what `str()` gave. Raises QueryError for anything else."""
        try:
            padded = written.encode("ascii") + b"=" * (-len(written) % 4)
            generation, offset, question = msgspec.json.decode(
                base64.b64decode(padded, b"-_", validate=True), type=tuple[str, int, str]
            )
        except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError):
            raise QueryError(
                "The cursor is none that was given out.", "Take it from the page before, or leave it out."
            ) from None
        return cls(generation, offset, question)

    def __str__(self) -> str:
        written = msgspec.json.encode((self.generation, self.offset, self.question))
        return base64.urlsafe_b64encode(written).decode().rstrip("=")
