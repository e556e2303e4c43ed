"""A generation: everything a search needs, in one folder that never changes once it is published.

Under the data folder lie `generations/<number>-<digest>/` and the symlink `current`. The digest in the name is
that of the manifest, which holds the digest of every other file, so that no bit can change unseen. A generation
is written aside, verified, renamed into place and only then pointed to; readers hold on to what they have open.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.background import Background, open_background
from index.catalog import Catalog
from index.completions import Completions
from index.dense import DenseIndex, open_dense
from index.glossary import Glossary
from index.lexical import open_lexical
from index.manifest import (
    NAME,
    REBUILD,
    Manifest,
    load_manifest,
    mark_checked,
    read_manifest,
    remove_mark,
    seal,
    verify_files,
)
from index.vectors import file_name
from index.vocabulary import Vocabulary
from ingest.errors import GenerationError, IndexMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.lexical import LexicalIndex

__all__ = [
    "DENSE",
    "LEXICAL",
    "Generation",
    "Manifest",
    "current",
    "prune",
    "publish",
    "published",
    "readable",
    "rollback",
    "stage",
]

LEXICAL = "lexical"
DENSE = "dense"


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """An opened generation. Safe for concurrent readers."""

    path: Path
    manifest: Manifest
    catalog: Catalog
    lexical: LexicalIndex
    dense: dict[str, DenseIndex]  # by tower id
    completions: Completions
    vocabulary: Vocabulary
    glossary: Glossary

    @classmethod
    def open(cls, path: Path, verify: bool = False, *, once: bool = False) -> Generation:
        """Open the generation in the folder `path`; `verify` as in `read_manifest`, `once` as in `open_dense`.

        Raises GenerationError.
        """
        path = path.resolve()
        manifest = read_manifest(path, verify)
        catalog = Catalog(path)
        try:
            lexical = open_lexical(path / LEXICAL, manifest.lexical, catalog)
            dense = {
                leg.id: open_dense(path / DENSE / file_name(leg.id), once=once) for leg in manifest.towers
            }
        except GenerationError:
            catalog.close()
            raise
        return cls(
            path, manifest, catalog, lexical, dense, Completions(path), Vocabulary(path), Glossary(path)
        )

    @property
    def id(self) -> str:
        """Name of the generation: its number and the digest of its manifest."""
        return self.path.name

    def background(self, tower_id: str) -> Background:
        """Return what chance gives to a tower over these passages. Raises GenerationError when it cannot be read."""
        return open_background(self.path / DENSE / file_name(tower_id))

    def close(self) -> None:
        """Let go of the files. Searches that still run on other threads fail afterwards."""
        self.catalog.close()
        self.completions.close()


def current(data_dir: Path) -> Path:
    """Return the folder of the generation that is searched now.

    Raises IndexMissingError when nothing was ever published, GenerationError when what was is gone.
    """
    link = data_dir / "current"
    if not link.is_symlink():
        raise IndexMissingError(f"There is no index in {data_dir} yet.", "Build one with `shuangta rebuild`.")
    path = link.resolve()
    if not path.is_dir():
        raise GenerationError(f"The generation that {link} points to is gone.", REBUILD)
    return path


def published(data_dir: Path) -> list[Path]:
    """Return the folders of all generations that were published and not pruned, oldest first."""
    folder = data_dir / "generations"
    return sorted(path for path in folder.glob("*-*") if NAME.fullmatch(path.name)) if folder.is_dir() else []


def readable(data_dir: Path) -> list[tuple[Path, Manifest]]:
    """Return the folders of `published` with their manifests, without those that are damaged or of another version."""
    found: list[tuple[Path, Manifest]] = []
    for path in published(data_dir):
        with suppress(GenerationError):
            found.append((path, load_manifest(path)[0]))
    return found


@contextmanager
def stage(data_dir: Path) -> Iterator[Path]:
    """Give a new empty folder to build a generation in; it is gone afterwards, unless it was published.

    What a build that was killed left behind is removed first. The caller holds the data folder's lock.
    """
    staging = data_dir / "generations" / ".staging"
    staging.parent.mkdir(parents=True, exist_ok=True)
    if staging.exists():
        shutil.rmtree(staging)
    staging.mkdir()
    try:
        yield staging
    finally:
        if staging.exists():
            shutil.rmtree(staging)


def publish(staging: Path, data_dir: Path) -> str:
    """Make the finished generation in `staging` the current one and return its id.

    Written through to the disk and verified before anything points to it; readers see the old generation or the
    new one, never less. Raises GenerationError when a file is not what the manifest says.
    """
    _sync(staging)
    manifest, digest = load_manifest(staging)
    verify_files(staging, manifest)
    last = max((int(path.name[:6]) for path in published(data_dir)), default=0)
    path = data_dir / "generations" / f"{last + 1:06d}-{digest}"
    staging.rename(path)
    _sync_folder(path.parent)
    mark_checked(path, manifest)
    _point(data_dir, path)
    return path.name


def rollback(data_dir: Path) -> str:
    """Point back to the generation before the current one and return its id.

    Raises GenerationError when there is none, or when it is damaged.
    """
    now = current(data_dir)
    before = [path for path in published(data_dir) if path.name < now.name]
    if not before:
        raise GenerationError(f"There is no generation before {now.name} to go back to.")
    seal(before[-1])
    _point(data_dir, before[-1])
    return before[-1].name


def prune(data_dir: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` generations and the current one; return the folders deleted."""
    kept = {current(data_dir).name, *(path.name for path in published(data_dir)[-keep:])}
    gone = [path for path in published(data_dir) if path.name not in kept]
    for path in gone:
        remove_mark(path)  # first: of a folder that is gone nobody would look for it
        shutil.rmtree(path)
    return gone


def _sync(folder: Path) -> None:
    for path in (folder, *sorted(folder.rglob("*"))):
        _sync_folder(path) if path.is_dir() else _sync_file(path)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _point(data_dir: Path, path: Path) -> None:
    """Move the symlink `current` in one step, relative so that the data folder can be moved as a whole."""
    aside = data_dir / ".current-aside"
    aside.unlink(missing_ok=True)
    aside.symlink_to(path.relative_to(data_dir), target_is_directory=True)
    aside.replace(data_dir / "current")
    _sync_folder(data_dir)
