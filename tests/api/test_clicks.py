"""Clicks are kept where the user turned that on, from our own page and the command alone, and nowhere else."""

import io
import sys
from contextlib import contextmanager

import httpx
import msgspec
import pytest

from api.search_command import main
from api.settings import Settings, read
from api.wiring import CLICKS, click_log
from ingest.articles import article_id
from search.settings import ClickSettings, SearchSettings
from tests.api.corpus import INVERTED, TWO_TOWER
from tests.api.serving import is_problem, serving

ON = SearchSettings(clicks=ClickSettings(enabled=True))
TURN_ON = ("--set", "search.clicks.enabled=true")
SHOWN = [article_id(TWO_TOWER.url), article_id(INVERTED.url)]
CLICK = {
    "query": "双塔 负采样",
    "generation": "000001-abc",
    "first": 1,
    "shown": SHOWN,
    "opened": SHOWN[1],
}
OURS = {"sec-fetch-site": "same-origin"}


@contextmanager
def keeping(data_dir):
    settings = Settings(data_dir=str(data_dir), search=ON)
    with serving(settings) as client:
        yield client, click_log(settings)


def post(client: httpx.Client, click=CLICK, headers=OURS, **changes) -> httpx.Response:
    return client.post("/clicks", json={**click, **changes}, headers=headers)


# ── off, as it comes ─────────────────────────────────────────────────────────────────────────────────────────


def test_as_it_comes_nothing_is_asked_for_taken_or_kept(own_data_dir):
    with serving(Settings(data_dir=str(own_data_dir))) as client:
        assert "data-clicks" not in client.get("/", params={"q": "双塔"}).text
        assert post(client).status_code == 404
    assert not (own_data_dir / CLICKS).exists()


# ── on ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_result_that_was_opened_is_kept_with_what_was_shown(own_data_dir):
    with keeping(own_data_dir) as (client, log):
        answered = post(client)
        assert (answered.status_code, answered.content) == (204, b"")
        (kept,) = log.read()
    assert (kept.query, kept.generation, kept.rank) == ("双塔 负采样", "000001-abc", 2)
    assert kept.shown == tuple(SHOWN)


def test_the_state_page_says_that_clicks_are_kept_and_how_many(own_data_dir):
    with keeping(own_data_dir) as (client, _):
        post(client)
        for language, said in (("en", "Clicks kept"), ("zh", "留下的点击")):
            html = client.get("/state", headers={"accept-language": language}).text
            assert f"<dt>{said}</dt><dd>1</dd>" in html
    with serving(Settings(data_dir=str(own_data_dir))) as client:
        assert "Clicks kept" not in client.get("/state").text


def test_only_answers_that_are_a_ranking_and_nothing_else_ask_for_clicks(own_data_dir):
    with keeping(own_data_dir) as (client, _):

        def asks(**params: str) -> bool:
            return 'data-clicks="/clicks"' in client.get("/", params=params).text

        assert asks(q="双塔")
        assert asks(q="双塔", part="results")
        assert not asks()
        assert not asks(q="双塔", lang="zh")
        assert not asks(q="双塔", sort="date")
        assert not asks(like=SHOWN[0])


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {},
    ],
)
def test_pages_of_others_are_not_listened_to(own_data_dir, headers):
    with keeping(own_data_dir) as (client, log):
        assert is_problem(post(client, headers=headers), 403)
        assert log.read() == []


def test_a_form_of_another_page_is_not_listened_to(own_data_dir):
    """A form can send any text to this machine, but not as JSON."""
    with keeping(own_data_dir) as (client, log):
        body = msgspec.json.encode(CLICK)
        answered = client.post("/clicks", content=body, headers={"content-type": "text/plain", **OURS})
        assert is_problem(answered, 403)
        assert log.read() == []


def test_an_older_browser_says_where_it_is_by_its_origin(own_data_dir):
    with keeping(own_data_dir) as (client, log):
        origin = str(client.base_url).rstrip("/")
        assert post(client, headers={"origin": origin}).status_code == 204
        assert len(log.read()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"opened": "elsewhere"},
        {"shown": []},
        {"shown": "everything"},
        {"first": 0},
        {"query": ""},
        {"query": "问" * 11_000},
        {"extra": 1},
    ],
)
def test_what_is_no_click_is_refused_with_a_sentence(own_data_dir, changes):
    with keeping(own_data_dir) as (client, log):
        assert is_problem(post(client, **changes), 422)
        assert log.read() == []


def test_a_body_without_end_is_refused(own_data_dir):
    with keeping(own_data_dir) as (client, _):
        assert is_problem(post(client, query="x" * 70_000), 413)
        assert is_problem(
            client.post(
                "/clicks",
                content=(b" " * 10_000 for _ in range(7)),
                headers={"content-type": "application/json", **OURS},
            ),
            413,
        )


def test_what_is_no_json_is_refused(own_data_dir):
    with keeping(own_data_dir) as (client, _):
        headers = {"content-type": "application/json", **OURS}
        assert is_problem(client.post("/clicks", content=b"{", headers=headers), 422)
        assert is_problem(client.post("/clicks", content=b'"\xff"', headers=headers), 422)


def test_other_methods_are_not_allowed(own_data_dir):
    with keeping(own_data_dir) as (client, _):
        assert client.get("/clicks").status_code == 405
        # No other site is allowed to ask whether it may send JSON.
        asking = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        assert "access-control-allow-origin" not in client.options("/clicks", headers=asking).headers


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("BROWSER", "true")  # opens nothing, and says that it went well


def test_a_hit_opened_by_the_command_is_kept(own_data_dir, browser, capsys):
    data = ("--data-dir", str(own_data_dir))
    assert main(["倒排索引", "--open", "1", *TURN_ON, *data]) == 0
    (kept,) = click_log(read(sets=[f"data_dir={own_data_dir}"])).read()
    assert (kept.query, kept.rank, kept.opened) == ("倒排索引", 1, article_id(INVERTED.url))
    capsys.readouterr()
    # Neither what was only shown, nor what a filter chose, nor what was opened before it was turned on.
    assert main(["倒排索引", *TURN_ON, *data]) == 0
    assert main(["倒排索引", "--open", "1", "--list", "推荐系统", *TURN_ON, *data]) == 0
    assert main(["--like", TWO_TOWER.url, "--open", "1", *TURN_ON, *data]) == 0
    assert main(["双塔", "--open", "1", *data]) == 0
    assert len(click_log(read(sets=[f"data_dir={own_data_dir}"])).read()) == 1


def test_an_article_that_was_shown_twice_was_shown_where_it_stood_first(own_data_dir, browser, capsys):
    options = ("--open", "1", "--set", "search.per_article=2", *TURN_ON, "--data-dir", str(own_data_dir))
    assert main(["warmup", *options]) == 0
    (kept,) = click_log(read(sets=[f"data_dir={own_data_dir}"])).read()
    assert len(set(kept.shown)) == len(kept.shown)
    with keeping(own_data_dir) as (client, log):
        assert post(client, shown=[*SHOWN, SHOWN[0]]).status_code == 204
        assert log.read()[-1].shown == tuple(SHOWN)
    capsys.readouterr()


def test_a_hit_opened_in_a_session_is_kept(own_data_dir, browser, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("双塔 warmup 倒排索引\nn\n2\n"))
    assert main(["-i", "-k", "1", *TURN_ON, "--data-dir", str(own_data_dir)]) == 0
    (kept,) = click_log(read(sets=[f"data_dir={own_data_dir}"])).read()
    assert (kept.rank, len(kept.shown)) == (2, 2)
    capsys.readouterr()
