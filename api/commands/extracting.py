"""`shuangta extract`: the article in a saved page, one or a batch."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.commands.verb import Verb
from api.exits import FAILURE, SUCCESS, USAGE
from api.options import add_settings_options, settings_of
from api.terminal import visible
from ingest.articles import Article, Skipped
from ingest.errors import ExtractionError
from ingest.sites import combine
from ingest.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.settings import Settings
    from ingest.articles import Page
    from ingest.trace import Trace

__all__ = ["EXTRACT"]

_EXCERPT = 72  # characters of a piece that was left out


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="a saved page (HTML, PDF, text; gzip or not); without one, the pages kept for --url",
    )
    parser.add_argument("--url", default="", help="the address the page was saved from, or is listed under")
    parser.add_argument(
        "--batch", type=Path, metavar="JSONL", help="many pages: a line each with id, url, file"
    )
    parser.add_argument(
        "--out", type=Path, metavar="JSONL", help="where the batch's results go (default: standard output)"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the one article as JSON with all that is known of it"
    )
    parser.add_argument(
        "--explain",
        action="store_true",
        help="say how it was found: which source, which reader, and what was left out, and why",
    )
    add_settings_options(parser)


def _extract(arguments: argparse.Namespace) -> int:
    if (arguments.batch is None) == (arguments.file is None and not arguments.url):
        print(
            "shuangta extract: give either a FILE or --batch JSONL, or the --url of a page that is kept.",
            file=sys.stderr,
        )
        return USAGE
    settings = settings_of(arguments, os.environ)
    if arguments.batch is None:
        return _one(arguments, settings)
    from ingest.batch import extract_batch

    predictions = extract_batch(arguments.batch, settings.extract)
    # Not /dev/stdout: opening it empties the file that standard output is appended to.
    with arguments.out.open("wb") if arguments.out else nullcontext(sys.stdout.buffer) as lines:
        for prediction in predictions:
            lines.write(msgspec.json.encode(prediction) + b"\n")
    return SUCCESS


def _one(arguments: argparse.Namespace, settings: Settings) -> int:
    from ingest.extract import extract
    from ingest.trace import Trace

    url, pages = _pages(arguments, settings)
    traces = [Trace() for _ in pages]
    read = [
        extract(page, url=url, settings=settings.extract, trace=trace if arguments.explain else None)
        for page, trace in zip(pages, traces, strict=True)
    ]
    if arguments.explain and not arguments.json:
        for trace, found in zip(traces, read, strict=True):
            print(visible(_explanation(trace, found)), end="\n\n")
    articles = [found for found in read if isinstance(found, Article)]
    if not articles:
        skipped = next(found for found in read if isinstance(found, Skipped))
        of = arguments.file or url
        said = f"shuangta extract: no article in {of}: {skipped.reason}. {skipped.detail}".rstrip()
        print(said, file=sys.stderr)
        return FAILURE
    article = combine(articles)
    if arguments.json:
        more = {"explanation": [asdict(trace) for trace in traces]} if arguments.explain else {}
        print(msgspec.json.encode({**msgspec.to_builtins(article), **more}).decode())
    else:
        headed = article.text.lstrip("# ").startswith(article.title)
        print(
            visible(article.text if headed or not article.title else f"# {article.title}\n\n{article.text}")
        )
    return SUCCESS


def _pages(arguments: argparse.Namespace, settings: Settings) -> tuple[str, Sequence[Page]]:
    """The pages to read, and the address that they are of. Raises ExtractionError, IndexMissingError, StoreError."""
    if arguments.file is not None:
        from ingest.batch import saved_page

        if arguments.url:
            _canonical(arguments.url)  # which says what is wrong with it
        url = arguments.url or arguments.file.resolve().as_uri()
        return url, (saved_page(arguments.file, url),)
    from api.wiring import existing_store

    url = _canonical(arguments.url)
    with existing_store(settings) as store:
        pages = store.pages(url)
    if not pages:
        raise ExtractionError(
            f"No page is kept for {url}.", "`shuangta status --links` says what became of each link."
        )
    return url, pages


def _canonical(url: str) -> str:
    try:
        return canonical(url)
    except ValueError as error:
        raise ExtractionError(f"{url} is no address of the web.", "Begin it with https://") from error


def _explanation(trace: Trace, found: Article | Skipped) -> str:
    """What was done and decided, and then what was left out, a line each."""
    steps = list(trace.steps)
    if isinstance(found, Article):
        facts = (found.lang, found.author, found.published, found.site, *found.quality)
        steps.append(("article", " · ".join(filter(None, (found.title, *facts)))))
    else:
        steps.append(("no article", ": ".join(filter(None, (found.reason, found.detail)))))
    width = max(len(about) for about, _ in steps)
    lines = [f"{about:{width}}  {what}" for about, what in steps]
    if trace.dropped:
        lines.append(f"left out, {len(trace.dropped)}:")
        lines += [f"  {_excerpt(dropped.text)}  ({dropped.why})" for dropped in trace.dropped]
    return "\n".join(lines)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…"


EXTRACT = Verb(
    "extract",
    "show the article in a saved page",
    "shuangta extract page.html --url https://example.org/post --explain\n"
    "shuangta extract --url https://example.org/post\n"
    "shuangta extract --batch truth.jsonl --out predictions.jsonl",
    _add_arguments,
    _extract,
)
