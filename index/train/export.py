"""The folder of a finished tower: sentence-transformers' StaticEmbedding layout with the table in int8.

modules.json                          0_StaticEmbedding, 1_Normalize
config_sentence_transformers.json
shuangta.json                         {"fold": true}: texts are folded before they are tokenised; the run's settings
0_StaticEmbedding/tokenizer.json
0_StaticEmbedding/model.safetensors   embedding.weight int8 (pieces, dim), embedding.scale float32 (pieces,)
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.static_folder import FOLDER_CONFIG, SCALE, WEIGHT
from ingest.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

__all__ = ["quantised", "refuse_foreign", "write_tower"]

_MODULE = "0_StaticEmbedding"
_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": _MODULE,
        "type": "sentence_transformers.sentence_transformer.modules.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.sentence_transformer.modules.Normalize",
    },
]


def quantised(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows and the scale of each: `rows * scale[:, None]` is the table to within half a scale."""
    scale = np.abs(table).max(axis=1) / 127
    steps = table / np.where(scale == 0, 1, scale)[:, None]
    return np.rint(steps).astype(np.int8), scale.astype(np.float32)


def refuse_foreign(folder: Path) -> None:
    """Raise SettingsError when `folder` holds anything but a tower of ours, which writing would delete."""
    taken = folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))
    if taken and not (folder / FOLDER_CONFIG).is_file():
        raise SettingsError(f"{folder} exists and is not a tower's folder.", "Name another `out`.")


def write_tower(
    folder: Path, tokenizer: Tokenizer, table: NDArray[np.float32], training: dict[str, Any]
) -> None:
    """Write the folder of a tower, in place of an older one. `training` is kept for the record.

    Raises SettingsError as `refuse_foreign` does.
    """
    from safetensors.numpy import save_file

    refuse_foreign(folder)
    rows, scale = quantised(table)
    final, folder = folder, folder.with_name(f".{folder.name}.new")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / _MODULE).mkdir(parents=True)
    save_file({WEIGHT: rows, SCALE: scale}, folder / _MODULE / "model.safetensors")
    tokenizer.save(str(folder / _MODULE / "tokenizer.json"), pretty=False)
    _write_json(folder / "modules.json", _MODULES)
    _write_json(folder / "config_sentence_transformers.json", {"prompts": {}, "similarity_fn_name": "cosine"})
    _write_json(folder / FOLDER_CONFIG, {"fold": True, "training": training})
    if final.is_dir():
        shutil.rmtree(final)
    folder.rename(final)


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
