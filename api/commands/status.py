"""`shuangta status`: what is in the data folder, or what became of every link."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec

from api.commands.verb import Verb
from api.exits import SUCCESS
from api.options import add_settings_options, settings_of
from api.terminal import visible
from ingest.errors import GenerationError, IndexMissingError

if TYPE_CHECKING:
    from api.settings import Settings
    from ingest.store import Outcome

__all__ = ["STATUS"]


class _Summary(msgspec.Struct, frozen=True):
    """What the data folder holds. `generation` is "" while nothing is published, and `trouble` says why."""

    data_dir: str
    config: str
    addresses: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    generation: str
    passages: int
    towers: tuple[str, ...]
    trouble: str


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--links", action="store_true", help="what became of every canonical address, one a line"
    )
    parser.add_argument("--json", action="store_true", help="as JSON; with --links one object a line")
    add_settings_options(parser)


def _status(arguments: argparse.Namespace) -> int:
    from api.wiring import existing_store

    settings = settings_of(arguments, os.environ)
    with existing_store(settings) as store:
        if arguments.links:
            for outcome in store.outcomes():
                print(msgspec.json.encode(asdict(outcome)).decode() if arguments.json else _line(outcome))
            return SUCCESS
        summary = _summary(settings, list(store.outcomes()))
    print(msgspec.json.encode(summary).decode() if arguments.json else _text(summary))
    return SUCCESS


def _line(outcome: Outcome) -> str:
    why = ": ".join(filter(None, (outcome.reason, outcome.detail)))
    return visible(f"{outcome.outcome:9} {outcome.url}  {outcome.title}{f'  ({why})' if why else ''}")


def _summary(settings: Settings, outcomes: list[Outcome]) -> _Summary:
    from api.settings import user_config
    from index.generation import Generation, current

    generation, passages, trouble = "", 0, ""
    towers: tuple[str, ...] = ()
    try:
        opened = Generation.open(current(settings.data_path))
    except (IndexMissingError, GenerationError) as error:
        trouble = str(error)
    else:
        generation, passages = opened.id, len(opened.catalog)
        towers = tuple(opened.dense)
    # A link that no crawl has reached yet has no reason of its own.
    reasons = (each.reason or "not_visited" for each in outcomes if each.reason or each.outcome == "skipped")
    return _Summary(
        data_dir=str(settings.data_path),
        config=str(user_config()),
        addresses=len(outcomes),
        outcomes=dict(Counter(outcome.outcome for outcome in outcomes)),
        reasons=dict(Counter(reasons).most_common()),
        generation=generation,
        passages=passages,
        towers=towers,
        trouble=trouble,
    )


def _text(summary: _Summary) -> str:
    lines = [
        f"data folder  {summary.data_dir}",
        f"settings     {summary.config} (where your own file is looked for)",
        f"addresses    {summary.addresses}: {_counts(summary.outcomes)}",
        f"reasons      {_counts(summary.reasons) or 'none'}",
        f"generation   {summary.generation or summary.trouble}",
    ]
    if summary.generation:
        lines += [f"passages     {summary.passages}", f"towers       {', '.join(summary.towers) or 'none'}"]
    return "\n".join(lines)


def _counts(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items())


STATUS = Verb(
    "status",
    "show what is in the data folder, or what became of every link",
    "shuangta status\nshuangta status --links --json | grep dead_link",
    _add_arguments,
    _status,
)
