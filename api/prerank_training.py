"""Settings to a training run of prerank: which sources it learns from, and where the model goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec import structs

from api.wiring import PRERANK, Clock, click_log, existing_store, open_engine, open_reranker, open_towers
from ingest.errors import SettingsError
from ingest.progress import Progress

if TYPE_CHECKING:
    from api.settings import Settings
    from ingest.progress import ProgressCallback
    from search.engine import Engine
    from search.prerank.train.distill import Teacher
    from search.prerank.train.examples import Examples
    from search.prerank.train.run import PrerankReport
    from search.prerank.train.sources import Collection

__all__ = ["Sources", "train_prerank"]


@dataclass(frozen=True, slots=True)
class Sources:
    """What a run learns from."""

    pairs: tuple[str, ...] = ()  # folders of pairs
    judged: tuple[Path, ...] = ()  # folders of judged queries: collections, or judgements of the corpus
    corpus: bool = False  # what the user's lists and articles say of each other, and the user's clicks
    reranker: bool = False  # what the reranker of the settings makes of the candidates of all these


def train_prerank(
    settings: Settings,
    sources: Sources,
    out: Path | None,
    *,
    clock: Clock,
    progress: ProgressCallback | None = None,
) -> tuple[PrerankReport, Path | None]:
    """Train prerank and write the model to `out`.

    Without `out` it becomes the data folder's own, which "auto" takes, if it is better than the linear one; an earlier
    one that was goes then. Returns where it was written; None where it was not. Raises ShuangtaError.
    """
    from search.prerank.train.run import train_prerank as run
    from search.prerank.trees import write_forest

    tell = progress or (lambda _: None)
    trained = run(_examples(settings, sources, clock, tell), settings.search.prerank.train)
    place = out or settings.data_path / PRERANK
    if out is None and not trained.report.better:
        place.unlink(missing_ok=True)
        return trained.report, None
    write_forest(trained.forest, place)
    return trained.report, place


def _examples(
    settings: Settings, sources: Sources, clock: Clock, progress: ProgressCallback
) -> Iterator[Examples]:
    """The examples of every source that has some."""
    for number, (name, make) in enumerate(_named(settings, sources, clock), 1):
        progress(Progress("examples", number, 0, name))
        found = make()
        if found is not None:
            yield found


def _named(
    settings: Settings, sources: Sources, clock: Clock
) -> Iterator[tuple[str, Callable[[], Examples | None]]]:
    """Every source with its name, and what makes its examples."""
    from search.prerank.train.examples import Asking, collect
    from search.prerank.train.from_clicks import examine_clicks
    from search.prerank.train.judged import from_collection, from_judgements, has_documents

    teacher = _teacher(settings) if sources.reranker else None
    how = Asking(open_towers(settings), settings.index, settings.search, clock, teacher)
    with TemporaryDirectory(prefix="shuangta-prerank-") as work:
        for collection in _collections(settings, sources):
            yield collection.name, partial(collect, collection, Path(work) / collection.name, how)
        for folder in filter(has_documents, sources.judged):
            yield folder.name, partial(from_collection, folder, how)
    clicks = click_log(settings).read() if sources.corpus else []
    judged = [folder for folder in sources.judged if not has_documents(folder)]
    if clicks or judged:
        with _own_index(settings) as engine:
            for folder in judged:
                yield folder.name, partial(from_judgements, folder, engine, teacher)
            if clicks:
                most = settings.search.prerank.train.click_most
                yield "clicks", partial(examine_clicks, clicks, engine, most=most, teacher=teacher)


def _teacher(settings: Settings) -> Teacher:
    from search.prerank.train.distill import Teacher

    reranker = open_reranker(settings)
    if reranker is None:
        raise SettingsError(
            "There is no reranker to learn from.", "Name one as search.rerank.model, or leave --distill out."
        )
    own = settings.search.prerank.train
    return Teacher(reranker, own.distill_depth, own.seed)


def _collections(settings: Settings, sources: Sources) -> Iterator[Collection]:
    """What is made into collections of its own: files of pairs, and the corpus."""
    from index.train.pairs import pair_files
    from search.prerank.train.from_corpus import from_corpus
    from search.prerank.train.sources import from_pairs

    own = settings.search.prerank.train
    for file in pair_files(sources.pairs, ()) if sources.pairs else ():
        yield from from_pairs(file, passages=own.passages, questions=own.questions, seed=own.seed)
    if sources.corpus:
        with existing_store(settings) as store:
            yield from from_corpus(
                store.entries(),
                settings.index.passages,
                passages=own.passages,
                questions=own.questions,
                seed=own.seed,
            )


@contextmanager
def _own_index(settings: Settings) -> Iterator[Engine]:
    """An engine over the current generation, without a model of prerank, which may be of an older version."""
    prerank = structs.replace(settings.search.prerank, model="none")
    search = structs.replace(settings.search, prerank=prerank)
    engine = open_engine(structs.replace(settings, search=search))
    with closing(engine.generation), closing(engine):
        yield engine
