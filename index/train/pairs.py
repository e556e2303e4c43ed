"""Files of training pairs: which there are, and what is read of them.

A file is *.jsonl.gz, one {"q": …, "p": …} a line. Texts are folded as they are read, because the tower in use folds
them too.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from index.folding import fold
from ingest.errors import SettingsError

__all__ = ["Pair", "PairFile", "pair_files", "read_pairs"]


class Pair(msgspec.Struct, frozen=True):
    """One line of a pair file: a query, a passage that answers it, and what is known of them."""

    q: str
    p: str
    type: str = ""
    ql: str = ""
    pl: str = ""


@dataclass(frozen=True, slots=True)
class PairFile:
    """A file of pairs; its name tells sources apart."""

    name: str
    path: Path


def pair_files(folders: Sequence[str], leave_out: Sequence[str]) -> list[PairFile]:
    """List the pair files of all folders. Raises SettingsError when there are none or a name is wrong."""
    files = [
        PairFile(path.name.removesuffix(".jsonl.gz"), path)
        for folder in folders
        for path in sorted(Path(folder).glob("*.jsonl.gz"))
    ]
    unknown = sorted(set(leave_out) - {file.name for file in files})
    if unknown:
        raise SettingsError(f"No pair file is named {', '.join(unknown)}.", "Check `leave_out`.")
    kept = [file for file in files if file.name not in leave_out]
    if not kept:
        raise SettingsError(f"There are no *.jsonl.gz files in {', '.join(folders)}.", "Check `pairs`.")
    return kept


def read_pairs(file: PairFile) -> Iterator[Pair]:
    """Yield the pairs of a file, folded, without those whose sides are empty or alike."""
    decoder = msgspec.json.Decoder(Pair)
    with gzip.open(file.path, "rb") as lines:
        for line in lines:
            pair = decoder.decode(line)
            q, p = fold(pair.q).strip(), fold(pair.p).strip()
            if q and p and q != p:
                yield msgspec.structs.replace(pair, q=q, p=p)
