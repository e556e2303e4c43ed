"""The morning after: what a rebuild brought, what died, and what left the lists."""

from __future__ import annotations

import json
import time
from pathlib import Path

import msgspec
import pytest

from api.demo.server import SiteServer
from api.rebuilding import rebuild
from api.settings import Settings
from api.shuangta import main
from tests.conftest import Built
from tests.e2e.test_again import stale

DIED = "/docs/minhash.html"
NEW = "https://nowhere.invalid/new"


@pytest.fixture
def second_night(site: SiteServer, copied: Settings) -> Settings:
    """The data folder after a night in which a page died, a link left a list, and another came."""
    place = Path(copied.lists[0].path)
    lines = place.read_text("utf-8").splitlines()
    (left,) = (number for number, line in enumerate(lines) if "/old/tf-idf.html" in line)
    lines[left] = f"- [A new link]({NEW})"
    own = copied.data_path / place.name
    own.write_text("\n".join(lines), "utf-8")
    lists = (msgspec.structs.replace(copied.lists[0], path=str(own)), *copied.lists[1:])
    settings = stale(msgspec.structs.replace(copied, lists=lists))
    del site.responses[DIED]
    assert rebuild(settings, clock=time.time).published
    return settings


def news(settings: Settings, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    assert main(["news", "--data-dir", settings.data_dir, *options]) == 0
    return capsys.readouterr().out


def test_news_names_what_came_what_died_and_what_left(
    second_night: Settings, site: SiteServer, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(news(second_night, capsys, "--json"))
    assert [item["url"] for item in found["listings"]] == [NEW]
    assert [(item["url"], item["why"]) for item in found["died"]] == [(site.url + DIED, "dead_link")]
    assert [item["url"] for item in found["gone"]] == [f"{site.url}/old/tf-idf.html"]
    assert found["articles"] == []
    text = news(second_night, capsys)
    for said in ("A new link", NEW, "dead_link", DIED, "/old/tf-idf.html", "new articles: 0"):
        assert said in text


def test_news_since_a_day_compares_with_the_oldest_generation_that_is_kept(
    second_night: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.loads(news(second_night, capsys, "--json", "--since", "2001-01-01"))["since"].startswith(
        "000001"
    )


def test_a_first_generation_has_nothing_to_be_compared_with(
    built: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "none to compare it with" in news(built.settings, capsys)


def test_news_since_what_is_no_time_is_one_line(built: Built, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["news", "--data-dir", str(built.data_dir), "--since", "yesterday"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_quiet_crawl_says_nothing_and_a_verbose_one_each_address(
    second_night: Settings, site: SiteServer, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [
        "--data-dir",
        second_night.data_dir,
        "--set",
        "crawl.allow_private=true",
        "--set",
        "crawl.delay=0",
    ]
    lists = ["--base", second_night.lists[0].base, "--lists", *(each.path for each in second_night.lists)]
    assert main(["crawl", *options, *lists, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["crawl", *options, *lists, "--again", "--verbose"]) == 0
    assert f"{site.url}/docs/hnsw.html" in capsys.readouterr().err
