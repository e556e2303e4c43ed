"""`shuangta rebuild`, and its two halves `crawl` and `index`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from api.commands.adapting import told
from api.commands.verb import Verb
from api.exits import SUCCESS
from api.options import add_list_options, add_output_options, add_settings_options, settings_of
from api.progress import ProgressBars

if TYPE_CHECKING:
    from api.reports import Report
    from api.settings import Settings
    from index.build import BuildReport
    from ingest.crawl import CrawlReport

__all__ = ["CRAWL", "INDEX", "REBUILD"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_list_options(parser)
    parser.add_argument(
        "--again",
        action="store_true",
        help="ask for every page, due or not; what has not changed since is not sent again",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    add_output_options(parser, verbose="a line for every address, as it is done")
    add_settings_options(parser)


def _add_index_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print what was built as JSON")
    add_output_options(parser, verbose="a line for every step")
    add_settings_options(parser)


def _rebuild(arguments: argparse.Namespace) -> int:
    from api import rebuilding

    settings = _crawl_settings(arguments)
    with _progress(arguments) as progress:
        rebuilt = rebuilding.rebuild(settings, clock=time.time, progress=progress)
    report = rebuilt.report
    if arguments.json:
        print(msgspec.json.encode(report).decode())
    if arguments.quiet:
        return SUCCESS
    _say(rebuilt.remarks)
    if not arguments.json:
        print(_told(report))
        if rebuilt.adapted:
            print(told(rebuilt.adapted))
        print(_current(report, published=rebuilt.published))
        print(_next(report, published=rebuilt.published))
    return SUCCESS


def _crawl(arguments: argparse.Namespace) -> int:
    from api import rebuilding

    settings = _crawl_settings(arguments)
    with _progress(arguments) as progress:
        crawled = rebuilding.crawl_only(settings, clock=time.time, progress=progress)
    report = crawled.report
    if arguments.json:
        print(msgspec.json.encode(report).decode())
    if arguments.quiet:
        return SUCCESS
    _say(crawled.remarks)
    if not arguments.json:
        print(_told(report))
    return SUCCESS


def _index(arguments: argparse.Namespace) -> int:
    from api import rebuilding

    settings = settings_of(arguments, os.environ)
    with _progress(arguments) as progress:
        report = rebuilding.index_only(settings, clock=time.time, progress=progress)
    if arguments.json:
        print(msgspec.json.encode(report).decode())
    elif not arguments.quiet:
        print(_current(report, published=report.published))
    return SUCCESS


def _progress(arguments: argparse.Namespace) -> ProgressBars:
    return ProgressBars(quiet=arguments.quiet, verbose=arguments.verbose)


def _crawl_settings(arguments: argparse.Namespace) -> Settings:
    settings = settings_of(arguments, os.environ)
    if not arguments.again:
        return settings
    return msgspec.structs.replace(settings, crawl=msgspec.structs.replace(settings.crawl, fresh_for=0.0))


def _say(remarks: tuple[str, ...]) -> None:
    for remark in remarks:
        print(remark, file=sys.stderr)


def _told(report: Report | CrawlReport) -> str:
    """What became of the links."""
    became = f"{report.articles} articles, {report.listing_only} known from their listing only"
    lines = [
        f"{report.links} links to {report.listings} addresses: {became}, {report.duplicates} duplicates",
        f"fetched {report.fetched}, unchanged {report.not_modified}",
    ]
    by_number = sorted(report.skipped.items(), key=lambda item: (-item[1], item[0]))
    if by_number:
        lines.append("without a page: " + ", ".join(f"{reason} {number}" for reason, number in by_number))
    return "\n".join(lines)


def _current(report: Report | BuildReport, *, published: bool) -> str:
    """Which generation is current now, and what it took."""
    done = "published" if published else "nothing had changed; current is"
    return f"{done} generation {report.generation}: {report.passages} passages ({_seconds(report.seconds)})"


def _next(report: Report, *, published: bool) -> str:
    """What to do with it."""
    first = published and report.generation.startswith("000001")
    return (
        "To search: search 问题, or in the browser: shuangta serve"
        if first
        else "What is new, and what has died: shuangta news"
    )


def _seconds(seconds: dict[str, float]) -> str:
    return ", ".join(f"{stage} {spent:.1f} s" for stage, spent in seconds.items())


REBUILD = Verb(
    "rebuild",
    "crawl the reading lists, build the index and publish it",
    "shuangta rebuild --lists my-list.md --data-dir ~/search --set crawl.delay=2",
    _add_arguments,
    _rebuild,
)
CRAWL = Verb(
    "crawl",
    "fetch what the reading lists link to, without building an index",
    "shuangta crawl --lists my-list.md",
    _add_arguments,
    _crawl,
)
INDEX = Verb(
    "index",
    "build and publish the index of what was crawled before",
    'shuangta index --set index.towers.0.name="BAAI/bge-small-zh-v1.5"',
    _add_index_arguments,
    _index,
)
