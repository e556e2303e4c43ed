"""The folder of a finished tower: sentence-transformers' StaticEmbedding layout, usually with the table in int8.

modules.json                          0_StaticEmbedding, 1_Normalize
config_sentence_transformers.json
shuangta.json                         {"fold": true}: texts are folded before they are tokenised; the run's settings
0_StaticEmbedding/tokenizer.json
0_StaticEmbedding/model.safetensors   embedding.weight int8 (pieces, dim), embedding.scale float32 (pieces,)

A tower with two tables has router_config.json, query_0_StaticEmbedding and document_0_StaticEmbedding instead.
sentence-transformers loads either as it is when the table is in float32 or float16.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from index.model_folder import OWN_CONFIG
from index.static_folder import ROUTER_CONFIG, SCALE, WEIGHT
from ingest.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

__all__ = ["quantised", "refuse_foreign", "replaced", "write_tower"]

_MODULE = "0_StaticEmbedding"
_STATIC = "sentence_transformers.sentence_transformer.modules.StaticEmbedding"
_ROUTER = {
    "types": {f"query_{_MODULE}": _STATIC, f"document_{_MODULE}": _STATIC},
    "structure": {"query": [f"query_{_MODULE}"], "document": [f"document_{_MODULE}"]},
    "parameters": {"default_route": "document", "allow_empty_key": True, "route_mappings": {}},
}


def quantised(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows and the scale of each: `rows * scale[:, None]` is the table to within half a scale."""
    scale = np.abs(table).max(axis=1) / 127
    steps = table / np.where(scale == 0, 1, scale)[:, None]
    return np.rint(steps).astype(np.int8), scale.astype(np.float32)


def refuse_foreign(folder: Path) -> None:
    """Raise SettingsError when `folder` holds anything but a tower of ours, which writing would delete."""
    taken = folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))
    if taken and not (folder / OWN_CONFIG).is_file():
        raise SettingsError(f"{folder} exists and is not a tower's folder.", "Name another `out`.")


def write_tower(
    folder: Path,
    tokenizer: Tokenizer,
    table: NDArray[np.float32],
    training: dict[str, Any],
    *,
    queries: NDArray[np.float32] | None = None,
    precision: Literal["int8", "float16", "float32"] = "int8",
) -> None:
    """Write the folder of a tower, in place of an older one. `training` is kept for the record.

    With a table of their own for `queries` it is a Router, of which `table` is the documents' side. Raises
    SettingsError as `refuse_foreign` does.
    """
    refuse_foreign(folder)
    with replaced(folder) as new:
        if queries is None:
            _write_module(new / _MODULE, tokenizer, table, precision)
            _write_json(new / "modules.json", _modules(_STATIC, _MODULE))
        else:
            for side, rows in (("query", queries), ("document", table)):
                _write_module(new / f"{side}_{_MODULE}", tokenizer, rows, precision)
            _write_json(new / ROUTER_CONFIG, _ROUTER)
            _write_json(
                new / "modules.json", _modules("sentence_transformers.base.modules.router.Router", "")
            )
        _write_json(
            new / "config_sentence_transformers.json", {"prompts": {}, "similarity_fn_name": "cosine"}
        )
        _write_json(new / OWN_CONFIG, {"fold": True, "training": training})


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` when the block ends well."""
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    yield new
    if folder.is_dir():
        shutil.rmtree(folder)
    new.rename(folder)


def _write_module(
    folder: Path,
    tokenizer: Tokenizer,
    table: NDArray[np.float32],
    precision: Literal["int8", "float16", "float32"],
) -> None:
    from safetensors.numpy import save_file

    folder.mkdir()
    if precision == "int8":
        rows, scale = quantised(table)
        save_file({WEIGHT: rows, SCALE: scale}, folder / "model.safetensors")
    else:
        save_file({WEIGHT: table.astype(precision)}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def _modules(first: str, path: str) -> list[dict[str, Any]]:
    """Content of modules.json: the module `first` in the folder `path`, and Normalize."""
    normalize = "sentence_transformers.sentence_transformer.modules.Normalize"
    return [
        {"idx": 0, "name": "0", "path": path, "type": first},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": normalize},
    ]


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
