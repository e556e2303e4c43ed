"""`shuangta`: everything but the search itself, as verbs.

Exit codes: 0 done, 1 an error (one sentence on standard error), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from textwrap import indent
from typing import TYPE_CHECKING

from api.commands import (
    adding,
    agents,
    building,
    completing,
    demo,
    evaluating,
    extracting,
    importing,
    listing,
    news,
    serving,
    status,
    training,
)
from api.exits import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.commands.verb import Verb

__all__ = ["VERBS", "main"]

VERBS: tuple[Verb, ...] = (
    adding.ADD,
    adding.REMOVE,
    building.REBUILD,
    building.CRAWL,
    building.INDEX,
    importing.IMPORT,
    serving.SERVE,
    agents.MCP,
    status.STATUS,
    news.NEWS,
    listing.LINKS,
    extracting.EXTRACT,
    evaluating.EVALUATE,
    training.TRAIN,
    demo.DEMO,
    completing.COMPLETION,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the verb that `argv` names; return its exit code."""
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:
        from api.completion import complete

        complete(parser)
    arguments = parser.parse_args(argv)
    verb: Verb = arguments.verb
    return guarded(f"shuangta {verb.name}", lambda: verb.run(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shuangta",
        description="双塔: a search engine over the articles that your reading lists link to.",
        epilog="To search, use the command `search`. Each verb explains itself: shuangta rebuild --help",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb in VERBS:
        of_verb = verbs.add_parser(
            verb.name,
            help=verb.summary,
            description=f"{verb.summary[0].upper()}{verb.summary[1:]}.",
            epilog=f"example:\n{indent(verb.example, '  ')}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_arguments(of_verb)
        of_verb.set_defaults(verb=verb)
    return parser


if __name__ == "__main__":
    sys.exit(main())
