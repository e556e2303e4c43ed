"""The user's cookies go to the hosts that they name, and to no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ingest.articles import Page
from ingest.cookies import read_cookies
from ingest.errors import SettingsError
from ingest.fetch import Fetcher
from ingest.settings import CrawlSettings
from tests.web import Web

HEAD = "# Netscape HTTP Cookie File\n"
SETTINGS = CrawlSettings(delay=0.0, allow_private=True)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "cookies.txt"
    path.write_text(HEAD + "".join("\t".join(line.split()) + "\n" for line in lines), "utf-8")
    return path


def test_a_cookie_goes_to_its_host_even_by_way_of_a_redirect(tmp_path: Path) -> None:
    jar = read_cookies(
        written(
            tmp_path,
            "members.test FALSE / FALSE 0 session 42",
            "#HttpOnly_.wide.test TRUE / FALSE 4102444800 token abc",
            "members.test FALSE / TRUE 0 secure 1",
            "members.test FALSE / FALSE 1000000000 stale 1",
        )
    )
    with Web() as web:
        inside = web.page("members.test/inside", "<p>in</p>")
        sub = web.page("sub.wide.test/", "<p>sub</p>")
        outside = web.page("other.test/", "<p>out</p>")
        there = web.redirect("members.test/there", outside)

        async def ask() -> None:
            async with Fetcher(SETTINGS, transport=web.transport(), cookies=jar) as fetcher:
                for url in (inside, sub, there):
                    assert isinstance(await fetcher.get(url), Page)

        asyncio.run(ask())
        sent = {seen.url: seen.headers.get("cookie", "") for seen in web.log}
    assert sent[inside] == sent[there] == "session=42"
    assert sent[sub] == "token=abc"
    assert sent[outside] == ""


@pytest.mark.parametrize("content", ["", "session=42", HEAD + "members.test\tFALSE\n", "{}"])
def test_a_file_of_another_format_is_refused_with_the_cure(tmp_path: Path, content: str) -> None:
    path = tmp_path / "cookies.txt"
    path.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=r"Netscape's format.*cookies\.txt"):
        read_cookies(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.txt cannot be read"):
        read_cookies(tmp_path / "none.txt")
