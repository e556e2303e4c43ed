"""Files of training pairs: which there are, and what is read of them.

A file is *.jsonl.gz, one {"q": …, "p": …} a line. Texts are folded as they are read, because the tower in use folds
them too.
"""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from index.folding import fold
from ingest.errors import PairsError, SettingsError

__all__ = ["Pair", "PairFile", "Sieve", "pair_files"]

_CURE = 'Write {"q": "a query", "p": "a passage that answers it"}, one on each line.'


class Pair(msgspec.Struct, frozen=True):
    """One line of a pair file: a query, a passage that answers it, and what is known of them."""

    q: str
    p: str
    type: str = ""
    ql: str = ""
    pl: str = ""


class _Text(msgspec.Struct, frozen=True):
    """A line of a corpus without pairs."""

    p: str
    pl: str = ""


@dataclass(frozen=True, slots=True)
class PairFile:
    """A file of pairs; its name tells sources apart."""

    name: str
    path: Path


def pair_files(
    folders: Sequence[str], leave_out: Iterable[str], weighted: Iterable[str] = ()
) -> list[PairFile]:
    """List the pair files of all folders but those in `leave_out`.

    Raises SettingsError when there are none, or no file has one of the names in `leave_out` or `weighted`.
    """
    files = [
        PairFile(path.name.removesuffix(".jsonl.gz"), path)
        for folder in folders
        for path in sorted(Path(folder).glob("*.jsonl.gz"))
    ]
    known = {file.name for file in files}
    for setting, names in (("leave_out", set(leave_out)), ("source_weights", set(weighted))):
        if names - known and known:
            unknown = ", ".join(sorted(names - known))
            cure = f"Check `{setting}`; there are: {', '.join(sorted(known))}."
            raise SettingsError(f"No pair file is named {unknown}.", cure)
    kept = [file for file in files if file.name not in set(leave_out)]
    if not kept:
        raise SettingsError(f"There are no *.jsonl.gz files in {', '.join(folders)}.", "Check `pairs`.")
    return kept


class Sieve:
    """Reads files of pairs, folds them, and lets through what can be trained on, counting the rest.

    A student that reads text as it is written gets it so, with `folded` off; sides alike when folded are alike.
    """

    def __init__(
        self, *, shortest: int = 1, longest: int = 100_000, texts_only: bool = False, folded: bool = True
    ) -> None:
        self.left_out: Counter[str] = Counter()  # by reason
        self._shortest = shortest
        self._longest = longest
        self._folded = folded
        self._alone = texts_only
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Text if texts_only else Pair)

    def read(self, file: PairFile) -> Iterator[Pair]:
        """Yield the pairs whose sides differ and are neither empty nor too short or long, in characters.

        With `texts_only`, a line needs no "q", and the text is its own partner. Raises PairsError for a line that is
        no pair and for a damaged file.
        """
        for number, line in enumerate(_lines(file), 1):
            try:
                row = self._decoder.decode(line)
            except (UnicodeDecodeError, msgspec.MsgspecError) as error:
                raise PairsError(f"Line {number} of {file.path} is no pair: {error}.", _CURE) from error
            p = self._clean(row.p)
            pair = Pair(p, p, pl=row.pl) if self._alone else replace(row, q=self._clean(row.q), p=p)
            reason = self._reason(pair)
            if reason:
                self.left_out[reason] += 1
            else:
                yield pair

    def _clean(self, text: str) -> str:
        return (fold(text) if self._folded else text).strip()

    def _spelling(self, text: str) -> str:
        return text if self._folded else fold(text)

    def _reason(self, pair: Pair) -> str:
        """Why a pair is left out; empty when it is not."""
        lengths = len(pair.q), len(pair.p)
        if not min(lengths):
            return "empty"
        if not self._alone and self._spelling(pair.q) == self._spelling(pair.p):
            return "alike"
        if min(lengths) < self._shortest:
            return "too short"
        return "too long" if max(lengths) > self._longest else ""


def _lines(file: PairFile) -> Iterator[bytes]:
    try:
        with gzip.open(file.path, "rb") as lines:
            yield from lines
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise PairsError(
            f"{file.path} is damaged: {error}.", "Copy it again, or name it in `leave_out`."
        ) from error
