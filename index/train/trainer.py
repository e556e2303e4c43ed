"""One training run: vocabulary, batches, steps, and the finished folder."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from index.static_folder import read_static_folder
from index.towers import SHIPPED
from index.train.bag import TokenBag
from index.train.batches import Batches, Texts, collect
from index.train.export import refuse_foreign, write_tower
from index.train.objective import matryoshka
from index.train.pairs import pair_files, read_pairs
from index.train.tokenizer import train_tokenizer
from index.train.views import view
from ingest.errors import MissingExtraError
from ingest.progress import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.train.batches import Source
    from index.train.settings import TrainSettings

__all__ = ["TrainReport", "fit", "train"]

_REPORT_EVERY = 50  # steps
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


def train(
    settings: TrainSettings,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> TrainReport:
    """Train a static tower as `settings` say and write its folder, in int8.

    With `start`, it goes on from that tower, in its vocabulary and dimension. Deterministic for given settings, data,
    library versions and number of threads. Raises SettingsError when there is nothing to train on or `out` holds
    something else, TowerError when `start` is no static tower, and MissingExtraError without torch.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("Training needs torch.", "pip install 'shuangta[models]'") from error

    torch.set_num_threads(settings.threads)
    began = clock()
    out = Path(settings.out)
    refuse_foreign(out)
    files = pair_files(settings.pairs, settings.leave_out)
    progress(Progress("vocabulary", 0, 1, f"{len(files)} files"))
    texts, sources = collect(
        ((file.name, read_pairs(file)) for file in files), smallest=_POOL_BELOW * settings.batch
    )
    start = read_static_folder(SHIPPED.get(settings.start, Path(settings.start))) if settings.start else None
    tokenizer = start.passages.tokenizer if start else train_tokenizer(sorted(texts), settings.vocabulary)
    vocabulary_ready = clock()

    progress(Progress("tokens", 0, len(texts), ""))
    tokens = Texts.tokenised(texts, tokenizer)
    tokens_ready = clock()

    if start:
        bag = TokenBag.from_tower(start.passages)
    else:
        counts = np.bincount(tokens.tokens, minlength=tokenizer.get_vocab_size())
        bag = TokenBag.random(counts, settings.dim, sif=settings.sif, seed=settings.seed)
    losses = fit(bag, tokens, sources, settings, progress=progress)
    fitted = clock()
    write_tower(out, tokenizer, bag.table(), _record(settings, [file.name for file in files]))
    return TrainReport(
        out=out,
        pairs=sum(map(len, sources)),
        sources=len(sources),
        pieces=tokenizer.get_vocab_size(),
        losses=tuple(float(part.mean()) for part in np.array_split(losses, 100) if len(part)),
        seconds={
            "vocabulary": vocabulary_ready - began,
            "tokens": tokens_ready - vocabulary_ready,
            "steps": fitted - tokens_ready,
            "export": clock() - fitted,
        },
    )


def _record(settings: TrainSettings, files: Sequence[str]) -> dict[str, Any]:
    """What the folder says of its making: the settings without this machine's paths, and the files by name."""
    record = {
        name: value
        for name, value in msgspec.structs.asdict(settings).items()
        if name not in {"pairs", "out", "leave_out"}
    }
    return record | {"files": list(files)}


def fit(
    bag: TokenBag,
    texts: Texts,
    sources: Sequence[Source],
    settings: TrainSettings,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
) -> NDArray[np.float64]:
    """Take all steps on `bag`; returns the loss of each, (steps,).

    `texts` are tokens of the bag's own vocabulary. Of the settings, those of files and vocabulary are not used.
    """
    batches = Batches(
        sources,
        settings.batch,
        exponent=settings.source_exponent,
        parallel_boost=settings.parallel_boost,
        seed=settings.seed,
    )
    random = np.random.default_rng(settings.seed)
    dims = (bag.vectors.shape[1], *settings.matryoshka)
    losses = np.zeros(settings.steps)
    for step in range(settings.steps):
        queries, passages = batches.draw()
        pooled = bag.pool(*view(texts, queries, passages, settings, random))
        query_sums, passage_sums = pooled.sums.chunk(2)
        loss = matryoshka(query_sums, passage_sums, settings.temperature, dims)
        loss.backward()  # type: ignore[no-untyped-call]
        pace = _pace(step, settings)
        bag.step(pooled, settings.learning_rate * pace, settings.weight_rate * pace)
        losses[step] = loss.item()
        if step % _REPORT_EVERY == _REPORT_EVERY - 1:
            mean = losses[step + 1 - _REPORT_EVERY : step + 1].mean()
            progress(Progress("steps", step + 1, settings.steps, f"loss {mean:.3f}"))
    return losses


def _pace(step: int, settings: TrainSettings) -> float:
    """Share of the learning rate at a step: a linear warm-up, then half a cosine down to zero."""
    warm = max(1, round(settings.warmup * settings.steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, settings.steps - warm)))
