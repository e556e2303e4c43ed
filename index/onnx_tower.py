"""An encoder run by onnxruntime, without torch: the built-in `small` tower, or any model that carries an ONNX file.

Texts are run one at a time, several at once on several cores: nothing is padded, memory is that of the longest text
a core, and a vector does not depend on its neighbours (where activations are quantised by batch, it would). On a
processor that is also faster than batches, whose activations leave its caches.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoder_folder import EncoderFolder, read_encoder_folder
from index.folding import fold
from index.model_folder import CURE, read_bytes
from ingest.errors import MissingExtraError, TowerError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from index.settings import TowerSettings

__all__ = ["OnnxTower"]

# What is made of the vectors of a text's tokens, (tokens, dim).
_POOLS: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    "mean": lambda states: states.mean(axis=0),
    "cls": lambda states: states[0],
    "lasttoken": lambda states: states[-1],
}
# Names of the output that holds a vector a token.
_STATES = ("last_hidden_state", "token_embeddings")
# What each input that a model may have is, given the tokens (1, tokens).
_INPUTS: dict[str, Callable[[NDArray[np.int64]], NDArray[np.int64]]] = {
    "input_ids": lambda ids: ids,
    "attention_mask": np.ones_like,
    "token_type_ids": np.zeros_like,
    "position_ids": lambda ids: np.arange(ids.shape[1])[None],
}


class OnnxTower:
    """The encoder of one folder. Both sides share it; their prompts may differ. Safe for concurrent use."""

    def __init__(
        self, session: Any, tokenizer: Tokenizer, folder: EncoderFolder, prompts: tuple[str, str], name: str
    ) -> None:
        """`session` is an onnxruntime.InferenceSession; `prompts` those of queries and of passages.

        Raises TowerError when the model has inputs or outputs that are not an encoder's.
        """
        self._session = session
        self._tokenizer = tokenizer
        self._folder = folder
        self._query_prompt, self._passage_prompt = prompts
        self._pool = _POOLS[folder.pooling]
        self._inputs = [each.name for each in session.get_inputs()]
        outputs = {each.name: each for each in session.get_outputs()}
        self._output = next((each for each in _STATES if each in outputs), None)
        unknown = [each for each in self._inputs if each not in _INPUTS]
        if self._output is None or unknown:
            strange = f"wants {unknown[0]}" if unknown else f"gives {', '.join(outputs)}"
            raise TowerError(
                f"{folder.weights} is not the ONNX model of a text encoder: it {strange}.",
                'Set `backend` of [[index.towers]] to "torch", or `name` to another model.',
            )
        width = outputs[self._output].shape[-1]
        self.dim = width if isinstance(width, int) else int(self._vector("").shape[0])
        self.id = f"{name}@{_digest(folder, prompts)[:12]}"

    @classmethod
    def open(cls, path: Path, settings: TowerSettings, name: str) -> OnnxTower:
        """Open the folder `path`; `name` is what the tower is called.

        Raises MissingExtraError without onnxruntime, and TowerError when a file is missing or damaged or the
        folder's model is more than an encoder with pooling.
        """
        try:
            import onnxruntime
        except ImportError as error:
            raise MissingExtraError(
                f"The tower {settings.name} needs onnxruntime, which is not installed.",
                "pip install 'shuangta[small]'",
            ) from error

        folder = read_encoder_folder(path)
        prompts = (
            settings.query_prompt or folder.query_prompt,
            settings.passage_prompt or folder.passage_prompt,
        )
        tokenizer = _tokenizer(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _cores()
        # Threads that spin while they wait take the cores from everything else a server does.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(
                folder.weights, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors share no narrower kind
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise TowerError(f"{folder.weights} cannot be run: {first}.", CURE) from error
        return cls(session, tokenizer, folder, prompts, name)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length."""
        return self._encode(texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dim) vectors of unit length."""
        return self._encode(texts, self._passage_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)

        def encode(row: int) -> None:
            vectors[row] = self._vector(prompt + texts[row])

        if len(texts) == 1:
            encode(0)
        elif texts:
            # The longest first, so that no core is left with one at the end.
            rows = sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True)
            with ThreadPoolExecutor(min(_cores(), len(texts))) as executor:
                for _ in executor.map(encode, rows):
                    pass
        return vectors

    def _vector(self, text: str) -> NDArray[np.float32]:
        """The vector of one text, (dim,)."""
        if self._folder.fold:
            text = fold(text)
        if self._folder.lower:
            text = text.lower()
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        (states,) = self._session.run([self._output], {name: _INPUTS[name](ids) for name in self._inputs})
        vector = self._pool(states[0].astype(np.float32))
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _tokenizer(folder: EncoderFolder) -> Tokenizer:
    from tokenizers import Tokenizer

    content = read_bytes(folder.tokenizer)
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # tokenizers raises nothing narrower
        raise TowerError(f"{folder.tokenizer} is not a tokenizer: {error}.", CURE) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(folder.length)
    return tokenizer


def _digest(folder: EncoderFolder, prompts: tuple[str, str]) -> str:
    """Hex digest over everything that makes the vectors: weights, tokenizer, configuration and prompts."""
    digest = hashlib.sha256()
    # Weights too large for one file lie beside it.
    for path in (folder.weights, *sorted(folder.weights.parent.glob("*.onnx_data")), folder.tokenizer):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    made = [folder.length, folder.pooling, folder.lower, folder.fold, *prompts]
    digest.update(json.dumps(made).encode())
    return digest.hexdigest()
