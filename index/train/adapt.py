"""A static tower adapted to one corpus, and the question whether that helped.

A run goes on from the tower of the settings, never from an adapted one, so that nothing drifts from night to night;
its result is averaged with where it started, which keeps what the corpus says nothing about. It is used only where it
finds held-out articles better, by more than chance and by enough to be worth encoding every passage anew.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from index.adapted import (
    Adaptation,
    Figures,
    keep,
    last_adaptation,
    open_adapted,
    prune_adapted,
    staging,
    write_latest,
)
from index.generation import readable
from index.static_folder import read_static_folder
from index.static_tower import StaticTower
from index.towers import SHIPPED
from index.train.bag import TokenBag
from index.train.batches import Texts, collect
from index.train.corpus import read_corpus
from index.train.export import write_tower
from index.train.extra import need_models
from index.train.held_out import chance, hold_out, score
from index.train.settings import TrainSettings
from index.train.trainer import fit
from ingest.errors import TowerError
from ingest.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.settings import AdaptSettings, PassageSettings, TowerSettings
    from index.static_folder import StaticTable
    from index.train.corpus import Corpus, Kind
    from index.train.held_out import HeldOut, Scores
    from index.train.pairs import Pair
    from ingest.articles import Entry

__all__ = ["AdaptReport", "adapt"]

_METHOD = 1  # counted up when the same inputs give another tower
_SMALLEST = 32  # pairs of a source; smaller ones are pooled by direction


@dataclass(frozen=True, slots=True)
class AdaptReport:
    """What a run found, or the run before it when nothing has changed since."""

    adaptation: Adaptation
    ran: bool
    seconds: float


def adapt(
    entries: Iterable[Entry],
    data_dir: Path,
    *,
    tower: TowerSettings,
    passages: PassageSettings,
    settings: AdaptSettings,
    progress: Callable[[Progress], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> AdaptReport:
    """Adapt the static `tower` to the corpus, and note which tower to build the next index with.

    The caller holds the data folder's lock. Deterministic for given inputs, library versions and threads. Raises
    TowerError when `tower` cannot be read or adapted, and MissingExtraError when there is something to do and torch
    is missing; either leaves everything as it was.
    """
    began = clock()
    table = _table(tower)
    start = StaticTower.open(_folder(tower), tower)
    progress(Progress("adapt: corpus", 0, 0, ""))
    corpus = read_corpus(entries, passages)
    held_out = hold_out(corpus, settings.held_out)
    pairs = list(corpus.pairs(held_out.training))
    inputs = _digest(start.id, pairs, held_out, settings)
    last = last_adaptation(data_dir)
    before = _in_use(data_dir, last, start, tower)
    if last is not None and (last.inputs, last.tower) == (inputs, before.id):
        return AdaptReport(last, False, clock() - began)

    found = Adaptation(
        "too few queries", tower.name, start.id, start.id, inputs, len(pairs), len(held_out.queries)
    )
    if len(held_out.queries) < settings.min_queries:
        write_latest(data_dir, found)
    else:
        rows = _trained(table, pairs, settings, progress)
        with staging(data_dir) as staged:
            write_tower(staged, table.tokenizer, rows, {"start": start.id, "inputs": inputs})
            new = StaticTower.open(staged, tower)
            found = _judged(found, start, before, new, corpus, held_out, settings, progress)
            if found.tower == new.id:
                keep(data_dir, found)
            else:
                write_latest(data_dir, found)
    searched = {leg.id for _, manifest in readable(data_dir) for leg in manifest.towers}
    prune_adapted(data_dir, searched | {found.tower})
    return AdaptReport(found, True, clock() - began)


def _folder(tower: TowerSettings) -> Path:
    return SHIPPED.get(tower.name) or Path(tower.name).expanduser()


def _table(tower: TowerSettings) -> StaticTable:
    """The one table of a symmetric tower. Raises TowerError."""
    folder = read_static_folder(_folder(tower))
    if not (folder.symmetric and folder.folded):
        raise TowerError(
            f"The tower {tower.name} cannot be adapted: it has a table for each side, or takes text unfolded.",
            "Set `enabled` of [index.adapt] to false, or `name` of [[index.towers]] to another tower.",
        )
    return folder.passages


def _in_use(data_dir: Path, last: Adaptation | None, start: StaticTower, tower: TowerSettings) -> StaticTower:
    """The tower that the next index would be built with. What came of another start is dropped."""
    if last is None or last.start != start.id:
        return start
    return open_adapted(data_dir, last.tower, tower) or start


def _digest(
    start: str, pairs: Sequence[tuple[Kind, Pair]], held_out: HeldOut, settings: AdaptSettings
) -> str:
    asked = [(query.kind, query.text, query.article) for query in held_out.queries]
    how = msgspec.structs.replace(settings, enabled=True)  # by hand or by night is all the same
    return hashlib.sha256(msgspec.json.encode((_METHOD, start, how, pairs, asked))).hexdigest()


def _trained(
    table: StaticTable,
    pairs: Sequence[tuple[Kind, Pair]],
    settings: AdaptSettings,
    progress: Callable[[Progress], None],
) -> NDArray[np.float32]:
    """The average of the table as it was and as training left it, (pieces, dim). Raises MissingExtraError.

    Averaging: WiSE-FT of Wortsman et al. 2022 (arXiv:2109.01903), which for a bag of tokens is the same for weights
    and for what they compute.
    """
    need_models()
    import torch

    torch.set_num_threads(settings.threads)
    by_kind: dict[Kind, list[Pair]] = defaultdict(list)
    for kind, pair in pairs:
        by_kind[kind].append(pair)
    texts, sources = collect(by_kind.items(), smallest=_SMALLEST)
    bag = TokenBag.from_tower(table)
    run = TrainSettings(
        pairs=(),
        out="",
        steps=max(1, round(settings.epochs * len(pairs) / settings.batch)),
        batch=settings.batch,
        source_exponent=1.0,
        dropout=settings.dropout,
        learning_rate=settings.learning_rate,
        weight_rate=settings.weight_rate,
        seed=settings.seed,
    )
    fit(bag, Texts.tokenised(texts, table.tokenizer), sources, run, progress=_renamed(progress))
    before = table.dense()
    return before + settings.share * (bag.table() - before)


def _renamed(progress: Callable[[Progress], None]) -> Callable[[Progress], None]:
    return lambda moment: progress(Progress("adapt: steps", moment.done, moment.total, moment.note))


def _judged(
    found: Adaptation,
    start: StaticTower,
    before: StaticTower,
    new: StaticTower,
    corpus: Corpus,
    held_out: HeldOut,
    settings: AdaptSettings,
    progress: Callable[[Progress], None],
) -> Adaptation:
    """Which of the three to use. A tower in use gives way to a better one only, and to the start where it is worse."""

    def scores(tower: StaticTower) -> Scores:
        total = len(corpus.passages)
        return score(
            tower, corpus, held_out, lambda done: progress(Progress("adapt: test", done, total, tower.id))
        )

    of_start = scores(start)
    of_before = of_start if before.id == start.id else scores(before)
    of_new = scores(new)
    used, of_used = (before, of_before) if of_before.ndcg_10 >= of_start.ndcg_10 else (start, of_start)
    gain = of_new.ndcg_10 - of_used.ndcg_10
    better = gain >= settings.min_gain and chance(of_new, of_used) <= settings.max_p
    measured = {start.id: of_start, before.id: of_before, new.id: of_new}
    return msgspec.structs.replace(
        found,
        outcome="better" if better else "no better",
        tower=new.id if better else used.id,
        figures=tuple(Figures(name, each.ndcg_10, each.mrr_10) for name, each in measured.items()),
    )
