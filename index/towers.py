"""A tower turns texts into vectors whose inner product is their likeness.

This module says what a tower is and opens the one that the settings name: the built-in static tower, which needs
nothing but numpy and tokenizers, any other static table in a folder, or any sentence-transformers model.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.static_folder import module_folder
from index.static_tower import StaticTower
from ingest.errors import TowerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.settings import TowerSettings

__all__ = ["SHIPPED", "Tower", "load_tower"]

SHIPPED = {"static": Path(__file__).parent / "models" / "static"}


class Tower(Protocol):
    """Two encoders into one space. Safe for concurrent use."""

    @property
    def id(self) -> str:
        """Name @ first 12 hex digits of a digest over weights and configuration: same id, same vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length; a text without a known token gives zeros."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length; a text without a known token gives zeros."""


def load_tower(settings: TowerSettings) -> Tower:
    """Open the tower that `settings` name; no network is used for a shipped one or a folder.

    Raises TowerError when there is no such model or a file of it is missing or damaged, and MissingExtraError
    when it needs sentence-transformers and that is not installed.
    """
    shipped = SHIPPED.get(settings.name)
    if shipped is not None:
        return StaticTower.open(shipped, settings)
    folder = Path(settings.name).expanduser()
    if folder.is_dir() and module_folder(folder) is not None:
        return StaticTower.open(folder, settings)
    if not settings.name or (not folder.is_dir() and _looks_like_a_path(settings.name)):
        raise TowerError(
            f"There is no tower folder {settings.name!r}.",
            'Set `name` of [[index.towers]] to "static", to a folder, or to a model of the Hugging Face hub.',
        )
    from index.sentence_transformer_tower import SentenceTransformerTower

    return SentenceTransformerTower.load(settings)


def _looks_like_a_path(name: str) -> bool:
    return name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1
