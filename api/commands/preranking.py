"""`shuangta train --prerank`: trees that order what recall found, from pairs of texts or from the user's own corpus."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.exits import SUCCESS
from api.options import settings_of
from api.progress import ProgressBars

if TYPE_CHECKING:
    from search.prerank.train.run import PrerankReport

__all__ = ["add_prerank_arguments", "told", "train_prerank"]


def add_prerank_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--prerank`, `--judged` and `--distill`."""
    group = parser.add_argument_group("prerank")
    group.add_argument(
        "--prerank",
        action="store_true",
        help="train prerank on the corpus and the clicks kept of it, or on folders of pairs or of judged queries (with "
        "--corpus: on all), for the towers of the settings; --out is a file then (default: the data folder's own model). --config and --set mean the program's "
        "settings, such as search.prerank.train.objective=listwise",
    )
    group.add_argument(
        "--judged",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="with --prerank: learn from judged queries, by their grades; may be repeated. A collection in BEIR's layout "
        "(qrels/train.tsv, else qrels/test.tsv), or queries.jsonl and qrels.tsv for your own index, as for `evaluate`",
    )
    group.add_argument(
        "--distill",
        action="store_true",
        help="with --prerank: learn, too, how the reranker of the settings (search.rerank.model) orders candidates",
    )


def train_prerank(arguments: argparse.Namespace) -> int:
    """Train, and say what that brought. Raises ShuangtaError."""
    from api.prerank_training import Sources
    from api.prerank_training import train_prerank as trained

    sources = Sources(
        pairs=tuple(arguments.pairs),
        judged=tuple(arguments.judged),
        corpus=arguments.corpus or not (arguments.pairs or arguments.judged),
        reranker=arguments.distill,
    )
    with ProgressBars(quiet=arguments.quiet) as progress:
        report, place = trained(
            settings_of(arguments, os.environ),
            sources,
            Path(arguments.out) if arguments.out else None,
            clock=time.time,
            progress=progress,
        )
    if arguments.json:
        print(msgspec.json.encode(report).decode())
        return SUCCESS
    print(f"prerank: {told(report, place)}")
    if arguments.out:
        print(f"To search with it: search --set search.prerank.model={place}")
    return SUCCESS


def told(report: PrerankReport, place: Path | None) -> str:
    """What a run found, in a sentence."""
    figures = (
        f"nDCG@10 of {report.queries} queries that the trees had not seen: fusion {report.fused:.4f}, linear "
        f"{report.linear:.4f}, trees {report.learned:.4f} ({report.collections} collections, {report.candidates} candidates)"
    )
    return f"{place}; {figures}" if place else f"kept the linear model, trees are no better; {figures}"
