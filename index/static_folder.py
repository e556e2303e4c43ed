"""The folder of a static tower: one table of token vectors for both sides, or one for each.

Two of sentence-transformers' layouts are read: a StaticEmbedding model, and a Router whose query and document
routes are a StaticEmbedding each; either is followed at most by Normalize. Tables are float32, float16, or the int8
form that `index.train` writes, in which row i is `embedding.weight[i] * embedding.scale[i]`. `shuangta.json` says
whether text is folded (`index.folding`) before it is tokenised.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.model_folder import CURE, MODELS, OWN_CONFIG, passage_prompt, read_bytes, read_json
from index.tensor_file import map_tensors
from ingest.errors import TowerError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

__all__ = [
    "ROUTER_CONFIG",
    "SCALE",
    "WEIGHT",
    "StaticFolder",
    "StaticTable",
    "module_folder",
    "read_static_folder",
]

ROUTER_CONFIG = "router_config.json"
WEIGHT = "embedding.weight"
SCALE = "embedding.scale"


@dataclass(frozen=True, slots=True, eq=False)
class StaticTable:
    """A vocabulary and a vector for each of its tokens."""

    tokenizer: Tokenizer
    rows: NDArray[Any]  # (pieces, dim) int8 with a scale, else floating
    scale: NDArray[np.float32] | None  # (pieces,)
    digest: bytes  # of the weights' file and the tokenizer's, 32 bytes each

    def dense(self) -> NDArray[np.float32]:
        """Return all rows, (pieces, dim)."""
        rows: NDArray[np.float32] = self.rows.astype(np.float32)
        return rows if self.scale is None else rows * self.scale[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class StaticFolder:
    """What a folder holds. The tables of a symmetric tower are one and the same object."""

    queries: StaticTable
    passages: StaticTable
    folded: bool
    query_prompt: str
    passage_prompt: str

    @property
    def symmetric(self) -> bool:
        """Whether both sides share one table."""
        return self.queries is self.passages


def read_static_folder(folder: Path) -> StaticFolder:
    """Read everything. Raises TowerError when a file is missing or is not what it should be."""
    modules = _modules(folder)
    if modules is None:
        raise TowerError(f"{folder} holds no StaticEmbedding model.", CURE)
    passages = _table(modules[1])
    queries = passages if modules[0] == modules[1] else _table(modules[0])
    if queries.rows.shape[1] != passages.rows.shape[1]:
        raise TowerError(f"The two tables of {folder} differ in dimension.", CURE)
    own = read_json(folder / OWN_CONFIG)
    prompts = read_json(folder / "config_sentence_transformers.json").get("prompts") or {}
    # The names that sentence-transformers' encode_document looks for, in its order.
    return StaticFolder(
        queries,
        passages,
        folded=bool(own.get("fold", False)),
        query_prompt=prompts.get("query") or "",
        passage_prompt=passage_prompt(prompts),
    )


def module_folder(folder: Path) -> Path | None:
    """Where the files of the passages' table lie; None when the folder holds another kind of model.

    A folder without `modules.json` is a static tower when it holds the module's own two files.
    """
    modules = _modules(folder)
    return modules[1] if modules else None


def _modules(folder: Path) -> tuple[Path, Path] | None:
    """The folders of the queries' and of the passages' table."""
    if not (folder / "modules.json").is_file():
        bare = all((folder / name).is_file() for name in ("model.safetensors", "tokenizer.json"))
        return (folder, folder) if bare and not (folder / "config.json").is_file() else None
    modules = read_json(folder / "modules.json")
    first, *others = [_kind(module["type"]) for module in modules] or [""]
    if others not in ([], ["Normalize"]):
        return None
    path = folder / str(modules[0]["path"])
    if first == "StaticEmbedding":
        return path, path
    return _routes(path) if first == "Router" else None


def _routes(path: Path) -> tuple[Path, Path] | None:
    """The same of a Router, when each of its two routes is one StaticEmbedding module."""
    config = read_json(path / ROUTER_CONFIG)
    types, structure = config.get("types", {}), config.get("structure", {})
    sides = [structure.get(side, []) for side in ("query", "document")]
    if any(len(side) != 1 or _kind(types.get(side[0], "")) != "StaticEmbedding" for side in sides):
        return None
    return path / str(sides[0][0]), path / str(sides[1][0])


def _kind(name: str) -> str:
    return name.rpartition(".")[2]


def _table(module: Path) -> StaticTable:
    path = module / "model.safetensors"
    tensors, weights = map_tensors(path)
    vocabulary = read_bytes(module / "tokenizer.json")
    rows, scale = tensors.get(WEIGHT), tensors.get(SCALE)
    if rows is None or rows.ndim != 2:
        raise TowerError(f"{path} holds no table named {WEIGHT}.", CURE)
    if rows.dtype == np.int8 and (scale is None or scale.shape != (len(rows),)):
        raise TowerError(f"{path} holds integers without their {SCALE}.", CURE)
    tokenizer = _tokenizer(vocabulary, module)
    if tokenizer.get_vocab_size() > len(rows):
        raise TowerError(f"{module} has more tokens than vectors.", CURE)
    if not module.resolve().is_relative_to(MODELS):
        # Whoever trains again into the same folder would cut the file off under a running server.
        rows, scale = rows.copy(), None if scale is None else scale.copy()
    digest = hashlib.sha256(weights).digest() + hashlib.sha256(vocabulary).digest()
    return StaticTable(tokenizer, rows, scale, digest)


def _tokenizer(vocabulary: bytes, module: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(vocabulary)
    except Exception as error:  # tokenizers raises nothing narrower
        raise TowerError(f"{module / 'tokenizer.json'} is not a tokenizer: {error}.", CURE) from error
    tokenizer.no_padding()
    return tokenizer
