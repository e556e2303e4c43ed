"""`search "问题"`: one question after another against the current generation.

Starts fast: a server that serves the same data with the same settings is asked over its socket, and where there is none,
nothing is imported that the search does not need. Its exit codes are grep's: 0 when something was found, 1 when
nothing was, 2 for everything that went wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from api.answering import Answering
from api.exits import SUCCESS, USAGE, guarded, leave
from api.options import add_settings_options
from api.question import Question
from api.threads import one_per_query
from search.mode import Mode

if TYPE_CHECKING:
    from search.answers import Answer

__all__ = ["main"]

NOTHING_FOUND = 1

EXAMPLES = """examples · 例子:
  search why do transformers need warmup       a question, no quotes needed
  search 双塔召回怎么做负采样                  中文、英文、中英混合都可以
  search 倒排索引 --starred --site zhihu.com   只看加星的、知乎上的
  search attention --lang en --since 2020 -k 3 --json | jq -r '.hits[].link'
  search 粗排 样本选择偏差 --open 1            在浏览器里打开第一条，直接到那一段
  search --like https://arxiv.org/abs/1706.03762
  search -i                                    ask on and on · 连续提问: n, p, a number opens, :q

exit codes: 0 something found, 1 nothing found, 2 an error"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code. Without `argv` it is the program itself, and ends with that code."""
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:
        from api.completion import complete

        complete(parser)
    arguments, unknown = parser.parse_known_args(argv)
    if wrong := _unknown(unknown) or _wrong_usage(arguments):
        parser.error(wrong)
    one_per_query(os.environ)
    code = guarded("search", lambda: _run(arguments), failure=USAGE)
    return leave(code) if argv is None else code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="search",
        description="Search the articles that your reading lists link to, in Chinese or English.\n"
        "搜索你的阅读清单所链接的文章，中文、英文都可以问。",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "query", nargs="*", help="what to look for; quotes are not needed; - reads it from standard input"
    )
    parser.add_argument(
        "--like", default="", metavar="URL", help="articles like this one, which your lists link to"
    )
    parser.add_argument("-k", type=_positive, default=10, metavar="N", help="number of hits (default: 10)")
    parser.add_argument(
        "--mode", choices=get_args(Mode), help="which legs and stages (default: the settings')"
    )
    filters = parser.add_argument_group("filters (those of one kind widen, those of different kinds narrow)")
    for flags, name, metavar, explained in (
        (("--list",), "in_lists", "NAME", "in this reading list"),
        (("--section",), "section", "HEADING", "under this heading of a list"),
        (("--site", "--host"), "host", "HOST", "from this site, e.g. arxiv.org"),
        (("--lang",), "lang", "LANG", "zh or en"),
    ):
        filters.add_argument(*flags, action="append", default=[], metavar=metavar, dest=name, help=explained)
    filters.add_argument(
        "--since", default="", metavar="DATE", help="published since 2021, 2021-06 or 2021-06-30"
    )
    filters.add_argument("--starred", action="store_true", help="only what a curator starred")
    output = parser.add_argument_group("output")
    output.add_argument("--json", action="store_true", help="print the answer as JSON, as the API gives it")
    output.add_argument(
        "--open", type=_positive, metavar="N", help="open hit N in the browser, at the passage"
    )
    output.add_argument(
        "-i", "--interactive", action="store_true", help="a session: ask, turn pages, open hits"
    )
    output.add_argument(
        "--explain", action="store_true", help="show what each stage made of it, and how long it took"
    )
    add_settings_options(parser)
    parser.add_argument(
        "--no-server", action="store_true", help="open the index even where a server could be asked"
    )
    return parser


def _unknown(options: Sequence[str]) -> str:
    """What is wrong with options that there are not, if any are."""
    if not options:
        return ""
    quoted = " (to leave a word out, quote the whole query: search '双塔 -知乎')"
    return f"there is no option {options[0]}" + quoted * (not options[0].startswith("--"))


def _wrong_usage(arguments: argparse.Namespace) -> str:
    """What is wrong with the combination of options, if anything is."""
    if arguments.interactive:
        alone = arguments.json or arguments.open or arguments.like or arguments.query
        return (
            "-i asks for the queries itself: give it filters, but no query, --like, --open or --json"
            * bool(alone)
        )
    if arguments.like and arguments.query:
        return "give either a query or --like, not both"
    if not arguments.like and not arguments.query:
        return "what shall be looked for? Give a query, --like URL or -i"
    return ""


def _run(arguments: argparse.Namespace) -> int:
    answering = Answering(arguments, os.environ, by_server=not arguments.no_server)
    question = Question(
        text=_text(arguments.query),
        like=_utf8(arguments.like),
        k=max(arguments.k, arguments.open or 0),
        mode=arguments.mode,
        lists=tuple(map(_utf8, arguments.in_lists)),
        sections=tuple(map(_utf8, arguments.section)),
        hosts=tuple(map(_utf8, arguments.host)),
        langs=tuple(map(_utf8, arguments.lang)),
        starred=arguments.starred,
        since=_utf8(arguments.since),
        explain=arguments.explain,
    )
    if arguments.interactive:
        from api.search_session import session

        return session(question, answering, sys.stdin, sys.stdout, os.environ)
    if arguments.json and not arguments.open:
        fields = answering.json(question)
        print(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
        return SUCCESS if fields["hits"] else NOTHING_FOUND
    answer = answering.answer(question)
    if not answer.hits:
        print(
            f"search: nothing found for {answer.query!r}. Try fewer words or fewer filters.", file=sys.stderr
        )
        _say_why(answer)
        return NOTHING_FOUND
    if arguments.open:
        from api.opening import hit_of, open_hit

        hit = hit_of(answer, arguments.open)
        open_hit(hit)
        print(f"opened {hit.link}")
        answering.opened(question, answer, hit)
        return SUCCESS
    _print(answer, explain=arguments.explain)
    return SUCCESS


def _print(answer: Answer, *, explain: bool) -> None:
    from api.hit_list import hit_list
    from api.terminal import columns, style_for

    style, width = style_for(sys.stdout, os.environ), columns(sys.stdout, os.environ)
    print(hit_list(answer, style=style, width=width, explain=explain))


def _say_why(answer: Answer) -> None:
    """What was made of a query that found nothing."""
    from api.hit_list import rewritings

    for said in (*rewritings(answer.understood), answer.notes):
        for line in said:
            print(line, file=sys.stderr)


def _text(words: Sequence[str]) -> str:
    """The query, or what standard input holds for `-`."""
    return sys.stdin.read().strip() if list(words) == ["-"] else _utf8(" ".join(words))


def _utf8(argument: str) -> str:
    """What was typed, with replacement characters for bytes that are not UTF-8."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
