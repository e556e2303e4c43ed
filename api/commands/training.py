"""`shuangta train`: a tower from pairs of texts, the one at hand adapted to the corpus, or prerank."""

from __future__ import annotations

import argparse
import difflib
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_type_hints

import msgspec

from api.commands.adapting import adapt, add_adapt_arguments, corpus_pairs, wrong_usage
from api.commands.preranking import add_prerank_arguments, train_prerank
from api.commands.verb import Verb
from api.exits import SUCCESS, USAGE
from api.options import add_output_options
from api.progress import ProgressBars
from api.settings import merge
from ingest.errors import SettingsError

if TYPE_CHECKING:
    from index.train import TrainReport, TrainSettings
    from index.train.bilingual import BilingualReport, BilingualSettings

__all__ = ["TRAIN"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pairs", nargs="*", metavar="DIR", help='folders of *.jsonl.gz with one {"q": …, "p": …} a line'
    )
    parser.add_argument("--out", metavar="DIR", help="folder for the tower; replaced when it exists")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="TOML file with the settings of the run; the command line wins",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="sets",
        metavar="KEY=VALUE",
        help="one setting of the run, such as steps=1000, objective='\"info_nce\"' or negatives.bm25=2; "
        "may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    add_output_options(parser)
    add_adapt_arguments(parser)
    add_prerank_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    if wrong := wrong_usage(arguments):
        print(f"shuangta train: {wrong}", file=sys.stderr)
        return USAGE
    if arguments.prerank:
        return train_prerank(arguments)
    return adapt(arguments) if arguments.adapt else _train(arguments)


def _train(arguments: argparse.Namespace) -> int:
    from index.train import TrainSettings, train
    from index.train.bilingual import train_bilingual

    report: TrainReport | BilingualReport
    with corpus_pairs(arguments) as more:
        settings = _settings(arguments, more)
        with ProgressBars(quiet=arguments.quiet) as progress:
            if isinstance(settings, TrainSettings):
                report = train(settings, progress=progress)
            else:
                report = train_bilingual(settings, progress=progress)
    if arguments.json:
        print(msgspec.json.encode(report, enc_hook=str).decode())
    elif arguments.quiet:
        pass
    elif isinstance(settings, TrainSettings):
        _tell(cast("TrainReport", report))
    else:
        _tell_bilingual(cast("BilingualReport", report), settings.onnx)
    return SUCCESS


def _tell(report: TrainReport) -> None:
    loss = f"; loss {report.losses[0]:.3f} → {report.losses[-1]:.3f}" if report.losses else ""
    print(
        f"{report.out}: {report.pairs} pairs of {report.sources} sources, {report.pieces} pieces{loss} "
        f"({_stages(report.seconds)})"
    )
    if report.left_out:
        print("left out: " + ", ".join(f"{count} {reason}" for reason, count in report.left_out.items()))
    print(f"To search with it: shuangta index --set index.towers.0.name={report.out.resolve()}")


def _tell_bilingual(report: BilingualReport, onnx: str) -> None:
    pairs = ", ".join(f"{count} {name}" for name, count in report.pairs.items())
    print(f"{report.out}: {report.pieces} Han pieces; pairs: {pairs} ({_stages(report.seconds)})")
    before, after = report.before, report.after
    print(
        f"held-back Chinese sentences that find their translation: {before.found:.1%} → {after.found:.1%}; "
        f"cosine {before.cosine:.3f} → {after.cosine:.3f}"
    )
    tower = Path(onnx) if onnx else report.out
    print(f"To search with it: shuangta index --set index.towers.0.name={tower.resolve()}")


def _stages(seconds: Mapping[str, float]) -> str:
    return ", ".join(f"{stage} {spent:.0f} s" for stage, spent in seconds.items())


def _settings(arguments: argparse.Namespace, more: Sequence[str]) -> TrainSettings | BilingualSettings:
    """The run's settings: the file's, the command line's over them, and `more` folders. Raises SettingsError."""
    from index.train import TrainSettings
    from index.train.bilingual import BilingualSettings

    recipes: dict[str, type[TrainSettings | BilingualSettings]] = {
        "pairs": TrainSettings,
        "bilingual": BilingualSettings,
    }
    given = _file(arguments.config) if arguments.config else {}
    if arguments.pairs:
        given["pairs"] = list(arguments.pairs)
    if arguments.out:
        given["out"] = arguments.out
    merge(given, _assignments(arguments.sets))
    if more and isinstance(given.setdefault("pairs", []), list):
        given["pairs"] += more
    recipe = given.pop("recipe", "pairs")
    if not isinstance(recipe, str) or recipe not in recipes:
        raise SettingsError(f"There is no recipe {recipe!r}.", f"There are: {', '.join(recipes)}.")
    _refuse_unknown(given, recipes[recipe], "")
    for key, cure in (
        ("pairs", "Name the folders of pairs, or give --corpus or --adapt."),
        ("out", "Add --out DIR."),
    ):
        if key not in given:
            raise SettingsError(f"The training run has no `{key}`.", cure)
    try:
        return msgspec.convert(given, recipes[recipe])
    except msgspec.ValidationError as error:
        raise SettingsError(f"A setting of the training run is wrong: {error}.") from error


def _refuse_unknown(given: dict[str, Any], table: type[msgspec.Struct], above: str) -> None:
    """Raise SettingsError, with the nearest known name, for a key that the table does not have."""
    fields = get_type_hints(table)
    for key, value in given.items():
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            known = ", ".join(above + name for name in fields)
            cure = f"Did you mean `{above}{near[0]}`?" if near else f"There are: {known}."
            raise SettingsError(f"A training run has no setting `{above}{key}`.", cure)
        inner = fields[key]
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct) and isinstance(value, dict):
            _refuse_unknown(value, inner, f"{above}{key}.")


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"The settings file {path} cannot be read: {reason}.") from error


def _assignments(sets: Sequence[str]) -> dict[str, Any]:
    """The assignments as TOML reads them; of two to one key the later holds."""
    given: dict[str, Any] = {}
    for line in sets:
        try:
            merge(given, tomllib.loads(line))
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(
                f"--set {line}: {error}.", "Write it as --set steps=1000; text needs quotes."
            ) from error
    return given


TRAIN = Verb(
    "train",
    "train a tower on pairs of texts, adapt it to your corpus (needs the extra `models`), or train prerank (`train`)",
    "shuangta train my-pairs --out my-tower --set steps=3000\nshuangta train --adapt --data-dir ~/search\n"
    "shuangta train --prerank --data-dir ~/search",
    _add_arguments,
    _run,
)
