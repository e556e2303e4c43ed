"""What the shell offers when Tab is pressed: options and verbs by argcomplete, values of filters from the index."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import argcomplete
from argcomplete.completers import FilesCompleter

from api.sources import likely_data_dir
from index.facet_values import facet_values
from ingest.errors import ShuangtaError

if TYPE_CHECKING:
    import argparse

__all__ = ["complete"]

# Option -> kind of facet that its values are.
_KINDS = {"in_lists": "list", "section": "section", "host": "host", "lang": "lang"}
_NOTHING_TO_OFFER = frozenset({"query", "since", "like", "k", "open", "note", "title"})


def complete(parser: argparse.ArgumentParser) -> None:
    """Give the completions that the shell asks for, and end the process."""
    argcomplete.autocomplete(parser, default_completer=_Values(), always_complete_options="long")


class _Values(FilesCompleter):
    """Values of `--list`, `--section`, `--site` and `--lang` that the index holds, the most frequent first; else files."""

    def __call__(self, prefix: str, **of_shell: Any) -> list[str]:
        """What may stand where `prefix` was typed."""
        action: argparse.Action | None = of_shell.get("action")
        parsed_args: argparse.Namespace | None = of_shell.get("parsed_args")
        name = action.dest if action is not None else ""
        if name in _NOTHING_TO_OFFER:
            return []
        if name not in _KINDS or parsed_args is None:
            return super().__call__(prefix, **of_shell)
        sets = [*parsed_args.sets, *([f"data_dir={parsed_args.data_dir}"] if parsed_args.data_dir else [])]
        try:
            data_dir = likely_data_dir(parsed_args.config, sets, os.environ)
        except ShuangtaError:
            # Half a command line need not make sense; what is wrong is said when it is run.
            return []
        return facet_values(data_dir, _KINDS[name]) if data_dir is not None else []
