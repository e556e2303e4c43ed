"""`shuangta status`: what is in the data folder, or what became of every link."""

from __future__ import annotations

import argparse
import math
import os
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.commands.verb import Verb
from api.exits import SUCCESS
from api.options import add_settings_options, settings_of
from api.sources import chosen_file, user_config
from api.terminal import visible
from ingest.errors import GenerationError, IndexMissingError
from ingest.revisit import due_at
from ingest.urls import hostname

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.settings import Settings
    from ingest.outcomes import Outcome, Visit

__all__ = ["STATUS"]

_MOST_HOSTS = 15  # shown by name; --json has them all


class _Summary(msgspec.Struct, frozen=True):
    """What the data folder holds. `generation` is "" while nothing is published, and `trouble` says why."""

    data_dir: str
    config: str
    addresses: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    hosts: dict[str, dict[str, int]]  # by host, the one with the most addresses first: articles, and reasons
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
                due = _due(store.visit(outcome.url), settings)
                if arguments.json:
                    print(msgspec.json.encode({**asdict(outcome), "due_at": due}).decode())
                else:
                    print(_line(outcome, due))
            return SUCCESS
        config = chosen_file(arguments.config, os.environ) or user_config()
        summary = _summary(settings, list(store.outcomes()), config)
    print(msgspec.json.encode(summary).decode() if arguments.json else _text(summary))
    return SUCCESS


def _due(visit: Visit | None, settings: Settings) -> float | None:
    """From when on an address is asked for again, in seconds since the epoch; None: never, or it has not been yet."""
    due = due_at(visit, settings.crawl) if visit is not None else math.inf
    return due if math.isfinite(due) else None


def _line(outcome: Outcome, due: float | None) -> str:
    why = ": ".join(filter(None, (outcome.reason, outcome.detail)))
    again = f"asked again from {datetime.fromtimestamp(due):%Y-%m-%d %H:%M}" if why and due else ""
    copy = f"archived copy of {outcome.archived}" if outcome.archived else ""
    more = "; ".join(filter(None, (why, again, copy, *outcome.quality)))
    return visible(f"{outcome.outcome:9} {outcome.url}  {outcome.title}{f'  ({more})' if more else ''}")


def _kind(outcome: Outcome) -> str:
    """What a count is of: articles, or the reason why there is none."""
    return "article" if outcome.outcome == "article" else _reason(outcome)


def _reason(outcome: Outcome) -> str:
    # A link that no crawl has reached yet has no reason of its own.
    return outcome.reason or "not_visited"


def _by_host(outcomes: list[Outcome]) -> dict[str, dict[str, int]]:
    hosts: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        hosts.setdefault(hostname(outcome.url), Counter())[_kind(outcome)] += 1
    most = sorted(hosts.items(), key=lambda item: (-item[1].total(), item[0]))
    return {host: dict(counts.most_common()) for host, counts in most}


def _summary(settings: Settings, outcomes: list[Outcome], config: Path) -> _Summary:
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
        opened.close()
    reasons = (_reason(each) for each in outcomes if each.reason or each.outcome == "skipped")
    return _Summary(
        data_dir=str(settings.data_path),
        config=str(config),
        addresses=len(outcomes),
        outcomes=dict(Counter(outcome.outcome for outcome in outcomes)),
        reasons=dict(Counter(reasons).most_common()),
        hosts=_by_host(outcomes),
        generation=generation,
        passages=passages,
        towers=towers,
        trouble=trouble,
    )


def _text(summary: _Summary) -> str:
    lines = [
        f"data folder  {summary.data_dir}",
        f"settings     {summary.config}{'' if Path(summary.config).is_file() else ' (there is none yet)'}",
        f"addresses    {summary.addresses}: {_counts(summary.outcomes)}",
        f"reasons      {_counts(summary.reasons) or 'none'}",
        f"generation   {summary.generation or summary.trouble}",
    ]
    if summary.generation:
        lines += [f"passages     {summary.passages}", f"towers       {', '.join(summary.towers) or 'none'}"]
    return "\n".join([*lines, *_host_table(summary.hosts)])


def _host_table(hosts: dict[str, dict[str, int]]) -> Iterator[str]:
    """A line for each of the hosts with the most addresses, and one for the rest."""
    shown = dict(islice(hosts.items(), _MOST_HOSTS))
    width = max(map(len, shown), default=0)
    rest: Counter[str] = Counter()
    for counts in islice(hosts.values(), _MOST_HOSTS, None):
        rest.update(counts)
    heading = "hosts        "
    for host, counts in shown.items():
        yield visible(f"{heading}{host:{width}}  {sum(counts.values()):>5}: {_counts(counts)}")
        heading = " " * len(heading)
    if rest:
        others = f"{len(hosts) - len(shown)} others"
        yield f"{heading}{others:{width}}  {rest.total():>5}: {_counts(dict(rest.most_common()))}"


def _counts(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items())


STATUS = Verb(
    "status",
    "show what is in the data folder, or what became of every link",
    "shuangta status\nshuangta status --links --json | grep dead_link",
    _add_arguments,
    _status,
)
