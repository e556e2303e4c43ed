"""`shuangta add` and `shuangta remove`: reading lists and single links, into the settings and out of them."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.commands.verb import Verb
from api.exits import SUCCESS
from api.options import add_output_options, add_settings_options, settings_of
from api.sources import CONFIG_VARIABLE, SHIPPED, chosen_file, user_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.own_lists import Change
    from api.settings import Settings

__all__ = ["ADD", "REMOVE"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="LIST|URL", help="a Markdown file, its address, or a page")
    parser.add_argument(
        "--as",
        choices=("list", "article"),
        dest="kind",
        help="what it is (default: a file, or the address of a .md file, is a list; else an article)",
    )
    of_list = parser.add_argument_group("a list")
    of_list.add_argument("--name", default="", help="how search shows it (default: the file's name)")
    of_list.add_argument("--base", default="", metavar="URL", help="what its relative links are relative to")
    of_link = parser.add_argument_group("an article")
    of_link.add_argument("--title", default="", help="its title; the page's own counts, once it is read")
    of_link.add_argument("--section", default="", metavar="HEADING", help="where in your list it goes")
    of_link.add_argument("--note", default="", help="a word of yours; it is searched, too")
    of_link.add_argument("--star", action="store_true", help="star it")
    _add_common(parser)


def _add_remove_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="LIST|URL", help="a list by its place or name, or a page you added")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    add_output_options(parser)
    add_settings_options(parser)


def _add(arguments: argparse.Namespace) -> int:
    from api.own_lists import LinkNote, add, kind_of
    from api.wiring import load_lists
    from ingest.settings import ListSettings

    settings = _settings(arguments)
    change = add(
        arguments.what,
        arguments.kind or kind_of(arguments.what),
        _file(arguments),
        listed=ListSettings("", name=arguments.name, base=arguments.base),
        about=LinkNote(arguments.title, arguments.section, arguments.note, arguments.star),
        load=lambda entry: load_lists(msgspec.structs.replace(settings, lists=(entry,)))[0],
        keep_shipped=_searches_shipped(settings),
    )
    return _tell(arguments, change, _added(change))


def _remove(arguments: argparse.Namespace) -> int:
    from api.own_lists import remove

    change = remove(arguments.what, _file(arguments))
    return _tell(arguments, change, _taken_out(change))


def _file(arguments: argparse.Namespace) -> Path:
    """The settings file that is in force, or that would be."""
    return chosen_file(arguments.config, os.environ) or user_config()


def _settings(arguments: argparse.Namespace) -> Settings:
    """The settings as they are; the file may be one that is to be made."""
    if _file(arguments).exists():
        return settings_of(arguments, os.environ)
    sources = argparse.Namespace(**{**vars(arguments), "config": None})
    return settings_of(
        sources, {name: value for name, value in os.environ.items() if name != CONFIG_VARIABLE}
    )


def _searches_shipped(settings: Settings) -> bool:
    """Whether the corpus was crawled from lists of the catalogue: these are not to go away because of one more."""
    from api.wiring import existing_store
    from ingest.errors import IndexMissingError

    shipped = {path.stem for path in (SHIPPED.parent / "reading_lists").glob("*.md")}
    try:
        with existing_store(settings) as store:
            return any(link.list in shipped for listing in store.listings() for link in listing.links)
    except IndexMissingError:
        return False


def _tell(arguments: argparse.Namespace, change: Change, lines: Iterator[str]) -> int:
    if arguments.json:
        print(msgspec.json.encode(asdict(change)).decode())
    elif not arguments.quiet:
        print("\n".join(lines))
    return SUCCESS


def _added(change: Change) -> Iterator[str]:
    if not change.done:
        yield f"{change.what} is in {change.list if change.kind == 'article' else change.settings} already."
        return
    if change.kind == "article":
        yield f"Added {change.what} to {change.list}."
    else:
        left = f", {change.left_out} left out (`shuangta links` says why)" if change.left_out else ""
        yield f"Added {change.what} to {change.settings}: {change.links} links{left}."
    if change.kept_shipped:
        yield f"The {change.kept_shipped} lists that ship, which you have been searching, stay beside it."
    if change.replaced_shipped:
        yield (
            f"Your own lists are read from now on, instead of the {change.replaced_shipped} that ship "
            "(to have one of them as well: shuangta add shipped:study-plan)."
        )
    yield "To search it: shuangta rebuild"


def _taken_out(change: Change) -> Iterator[str]:
    place = change.list if change.kind == "article" else change.settings
    yield f"Took {change.what} out of {place}."
    if change.back_to_shipped:
        yield "No list is left there: the lists that ship are read again."
    yield "It is found until the next: shuangta rebuild"


ADD = Verb(
    "add",
    "add a reading list, or a single article, to your settings",
    "shuangta add my-list.md\n"
    "shuangta add https://github.com/someone/notes/blob/main/README.md --name notes\n"
    "shuangta add https://arxiv.org/abs/1706.03762 --title Attention --section Transformer --star",
    _add_arguments,
    _add,
)
REMOVE = Verb(
    "remove",
    "take a reading list or an article out of your settings again",
    "shuangta remove my-list.md\nshuangta remove https://arxiv.org/abs/1706.03762",
    _add_remove_arguments,
    _remove,
)
