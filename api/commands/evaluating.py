"""`shuangta evaluate`: how good the ranking is, by mode and by stage, and whether one system is better than another."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import msgspec

from api.commands.verb import Verb
from api.exits import SUCCESS, USAGE
from api.options import add_settings_options, settings_of
from search.settings import Mode

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from api.evaluation import Plan, System
    from api.judging import Subject
    from api.settings import Settings

__all__ = ["EVALUATE"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what is judged")
    what.add_argument(
        "--collection", type=Path, metavar="DIR", help="a collection in BEIR's layout, indexed aside"
    )
    what.add_argument(
        "--queries",
        type=Path,
        metavar="JSONL",
        help="queries for your own index: _id and text a line, and labels to report by, such as style",
    )
    what.add_argument(
        "--qrels",
        type=Path,
        metavar="TSV",
        help="their judgements: query, address, grade a line (or TREC's four columns)",
    )
    parser.add_argument(
        "--mode",
        action="append",
        choices=get_args(Mode),
        dest="modes",
        help="measure this mode; may be repeated (default: all)",
    )
    parser.add_argument(
        "--measure",
        action="append",
        metavar="NAME@K",
        dest="measures",
        help="nDCG, MRR, Recall, MAP or Judged (the share that was), with a cut or without; may be repeated",
    )
    parser.add_argument(
        "--gain",
        choices=("linear", "exponential"),
        default="linear",
        help="of a grade in nDCG: the grade, as in trec_eval, or 2^grade - 1 (default: linear)",
    )
    parser.add_argument(
        "--relevant",
        type=int,
        default=1,
        metavar="GRADE",
        help="from this grade on a document is relevant to all measures but nDCG (default: 1)",
    )
    parser.add_argument(
        "--by",
        action="append",
        metavar="LABEL",
        help="a label of the queries to report by; may be repeated (default: style and direction)",
    )
    parser.add_argument(
        "--stages",
        action="store_true",
        help="look into the cascade: recall of every leg and stage, how well each orders, milliseconds",
    )
    parser.add_argument(
        "--compare",
        nargs=2,
        metavar=("A", "B"),
        help="two systems, with p of their difference; each a mode, a KEY=VALUE as of --set, a settings file "
        "(.toml), or a run (of --run, or of another engine)",
    )
    parser.add_argument(
        "--run",
        type=Path,
        metavar="FILE",
        help="write the ranking of one --mode (default: full) as a TREC run; FILE.jsonl: _id and urls a line",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    add_settings_options(parser)


def _evaluate(arguments: argparse.Namespace) -> int:
    if wrong := _wrong_usage(arguments):
        print(f"shuangta evaluate: {wrong}", file=sys.stderr)
        return USAGE
    from api.evaluation import compared, evaluated
    from api.evaluation_json import comparison_json, table_json
    from api.evaluation_text import comparison_text, table_text

    settings, plan = settings_of(arguments, os.environ), _plan(arguments)
    with _subject(arguments, settings) as subject:
        if arguments.compare:
            first, second = (_system(written, arguments) for written in arguments.compare)
            comparison = compared(subject, plan, (first, second))
            _print(comparison_json(comparison) if arguments.json else comparison_text(comparison))
            return SUCCESS
        modes: tuple[Mode, ...] = tuple(arguments.modes or get_args(Mode))
        table = evaluated(subject, settings, plan, modes, inside=arguments.stages, run_to=arguments.run)
        _print(table_json(table) if arguments.json else table_text(table))
    return SUCCESS


def _wrong_usage(arguments: argparse.Namespace) -> str:
    """What is wrong with the combination of options, if anything is."""
    judged = arguments.queries is not None and arguments.qrels is not None
    if arguments.collection is not None and (arguments.queries or arguments.qrels):
        return "--collection goes without --queries and --qrels."
    if arguments.collection is None and not judged:
        return "give either --collection DIR, or both --queries JSONL and --qrels TSV."
    if arguments.run is not None and arguments.modes is not None and len(arguments.modes) > 1:
        return "--run writes one ranking: give one --mode."
    if arguments.run is not None and not arguments.run.parent.is_dir():
        return f"there is no folder {arguments.run.parent} to write the run into."
    if arguments.compare and (arguments.modes or arguments.run or arguments.stages):
        return "--compare goes without --mode, --run and --stages: name a mode as A or B."
    if arguments.relevant < 1:
        return "--relevant is a grade from 1 on: grade 0 is not relevant."
    return ""


def _plan(arguments: argparse.Namespace) -> Plan:
    from api.evaluation import Plan
    from search.evaluation.measures import MEASURES, Grading, Measure

    measures = tuple(dict.fromkeys(map(Measure.parse, arguments.measures or ()))) or MEASURES
    by = tuple(dict.fromkeys(arguments.by or ("style", "direction")))
    return Plan(measures, Grading(arguments.gain, arguments.relevant), by)


def _subject(arguments: argparse.Namespace, settings: Settings) -> AbstractContextManager[Subject]:
    from api.judging import CollectionSubject, CorpusSubject

    if arguments.collection:
        return CollectionSubject(arguments.collection, time.time)
    return nullcontext(CorpusSubject(arguments.queries, arguments.qrels, settings))


def _system(written: str, arguments: argparse.Namespace) -> System:
    """What `written` stands for: a mode, a settings file or one setting over those of `arguments`; else a run."""
    from api.evaluation import System

    path = Path(written)
    varied: dict[str, object]
    if written in get_args(Mode):
        varied = {"sets": [*arguments.sets, f"search.mode={written}"]}
    elif path.suffix == ".toml":
        varied = {"config": path}
    elif "=" in written and not path.exists():
        varied = {"sets": [*arguments.sets, written]}
    else:
        return System(written, path)
    return System(written, settings_of(argparse.Namespace(**{**vars(arguments), **varied}), os.environ))


def _print(figures: object) -> None:
    print(figures if isinstance(figures, str) else msgspec.json.encode(figures).decode())


EVALUATE = Verb(
    "evaluate",
    "measure the ranking on a collection, or on judged queries against your own index",
    "shuangta evaluate --queries queries.jsonl --qrels qrels.tsv --stages\n"
    "shuangta evaluate --queries queries.jsonl --qrels qrels.tsv --run before.run\n"
    "shuangta evaluate --queries queries.jsonl --qrels qrels.tsv --compare before.run full\n"
    "shuangta evaluate --collection beir/scifact --compare search.fusion.method=rrf full",
    _add_arguments,
    _evaluate,
)
