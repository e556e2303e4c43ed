"""A tower turns texts into vectors whose inner product is their likeness.

This module says what a tower is and opens the one that the settings name: the built-in `static` tower, which needs
nothing but numpy and tokenizers, the built-in `small` one, which onnxruntime runs, or any sentence-transformers
model, from a folder or the hub.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.encoder_folder import best_onnx, obstacle, onnx_file
from index.model_folder import MODELS
from index.static_folder import module_folder
from index.static_tower import StaticTower
from ingest.errors import TowerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.settings import TowerSettings

__all__ = ["SHIPPED", "Tower", "load_tower"]

SHIPPED = {name: MODELS / name for name in ("static", "small")}

# What a model's folder holds beside its weights, and the small files of the modules in it.
_CONFIGURATION = ("*.json", "1_Pooling/*", "*/config.json", "onnx/*.json")


class Tower(Protocol):
    """Two encoders into one space. Safe for concurrent use."""

    @property
    def id(self) -> str:
        """Name @ first 12 hex digits of a digest over weights and configuration: same id, same vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length; a text without a known token may give zeros."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length; a text without a known token may give zeros."""


def load_tower(settings: TowerSettings) -> Tower:
    """Open the tower that `settings` name; no network is used for a shipped one or a folder.

    A table of token vectors is run by numpy. Any other model is run by onnxruntime or by sentence-transformers, as
    `settings.backend` says: "auto" takes onnxruntime where the folder, or what the local cache holds of a model of
    the hub, has an ONNX file of a plain encoder, and onnxruntime is there.

    Raises TowerError when there is no such model or a file of it is missing or damaged, and MissingExtraError
    when it needs a package that is not installed.
    """
    shipped = SHIPPED.get(settings.name)
    if shipped is not None:
        return _open_shipped(shipped, settings)
    folder = Path(settings.name).expanduser()
    here = folder.is_dir() and bool(settings.name)
    if not here and (not settings.name or _looks_like_a_path(settings.name)):
        raise TowerError(
            f"There is no tower folder {settings.name!r}.",
            'Set `name` of [[index.towers]] to "static", "small", a folder, or a model of the Hugging Face hub.',
        )
    place = folder if here else _cached(settings)
    if here and module_folder(folder) is not None:
        return StaticTower.open(folder, settings)
    if place is not None and _by_onnx(place, settings):
        from index.onnx_tower import OnnxTower

        name = folder.resolve().name if here else settings.name.replace("/", "--")
        return OnnxTower.open(place, settings, name)
    from index.sentence_transformer_tower import SentenceTransformerTower

    return SentenceTransformerTower.load(settings)


def _open_shipped(folder: Path, settings: TowerSettings) -> Tower:
    if not folder.is_dir():
        raise TowerError(
            f"The built-in tower {settings.name!r} is not part of this installation.",
            'Set `name` of [[index.towers]] to "static", or install a release that has it.',
        )
    if module_folder(folder) is not None:
        return StaticTower.open(folder, settings)
    from index.onnx_tower import OnnxTower

    return OnnxTower.open(folder, settings, settings.name)


def _by_onnx(folder: Path, settings: TowerSettings) -> bool:
    """Whether onnxruntime is to run the model in `folder`."""
    if settings.backend != "auto":
        return settings.backend == "onnx"
    runs = onnx_file(folder) is not None and not obstacle(folder)
    return runs and settings.device == "cpu" and find_spec("onnxruntime") is not None


def _cached(settings: TowerSettings) -> Path | None:
    """The folder of a model of the hub, fetched when its ONNX file is asked for; None when it is not here."""
    from index.hub import cached, download, listing

    place = cached(settings.name)
    if settings.backend != "onnx" or (place is not None and onnx_file(place) is not None):
        return place
    best = best_onnx(listing(settings.name))
    if best is None:
        raise TowerError(
            f"The model {settings.name} has no ONNX file on the hub.",
            'Set `backend` of [[index.towers]] to "torch".',
        )
    return download(settings.name, [*_CONFIGURATION, best, f"{best}_data"])


def _looks_like_a_path(name: str) -> bool:
    return name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1
