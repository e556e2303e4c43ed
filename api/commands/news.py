"""`shuangta news`: what the last rebuild brought, and which pages have died since."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from api.commands.verb import Verb
from api.exits import SUCCESS
from api.options import add_settings_options, settings_of
from api.terminal import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from api.news import Item, News

__all__ = ["NEWS"]

_MOST = 20  # items of a kind that are shown; --json has them all


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since",
        default="last",
        metavar="WHEN",
        help="a date such as 2024-05-31, a generation that is still kept, or last: the one before (default)",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, with nothing left out")
    add_settings_options(parser)


def _news(arguments: argparse.Namespace) -> int:
    from api.news import news
    from api.wiring import existing_store

    with existing_store(settings_of(arguments, os.environ)) as store:
        found = news(store, arguments.since)
    if arguments.json:
        print(msgspec.json.encode(asdict(found)).decode())
    else:
        print(visible("\n".join(_lines(found))))
    return SUCCESS


def _lines(found: News) -> Iterator[str]:
    now = f"{found.generation} of {_time(found.created)}"
    if not found.since:
        yield f"Generation {now} is the only one that is kept: there is none to compare it with."
        return
    yield f"Generation {now}, compared with {found.since} of {_time(found.since_created)}:"
    for what, items in (
        ("new articles", found.articles),
        ("new links, known from the list only", found.listings),
        ("died on the web; what was read of them is kept", found.died),
        ("no longer in your lists, or the same as another", found.gone),
    ):
        yield f"\n{what}: {len(items)}"
        yield from _items(items)


def _items(items: Sequence[Item]) -> Iterator[str]:
    for item in islice(items, _MOST):
        yield f"  {item.title or item.url}"
        about = " · ".join(filter(None, (" › ".join(item.place), item.why)))
        yield f"      {item.url}{f'  ({about})' if about else ''}"
    if len(items) > _MOST:
        yield f"  … and {len(items) - _MOST} more (--json has all)"


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"


NEWS = Verb(
    "news",
    "show what the last rebuild brought, and what has died",
    "shuangta news\nshuangta news --since 2024-05-31 --json",
    _add_arguments,
    _news,
)
