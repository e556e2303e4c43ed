"""`shuangta completion`: completion for the shell, of this command and of `search`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.commands.verb import Verb
from api.exits import SUCCESS

if TYPE_CHECKING:
    import argparse

__all__ = ["COMPLETION"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell that is to complete")


def _completion(arguments: argparse.Namespace) -> int:
    from argcomplete.shell_integration import shellcode

    print(shellcode(["search", "shuangta"], shell=arguments.shell))
    return SUCCESS


COMPLETION = Verb(
    "completion",
    "print what your shell needs to complete options, lists and sections on Tab",
    'shuangta completion bash    # into ~/.bashrc: eval "$(shuangta completion bash)"\n'
    'shuangta completion zsh     # into ~/.zshrc, after compinit: eval "$(shuangta completion zsh)"\n'
    "shuangta completion fish    # > ~/.config/fish/completions/shuangta.fish, and the same as search.fish",
    _add_arguments,
    _completion,
)
