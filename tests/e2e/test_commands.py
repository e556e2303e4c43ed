"""The two commands as a person calls them: in processes of their own, over HTTP, into a folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api.demo.demo import demo_settings
from api.demo.server import SiteServer
from api.demo.site import Served
from api.settings import Settings
from api.wiring import existing_store
from tests.conftest import REPOSITORY, Built

HIT_KEYS = {"rank", "score", "url", "title", "passage", "headings", "list", "section", "article_id", "stages"}
REPORT_KEYS = {
    "links",
    "listings",
    "articles",
    "listing_only",
    "skipped",
    "duplicates",
    "passages",
    "fetched",
    "not_modified",
    "generation",
    "seconds",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No settings of the person who runs the tests, and no proxy between them and their loopback."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHUANGTA_")}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    return {**kept, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}


def command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def rebuild_command(settings: Settings, *more: str) -> list[str]:
    lists = [listed.path for listed in settings.lists]
    options = ("--data-dir", settings.data_dir, "--base", settings.lists[0].base)
    sets = ("crawl.allow_private=true", "crawl.delay=0", "crawl.retries=0")
    return command(
        "api.shuangta",
        "rebuild",
        *options,
        *(f"--set={assignment}" for assignment in sets),
        *more,
        "--lists",
        *lists,
    )


def run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_rebuild_publishes_and_leaves_its_report(
    site: SiteServer, tmp_path: Path, environment: dict[str, str]
) -> None:
    settings = demo_settings(site, tmp_path / "data")
    result = run(rebuild_command(settings), environment)
    assert result.returncode == 0, result.stderr
    report = json.loads((settings.data_path / "reports" / "latest.json").read_text("utf-8"))
    assert set(report) >= REPORT_KEYS
    assert report["duplicates"] == 1
    assert report["skipped"] == {"dead_link": 1, "refused": 1, "robots": 1}
    assert report["listings"] == report["articles"] + report["duplicates"] + report["listing_only"]
    assert (settings.data_path / "current" / "manifest.json").is_file()


def test_search_prints_json_of_the_agreed_shape(built: Built, environment: dict[str, str]) -> None:
    question = "does stuffing a page with the same word help in BM25?"
    arguments = ("--data-dir", str(built.data_dir), "-k", "3", "--json", question)
    result = run(command("api.search_command", *arguments), environment)
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert set(answer) >= {"query", "understood", "took_ms", "stages_ms", "hits"}
    assert answer["query"] == question
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2, 3]
    assert all(set(hit) >= HIT_KEYS for hit in answer["hits"])
    first = answer["hits"][0]
    assert first["url"] == built.url("/docs/bm25.html")
    assert first["list"] == "nlp-and-retrieval"
    assert first["section"] == ["NLP and retrieval", "Search engines", "Ranking"]
    assert first["passage"].strip()


def test_search_speaks_chinese(built: Built, environment: dict[str, str]) -> None:
    arguments = ("--data-dir", str(built.data_dir), "-k", "1", "召回模型的负样本怎么选")
    result = run(command("api.search_command", *arguments), environment)
    assert result.returncode == 0, result.stderr
    assert "召回模型的负样本为什么不能用曝光未点击" in result.stdout


def test_status_accounts_for_every_address(built: Built, environment: dict[str, str]) -> None:
    result = run(
        command("api.shuangta", "status", "--data-dir", str(built.data_dir), "--links", "--json"), environment
    )
    assert result.returncode == 0, result.stderr
    outcomes = [json.loads(line) for line in result.stdout.splitlines()]
    report = json.loads((built.data_dir / "reports" / "latest.json").read_text("utf-8"))
    assert len({outcome["url"] for outcome in outcomes}) == len(outcomes) == report["listings"]
    assert {outcome["outcome"] for outcome in outcomes} == {"article", "duplicate", "skipped"}


def test_a_search_before_the_first_rebuild_says_what_to_do(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    result = run(command("api.search_command", "anything", "--data-dir", str(tmp_path / "none")), environment)
    assert result.returncode == 2
    assert "shuangta rebuild" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture
def held_site(
    sample_pages: dict[str, Served],
) -> Iterator[tuple[SiteServer, threading.Event, threading.Event]]:
    """The site, which stops at its twentieth answer: it sets the first event then, and goes on with the second."""
    reached, released = threading.Event(), threading.Event()
    asked = []

    def before(path: str) -> None:
        asked.append(path)
        if len(asked) == 20:
            reached.set()
            released.wait(60)

    with SiteServer(sample_pages, before=before) as site:
        yield site, reached, released
        released.set()


@pytest.mark.slow
def test_a_crawl_that_is_killed_goes_on_where_it_stopped(
    held_site: tuple[SiteServer, threading.Event, threading.Event],
    tmp_path: Path,
    environment: dict[str, str],
) -> None:
    site, reached, released = held_site
    settings = demo_settings(site, tmp_path / "data")
    crawling = subprocess.Popen(
        rebuild_command(settings),
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with crawling:
        assert reached.wait(60)
        crawling.kill()
    released.set()
    with existing_store(settings) as store:
        kept = {urlsplit(outcome.url).path for outcome in store.outcomes() if outcome.outcome == "article"}
    assert kept
    site.asked.clear()

    result = run(rebuild_command(settings), environment)
    assert result.returncode == 0, result.stderr
    assert not kept & {path for path, _ in site.asked}
    report = json.loads((settings.data_path / "reports" / "latest.json").read_text("utf-8"))
    assert report["listings"] == report["articles"] + report["duplicates"] + report["listing_only"]
    assert report["skipped"] == {"dead_link": 1, "refused": 1, "robots": 1}
