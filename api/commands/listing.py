"""`shuangta links`: what a reading list links to, as the parser sees it."""

from __future__ import annotations

import argparse
import os
import sys

import msgspec

from api.commands.verb import Verb
from api.exits import SUCCESS
from api.options import add_settings_options, settings_of
from api.terminal import visible
from ingest.settings import ListSettings

__all__ = ["LINKS"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="LIST", help="Markdown file or address (default: the settings' lists)"
    )
    parser.add_argument(
        "--base", default="", metavar="URL", help="what relative links in LIST are relative to"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    add_settings_options(parser)


def _links(arguments: argparse.Namespace) -> int:
    from api.wiring import load_lists

    settings = settings_of(arguments, os.environ)
    if arguments.paths:
        given = tuple(ListSettings(path, base=arguments.base) for path in arguments.paths)
        settings = msgspec.structs.replace(settings, lists=given)
    for parsed in load_lists(settings):
        for link in parsed.links:
            if arguments.json:
                line = {
                    "url": link.url,
                    "title": link.title,
                    "list": link.list,
                    "section": link.section,
                    "note": link.note,
                    "starred": link.starred,
                    "line": link.line,
                }
                print(msgspec.json.encode(line).decode())
            else:
                place = " › ".join((link.list, *link.section))
                star = " ★" if link.starred else ""
                print(visible(f"{link.title}{star}\n    {link.url}\n    {place}, line {link.line}"))
        for left in parsed.left_out:
            about = f"{parsed.name}, line {left.line}: left out {left.written}: {left.reason}"
            print(visible(about), file=sys.stderr)
    return SUCCESS


LINKS = Verb(
    "links",
    "show what reading lists link to",
    "shuangta links my-list.md --json",
    _add_arguments,
    _links,
)
