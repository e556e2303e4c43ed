"""Reading lists that lie on the web are read as those in files are, and within limits."""

from __future__ import annotations

import msgspec
import pytest

from api.settings import Settings
from api.wiring import load_lists
from ingest.errors import ReadingListError
from ingest.settings import CrawlSettings, ListSettings
from tests.web import Answer, Web

CRAWL = CrawlSettings(contact="me@example.org", read_timeout=5.0)


@pytest.fixture
def web(monkeypatch):
    with Web() as started:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{started.port}")
        monkeypatch.setenv("NO_PROXY", "")
        yield started


def titles(url, crawl=CRAWL):
    settings = msgspec.structs.replace(Settings(), lists=(ListSettings(url),), crawl=crawl)
    return [link.title for parsed in load_lists(settings) for link in parsed.links]


@pytest.mark.parametrize("declared", ["", "; charset=utf-8", "; charset=iso-8859-1", "; charset=gb2312"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_list_is_read_in_the_character_set_that_it_is_in(web, codec, declared):
    body = "- [双塔召回的前世今生](https://a.example/x)".encode(codec)
    url = web.by_proxy("http://a.test/list.md", Answer(200, body, {"Content-Type": f"text/plain{declared}"}))
    assert titles(url) == ["双塔召回的前世今生"]
    assert web.log[-1].headers["user-agent"] == f"{CRAWL.user_agent} {CRAWL.contact}"


def test_a_list_that_never_ends_is_given_up(web):
    url = web.by_proxy("http://a.test/list.md", Answer(200, "word " * 400, fault="drip"))
    with pytest.raises(ReadingListError, match=r"did not come within 0\.1 s"):
        titles(url, msgspec.structs.replace(CRAWL, total_timeout=0.1))
