"""Any sentence-transformers model as a student.

A loop of our own instead of SentenceTransformerTrainer, which needs datasets and accelerate (with pyarrow and pandas a
quarter of a gigabyte) for what the loop of the token tables does already: batches of one source, hard negatives,
teachers. Batches larger than memory take two passes: GradCache, Gao et al. 2021 (arXiv:2101.06983).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from index.model_folder import OWN_CONFIG
from index.train.export import refuse_foreign, replaced
from ingest.errors import SettingsError, TowerError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from torch import Tensor
    from torch.nn import Module

    from index.train.batches import Drawn
    from index.train.settings import TrainSettings

__all__ = ["Transformer"]

_WEIGHT_DECAY = 0.01
_LONGEST_STEP = 1.0  # norm to which gradients are clipped


class Transformer:
    """A loaded model, its optimiser, and the batch that it embedded last."""

    def __init__(self, model: SentenceTransformer, texts: Sequence[str], settings: TrainSettings) -> None:
        import torch

        self.model = model.train()
        self.pieces = len(model.tokenizer)
        self.dim = int(model.get_embedding_dimension() or 0)
        model.max_seq_length = min(model.max_seq_length or settings.max_tokens, settings.max_tokens)
        self._texts = texts
        self._settings = settings
        freeze(model, settings.trainable)
        self._moving = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self._optimiser = torch.optim.AdamW(self._moving, lr=settings.body_rate, weight_decay=_WEIGHT_DECAY)
        self._waiting: list[tuple[Any, list[int], bool, Tensor]] = []  # passes to repeat with gradient
        self._leaf: Tensor | None = None

    @classmethod
    def load(cls, texts: Sequence[str], settings: TrainSettings) -> Transformer:
        """Load the model that `base` names, from a folder, the local cache or the hub.

        Raises TowerError when it cannot be had, SettingsError when `trainable` names no part of it.
        """
        import torch
        from sentence_transformers import SentenceTransformer

        torch.manual_seed(settings.seed)
        try:
            model = SentenceTransformer(settings.base)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise TowerError(
                f"The model {settings.base} cannot be loaded: {(str(error) or repr(error)).splitlines()[0]}",
                "Set `base` to a folder or a model of the Hugging Face hub.",
            ) from error
        return cls(model, texts, settings)

    def embed(self, drawn: Drawn) -> Tensor:
        """Return the vectors of all queries and then all documents, (n + documents, dim)."""
        import torch
        from sentence_transformers.base.losses.gradcache import RandContext

        total = len(drawn.queries) + len(drawn.documents)
        chunks = [
            *self._chunks(drawn.queries.tolist(), 0, queries=True),
            *self._chunks(drawn.documents.tolist(), len(drawn.queries), queries=False),
        ]
        self._waiting, self._leaf = [], None
        if total <= self._settings.chunk:
            parts = [(places, self._forward(numbers, queries=queries)) for places, numbers, queries in chunks]
            return _in_order(parts)
        done = []
        with torch.no_grad():
            for places, numbers, queries in chunks:
                before = RandContext()
                vectors = self._forward(numbers, queries=queries)
                self._waiting.append((before, numbers, queries, torch.as_tensor(places)))
                done.append((places, vectors))
        self._leaf = _in_order(done).requires_grad_()
        return self._leaf

    def step(self, pace: float) -> None:
        """Take one step of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101), gradients clipped to a norm of 1."""
        import torch

        if self._leaf is not None:
            assert self._leaf.grad is not None
            for before, numbers, queries, places in self._waiting:
                with before:
                    self._forward(numbers, queries=queries).backward(self._leaf.grad[places])  # type: ignore[no-untyped-call]
        for group in self._optimiser.param_groups:
            group["lr"] = self._settings.body_rate * pace
        torch.nn.utils.clip_grad_norm_(self._moving, _LONGEST_STEP)
        self._optimiser.step()
        self._optimiser.zero_grad()

    def encode(self, numbers: NDArray[np.int32], *, queries: bool) -> NDArray[np.float32]:
        """Return unit vectors of texts as they are now, (n, dim)."""
        encode = self.model.encode_query if queries else self.model.encode_document
        texts = [self._texts[number] for number in numbers.tolist()]
        vectors = encode(
            texts, batch_size=self._settings.chunk, normalize_embeddings=True, show_progress_bar=False
        )
        self.model.train()
        return np.asarray(vectors, dtype=np.float32)

    def write(self, folder: Path, training: dict[str, Any]) -> None:
        """Write a sentence-transformers folder in place of an older one. Raises SettingsError as `refuse_foreign`."""
        refuse_foreign(folder)
        with replaced(folder) as new:
            self.model.eval().save_pretrained(str(new), create_model_card=False)
            (new / OWN_CONFIG).write_bytes(msgspec.json.format(msgspec.json.encode({"training": training})))

    def _chunks(
        self, numbers: list[int], first: int, *, queries: bool
    ) -> list[tuple[list[int], list[int], bool]]:
        """Places in the batch, numbers of texts, and side; texts of like length together, as they are padded."""
        order = sorted(range(len(numbers)), key=lambda place: len(self._texts[numbers[place]]))
        size = self._settings.chunk
        cuts = [order[start : start + size] for start in range(0, len(order), size)]
        return [
            ([first + place for place in cut], [numbers[place] for place in cut], queries) for cut in cuts
        ]

    def _forward(self, numbers: Sequence[int], *, queries: bool) -> Tensor:
        from sentence_transformers.util import batch_to_device

        names = ("query",) if queries else ("document", "passage", "corpus")
        prompt = next((self.model.prompts[name] for name in names if self.model.prompts.get(name)), None)
        texts = [self._texts[number] for number in numbers]
        features = self.model.preprocess(texts, prompt=prompt, task=names[0])
        vectors: Tensor = self.model(batch_to_device(features, self.model.device))["sentence_embedding"]
        return vectors


def freeze(model: Module, trainable: str) -> None:
    """Let only the named part learn: "all", "embeddings" (the word table), or "top:n" (the last n layers).

    Raises SettingsError for any other name, and when the model has no such part.
    """
    from torch.nn import ModuleList
    from transformers import PreTrainedModel

    if trainable == "all":
        return
    kind, _, count = trainable.partition(":")
    parts: list[Module] = []
    if kind == "embeddings" and not count:
        bodies = [module for module in model.modules() if isinstance(module, PreTrainedModel)]
        parts = [body.get_input_embeddings() for body in bodies]
    elif kind == "top" and count.isdecimal() and int(count):
        stacks = [module for module in model.modules() if isinstance(module, ModuleList)]
        layers = list(max(stacks, key=len, default=[]))
        parts = layers[-int(count) :]
    if not parts:
        raise SettingsError(
            f'`trainable` is "{trainable}", which names no part of the model.',
            'Write "all", "embeddings", or "top:2" for the last two layers.',
        )
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for part in parts:
        part.requires_grad_()


def _in_order(parts: Sequence[tuple[list[int], Tensor]]) -> Tensor:
    """Vectors of all chunks, each at its place."""
    import torch

    places = torch.as_tensor([place for chunk, _ in parts for place in chunk])
    return torch.cat([vectors for _, vectors in parts])[torch.argsort(places)]
