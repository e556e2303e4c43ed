"""`shuangta extract`: the article in a saved page, one or a batch."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.commands.verb import Verb
from api.exits import FAILURE, SUCCESS, USAGE
from api.options import add_settings_options, settings_of
from api.terminal import visible
from ingest.articles import Skipped

if TYPE_CHECKING:
    from ingest.settings import ExtractSettings

__all__ = ["EXTRACT"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a saved page (HTML, PDF, text; gzip or not)"
    )
    parser.add_argument("--url", default="", help="the address the page was saved from")
    parser.add_argument(
        "--batch", type=Path, metavar="JSONL", help="many pages: a line each with id, url, file"
    )
    parser.add_argument(
        "--out", type=Path, metavar="JSONL", help="where the batch's results go (default: standard output)"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the one article as JSON with all that is known of it"
    )
    add_settings_options(parser)


def _extract(arguments: argparse.Namespace) -> int:
    if (arguments.file is None) == (arguments.batch is None):
        print("shuangta extract: give either a FILE or --batch JSONL.", file=sys.stderr)
        return USAGE
    settings = settings_of(arguments, os.environ).extract
    if arguments.batch is None:
        return _one(arguments, settings)
    from ingest.batch import extract_batch

    extract_batch(arguments.batch, arguments.out or Path("/dev/stdout"), settings)
    return SUCCESS


def _one(arguments: argparse.Namespace, settings: ExtractSettings) -> int:
    from ingest.batch import saved_page
    from ingest.extract import extract

    url = arguments.url or arguments.file.resolve().as_uri()
    found = extract(saved_page(arguments.file, url), url=url, settings=settings)
    if isinstance(found, Skipped):
        print(
            f"shuangta extract: no article in {arguments.file}: {found.reason}. {found.detail}".rstrip(),
            file=sys.stderr,
        )
        return FAILURE
    if arguments.json:
        print(msgspec.json.encode(found).decode())
    else:
        print(visible(f"# {found.title}\n\n{found.text}" if found.title else found.text))
    return SUCCESS


EXTRACT = Verb(
    "extract",
    "show the article in a saved page",
    "shuangta extract page.html --url https://example.org/post\nshuangta extract --batch truth.jsonl --out predictions.jsonl",
    _add_arguments,
    _extract,
)
