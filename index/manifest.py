"""The manifest of a generation: what it is made of, file by file with digests, and whether the files are still those.

Reading every file to check its digest costs too much for each start of `search`. So a check leaves a mark beside
the folder: what the file system says of each file (size, times, inode), which any write changes. While it holds,
the files are those that were checked; when it does not, or is missing, they are read again.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from index.analyze import ANALYZER_ID
from ingest.errors import GenerationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "FORMAT",
    "NAME",
    "REBUILD",
    "Counts",
    "FileDigest",
    "Leg",
    "Manifest",
    "load_manifest",
    "mark_checked",
    "mark_of",
    "read_manifest",
    "remove_mark",
    "seal",
    "verify_files",
    "write_manifest",
]

FORMAT = 7  # of the folder; a generation of another format is built again, not converted
NAME = re.compile(r"(\d{6})-([0-9a-f]{12})")  # of the folder: number, and digest of the manifest
REBUILD = "Build the index again with `shuangta index`."

_FILE = "manifest.json"


class FileDigest(msgspec.Struct, frozen=True):
    """A file as it was written."""

    size: int  # bytes
    sha256: str


class Leg(msgspec.Struct, frozen=True):
    """A tower whose vectors the generation holds."""

    id: str  # name and digest
    name: str
    dim: int


class Counts(msgspec.Struct, frozen=True):
    """How much there is."""

    articles: int
    passages: int


class Manifest(msgspec.Struct, frozen=True):
    """What a generation is made of. `inputs` is the digest of all that went into it."""

    format: int
    analyzer: str
    lexical: str  # engine
    towers: tuple[Leg, ...]
    counts: Counts
    lists: tuple[str, ...]
    created: float  # seconds since the epoch, UTC
    inputs: str
    files: dict[str, FileDigest]  # by path relative to the folder


def write_manifest(
    staging: Path,
    *,
    lexical: str,
    towers: tuple[Leg, ...],
    counts: Counts,
    lists: tuple[str, ...],
    created: float,
    inputs: str,
) -> Manifest:
    """Describe the files in `staging` and write the description beside them."""
    files = {name: _digest(staging / name) for name in _files(staging)}
    manifest = Manifest(FORMAT, ANALYZER_ID, lexical, towers, counts, lists, created, inputs, files)
    (staging / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return manifest


def read_manifest(path: Path, verify: bool = False) -> Manifest:
    """Return the manifest of the generation in the folder `path`, having checked that the files are those it names.

    Digests are always checked: by reading every file where `verify` is set or nobody has since the files last
    changed, otherwise by the mark that the last check left beside the folder (see `seal`).
    Raises GenerationError when it is damaged, or made by another version of the format or the analyzer.
    """
    manifest, digest = load_manifest(path)
    if (named := NAME.fullmatch(path.name)) is None or named[2] != digest:
        raise GenerationError(
            f"The manifest of generation {path.name} is not the one it was published with.", REBUILD
        )
    if manifest.format != FORMAT or manifest.analyzer != ANALYZER_ID:
        raise GenerationError(
            f"Generation {path.name} was built by another version of shuangta (format {manifest.format}, "
            f"analyzer {manifest.analyzer}).",
            REBUILD,
        )
    if verify or not _is_marked(path, manifest):
        verify_files(path, manifest)
    return manifest


def load_manifest(path: Path) -> tuple[Manifest, str]:
    """Return the manifest in the folder `path` as it stands there, and the first 12 hex digits of its digest.

    Raises GenerationError when it cannot be read.
    """
    try:
        content = (path / _FILE).read_bytes()
        manifest = msgspec.json.decode(content, type=Manifest)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise GenerationError(
            f"The manifest of generation {path.name} cannot be read: {error}.", REBUILD
        ) from error
    return manifest, hashlib.sha256(content).hexdigest()[:12]


def seal(path: Path) -> None:
    """Check every digest of the generation in `path` and leave a mark that it was done. Raises GenerationError."""
    mark_checked(path, read_manifest(path, verify=True))


def mark_checked(path: Path, manifest: Manifest) -> None:
    """Note what the file system says of each file (size, times, inode).

    Any write changes it, so opening knows without reading the files again that they are those that were checked.
    """
    aside = _aside_of(path)
    aside.write_bytes(msgspec.json.encode(_states(path, manifest)))
    aside.replace(mark_of(path))


def mark_of(path: Path) -> Path:
    """Return where the mark of the generation in the folder `path` lies."""
    return path.with_name(f".{path.name}.checked")


def remove_mark(path: Path) -> None:
    """Delete the mark of a generation that is gone, and half of one that a killed process left."""
    mark_of(path).unlink(missing_ok=True)
    _aside_of(path).unlink(missing_ok=True)


def _aside_of(path: Path) -> Path:
    return path.with_name(f"{mark_of(path).name}-aside")


def _is_marked(path: Path, manifest: Manifest) -> bool:
    try:
        marked = msgspec.json.decode(mark_of(path).read_bytes(), type=dict[str, list[int]])
        return marked == _states(path, manifest)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
        return False  # no mark, or none that counts: the files themselves will tell


def _states(path: Path, manifest: Manifest) -> dict[str, list[int]]:
    stats = ((name, (path / name).stat()) for name in manifest.files)
    return {name: [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino] for name, stat in stats}


def verify_files(path: Path, manifest: Manifest) -> None:
    """Read every file of the generation in `path`. Raises GenerationError for one that is not as it was written."""
    for name, expected in manifest.files.items():
        try:
            found = _digest(path / name)
        except OSError as error:
            raise GenerationError(
                f"Generation {path.name} is damaged: {name} cannot be read.", REBUILD
            ) from error
        if found != expected:
            raise GenerationError(
                f"Generation {path.name} is damaged: {name} is not as it was written.", REBUILD
            )


def _digest(path: Path) -> FileDigest:
    with path.open("rb") as file:
        return FileDigest(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _files(folder: Path) -> Iterator[str]:
    """Yield the files under `folder`, relative to it, in a stable order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()
