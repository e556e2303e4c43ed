"""One training run: pairs, student, steps, and the finished folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from index.folding import fold
from index.settings import TowerSettings
from index.static_folder import StaticFolder, read_static_folder
from index.towers import SHIPPED, load_tower
from index.train.bag import TokenBag
from index.train.batches import Source, Texts, collect
from index.train.dictionary import read_dictionary
from index.train.export import refuse_foreign, write_tower
from index.train.extra import need_models
from index.train.fitting import descend
from index.train.pairs import Pair, Sieve, pair_files
from index.train.piece_vectors import piece_vectors
from index.train.preparation import prepared
from index.train.settings import checked
from index.train.tables import TokenTables
from index.train.tokenizer import read_tokenizer, train_tokenizer
from index.train.transformer import Transformer
from ingest.errors import SettingsError
from ingest.progress import Progress, ProgressCallback

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from index.train.pairs import PairFile
    from index.train.settings import TrainSettings

__all__ = ["TrainReport", "fit", "train"]

_MEANINGS = 2  # of a word of the dictionary that are learned
_POOL_BELOW = 4  # batches' worth of pairs; smaller sources are pooled


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a run did."""

    out: Path
    pairs: int
    sources: int
    pieces: int
    losses: tuple[float, ...]  # mean of each hundredth part of the run
    seconds: dict[str, float]  # by stage
    left_out: dict[str, int]  # lines of the files that were not used, by reason


def train(
    settings: TrainSettings,
    *,
    progress: ProgressCallback = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> TrainReport:
    """Train a tower as `settings` say and write its folder.

    With `start`, it goes on from that tower, in its vocabulary and dimension; with `base`, it trains that model.
    Deterministic for given settings, data, library versions and number of threads. Raises SettingsError when the
    settings contradict each other, there is nothing to train on or `out` holds something else, PairsError for a file
    that holds no pairs, TowerError when `start`, `base`, `distilled` or the teacher cannot be had, and MissingExtraError without
    torch and sentence-transformers.
    """
    checked(settings)
    need_models()
    import torch

    torch.set_num_threads(settings.threads)
    began = clock()
    out = Path(settings.out)
    refuse_foreign(out)
    files = pair_files(settings.pairs, settings.leave_out, settings.source_weights)
    progress(Progress("vocabulary", 0, 1, f"{len(files)} files"))
    texts, sources, left_out = _read(files, settings)
    start = _start(settings)
    tokenizer = None if settings.base else _vocabulary(texts, start, settings)
    vocabulary_ready = clock()

    progress(Progress("tokens", 0, len(texts), ""))
    student: Transformer | TokenTables
    if tokenizer is None:
        student = Transformer.load(texts, settings)
    else:
        student = _tables(Texts.tokenised(texts, tokenizer), tokenizer, start, settings)
    tokens_ready = clock()

    ready = prepared(texts, sources, settings, progress)
    prepared_at = clock()
    losses = descend(
        student, ready.sources, settings, guide=ready.guide, scores=ready.scores, progress=progress
    )
    fitted = clock()
    record = _record(settings, [file.name for file in files])
    if isinstance(student, Transformer):
        student.write(out, record)
    else:
        assert tokenizer is not None
        queries, passages = student.bags[0].table(), student.bags[-1].table()
        own = queries if len(student.bags) > 1 else None
        write_tower(out, tokenizer, passages, record, queries=own, precision=settings.precision)
    return TrainReport(
        out=out,
        pairs=sum(map(len, ready.sources)),
        sources=len(ready.sources),
        pieces=student.pieces if isinstance(student, Transformer) else len(student.bags[0].vectors),
        losses=tuple(float(part.mean()) for part in np.array_split(losses, 100) if len(part)),
        seconds={
            "vocabulary": vocabulary_ready - began,
            "tokens": tokens_ready - vocabulary_ready,
            "negatives": prepared_at - tokens_ready,
            "steps": fitted - prepared_at,
            "export": clock() - fitted,
        },
        left_out=left_out,
    )


def fit(
    bag: TokenBag,
    texts: Texts,
    sources: Sequence[Source],
    settings: TrainSettings,
    *,
    progress: ProgressCallback = lambda _: None,
) -> NDArray[np.float64]:
    """Take all steps on `bag`; returns the loss of each, (steps,).

    `texts` are tokens of the bag's own vocabulary. Of the settings, those of files, vocabulary and teacher are not used;
    `sources` bring the negatives that they have.
    """
    return descend(TokenTables([bag], texts, settings), sources, settings, progress=progress)


def _read(
    files: Sequence[PairFile], settings: TrainSettings
) -> tuple[list[str], list[Source], dict[str, int]]:
    """All texts, all sources, and how many lines were left out, by reason."""
    named: list[tuple[str, Iterable[Pair]]] = []
    if settings.dictionary:
        named.append(("dictionary", _meanings(settings)))
    sieve = Sieve(
        shortest=settings.shortest,
        longest=settings.longest,
        texts_only=settings.objective == "simcse",
        folded=not settings.base,
    )
    named.extend((file.name, sieve.read(file)) for file in files)
    texts, sources = collect(
        named,
        smallest=_POOL_BELOW * settings.batch,
        weights=settings.source_weights,
        spelling=fold if settings.base else str,
    )
    sources = [source for source in sources if source.weight > 0]
    if not sources:
        raise SettingsError(
            f"No pair is left to train on: {dict(sieve.left_out)}.",
            "Check `pairs`, `shortest` and `longest`.",
        )
    return texts, sources, dict(sieve.left_out)


def _meanings(settings: TrainSettings) -> Iterator[Pair]:
    for entry in read_dictionary(Path(settings.dictionary).expanduser()).values():
        for gloss in entry.glosses[:_MEANINGS]:
            if gloss != entry.word:
                yield Pair(entry.word, fold(gloss), "parallel", "zh", "en")


def _start(settings: TrainSettings) -> StaticFolder | None:
    if not settings.start:
        return None
    return read_static_folder(SHIPPED.get(settings.start, Path(settings.start).expanduser()))


def _vocabulary(texts: Sequence[str], start: StaticFolder | None, settings: TrainSettings) -> Tokenizer:
    if start:
        return start.passages.tokenizer
    if settings.tokenizer:
        return read_tokenizer(SHIPPED.get(settings.tokenizer, Path(settings.tokenizer).expanduser()))
    return train_tokenizer(sorted(texts), settings.vocabulary)


def _tables(
    texts: Texts, tokenizer: Tokenizer, start: StaticFolder | None, settings: TrainSettings
) -> TokenTables:
    """The student before the first step: two tables start from the same rows, unless `start` has two."""
    sides = 1 if settings.towers == "symmetric" else 2
    if start:
        tables = (start.queries, start.passages)[-sides:]
        return TokenTables([TokenBag.from_tower(table) for table in tables], texts, settings)
    counts = np.bincount(texts.tokens, minlength=tokenizer.get_vocab_size())
    if not settings.distilled:
        bags = [
            TokenBag.random(counts, settings.dim, sif=settings.sif, seed=settings.seed) for _ in range(sides)
        ]
        return TokenTables(bags, texts, settings)
    import torch

    tower = load_tower(TowerSettings(name=settings.distilled))
    rows = piece_vectors(tokenizer, tower, settings.dim, settings.random_dims, settings.seed)
    bags = [TokenBag.weighted(torch.from_numpy(rows.copy()), counts, sif=settings.sif) for _ in range(sides)]
    return TokenTables(bags, texts, settings)


def _record(settings: TrainSettings, files: Sequence[str]) -> dict[str, Any]:
    """What the folder says of its making: the settings without this machine's paths, and the files by name."""
    record: dict[str, Any] = msgspec.to_builtins(settings)
    for name in ("pairs", "out", "leave_out"):
        del record[name]
    for place in (record, record["teacher"]):
        for name in {"start", "base", "name", "vectors", "tokenizer", "distilled", "dictionary"} & set(place):
            place[name] = Path(place[name]).name
    return record | {"files": list(files)}
