"""`shuangta extract`: the article in a saved page, one or a batch."""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from api.commands.verb import Verb
from api.exits import FAILURE, SUCCESS, USAGE
from api.options import add_settings_options, settings_of
from api.terminal import visible
from ingest.articles import Article, Page, Skipped
from ingest.errors import ExtractionError

if TYPE_CHECKING:
    from ingest.settings import ExtractSettings

__all__ = ["EXTRACT"]

GZIP_MAGIC = b"\x1f\x8b"


class _Saved(msgspec.Struct, frozen=True):
    """A line of a batch: a page that lies in `file`, relative to the batch file."""

    id: str
    url: str
    file: str
    content_type: str = ""


class _Prediction(msgspec.Struct, frozen=True):
    """A line of the result: text and title, or why there is none."""

    id: str
    text: str
    title: str
    skipped: str | None


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
    return _batch(arguments, settings) if arguments.batch else _one(arguments, settings)


def _one(arguments: argparse.Namespace, settings: ExtractSettings) -> int:
    url = arguments.url or arguments.file.resolve().as_uri()
    found = _article(arguments.file, url, "", settings)
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


def _batch(arguments: argparse.Namespace, settings: ExtractSettings) -> int:
    saved = _read_batch(arguments.batch)
    if arguments.out is None:
        _write(saved, arguments.batch.parent, settings, sys.stdout)
    else:
        with arguments.out.open("w", encoding="utf-8") as out:
            _write(saved, arguments.batch.parent, settings, out)
    return SUCCESS


def _write(saved: Iterator[_Saved], folder: Path, settings: ExtractSettings, out: IO[str]) -> None:
    for page in saved:
        found = _article(folder / page.file, page.url, page.content_type, settings)
        line = (
            _Prediction(page.id, "", "", found.reason)
            if isinstance(found, Skipped)
            else _Prediction(page.id, found.text, found.title, None)
        )
        out.write(msgspec.json.encode(line).decode() + "\n")


def _read_batch(path: Path) -> Iterator[_Saved]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield msgspec.json.decode(line, type=_Saved)
            except msgspec.DecodeError as error:
                raise ExtractionError(
                    f"{path}, line {number}: {error}.", "Each line needs id, url and file."
                ) from error


def _article(path: Path, url: str, content_type: str, settings: ExtractSettings) -> Article | Skipped:
    from ingest.extract import extract

    try:
        body = path.read_bytes()
        if body.startswith(GZIP_MAGIC):
            body = gzip.decompress(body)
    except FileNotFoundError:
        raise ExtractionError(f"There is no file {path}.") from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise ExtractionError(f"{path} is a broken gzip file.") from error
    headers = (("content-type", content_type),) if content_type else ()
    page = Page(requested=url, url=url, status=200, headers=headers, body=body, fetched_at=time.time())
    return extract(page, url=url, settings=settings)


EXTRACT = Verb(
    "extract",
    "show the article in a saved page",
    "shuangta extract page.html --url https://example.org/post\nshuangta extract --batch truth.jsonl --out predictions.jsonl",
    _add_arguments,
    _extract,
)
