"""Any sentence-transformers model as a tower: bi-encoders, static tables, and Router models with two sides.

The model's own configuration decides on prompts, pooling and length, through `encode_query` and
`encode_document`; a prompt in the settings wins over it. Needs the `models` extra.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.hub import ask_hub, unavailable
from index.model_folder import passage_prompt
from ingest.errors import MissingExtraError, TowerError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from index.settings import TowerSettings

__all__ = ["SentenceTransformerTower"]

# What loading raises for files that are missing, damaged or of an unknown kind.
_LOADING = (OSError, ValueError, KeyError, RuntimeError)


# Characters up to which `batch_size` passages are encoded at once.
_USUAL = 1_024


class SentenceTransformerTower:
    """A loaded model and how to call it."""

    def __init__(self, model: SentenceTransformer, settings: TowerSettings) -> None:
        self._model = model
        self._settings = settings
        self.dim = int(model.get_embedding_dimension() or 0)
        name = Path(settings.name).expanduser()
        readable = name.resolve().name if name.is_dir() else settings.name.replace("/", "--")
        self.id = f"{readable}@{_digest(model, settings)[:12]}"

    @classmethod
    def load(cls, settings: TowerSettings) -> SentenceTransformerTower:
        """Load from a folder, the local cache of the Hugging Face hub, or the hub itself.

        Raises MissingExtraError without sentence-transformers, and TowerError when the model cannot be had.
        """
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingExtraError(
                f"The tower {settings.name} needs sentence-transformers, which is not installed.",
                "pip install 'shuangta[models]'",
            ) from error

        folder = Path(settings.name).expanduser()
        name = str(folder) if folder.is_dir() else settings.name
        try:
            # What lies here comes first: no network, no waiting, and the same model tomorrow.
            model = SentenceTransformer(name, device=settings.device, local_files_only=True)
        except _LOADING as error:
            if folder.is_dir():
                raise _broken_folder(folder, error) from error
            ask_hub(name)
            try:
                model = SentenceTransformer(name, device=settings.device)
            except _LOADING as second:
                raise unavailable(name, second) from second
        return cls(model, settings)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length."""
        return self._encode(self._model.encode_query, texts, self._settings.query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length."""
        # encode_document would take an empty "document" prompt before the "passage" prompt that a model has.
        prompt = self._settings.passage_prompt or passage_prompt(self._model.prompts)
        return self._encode(self._model.encode_document, texts, prompt)

    def _encode(self, encode: Any, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for rows in _batches(texts, self._settings.batch_size):
            vectors[rows] = encode(
                [texts[row] for row in rows],
                prompt=prompt or None,
                batch_size=len(rows),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return vectors


def _batches(texts: Sequence[str], size: int) -> Iterator[list[int]]:
    """Rows of texts to encode at once, the longest first: `size` of them, fewer where they are long.

    A batch takes memory by its longest text times its number, so that product is what is bounded.
    """
    rows = sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True)
    start = 0
    while start < len(rows):
        longest = max(len(texts[rows[start]]), _USUAL)
        stop = start + max(size * _USUAL // longest, 1)
        yield rows[start:stop]
        start = stop


def _digest(model: SentenceTransformer, settings: TowerSettings) -> str:
    """Hex digest over everything that makes the vectors: weights, tokenizers, modules and prompts."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(memoryview(flat.view(torch.uint8).numpy()))
    for module in model.modules():
        tokenizer = getattr(module, "tokenizer", None)
        backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
        if backend is not None and hasattr(backend, "to_str"):
            digest.update(backend.to_str().encode())
    prompts = [model.prompts, settings.query_prompt, settings.passage_prompt]
    digest.update(f"{model}\n{json.dumps(prompts, sort_keys=True)}".encode())
    return digest.hexdigest()


def _broken_folder(folder: Path, error: Exception) -> TowerError:
    missing = "" if (folder / "modules.json").is_file() else " (it has no modules.json)"
    return TowerError(
        f"The tower folder {folder} does not hold a model that sentence-transformers can load{missing}: "
        f"{_first_line(error)}",
        "Put the missing file back, or set `name` of [[index.towers]] to another model.",
    )


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".") + "."
