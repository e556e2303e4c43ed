"""`clicks.jsonl` in the data folder: which of the results shown was opened, one click a line, where the user wants it kept.

Nothing leaves the machine, and nothing is kept that training does not need: the day, not the minute. The file is turned
over at a bound, and a line that is broken loses only itself.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from ingest.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["MOST_SHOWN", "Click", "ClickLog"]

MOST_SHOWN = 1000  # articles of one answer

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Click(msgspec.Struct, frozen=True):
    """A result that was opened, among those that were shown. Raises ValueError for one that was not among them."""

    day: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
    query: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]  # as typed
    generation: Annotated[str, msgspec.Meta(max_length=100)]  # that answered
    shown: Annotated[tuple[_Id, ...], msgspec.Meta(max_length=MOST_SHOWN)]  # ids of articles, best first
    opened: _Id  # one of them
    first: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1  # rank of the first shown

    def __post_init__(self) -> None:
        """Refuse a click on what was not shown, and an article that was shown twice."""
        if self.opened not in self.shown or len(set(self.shown)) < len(self.shown):
            raise ValueError("what is opened is one of the articles shown, each of them once")

    @classmethod
    def at(
        cls, seconds: float, query: str, generation: str, shown: Sequence[str], opened: str, first: int = 1
    ) -> Click:
        """A click at `seconds` since the epoch. Raises ValueError for values out of their bounds."""
        day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
        return msgspec.convert(
            {
                "day": day,
                "query": query,
                "generation": generation,
                "shown": shown,
                "opened": opened,
                "first": first,
            },
            cls,
        )

    @property
    def rank(self) -> int:
        """Where the opened article stood, from 1."""
        return self.rank_of(self.opened)

    def rank_of(self, article: str) -> int:
        """Where an article stood that was shown, from 1."""
        return self.first + self.shown.index(article)


class ClickLog:
    """The file of a data folder and the one before it, together at most `most_bytes` large. Safe for many writers."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self._path = path
        self._before = path.with_name(f"{path.stem}-before{path.suffix}")
        self._most = most_bytes

    def append(self, click: Click) -> None:
        """Keep a click; a full file becomes the one before, whose clicks are forgotten. Raises StoreError."""
        line = msgspec.json.encode(click) + b"\n"
        try:
            with self._locked() as file:
                size = os.fstat(file).st_size
                if not size or size + len(line) <= self._most // 2:
                    # A writer that died left half a line, which must not spoil this one.
                    broken = size and os.pread(file, 1, size - 1) != b"\n"
                    os.write(file, b"\n" * bool(broken) + line)
                    return
                self._path.replace(self._before)
        except OSError as error:
            raise StoreError(
                f"The click cannot be kept in {self._path}: {error.strerror}.",
                "See that the data folder can be written, or set search.clicks.enabled to false.",
            ) from error
        self.append(click)  # first of the next file

    def read(self) -> list[Click]:
        """Return the clicks that are kept, oldest first. Raises StoreError."""
        decoder = msgspec.json.Decoder(Click)
        clicks: list[Click] = []
        for path in (self._before, self._path):
            try:
                lines = path.read_bytes().split(b"\n")
            except FileNotFoundError:
                continue
            except OSError as error:
                raise StoreError(f"The clicks in {path} cannot be read: {error.strerror}.") from error
            for line in lines:
                try:
                    clicks.append(decoder.decode(line))
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    continue  # half a line, or one that somebody edited
        return clicks

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file, held against other writers, and still the one of that name once it is."""
        while True:
            file = os.open(self._path, _FLAGS, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if self._is_named(file):
                    yield file
                    return
            finally:
                os.close(file)

    def _is_named(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.stat())
        except FileNotFoundError:  # turned over in between, and the next one is not there yet
            return False


_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
