"""`shuangta import`: pages that the user saved by hand, into the corpus."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.commands.verb import Verb
from api.exits import FAILURE, SUCCESS
from api.options import add_list_options, add_output_options, add_settings_options, settings_of
from api.progress import ProgressBars
from api.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.saved.importing import Imported

__all__ = ["IMPORT"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="pages saved from the browser: HTML, SingleFile, MHTML, PDF, Markdown; or one such file",
    )
    add_list_options(parser)
    parser.add_argument(
        "--json", action="store_true", help="what became of each file, one JSON object a line"
    )
    add_output_options(parser, verbose="a line for every file, as it is done")
    add_settings_options(parser)


def _import(arguments: argparse.Namespace) -> int:
    from api import rebuilding

    settings = settings_of(arguments, os.environ)
    with ProgressBars(quiet=arguments.quiet, verbose=arguments.verbose) as progress:
        files = rebuilding.import_saved(
            arguments.folder, settings, named=bool(arguments.lists), progress=progress
        )
    if arguments.json:
        for imported in files:
            print(msgspec.json.encode({**asdict(imported), "kept": imported.kept}).decode())
    elif not arguments.quiet:
        print(visible("\n".join(_told(files))))
    return SUCCESS if any(imported.kept for imported in files) else FAILURE


def _told(files: Sequence[Imported]) -> Iterator[str]:
    by = Counter(imported.match.by for imported in files if imported.kept and imported.match)
    taken = sum(by.values())
    how = ", ".join(f"{number} by {what}" for what, number in by.most_common())
    yield f"{len(files)} files: {taken} belong to links of your lists{f' ({how})' if how else ''}"
    for imported in files:
        if imported.skipped is not None:
            why = f"{imported.skipped.reason}: {imported.skipped.detail}".rstrip(": ")
            yield f"  no article in {imported.file} ({why})"
        elif not imported.kept:
            yield f"  nobody's: {imported.file}. Give it the title of its link as a name, and import it again."
        elif imported.match is None:
            yield f"  in none of your lists: {imported.file} ({imported.url}). Kept; add a link to it to find it."
    if taken:
        yield "Run `shuangta rebuild` to search them."


IMPORT = Verb(
    "import",
    "take in pages that you saved from the browser",
    "shuangta import ~/saved-pages\nshuangta import ~/saved-pages --lists my-list.md --json",
    _add_arguments,
    _import,
)
