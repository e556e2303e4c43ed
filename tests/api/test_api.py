"""The HTTP API as its clients rely on it: paging, batches, caching, limits, its description, and what it tells operators."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.library_schemas import ArticleModel, ListsModel, StatsModel, SuggestionsModel
from api.rebuilding import index_only
from api.schemas import AnswerModel, BatchModel, BrowsedModel
from api.settings import ServerSettings, Settings
from ingest.articles import article_id
from tests.api.corpus import DEAD, NOW, REPOST, TWO_TOWER, WARMUP, fill
from tests.api.serving import is_problem, serving

BROAD = "召回 warmup HNSW 倒排索引 双塔 注入"  # fits every article


@pytest.fixture(scope="module")
def client(data_dir) -> Iterator[httpx.Client]:
    small = ServerSettings(results=10, max_results=50, max_batch=3, max_body=2_000)
    with serving(Settings(data_dir=str(data_dir), server=small)) as client:
        yield client


def urls(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [hit["url"] for hit in response.json()["hits"]]


def next_page(response: httpx.Response) -> str | None:
    link = response.links.get("next")
    return link["url"] if link else None


# ── versions, paging, batches ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["search?q=双塔", "suggest?q=zyl", "lists", "stats", "browse"])
def test_the_first_version_and_its_alias_answer_alike(client, path):
    versioned, alias = (client.get(f"{prefix}/{path}").json() for prefix in ("/api/v1", "/api"))
    for answer in (versioned, alias):
        answer.pop("took_ms", None), answer.pop("stages_ms", None)
    assert versioned == alias


def test_pages_by_cursor_give_every_hit_once(client):
    params = {"q": BROAD, "k": 2, "mode": "lexical", "list": ["推荐系统", "NLP 清单"]}
    whole = urls(client.get("/api/v1/search", params={**params, "k": 50}))
    response = client.get("/api/v1/search", params=params)
    found = urls(response)
    while following := next_page(response):
        response = client.get(following)
        found += urls(response)
    assert found == whole
    assert len(set(found)) == len(found) > 2
    assert not response.json()["has_more"]


def test_the_offset_alone_pages_too(client):
    params = {"q": BROAD, "mode": "lexical"}
    assert urls(client.get("/api/v1/search", params={**params, "k": 4}))[2:] == urls(
        client.get("/api/v1/search", params={**params, "k": 2, "offset": 2})
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"q": "双塔"}, "another query"),
        ({"lang": "zh"}, "another query"),
        ({"offset": 3}, "itself"),
        ({"cursor": "???"}, "none that"),
    ],
)
def test_a_cursor_goes_on_in_its_own_query_only(client, changed, said):
    params = {"q": BROAD, "k": 2, "mode": "lexical"}
    following = httpx.URL(next_page(client.get("/api/v1/search", params=params)))
    response = client.get(
        "/api/v1/search", params={**params, "cursor": following.params["cursor"], **changed}
    )
    assert is_problem(response, 400)
    assert said in response.json()["detail"]


def test_a_cursor_outlives_one_generation_and_is_gone_after_two(own_data_dir):
    settings = Settings(data_dir=str(own_data_dir), server=ServerSettings(check_every=0))
    with serving(settings) as client:
        first = client.get("/api/v1/search", params={"q": BROAD, "k": 2, "mode": "lexical"})
        following = next_page(first)
        before = urls(client.get(following))
        fill(settings, links_to=(TWO_TOWER.url, WARMUP.url))
        index_only(settings, clock=lambda: NOW)
        assert client.get("/readyz").json()["generation"] != first.json()["generation"]
        assert urls(client.get(following)) == before
        fill(settings, links_to=(TWO_TOWER.url,))
        index_only(settings, clock=lambda: NOW)
        gone = client.get(following)
        assert is_problem(gone, 410)
        assert "without the cursor" in gone.json()["cure"]


def test_a_batch_is_answered_in_order_and_one_bad_query_spoils_no_other(client):
    response = client.post(
        "/api/v1/search", json={"queries": [{"q": "双塔", "k": 1}, {"q": ""}, {"q": "warmup"}]}
    )
    batch = BatchModel.model_validate(response.json())
    first, second, third = batch.answers
    assert isinstance(first, AnswerModel)
    assert (first.query, len(first.hits), first.generation) == ("双塔", 1, batch.generation)
    assert (second.status, second.detail) == (400, "The query is empty.")
    assert third.hits[0].url == WARMUP.url


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"queries": [{"q": "a"}] * 4}, 400),
        ({"queries": []}, 422),
        ({"queries": [{"q": "a", "limit": 3}]}, 422),
        ({"query": "a"}, 422),
        ({"queries": [{"q": "长" * 1_000}]}, 413),
    ],
)
def test_a_batch_has_limits(client, body, status):
    assert is_problem(client.post("/api/v1/search", json=body), status)


def test_a_body_that_hides_its_length_is_cut_off_all_the_same(client):
    response = client.post(
        "/api/v1/search", content=iter([b" " * 1_500] * 3), headers={"content-type": "application/json"}
    )
    assert is_problem(response, 413)


@pytest.mark.parametrize(
    "member", ['"q": "\\ud800"', '"q": "a", "list": ["\\udfff"]', '"q": "a", "since": "\\ud800"']
)
def test_half_a_surrogate_pair_is_refused(client, member):
    body = f'{{"queries": [{{{member}}}]}}'
    response = client.post("/api/v1/search", content=body, headers={"content-type": "application/json"})
    assert is_problem(response, 422)
    assert "surrogate" in response.json()["detail"]


def test_a_body_that_is_no_json_is_told_where_it_ends_to_be(client):
    response = client.post(
        "/api/v1/search", content='{"queries": [', headers={"content-type": "application/json"}
    )
    assert is_problem(response, 422)
    assert "no JSON, at character" in response.json()["detail"]


# ── beside the query ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["双塔", "shuangta", "stz", "warm"])
def test_suggestions_come_in_either_script_and_by_pinyin(client, typed):
    found = SuggestionsModel.model_validate(client.get("/api/v1/suggest", params={"q": typed}).json())
    assert {each.text for each in found.suggestions} & {TWO_TOWER.title, WARMUP.title, "双塔"}


def test_similar_articles_by_id_and_by_the_address_of_a_repost(client):
    by_id = client.get("/api/v1/similar", params={"article": article_id(TWO_TOWER.url)})
    by_repost = client.get("/api/v1/similar", params={"article": REPOST})
    AnswerModel.model_validate(by_id.json())
    assert urls(by_id) == urls(by_repost)
    assert TWO_TOWER.url not in urls(by_id)
    assert is_problem(client.get("/api/v1/similar", params={"article": "https://nowhere.example/"}), 404)


def test_an_article_comes_in_passages_with_links_to_each(client):
    article = ArticleModel.model_validate(client.get(f"/api/v1/articles/{article_id(WARMUP.url)}").json())
    assert "".join(passage.text for passage in article.passages).count("# Layer norm") == 1
    assert all(
        passage.link.startswith("https://web.archive.org/web/20200504/") for passage in article.passages
    )


def test_lists_are_an_outline(client):
    lists = ListsModel.model_validate(client.get("/api/v1/lists").json()).lists
    assert [(each.list, each.articles) for each in lists] == [("推荐系统", 3), ("NLP 清单", 3)]
    assert (("召回", "双塔"), 1) in {(section.path, section.articles) for section in lists[0].sections}


def test_browsing_needs_no_query(client):
    browsed = BrowsedModel.model_validate(
        client.get("/api/v1/browse", params={"section": "召回", "order": "date", "k": 2}).json()
    )
    assert (browsed.total, browsed.has_more, len(browsed.hits)) == (3, True, 2)
    assert [hit.published for hit in browsed.hits] == ["2023-01-01", "2021-06-30"]
    assert client.get("/api/v1/browse", params={"new_since": "last"}).json()["total"] == 5


def test_facets_are_counted_on_request(client):
    answer = client.get(
        "/api/v1/search", params={"q": BROAD, "mode": "lexical", "facets": "true", "year": "2021"}
    ).json()
    assert [hit["url"] for hit in answer["hits"]] == [TWO_TOWER.url]
    assert {"value": "2019", "articles": 1} in answer["facets"]["year"]


def test_stats_tell_the_state_of_the_index(client, data_dir):
    stats = StatsModel.model_validate(client.get("/api/v1/stats").json())
    assert (stats.articles, stats.generation) == (5, (data_dir / "current").resolve().name)
    assert stats.created == "2023-11-14T22:13:20Z"


# ── caching, compression, ids ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path", ["search?q=双塔", "suggest?q=zyl", "lists", f"articles/{article_id(DEAD)}", "browse"]
)
def test_what_has_not_changed_is_not_sent_again(client, path):
    first = client.get(f"/api/v1/{path}")
    again = client.get(f"/api/v1/{path}", headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(f"/api/v1/{path}", headers={"if-none-match": 'W/"other"'}).status_code == 200


def test_a_new_generation_is_sent(own_data_dir):
    settings = Settings(data_dir=str(own_data_dir), server=ServerSettings(check_every=0))
    with serving(settings) as client:
        tag = client.get("/api/v1/lists").headers["etag"]
        fill(settings, links_to=(TWO_TOWER.url,))
        index_only(settings, clock=lambda: NOW)
        assert client.get("/api/v1/lists", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/state", "/healthz", "/metrics", "/api/v1/search?q=双塔", "/api/v1/lists", "/static/search.js"],
)
def test_head_gives_what_get_does_but_the_body(client, path):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    differing = {"x-request-id", "date", "content-length"}  # times that are told make bodies differ in length
    assert {**head.headers, **dict.fromkeys(differing)} == {**get.headers, **dict.fromkeys(differing)}
    assert is_problem(client.get("/nowhere"), client.head("/nowhere").status_code)


def test_large_answers_are_compressed(client):
    with client.stream(
        "GET", "/api/v1/search", params={"q": BROAD}, headers={"accept-encoding": "gzip"}
    ) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw))["query"] == BROAD


def test_a_request_keeps_the_id_it_came_with_or_gets_one(client):
    assert client.get("/healthz", headers={"x-request-id": "trace-7"}).headers["x-request-id"] == "trace-7"
    own = [
        client.get("/healthz", headers={"x-request-id": bad}).headers["x-request-id"]
        for bad in ("", "a b", "x" * 200)
    ]
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in own)
    assert len(set(own)) == 3
    assert client.get("/api/v1/search").headers["x-request-id"]


def test_metrics_count_requests_stages_and_the_age_of_the_index(client):
    client.get("/api/v1/search", params={"q": "双塔"})
    client.get("/made/up/by/anybody")
    client.get("/suggest", params={"q": "shuang"})
    client.request("ANYBODYS", "/healthz")
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    for line in (
        'shuangta_http_request_seconds_count{method="GET",route="/api/v1/search",status="200"}',
        'shuangta_http_request_seconds_count{method="GET",route="/suggest",status="200"} 1.0',
        'shuangta_http_request_seconds_count{method="_OTHER",route="/healthz",status="405"}',
        'shuangta_http_request_seconds_count{method="GET",route="(none)",status="404"}',
        'shuangta_search_stage_seconds_bucket{le="0.01",stage="recall.lexical"}',
        'shuangta_searches_total{found="yes",mode="full"}',
        "shuangta_index_age_seconds",
        "shuangta_index_articles 5.0",
    ):
        assert line in response.text
    assert "anybody" not in response.text.lower()


def test_metrics_are_there_without_an_index(tmp_path):
    with serving(Settings(data_dir=str(tmp_path))) as client:
        assert "shuangta_index_ready 0.0" in client.get("/metrics").text


def test_metrics_tell_what_became_of_the_links(built):
    with serving(built.settings) as client:
        text = client.get("/metrics").text
        assert f'shuangta_crawl_outcomes{{outcome="article"}} {built.report.articles:.1f}' in text
        assert 'shuangta_crawl_outcomes{outcome="dead_link"} 1.0' in text
        assert client.get("/api/v1/stats").json()["outcomes"]["robots"] == 1


# ── the description ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def openapi(client) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def test_every_field_has_a_description_and_an_example(openapi):
    wanting = [
        f"{name}.{field}"
        for name, schema in openapi["components"]["schemas"].items()
        for field, kind in schema.get("properties", {}).items()
        if not (kind.get("description") and kind.get("examples"))
    ]
    assert not wanting


def test_every_parameter_and_operation_is_described(openapi):
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (path, method)
            for parameter in operation.get("parameters", ()):
                assert parameter.get("description") or parameter["schema"].get("description"), parameter[
                    "name"
                ]
                assert parameter.get("examples") or parameter["schema"].get("examples"), parameter["name"]
            if path.startswith("/api"):
                problem = operation["responses"]["503"]["content"]["application/problem+json"]
                assert problem["schema"] == {"$ref": "#/components/schemas/ProblemModel"}


def test_only_the_first_version_is_described(openapi):
    assert {path for path in openapi["paths"] if path.startswith("/api/")} == {
        f"/api/v1/{name}" for name in ("search", "suggest", "similar", "browse", "articles/{article_id}", "lists", "stats")
    }  # fmt: skip
    assert set(openapi["paths"]["/api/v1/search"]) == {"get", "post"}


def told_last(caplog):
    """The line of the last request; one of a server that serves other tests may still come before it."""
    return [record for record in caplog.records if record.name == "api.observing"][-1]


def test_nothing_of_a_search_is_in_the_log(data_dir: Path, caplog):
    caplog.set_level("INFO", "api")
    with serving(Settings(data_dir=str(data_dir))) as client:
        client.get("/api/v1/search", params={"q": "很私人的问题"}, headers={"x-request-id": "r-1"})
    line = told_last(caplog)
    assert (line.path, line.status, line.method) == ("/api/v1/search", 200, "GET")
    assert "私人" not in caplog.text
    assert "%E7" not in caplog.text


def test_nobody_writes_lines_into_the_log(data_dir: Path, caplog):
    caplog.set_level("INFO", "api")
    with serving(Settings(data_dir=str(data_dir))) as client:
        client.get("/%0AINFO%20all%20is%20well%1B[2J/%E5%A1%94")
    line = told_last(caplog)
    assert line.path == "/%0AINFO%20all%20is%20well%1B%5B2J/%E5%A1%94"
    assert line.getMessage().isprintable()
