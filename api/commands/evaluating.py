"""`shuangta evaluate`: how good the ranking is, by mode, on a collection or on judged queries."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import msgspec

from api.commands.verb import Verb
from api.exits import SUCCESS, USAGE
from api.options import add_settings_options, settings_of
from search.settings import Mode

if TYPE_CHECKING:
    from api.settings import Settings
    from search.evaluate import Table

__all__ = ["EVALUATE"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--collection", type=Path, metavar="DIR", help="a collection in BEIR's layout, indexed aside"
    )
    parser.add_argument(
        "--queries", type=Path, metavar="JSONL", help="queries for the live index: _id and text a line"
    )
    parser.add_argument(
        "--qrels", type=Path, metavar="TSV", help="their judgements: query, address, grade a line"
    )
    parser.add_argument(
        "--mode",
        action="append",
        choices=get_args(Mode),
        dest="modes",
        help="measure this mode; may be repeated (default: all)",
    )
    parser.add_argument(
        "--run",
        type=Path,
        metavar="JSONL",
        help="write what --queries found: _id and urls a line (one --mode; default: full)",
    )
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    add_settings_options(parser)


def _evaluate(arguments: argparse.Namespace) -> int:
    if wrong := _wrong_usage(arguments):
        print(f"shuangta evaluate: {wrong}", file=sys.stderr)
        return USAGE
    settings = settings_of(arguments, os.environ)
    modes: tuple[Mode, ...] = tuple(arguments.modes or get_args(Mode))
    table = (
        _of_collection(arguments, settings, modes)
        if arguments.collection
        else _of_queries(arguments, settings, modes)
    )
    if arguments.json:
        from search.evaluate import to_json

        print(msgspec.json.encode(to_json(table)).decode())
    else:
        print(_text(table))
    return SUCCESS


def _wrong_usage(arguments: argparse.Namespace) -> str:
    """What is wrong with the combination of options, if anything is."""
    judged = arguments.queries is not None and arguments.qrels is not None
    if arguments.collection is not None and (arguments.queries or arguments.qrels or arguments.run):
        return "--collection goes without --queries, --qrels and --run."
    if arguments.collection is None and not judged:
        return "give either --collection DIR, or both --queries JSONL and --qrels TSV."
    if arguments.run is not None and arguments.modes is not None and len(arguments.modes) > 1:
        return "--run writes one ranking: give one --mode."
    return ""


def _of_collection(arguments: argparse.Namespace, settings: Settings, modes: tuple[Mode, ...]) -> Table:
    from api.wiring import open_towers
    from search.evaluate import evaluate_collection

    return evaluate_collection(
        arguments.collection,
        towers=open_towers(settings),
        index=settings.index,
        search=settings.search,
        clock=time.time,
        modes=modes,
    )


def _of_queries(arguments: argparse.Namespace, settings: Settings, modes: tuple[Mode, ...]) -> Table:
    from api.wiring import open_engine
    from search.evaluate import evaluate_queries, write_run

    table = evaluate_queries(open_engine(settings), arguments.queries, arguments.qrels, modes=modes)
    if arguments.run:
        write_run(arguments.run, table.runs[modes[-1]])
    return table


def _text(table: Table) -> str:
    lines = [f"{table.queries} queries   nDCG@10   MRR@10   Recall@100"]
    width = len(lines[0].partition("   ")[0])
    lines += [
        f"{mode:{width}}   {of_mode.ndcg_10:7.4f}  {of_mode.mrr_10:7.4f}   {of_mode.recall_100:10.4f}"
        for mode, of_mode in table.metrics.items()
    ]
    return "\n".join(lines)


EVALUATE = Verb(
    "evaluate",
    "measure the ranking on a collection, or on judged queries against the live index",
    "shuangta evaluate --collection beir/scifact\n"
    "shuangta evaluate --queries queries.jsonl --qrels qrels.tsv --mode hybrid --run run.jsonl",
    _add_arguments,
    _evaluate,
)
