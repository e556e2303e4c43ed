"""`shuangta train --adapt` and `--corpus`: the user's own lists and articles as training data."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from api.exits import SUCCESS
from api.options import settings_of
from api.progress import ProgressBars

if TYPE_CHECKING:
    from index.train.adapt import AdaptReport

__all__ = ["adapt", "add_adapt_arguments", "corpus_pairs", "told", "wrong_usage"]


def add_adapt_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--adapt`, `--corpus` and `--data-dir`."""
    group = parser.add_argument_group("your own corpus")
    group.add_argument(
        "--adapt",
        action="store_true",
        help="adapt the static tower of the settings to the corpus; it is used where it is better. --config and "
        "--set then mean the program's settings, such as index.adapt.epochs=5",
    )
    group.add_argument(
        "--corpus", action="store_true", help="train on what lists and articles say of their passages, too"
    )
    group.add_argument(
        "--data-dir", metavar="DIR", help="data folder (default: SHUANGTA_DATA_DIR, else the platform's)"
    )


def wrong_usage(arguments: argparse.Namespace) -> str:
    """What is wrong with the combination of options, if anything is."""
    if arguments.adapt and arguments.prerank:
        return "--adapt and --prerank are two runs."
    if (arguments.judged or arguments.distill) and not arguments.prerank:
        return "--judged and --distill go with --prerank."
    if arguments.adapt and (arguments.pairs or arguments.corpus or arguments.out):
        return "--adapt goes without folders of pairs, --corpus and --out."
    return ""


def adapt(arguments: argparse.Namespace) -> int:
    """Adapt the tower, and say what that brought. Raises ShuangtaError."""
    from api import rebuilding

    settings = settings_of(arguments, os.environ)
    with ProgressBars(quiet=arguments.quiet) as progress:
        report = rebuilding.adapt_only(settings, progress=progress)
    if arguments.json:
        print(msgspec.json.encode(report).decode())
        return SUCCESS
    if arguments.quiet:
        return SUCCESS
    print(told(report))
    if report.ran and report.adaptation.outcome == "better":
        print("To search with it: shuangta index")
    return SUCCESS


def told(report: AdaptReport) -> str:
    """What a run of the adaptation found, in a sentence."""
    found = report.adaptation
    if found.outcome == "too few queries":
        return (
            f"kept the tower {found.tower}: {found.queries} notes, titles and headings of held-out articles "
            "are too few to tell whether another is better"
        )
    figures = ", ".join(
        f"{each.tower} {each.ndcg_10:.4f} (MRR@10 {each.mrr_10:.4f})" for each in found.figures
    )
    done = "adapted the tower" if found.outcome == "better" else "kept the tower"
    tested = f"nDCG@10 over {found.queries} held-out queries: {figures}"
    if not report.ran:
        return f"{found.tower} is still the tower to build with: nothing had changed ({tested})"
    return f"{done}, {found.tower} is the one to build with ({report.seconds:.0f} s); {tested}"


@contextmanager
def corpus_pairs(arguments: argparse.Namespace) -> Iterator[list[str]]:
    """A folder of the corpus's pairs, for as long as it is needed; none where `--corpus` is not given."""
    if not arguments.corpus:
        yield []
        return
    from api.wiring import existing_store
    from index.train.corpus import read_corpus, write_pairs

    # --config and --set are the run's.
    place = argparse.Namespace(config=None, sets=[], data_dir=arguments.data_dir)
    settings = settings_of(place, os.environ)
    with TemporaryDirectory(prefix="shuangta-pairs-") as folder:
        with existing_store(settings) as store:
            corpus = read_corpus(store.entries(), settings.index.passages)
        write_pairs(corpus.pairs(range(len(corpus.articles))), Path(folder))
        yield [folder]
