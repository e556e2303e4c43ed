"""The examples of docs/api.md and of the README's API section, run against a real server over the sample site."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.command_socket import command_socket
from api.commands.serving import listening_socket, uvicorn_config
from api.shuangta import VERBS

REPOSITORY = Path(__file__).parents[2]
PAGES = ("docs/api.md", "README.md")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    page: str
    language: str
    code: str


# Only what asks the server or opens the engine: other blocks of the README install things.
EXAMPLES = [
    Example(page, language, code)
    for page in PAGES
    for language, code in _BLOCK.findall((REPOSITORY / page).read_text("utf-8"))
    if "curl" in code or "open_engine" in code or "urlopen" in code or language in ("js", "json")
]


@dataclass(frozen=True)
class Running:
    url: str
    data_dir: Path


@pytest.fixture(scope="module")
def running(built) -> Iterator[Running]:
    with listening_socket("127.0.0.1", 0) as listening, command_socket(built.data_dir) as of_commands:
        assert of_commands is not None
        server = uvicorn.Server(uvicorn_config(built.settings))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening, of_commands]})
        thread.start()
        yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", built.data_dir)
        server.should_exit = True
        thread.join()


def run(example: Example, running: Running) -> str:
    """What the example prints, with the addresses of this server in it."""
    program = {"sh": "curl", "js": "node"}.get(example.language)
    if program and shutil.which(program) is None:
        pytest.skip(f"the example needs {program}, which is not installed")
    code = example.code.replace("http://127.0.0.1:8420", running.url).replace(
        "data/demo", str(running.data_dir)
    )
    if "ARTICLE_ID" in code:
        code = code.replace("ARTICLE_ID", first_article(running))
    command = {
        "sh": ["bash", "-euo", "pipefail", "-c", code],
        "js": ["node", "--input-type=module", "-e", code],
        "python": [sys.executable, "-c", code],
    }[example.language]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "NO_PROXY": "*"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def first_article(running: Running) -> str:
    return httpx.get(f"{running.url}/api/v1/browse?k=1", trust_env=False).json()["hits"][0]["article_id"]


@pytest.mark.parametrize(
    "example",
    [each for each in EXAMPLES if each.language != "json"],
    ids=lambda each: f"{each.page}-{each.language}",
)
def test_an_example_runs_and_finds_something(example, running):
    printed = run(example, running)
    assert printed.strip()
    assert '"hits":[]' not in printed
    for line in printed.splitlines() if example.language == "js" else ():
        assert re.match(r"[123] .+ https?://", line)


def test_every_language_has_its_example():
    assert {"sh", "python", "js"} <= {each.language for each in EXAMPLES if each.page == "docs/api.md"}


def test_the_agents_configuration_is_json_and_names_a_verb_that_exists():
    (configuration,) = [each for each in EXAMPLES if each.language == "json"]
    command = json.loads(configuration.code)["mcpServers"]["shuangta"]
    assert command["command"] == "shuangta"
    assert command["args"][0] in {verb.name for verb in VERBS}


def test_the_page_names_every_route():
    from api.server import app
    from api.settings import Settings

    written = (REPOSITORY / "docs/api.md").read_text("utf-8")
    for path in app(Settings()).openapi()["paths"]:
        assert path.removeprefix("/api/v1").split("{")[0].rstrip("/") in written
