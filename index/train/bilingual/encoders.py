"""The two encoders of a bilingual run: the teacher, which knows English, and its copy, which learns Chinese."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.train.bag import LazyAdam

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

__all__ = ["Encoded", "Student", "Teacher"]

_AT_ONCE = 64  # texts that the teacher reads
_WEIGHT_DECAY = 0.01
_LONGEST_STEP = 1.0  # norm to which gradients of the body are clipped


class Teacher:
    """The English encoder as it was. Its vector of a text is computed once."""

    def __init__(self, body: torch.nn.Module, tokenizer: Tokenizer, *, half: bool) -> None:
        self._body = body.eval().requires_grad_(False)
        self._tokenizer = tokenizer
        self._half = half
        self._known: dict[str, NDArray[np.float16]] = {}

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """Return unit vectors, (n, dim)."""
        import torch

        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(missing)]
        by_length = sorted(range(len(missing)), key=lambda place: len(tokens[place]))
        with torch.inference_mode():
            for start in range(0, len(by_length), _AT_ONCE):
                places = by_length[start : start + _AT_ONCE]
                ids, mask = _padded([tokens[place] for place in places])
                with _precision(half=self._half):
                    states = self._body(input_ids=ids, attention_mask=mask).last_hidden_state
                vectors = _pooled(states, mask).numpy().astype(np.float16)
                self._known.update((missing[place], row) for place, row in zip(places, vectors, strict=True))
        return torch.from_numpy(np.stack([self._known[text] for text in texts]).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors, and the rows of the table that they came from."""

    vectors: torch.Tensor  # (n, dim), of unit length
    numbers: torch.Tensor  # (touched,) of the rows
    rows: torch.Tensor  # (touched, dim), a leaf


class Student:
    """The English encoder with a larger table, of which only the rows from `first_new` on learn.

    Dropout is off: a teacher's vectors are no labels to be learned by heart, and the noise would be on one side only.
    """

    def __init__(
        self,
        body: torch.nn.Module,
        table: NDArray[np.float32],
        first_new: int,
        *,
        body_rate: float,
        half: bool,
    ) -> None:
        import torch

        self.body = copy.deepcopy(body).eval()
        embedding = torch.nn.Embedding(len(table), table.shape[1], padding_idx=0)
        embedding.weight.data = torch.from_numpy(table.copy())
        self.body.set_input_embeddings(embedding)  # type: ignore[operator]
        self.body.config.vocab_size = len(table)  # type: ignore[union-attr]
        self._table = embedding.weight.requires_grad_(False)
        self._first_new = first_new
        self._half = half
        self._rows = LazyAdam(self._table)
        self._moving = [
            parameter
            for name, parameter in self.body.named_parameters()
            if parameter is not self._table and not name.startswith("pooler.")
        ]
        for parameter in self._moving:
            parameter.requires_grad_(body_rate > 0)
        self._body_rate = body_rate
        self._optimiser = torch.optim.AdamW(self._moving, lr=body_rate, weight_decay=_WEIGHT_DECAY)

    def __call__(self, tokens: Sequence[Sequence[int]]) -> Encoded:
        """Return what `step` needs once a loss over the vectors has gone backward."""
        import torch

        ids, mask = _padded(tokens)
        numbers, places = torch.unique(ids, return_inverse=True)
        rows = self._table[numbers].requires_grad_()
        with _precision(half=self._half):
            states = self.body(
                inputs_embeds=torch.nn.functional.embedding(places, rows), attention_mask=mask
            ).last_hidden_state
        return Encoded(_pooled(states, mask), numbers, rows)

    def step(self, encoded: Sequence[Encoded], row_rate: float, pace: float) -> None:
        """Take one step, at `pace` times the learning rates."""
        import torch

        for each in encoded:
            assert each.rows.grad is not None
            new = each.numbers >= self._first_new
            self._rows.step(each.numbers[new], each.rows.grad[new], row_rate * pace)
        if self._body_rate:
            torch.nn.utils.clip_grad_norm_(self._moving, _LONGEST_STEP)
            for group in self._optimiser.param_groups:
                group["lr"] = self._body_rate * pace
            self._optimiser.step()
            self._optimiser.zero_grad()


def _padded(tokens: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and mask, (texts, longest)."""
    import torch

    ids = torch.zeros(len(tokens), max(map(len, tokens)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for place, text in enumerate(tokens):
        ids[place, : len(text)] = torch.tensor(text)
        mask[place, : len(text)] = 1
    return ids, mask


def _pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean of the states under the mask, at unit length, (n, dim)."""
    from torch.nn.functional import normalize

    weights = mask[..., None].float()
    return normalize((states.float() * weights).sum(1) / weights.sum(1))


def _precision(*, half: bool) -> contextlib.AbstractContextManager[object]:
    import torch

    return torch.autocast("cpu", torch.bfloat16) if half else contextlib.nullcontext()
