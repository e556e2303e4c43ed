"""`shuangta train`: a static tower from pairs of texts."""

from __future__ import annotations

import argparse
import difflib
import tomllib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from api.commands.verb import Verb
from api.exits import SUCCESS
from api.terminal import ProgressBars
from ingest.errors import SettingsError

if TYPE_CHECKING:
    from index.train import TrainSettings

__all__ = ["TRAIN"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pairs", nargs="+", metavar="DIR", help='folders of *.jsonl.gz with one {"q": …, "p": …} a line'
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="folder for the tower; replaced when it exists"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="sets",
        metavar="KEY=VALUE",
        help="one setting of the run, such as steps=1000, dim=128 or vocabulary=32768; may be repeated",
    )


def _train(arguments: argparse.Namespace) -> int:
    from index.train import train

    settings = _settings(arguments)
    with ProgressBars() as progress:
        report = train(settings, progress=progress)
    loss = f"; loss {report.losses[0]:.3f} → {report.losses[-1]:.3f}" if report.losses else ""
    seconds = ", ".join(f"{stage} {spent:.0f} s" for stage, spent in report.seconds.items())
    print(
        f"{report.out}: {report.pairs} pairs of {report.sources} sources, {report.pieces} pieces{loss} ({seconds})"
    )
    print(f"To search with it: shuangta index --set index.towers.0.name={report.out.resolve()}")
    return SUCCESS


def _settings(arguments: argparse.Namespace) -> TrainSettings:
    """The run's settings. Raises SettingsError."""
    from index.train import TrainSettings

    known = TrainSettings.__struct_fields__
    given: dict[str, Any] = {"pairs": arguments.pairs, "out": arguments.out, **_values(arguments.sets)}
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            cure = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(known)}."
            raise SettingsError(f"A training run has no setting `{key}`.", cure)
    try:
        return msgspec.convert(given, TrainSettings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"A setting of the training run is wrong: {error}.") from error


def _values(sets: Sequence[str]) -> dict[str, Any]:
    """The assignments as TOML reads them."""
    try:
        return tomllib.loads("\n".join(sets))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"--set: {error}.", "Write it as --set steps=1000; text needs quotes.") from error


TRAIN = Verb(
    "train",
    "train a static tower on pairs of texts (needs the extra `models`)",
    "shuangta train my-pairs --out my-tower --set steps=3000",
    _add_arguments,
    _train,
)
