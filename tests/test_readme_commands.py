"""The README's command lines: each is one that the commands accept."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from api.search_command import _parser as search_parser
from api.shuangta import _parser as shuangta_parser

REPOSITORY = Path(__file__).parents[1]
PARSERS = {"search": search_parser, "shuangta": shuangta_parser}
PLACEHOLDERS = {"FILE…", "…"}


def lines() -> list[str]:
    """Every line of a block of code that runs one of the commands, without its comment."""
    text = (REPOSITORY / "README.md").read_text("utf-8")
    found = []
    for block in re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            command = line.removeprefix("$ ").partition("  #")[0].strip()
            if re.match(r"(?:\S*/)?(?:search|shuangta) ", command) and not PLACEHOLDERS & set(
                command.split()
            ):
                found.append(command)
    return found


@pytest.mark.parametrize("line", lines())
def test_a_command_line_of_the_readme_is_accepted(line: str) -> None:
    program, *arguments = shlex.split(line)
    PARSERS[Path(program).name]().parse_args(arguments)


def test_the_readme_shows_how_to_begin() -> None:
    assert {"shuangta add my-list.md", "shuangta rebuild", "shuangta serve"} <= set(lines())
