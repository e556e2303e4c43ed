"""The options that every command shares, and the settings they amount to."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.settings import Settings

__all__ = ["add_list_options", "add_output_options", "add_settings_options", "settings_of"]


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """Add `--data-dir`, `--config` and `--set`."""
    group = parser.add_argument_group("settings")
    group.add_argument(
        "--data-dir", metavar="DIR", help="data folder (default: SHUANGTA_DATA_DIR, else the platform's)"
    )
    group.add_argument(
        "--config", type=Path, metavar="FILE", help="settings file (TOML) over the shipped defaults"
    )
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="sets",
        help="one setting, such as crawl.delay=2; may be repeated",
    )


def add_list_options(parser: argparse.ArgumentParser) -> None:
    """Add `--lists` and `--base`."""
    parser.add_argument(
        "--lists",
        nargs="+",
        metavar="LIST",
        help="reading lists (Markdown files or addresses) instead of the settings'",
    )
    parser.add_argument(
        "--base", default="", metavar="URL", help="what relative links in LIST are relative to"
    )


def add_output_options(parser: argparse.ArgumentParser, *, verbose: str = "") -> None:
    """Add `--quiet`, and `--verbose` where there is more to say, which `verbose` explains."""
    group = parser.add_argument_group("output").add_mutually_exclusive_group()
    group.add_argument("-q", "--quiet", action="store_true", help="nothing but errors and what --json prints")
    if verbose:
        group.add_argument("-v", "--verbose", action="store_true", help=verbose)


def settings_of(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Settings:
    """Settings of the parsed options over the other sources. Raises SettingsError."""
    # Not needed by a search that a server answers, and slow to import.
    import msgspec

    from api.settings import read
    from ingest.settings import ListSettings

    settings = read(arguments.config, arguments.sets, environ)
    if arguments.data_dir:
        settings = msgspec.structs.replace(settings, data_dir=arguments.data_dir)
    if getattr(arguments, "lists", None):
        lists = tuple(ListSettings(path, base=arguments.base) for path in arguments.lists)
        settings = msgspec.structs.replace(settings, lists=lists)
    return settings
