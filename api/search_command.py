"""`search "问题"`: one query against the current generation.

Starts fast: nothing is imported that a lexical and static-tower search does not need. Its exit codes are grep's:
0 when something was found, 1 when nothing was, 2 for everything that went wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from api.exits import SUCCESS, USAGE, guarded, leave
from api.options import add_settings_options, settings_of
from api.threads import one_per_query
from search.settings import Mode

if TYPE_CHECKING:
    from search.answers import Answer

__all__ = ["main"]

NOTHING_FOUND = 1

EXAMPLES = """examples:
  search "双塔召回怎么做负采样"
  search why do transformers need warmup --lang en --since 2020
  search 倒排索引 --starred --host zhihu.com -k 3 --json

exit codes: 0 something found, 1 nothing found, 2 an error"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code. Without `argv` it is the program itself, and ends with that code."""
    arguments = _parser().parse_args(argv)
    one_per_query(os.environ)
    code = guarded("search", lambda: _run(arguments), failure=USAGE)
    return leave(code) if argv is None else code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="search",
        description="Search the articles that your reading lists link to, in Chinese or English.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("query", nargs="+", help="what to look for; quotes are not needed")
    parser.add_argument("-k", type=_positive, default=10, metavar="N", help="number of hits (default: 10)")
    parser.add_argument(
        "--mode", choices=get_args(Mode), help="which legs and stages (default: the settings')"
    )
    filters = parser.add_argument_group("filters (those of one kind widen, those of different kinds narrow)")
    filters.add_argument(
        "--list", action="append", default=[], metavar="NAME", dest="in_lists", help="in this reading list"
    )
    filters.add_argument(
        "--section", action="append", default=[], metavar="HEADING", help="under this heading of a list"
    )
    filters.add_argument(
        "--host", action="append", default=[], metavar="HOST", help="from this site, e.g. arxiv.org"
    )
    filters.add_argument("--lang", action="append", default=[], metavar="LANG", help="zh or en")
    filters.add_argument(
        "--since", default="", metavar="DATE", help="published since 2021, 2021-06 or 2021-06-30"
    )
    filters.add_argument("--starred", action="store_true", help="only what a curator starred")
    parser.add_argument(
        "--explain", action="store_true", help="show what each stage made of it, and how long it took"
    )
    parser.add_argument("--json", action="store_true", help="print the answer as JSON, as the API gives it")
    add_settings_options(parser)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from api.wiring import open_engine
    from search.filters import Filters

    settings = settings_of(arguments, os.environ)
    filters = Filters(
        lists=tuple(arguments.in_lists),
        sections=tuple(arguments.section),
        hosts=tuple(arguments.host),
        langs=tuple(arguments.lang),
        starred=arguments.starred,
        since=arguments.since,
    )
    engine = open_engine(settings)
    answer = engine.search(
        _text(arguments.query), k=arguments.k, mode=arguments.mode, filters=filters, explain=arguments.explain
    )
    _print(answer, arguments)
    return SUCCESS if answer.hits else NOTHING_FOUND


def _print(answer: Answer, arguments: argparse.Namespace) -> None:
    if arguments.json:
        import msgspec

        from search.answers import to_json

        print(msgspec.json.encode(to_json(answer)).decode())
        return
    from api.hit_list import hit_list
    from api.terminal import columns, style_for

    style, width = style_for(sys.stdout, os.environ), columns(sys.stdout)
    if answer.hits:
        print(hit_list(answer, style=style, width=width, explain=arguments.explain))
    else:
        print(
            f"search: nothing found for {answer.query!r}. Try fewer words or fewer filters.", file=sys.stderr
        )


def _text(words: Sequence[str]) -> str:
    """The query; bytes that are not UTF-8 become replacement characters."""
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
