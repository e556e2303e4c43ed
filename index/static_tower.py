"""A table of token vectors, run by tokenizers and numpy: tokenise, look up, add, normalise.

Reads any folder in sentence-transformers' StaticEmbedding layout (float32, float16) and the int8 form that
`index.train` writes, in which row i of the table is `embedding.weight[i] * embedding.scale[i]`. Vectors equal
those of sentence-transformers over the same table to the last digits of float32, in microseconds and without
torch. Shipped folders say in `shuangta.json` that text is folded (`index.folding`) before it is tokenised; that is
the one step which sentence-transformers does not do by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.folding import fold
from ingest.errors import TowerError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from index.settings import TowerSettings

__all__ = ["FOLDER_CONFIG", "SCALE", "WEIGHT", "StaticTower", "module_folder"]

FOLDER_CONFIG = "shuangta.json"
WEIGHT = "embedding.weight"
SCALE = "embedding.scale"

# Texts pooled together: the counts of their tokens times the rows of these is one small matrix product, several
# times faster than adding rows one by one, and its memory stays within megabytes.
_CHUNK = 64
# Texts tokenised together; their Encoding objects are what takes memory.
_BATCH = 2_048
_CURE = "Put the file back, or set `name` of [[index.towers]] to another tower."


class StaticTower:
    """The static tower of one folder. Both sides share the table; their prompts may differ."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        rows: NDArray[Any],
        scale: NDArray[np.float32] | None,
        *,
        identity: str,
        folded: bool,
        query_prompt: str = "",
        passage_prompt: str = "",
    ) -> None:
        self.id = identity
        self.dim = int(rows.shape[1])
        self._tokenizer = tokenizer
        self._rows = rows  # (pieces, dim) int8 with a scale, else floating
        self._scale = scale  # (pieces,)
        self._folded = folded
        self._query_prompt = query_prompt
        self._passage_prompt = passage_prompt

    @classmethod
    def open(cls, folder: Path, settings: TowerSettings) -> StaticTower:
        """Read the folder. Raises TowerError when a file is missing or is not what it should be."""
        module = module_folder(folder)
        if module is None:
            raise TowerError(f"{folder} holds no StaticEmbedding model.", _CURE)
        weights = _read(module / "model.safetensors")
        vocabulary = _read(module / "tokenizer.json")
        own = _read_json(folder / FOLDER_CONFIG)
        prompts = _read_json(folder / "config_sentence_transformers.json").get("prompts") or {}
        folded = bool(own.get("fold", False))
        query_prompt = settings.query_prompt or prompts.get("query") or ""
        # The names that sentence-transformers' encode_document looks for, in its order.
        passage_prompts = [prompts[name] for name in ("document", "passage", "corpus") if name in prompts]
        passage_prompt = settings.passage_prompt or next(iter(passage_prompts), None) or ""

        rows, scale = _table(weights, module)
        tokenizer = _tokenizer(vocabulary, module)
        if tokenizer.get_vocab_size() > len(rows):
            raise TowerError(f"{module} has more tokens than vectors.", _CURE)
        digest = hashlib.sha256(hashlib.sha256(weights).digest() + hashlib.sha256(vocabulary).digest())
        digest.update(json.dumps([folded, query_prompt, passage_prompt]).encode())
        name = settings.name if folder.name == settings.name else folder.resolve().name
        return cls(
            tokenizer,
            rows,
            scale,
            identity=f"{name}@{digest.hexdigest()[:12]}",
            folded=folded,
            query_prompt=query_prompt,
            passage_prompt=passage_prompt,
        )

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length; a text without a known token gives zeros."""
        return self._encode(texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length; a text without a known token gives zeros."""
        return self._encode(texts, self._passage_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [prompt + text for text in texts[start : start + _BATCH]]
            if self._folded:
                batch = [fold(text) for text in batch]
            encodings = self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            ids = [encoding.ids for encoding in encodings]
            for first in range(0, len(ids), _CHUNK):
                chunk = ids[first : first + _CHUNK]
                vectors[start + first : start + first + len(chunk)] = self._pool(chunk)
        return vectors

    def _pool(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Sums of the rows of each text, at unit length; the mean differs by a factor that goes away."""
        lengths = [len(tokens) for tokens in ids]
        tokens = np.fromiter(chain.from_iterable(ids), dtype=np.int64, count=sum(lengths))
        present = np.flatnonzero(np.bincount(tokens))
        places = np.searchsorted(present, tokens)
        owners = np.repeat(np.arange(len(ids)), lengths)
        counts = np.bincount(owners * len(present) + places, minlength=len(ids) * len(present))
        rows = self._rows[present].astype(np.float32)
        weighted = counts.reshape(len(ids), len(present)).astype(np.float32)
        if self._scale is not None:
            weighted *= self._scale[present]
        sums: NDArray[np.float32] = weighted @ rows
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        sums /= np.where(norms > 0, norms, 1)
        return sums


def module_folder(folder: Path) -> Path | None:
    """Where the files of a StaticEmbedding model lie; None when the folder holds another kind of model.

    Such a model is the StaticEmbedding module, followed at most by Normalize; a folder without `modules.json` is
    one when it holds the module's own two files.
    """
    if not (folder / "modules.json").is_file():
        bare = all((folder / name).is_file() for name in ("model.safetensors", "tokenizer.json"))
        return folder if bare and not (folder / "config.json").is_file() else None
    modules = _read_json(folder / "modules.json")
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    if kinds[:1] == ["StaticEmbedding"] and kinds[1:] in ([], ["Normalize"]):
        return folder / str(modules[0]["path"])
    return None


def _table(weights: bytes, module: Path) -> tuple[NDArray[Any], NDArray[np.float32] | None]:
    """The rows of the table, and their scales when these are integers."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(weights)
    except (
        SafetensorError,
        KeyError,
    ) as error:  # KeyError: a type that numpy does not have, such as bfloat16
        raise TowerError(f"{module / 'model.safetensors'} cannot be read: {error}.", _CURE) from error
    rows, scale = tensors.get(WEIGHT), tensors.get(SCALE)
    if rows is None or rows.ndim != 2:
        raise TowerError(f"{module / 'model.safetensors'} holds no table named {WEIGHT}.", _CURE)
    if rows.dtype == np.int8 and (scale is None or scale.shape != (len(rows),)):
        raise TowerError(f"{module / 'model.safetensors'} holds integers without their {SCALE}.", _CURE)
    return rows, scale


def _tokenizer(vocabulary: bytes, module: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(vocabulary)
    except Exception as error:  # tokenizers raises nothing narrower
        raise TowerError(f"{module / 'tokenizer.json'} is not a tokenizer: {error}.", _CURE) from error
    tokenizer.no_padding()
    return tokenizer


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TowerError(f"The tower's file {path} cannot be read: {error.strerror}.", _CURE) from error


def _read_json(path: Path) -> Any:
    """Content of a file that need not exist."""
    if not path.is_file():
        return {}
    try:
        return json.loads(_read(path))
    except ValueError as error:
        raise TowerError(f"The tower's file {path} is not JSON: {error}.", _CURE) from error
