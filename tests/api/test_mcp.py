"""The tools for agents, called by the SDK's own client over both of its transports."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.commands.serving import listening_socket
from api.settings import Settings
from ingest.articles import article_id
from tests.api.corpus import DEAD, REPOST, TWO_TOWER, WARMUP

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client, StdioServerParameters

from api.commands.agents import server_of

REPOSITORY = Path(__file__).parents[2]

Ask = Callable[..., dict[str, Any]]
Talk = Callable[[Client], Awaitable[Any]]


def over_stdio(data_dir: Path, talk: Talk) -> Any:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "api.shuangta", "mcp", "--data-dir", str(data_dir)],
        cwd=REPOSITORY,
    )
    return asyncio.run(_talked(command, talk))


def over_http(data_dir: Path, talk: Talk) -> Any:
    application = server_of(Settings(data_dir=str(data_dir))).streamable_http_app()
    with listening_socket("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(application, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            return asyncio.run(_talked(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp", talk))
        finally:
            server.should_exit = True
            thread.join()


async def _talked(server: Any, talk: Talk) -> Any:
    async with Client(server, read_timeout_seconds=60) as client:
        return await talk(client)


@pytest.mark.parametrize("transport", [over_stdio, over_http])
def test_an_agent_finds_reads_and_cites(data_dir, transport):
    async def talk(client: Client) -> None:
        assert client.instructions is not None
        assert "Cite" in client.instructions
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert names == {"search", "read_article", "similar", "browse"}

        found = (await client.call_tool("search", {"query": "双塔怎么做负采样", "k": 2})).structured_content
        first = found["citations"][0]
        assert (first["title"], first["list"], first["starred"]) == (
            TWO_TOWER.title,
            "推荐系统 › 召回 › 双塔",
            True,
        )
        assert first["url"].startswith(TWO_TOWER.url)
        assert "负采样" in first["passage"]
        assert found["confident"] is True

        read = (await client.call_tool("read_article", {"article": first["article_id"]})).structured_content
        assert (read["title"], read["next_passage"]) == (TWO_TOWER.title, None)
        assert "logQ" in "".join(passage["text"] for passage in read["passages"])

        like = (await client.call_tool("similar", {"article": REPOST, "k": 3})).structured_content
        assert TWO_TOWER.title not in [each["title"] for each in like["citations"]]

        shelves = (await client.call_tool("browse", {})).structured_content["lists"]
        assert [each["name"] for each in shelves] == ["推荐系统", "NLP 清单"]
        assert "召回 › 双塔 (1)" in shelves[0]["sections"]

    transport(data_dir, talk)


@pytest.fixture(scope="module")
def ask(data_dir) -> Ask:
    """Call one tool in this process; the transports are tested above."""
    server = server_of(Settings(data_dir=str(data_dir)))

    def call(tool: str, **arguments: Any) -> dict[str, Any]:
        result = asyncio.run(_talked(server, lambda client: client.call_tool(tool, arguments)))
        assert not result.is_error, result.content
        assert result.structured_content is not None
        return result.structured_content

    return call


def test_filters_narrow_and_pages_go_on(ask):
    found = ask("search", query="warmup 双塔 召回", languages=["en"])
    assert found["citations"][0]["title"] == WARMUP.title
    first, second = (ask("search", query="召回 双塔 warmup HNSW", k=1, offset=offset) for offset in (0, 1))
    assert first["more"]
    assert first["citations"] != second["citations"]


def test_a_dead_page_is_cited_by_what_the_list_says(ask):
    (hit,) = [each for each in ask("search", query="图解 HNSW")["citations"] if each["only_listed"]]
    assert (hit["url"], hit["note"]) == (DEAD, "图画得很好")


def test_a_long_article_is_read_in_parts(built):
    server = server_of(built.settings)

    async def read(client: Client) -> tuple[list[str], list[str]]:
        (_, longest) = max(
            [
                (len(each["passage"]), each["article_id"])
                for each in (
                    await client.call_tool("search", {"query": "learning 学习", "k": 20})
                ).structured_content["citations"]
            ]
        )
        whole = (await client.call_tool("read_article", {"article": longest})).structured_content
        parts, at = [], 0
        while at is not None:
            part = (
                await client.call_tool(
                    "read_article", {"article": longest, "from_passage": at, "max_chars": 1}
                )
            ).structured_content
            assert len(part["passages"]) == 1
            parts.append(part["passages"][0]["text"])
            at = part["next_passage"]
        return [passage["text"] for passage in whole["passages"]], parts

    whole, parts = asyncio.run(_talked(server, read))
    assert parts == whole


def test_browsing_a_section_and_what_is_new(ask):
    looked = ask("browse", sections=["召回"], order="date")
    assert looked["total"] == 3
    assert looked["citations"][0]["published"] == "2023-01-01"
    assert ask("browse", new_since="last")["total"] == 5


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search", {"query": " "}, "The query is empty."),
        ("search", {"query": "x", "since": "yesterday"}, "not a date"),
        ("search", {"query": "x", "k": 0}, "greater than or equal to 1"),
        ("read_article", {"article": "0123456789abcdef"}, "There is no article"),
        ("similar", {"article": "https://nowhere.example/"}, "There is no article"),
    ],
)
def test_what_is_wrong_is_said_to_the_agent(data_dir, tool, arguments, said):
    server = server_of(Settings(data_dir=str(data_dir)))
    result = asyncio.run(_talked(server, lambda client: client.call_tool(tool, arguments)))
    assert result.is_error
    assert said in result.content[0].text


def test_without_an_index_the_agent_is_told_what_to_run(tmp_path):
    server = server_of(Settings(data_dir=str(tmp_path)))
    result = asyncio.run(_talked(server, lambda client: client.call_tool("search", {"query": "双塔"})))
    assert result.is_error
    assert "shuangta rebuild" in result.content[0].text


def test_an_article_can_be_asked_for_by_its_address(ask):
    by_id, by_address = (ask("read_article", article=name) for name in (article_id(WARMUP.url), WARMUP.url))
    assert by_id == by_address


@pytest.mark.parametrize(
    ("missing", "arguments", "said"),
    [
        ("mcp", ["mcp"], "shuangta[mcp]"),
        (
            "opentelemetry.exporter",
            ["serve", "--port", "0", "--set", "server.otlp_endpoint=http://127.0.0.1:9/v1/traces"],
            "shuangta[telemetry]",
        ),
    ],
)
def test_an_extra_that_is_not_installed_is_named(tmp_path, missing, arguments, said):
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from api.shuangta import main; "
        f"sys.exit(main({[*arguments, '--data-dir', str(tmp_path)]!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"pip install '{said}'" in done.stderr
    assert done.stderr.count("\n") <= 2
