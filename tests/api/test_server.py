"""The HTTP API and the search page, through a real server on loopback."""

import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from api.commands.serving import listening_socket
from api.library_schemas import ArticleModel
from api.rebuilding import index_only
from api.schemas import AnswerModel
from api.server import app
from api.settings import ServerSettings, Settings
from index.settings import IndexSettings, TowerSettings
from ingest.articles import article_id
from ingest.errors import TowerError
from tests.api.corpus import DEAD, NOW, REPOST, TWO_TOWER, WARMUP, fill
from tests.api.serving import is_problem, serving


@pytest.fixture(scope="module")
def client(data_dir) -> Iterator[httpx.Client]:
    with serving(Settings(data_dir=str(data_dir))) as client:
        yield client


@pytest.fixture(scope="module")
def without_index(tmp_path_factory) -> Iterator[httpx.Client]:
    with serving(Settings(data_dir=str(tmp_path_factory.mktemp("empty")))) as client:
        yield client


def urls(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [hit["url"] for hit in response.json()["hits"]]


# ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("q", "url"), [("双塔怎么做负采样", TWO_TOWER.url), ("why is warmup needed", WARMUP.url)]
)
def test_a_question_in_either_language_finds_its_article(client, q, url):
    assert urls(client.get("/api/search", params={"q": q}))[0] == url


def test_traditional_and_full_width_are_the_same_question(client):
    asked = {
        q: urls(client.get("/api/search", params={"q": q}))[0]
        for q in ("雙塔召回", "双塔召回", "ｗａｒｍｕｐ")
    }
    assert asked == {"雙塔召回": TWO_TOWER.url, "双塔召回": TWO_TOWER.url, "ｗａｒｍｕｐ": WARMUP.url}


@pytest.mark.parametrize("params", [{}, {"explain": "true"}, {"mode": "lexical", "k": 1}])
def test_an_answer_fits_its_published_schema(client, params):
    response = client.get("/api/search", params={"q": "召回", **params})
    answer = AnswerModel.model_validate(response.json())
    assert answer.query == "召回"
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))


def test_a_hit_tells_where_it_is_and_what_to_mark(client):
    hit = client.get("/api/search", params={"q": "负采样", "k": 1}).json()["hits"][0]
    assert (hit["list"], hit["section"], hit["starred"]) == ("推荐系统", ["召回", "双塔"], True)
    assert hit["also_at"] == [REPOST]
    assert {hit["passage"][first:last] for first, last in hit["highlights"]} & {"负采样", "采样", "负"}


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"list": "推荐系统", "lang": "zh", "since": "2022"}, {"https://blog.example.org/inverted-index"}),
        ({"host": "notes.example.com"}, {WARMUP.url}),
        ({"section": "双塔"}, {TWO_TOWER.url}),
        ({"starred": "true"}, {TWO_TOWER.url, DEAD}),
        ({"lang": ["en"], "since": "2019-02", "list": "NLP 清单"}, {WARMUP.url}),
        ({"host": ["notes.example.com", "dead.example.com"]}, {WARMUP.url, DEAD}),
    ],
)
def test_filters_narrow(client, filters, left):
    found = urls(
        client.get(
            "/api/search", params={"q": "召回 warmup HNSW 倒排索引 双塔", "mode": "lexical", **filters}
        )
    )
    assert set(found) == left


def test_k_is_how_many_at_most(client):
    assert len(urls(client.get("/api/search", params={"q": "召回", "k": 2}))) == 2


def test_a_link_without_a_page_is_found_by_its_listing(client):
    hit = client.get("/api/search", params={"q": "图解 HNSW 近邻图"}).json()["hits"][0]
    assert (hit["url"], hit["source"]) == (DEAD, "listing")


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 422),
        ({"q": ""}, 400),
        ({"q": "  \t"}, 400),
        ({"q": "x" * 10_000}, 400),
        ({"q": "!?，。"}, 400),
        ({"q": "x", "k": 0}, 422),
        ({"q": "x", "k": "ten"}, 422),
        ({"q": "x", "k": 101}, 400),
        ({"q": "x", "mode": "fast"}, 422),
        ({"q": "x", "since": "yesterday"}, 400),
        ({"q": "x", "lang": "klingon"}, 400),
        ({"q": "x", "limit": 3}, 422),
    ],
)
def test_bad_parameters_are_a_problem_with_a_sentence(client, params, status):
    assert is_problem(client.get("/api/search", params=params), status)


def test_ten_thousand_chinese_characters_are_refused_by_us_and_not_by_the_wire(client):
    connection = HTTPConnection(client.base_url.host, client.base_url.port)
    connection.request("GET", "/api/search?" + urlencode({"q": "召" * 10_000}))
    response = connection.getresponse()
    assert (response.status, response.headers["content-type"]) == (400, "application/problem+json")
    assert b"10000 characters" in response.read()
    connection.close()


def test_an_article_is_given_whole(client):
    response = client.get(f"/api/articles/{article_id(TWO_TOWER.url)}")
    article = ArticleModel.model_validate(response.json())
    assert (article.text, article.author, article.also_at) == (TWO_TOWER.text, "王小明", (REPOST,))
    assert [(link.list, link.starred) for link in article.links] == [("推荐系统", True), ("NLP 清单", False)]


def test_a_listing_is_given_as_what_the_list_says(client):
    article = client.get(f"/api/articles/{article_id(DEAD)}").json()
    assert article["source"] == "listing"
    assert "图画得很好" in article["text"]


@pytest.mark.parametrize(
    "path", ["/api/articles/0123456789abcdef", "/api/articles/' OR 1=1", "/api", "/static/../server.py"]
)
def test_what_is_not_there_is_a_problem(client, path):
    assert is_problem(client.get(path), 404)


def test_another_method_is_a_problem(client):
    response = client.put("/api/articles/0123456789abcdef")
    assert is_problem(response, 405)
    assert response.headers["allow"] == "GET"


def test_health_and_readiness(client, without_index, data_dir):
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json()["generation"] == (data_dir / "current").resolve().name
    assert without_index.get("/healthz").status_code == 200
    assert is_problem(without_index.get("/readyz"), 503)
    assert is_problem(without_index.get("/api/search", params={"q": "x"}), 503)


def test_the_documentation_names_every_path_parameter_and_field(client):
    html, openapi = client.get("/docs").text, client.get("/openapi.json").json()
    for path, methods in openapi["paths"].items():
        assert path in html
        for parameter in methods["get"].get("parameters", ()):
            assert f"<code>{parameter['name']}</code>" in html
    for field in AnswerModel.model_fields:
        assert f"<code>{field}</code>" in html


# ── generations and towers ───────────────────────────────────────────────────────────────────────────────────


def test_a_running_server_picks_up_a_new_generation(own_data_dir):
    settings = Settings(data_dir=str(own_data_dir), server=ServerSettings(check_every=0))
    with serving(settings) as client:
        before = client.get("/readyz").json()["generation"]
        assert WARMUP.url in urls(client.get("/api/search", params={"q": "warmup", "mode": "lexical"}))
        fill(settings, links_to=(TWO_TOWER.url,))
        index_only(settings, clock=lambda: NOW)
        after = client.get("/readyz").json()["generation"]
        assert after != before
        assert WARMUP.url not in urls(client.get("/api/search", params={"q": "warmup", "mode": "lexical"}))


def test_a_broken_new_generation_leaves_the_old_one_serving(own_data_dir):
    with serving(Settings(data_dir=str(own_data_dir), server=ServerSettings(check_every=0))) as client:
        good = client.get("/readyz").json()["generation"]
        broken = own_data_dir / "generations" / "000099-0123456789ab"
        broken.mkdir()
        (broken / "manifest.json").write_text("{")
        point(own_data_dir, broken)
        assert client.get("/readyz").json()["generation"] == good
        assert urls(client.get("/api/search", params={"q": "双塔"}))[0] == TWO_TOWER.url


def point(data_dir: Path, generation: Path) -> None:
    aside = data_dir / "aside"
    aside.symlink_to(generation)
    aside.replace(data_dir / "current")


def test_answers_do_not_wait_in_the_kernel_for_more_to_send():
    with listening_socket("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        taken, _ = listening.accept()
        with taken:
            # What asyncio looks at before it sets TCP_NODELAY.
            assert (taken.type, taken.proto) == (socket.SOCK_STREAM, socket.IPPROTO_TCP)


def test_a_server_with_an_unknown_tower_does_not_start(data_dir):
    index = IndexSettings(towers=(TowerSettings(name="./no-such-tower"),))
    with pytest.raises(TowerError, match="no-such-tower"):
        app(Settings(data_dir=str(data_dir), index=index))
