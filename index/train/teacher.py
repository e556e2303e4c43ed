"""A teacher: another model whose vectors or scores say how near texts are.

A bi-encoder is run once over each text that is needed and its vectors are kept, in memory as float16 and, where a
folder is named, on disk: queries.npy, passages.npy (n, dim) beside queries.jsonl, passages.jsonl, the n folded texts as
one JSON string a line. Such a folder made elsewhere will do as well. A cross-encoder is run over pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from index.settings import TowerSettings
from index.towers import load_tower
from ingest.errors import PairsError, TowerError
from ingest.progress import Progress, ProgressCallback

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.train.batches import Source
    from index.train.settings import TeacherSettings

__all__ = ["Guide", "KnownVectors", "Scores", "guide", "known", "scored", "scores_of", "shown"]

_AT_ONCE = 1_024  # texts or pairs between two reports of progress

Scores = Callable[["NDArray[np.int32]", "NDArray[np.int32]"], "NDArray[np.float32]"]


@dataclass(frozen=True, slots=True, eq=False)
class KnownVectors:
    """Unit vectors of some of all texts."""

    vectors: NDArray[np.float16]  # (known, dim)
    places: NDArray[np.int32]  # (texts,) row in `vectors`, or -1

    def of(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return (n, dim) vectors; those of unknown texts are zeros."""
        places = self.places[numbers]
        found: NDArray[np.float32] = self.vectors[places].astype(np.float32)
        found[places < 0] = 0.0
        return found

    def known(self, numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each of the texts has a vector, (n,)."""
        known: NDArray[np.bool_] = self.places[numbers] >= 0
        return known


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """What a bi-encoder knows."""

    queries: KnownVectors
    passages: KnownVectors

    def scores(self, queries: NDArray[np.int32], passages: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the cosine of each row's two texts, (n,); NaN where it has not seen both."""
        cosines: NDArray[np.float32] = np.einsum(
            "nd,nd->n", self.queries.of(queries), self.passages.of(passages)
        )
        cosines[~(self.queries.known(queries) & self.passages.known(passages))] = np.nan
        return cosines


def shown(sources: Sequence[Source], share: float, seed: int) -> list[Source]:
    """The sources with only the random `share` of their pairs that a teacher sees; at least one of each."""
    if share == 1.0:
        return list(sources)
    random = np.random.default_rng(seed)
    return [
        source.taken(np.sort(random.permutation(len(source))[: max(1, round(share * len(source)))]))
        for source in sources
    ]


def guide(
    texts: Sequence[str], sources: Sequence[Source], settings: TeacherSettings, progress: ProgressCallback
) -> Guide:
    """Have the bi-encoder's vectors of all texts in `sources`, from its folder or from itself.

    Raises TowerError when it cannot be had, PairsError when the folder does not hold what it should.
    """
    queries = _union([source.queries for source in sources])
    passages = _union([source.passages for source in sources])
    tower = (
        load_tower(TowerSettings(name=settings.name, batch_size=settings.batch)) if settings.name else None
    )
    sides = []
    for name, numbers in (("queries", queries), ("passages", passages)):
        kept, vectors = _read(settings.vectors, name)
        rows = {text: row for row, text in enumerate(kept)}
        missing = [number for number in numbers.tolist() if texts[number] not in rows]
        if missing and tower:
            encode = tower.encode_queries if name == "queries" else tower.encode_passages
            new = [vectors] if len(vectors) else []
            for start in range(0, len(missing), _AT_ONCE):
                chunk = [texts[number] for number in missing[start : start + _AT_ONCE]]
                new.append(encode(chunk).astype(np.float16))
                rows.update((text, len(rows)) for text in chunk)
                progress(Progress("teacher", min(start + _AT_ONCE, len(missing)), len(missing), name))
            vectors = np.concatenate(new)
            _write(settings.vectors, name, list(rows), vectors)
        places = np.full(len(texts), -1, dtype=np.int32)
        places[numbers] = [rows.get(texts[number], -1) for number in numbers.tolist()]
        sides.append(KnownVectors(_of_unit_length(vectors), places))
    return Guide(sides[0], sides[1])


def known(sources: Sequence[Source], guide: Guide) -> list[Source]:
    """The sources with only the pairs that the teacher has vectors of. Raises PairsError when there are none."""
    kept = [
        source.taken(
            np.flatnonzero(guide.queries.known(source.queries) & guide.passages.known(source.passages))
        )
        for source in sources
    ]
    kept = [source for source in kept if len(source)]
    if not kept:
        raise PairsError(
            "The teacher has vectors of no pair.", "Set `teacher.name`, or correct `teacher.vectors`."
        )
    return kept


def scores_of(texts: Sequence[str], settings: TeacherSettings, progress: ProgressCallback) -> Scores:
    """Return the cross-encoder as a function of pairs of texts by number, to scores from 0 to 1.

    Raises TowerError when it cannot be had.
    """
    from sentence_transformers import CrossEncoder
    from torch.nn import Sigmoid

    try:
        model = CrossEncoder(settings.name, num_labels=1)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise TowerError(
            f"The cross-encoder {settings.name} cannot be loaded: {str(error).splitlines()[0]}",
            "Set `teacher.name` to a folder or a model of the Hugging Face hub.",
        ) from error

    def scores(queries: NDArray[np.int32], passages: NDArray[np.int32]) -> NDArray[np.float32]:
        found = np.zeros(len(queries), dtype=np.float32)
        for start in range(0, len(queries), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            pairs = [(texts[q], texts[p]) for q, p in zip(queries[part], passages[part], strict=True)]
            found[part] = model.predict(
                pairs, batch_size=settings.batch, activation_fn=Sigmoid(), show_progress_bar=False
            )
            progress(Progress("teacher", min(start + _AT_ONCE, len(queries)), len(queries), "pairs"))
        return found

    return scores


def scored(sources: Sequence[Source], scores: Scores) -> list[Source]:
    """The sources with what the teacher gives their passages and negatives as targets."""
    done = []
    for source in sources:
        assert source.negatives is not None
        documents = np.column_stack((source.passages, source.negatives))
        queries = np.repeat(source.queries, documents.shape[1])
        done.append(replace(source, targets=scores(queries, documents.ravel()).reshape(documents.shape)))
    return done


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _union(numbers: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.unique(np.concatenate(numbers))


def _of_unit_length(vectors: NDArray[np.float16]) -> NDArray[np.float16]:
    """Vectors made elsewhere need not be normalised."""
    if not len(vectors):
        return np.zeros((1, 1), dtype=np.float16)
    norms = np.linalg.norm(vectors.astype(np.float32), axis=1, keepdims=True)
    unit: NDArray[np.float16] = (vectors / np.where(norms > 0, norms, 1)).astype(np.float16)
    return unit


def _read(folder: str, name: str) -> tuple[list[str], NDArray[np.float16]]:
    nothing: tuple[list[str], NDArray[np.float16]] = ([], np.empty((0, 0), dtype=np.float16))
    if not folder or not (Path(folder) / f"{name}.npy").is_file():
        return nothing
    table, lines = (Path(folder) / f"{name}.{ending}" for ending in ("npy", "jsonl"))
    try:
        vectors = np.load(table, allow_pickle=False)
        texts = [msgspec.json.decode(line, type=str) for line in lines.read_bytes().splitlines()]
    except (OSError, ValueError, EOFError) as error:  # msgspec's errors are ValueErrors
        raise PairsError(f"The teacher's vectors in {table} cannot be read: {error}.", _CURE) from error
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise PairsError(f"{table} holds {len(vectors)} vectors for {len(texts)} texts.", _CURE)
    return texts, vectors.astype(np.float16)


def _write(folder: str, name: str, texts: Sequence[str], vectors: NDArray[np.float16]) -> None:
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        np.save(Path(folder) / f"{name}.npy", vectors, allow_pickle=False)
        lines = b"".join(msgspec.json.encode(text) + b"\n" for text in texts)
        (Path(folder) / f"{name}.jsonl").write_bytes(lines)


_CURE = "Delete the folder named by `teacher.vectors`, and its vectors are made again."
