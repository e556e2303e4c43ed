"""The pages as the server renders them: whole without a script, in two languages, and safe with what others wrote."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from markupsafe import escape

from api.rebuilding import index_only
from api.settings import ServerSettings, Settings
from api.wiring import open_store
from ingest.articles import article_id
from tests.api.corpus import DEAD, HOSTILE, NOW, REPOST, TWO_TOWER, WARMUP, fill
from tests.api.serving import is_problem, serving


@pytest.fixture(scope="module")
def client(data_dir) -> Iterator[httpx.Client]:
    with serving(Settings(data_dir=str(data_dir))) as client:
        yield client


@pytest.fixture(scope="module")
def without_index(tmp_path_factory) -> Iterator[httpx.Client]:
    with serving(Settings(data_dir=str(tmp_path_factory.mktemp("empty")))) as client:
        yield client


@pytest.fixture(autouse=True)
def without_preferences(client) -> None:
    client.cookies.clear()


def page(client: httpx.Client, language: str = "en", **params: str) -> httpx.Response:
    return client.get("/", params=params, headers={"accept-language": language})


def links(html: str) -> list[str]:
    return [address.replace("&amp;", "&") for address in re.findall(r'href="([^"]*)"', html)]


def hit(html: str, title: str) -> str:
    """The card of one result."""
    return next(
        card for card in re.findall(r'<article class="hit".*?</article>', html, re.DOTALL) if title in card
    )


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


# ── a result ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_result_shows_highlights_place_star_note_and_copies(client):
    card = hit(page(client, q="负采样").text, "双塔召回模型")
    assert re.search(r"<mark>[^<]*采样[^<]*</mark>", card)
    assert "推荐系统 › 召回 › 双塔" in card
    assert "★" in card
    assert REPOST in card
    assert "logQ 校正" in card
    assert "**" not in card


def test_what_is_said_of_an_article_has_a_space_on_both_sides_of_every_dot(client):
    card = text_of(hit(page(client, q="warmup").text, "learning rate"))
    assert "Jane Doe · 2019-02-03" in card


def test_a_page_that_died_leads_to_its_archived_copy_and_says_of_which_day(client):
    card = hit(page(client, q="warmup").text, "learning rate")
    assert links(card)[0].startswith(f"https://web.archive.org/web/20200504/{WARMUP.url}")
    assert "copy of 2020-05-04" in card
    assert WARMUP.url in links(card)


def test_a_link_without_a_page_says_so_and_leads_to_the_archive(client):
    card = hit(page(client, q="HNSW 近邻图").text, "HNSW")
    assert links(card)[0] == DEAD
    assert f"https://web.archive.org/web/{DEAD}" in links(card)
    assert "图画得很好" in text_of(card)


def test_every_result_leads_to_its_text_its_likes_and_its_reasons(client):
    card = hit(page(client, q="负采样").text, "双塔召回模型")
    ways = links(card)
    assert any(way.startswith(f"/read/{article_id(TWO_TOWER.url)}?at=") for way in ways)
    assert f"/?like={article_id(TWO_TOWER.url)}" in ways
    (why,) = [way for way in ways if "explain=true" in way]
    explained = client.get(why).text
    assert "recall: words (BM25)" in explained
    assert "What each feature added" in explained
    assert re.search(r"采样 \([^)]*title[^)]*text\)", explained)
    assert re.search(r'<rect class="a" x="0%" width="100(\.0)?%"', explained.replace("&#34;", '"'))


def test_the_place_and_the_site_of_a_result_lead_to_more_of_them(client):
    ways = links(hit(page(client, q="负采样").text, "双塔召回模型"))
    filters = [parse_qs(urlsplit(way).query) for way in ways if way.startswith("/?")]
    assert {"host": ["blog.example.org"]} in filters
    assert {"list": ["推荐系统"], "section": ["双塔"]} in filters


def test_stages_are_shown_on_request(client):
    assert "BM25)" not in page(client, q="双塔").text
    assert "BM25)" in page(client, q="双塔", explain="true").text


# ── narrowing, sorting, paging ───────────────────────────────────────────────────────────────────────────────


def test_choices_are_counted_and_lead_to_what_they_count(client):
    html = page(client, q="召回", mode="lexical").text
    choices = {
        href.replace("&amp;", "&"): int(count)
        for href, count in re.findall(r'<a class="chip" href="([^"]+)"[^>]*>.*?<b>(\d+)</b>', html, re.DOTALL)
    }
    assert choices
    for address, count in choices.items():
        assert client.get(address).text.count('<article class="hit"') == count, address


def test_a_filter_is_a_chip_that_takes_it_off(client):
    html = page(client, q="双塔", list="推荐系统", since="2020").text
    chips = re.search(r'<p class="chips">(.*?)</p>', html, re.DOTALL)[1]
    assert re.search(r"推荐系统.*×.*since 2020.*×", text_of(chips))
    assert "/?q=%E5%8F%8C%E5%A1%94&since=2020" in links(chips)


def test_a_new_query_keeps_the_filters_without_a_script(client):
    html = page(client, q="召回", list="推荐系统", lang="zh", sort="date").text
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)" form="search">', html)
    assert hidden == [("list", "推荐系统"), ("lang", "zh"), ("sort", "date")]


def test_the_newest_come_first_when_sorted_by_date(client):
    html = page(client, list="推荐系统", sort="date").text
    days = re.findall(r'<time datetime="([\d-]+)"', html)
    assert days == sorted(days, reverse=True)


def test_pages_follow_each_other_without_gap_or_overlap_and_keep_the_filters(data_dir):
    few = Settings(data_dir=str(data_dir), server=ServerSettings(results=1))
    with serving(few) as client:
        address, seen = "/?q=双塔 召回&lang=zh", []
        while address:
            html = client.get(address).text
            seen += re.findall(r'data-id="(\w+)"', html)
            more = re.search(r'<a href="(/\?[^"]+)" rel="next nofollow">', html)
            address = more[1].replace("&amp;", "&") if more else ""
            assert not more or "lang=zh" in address
        assert len(seen) == len(set(seen)) >= 2


def test_the_fields_that_a_browser_sends_empty_do_not_filter(client):
    html = page(client, q="双塔", list="", section="", host="", lang="", since="", mode="").text
    assert "双塔召回模型" in text_of(html)
    assert '<p class="chips">' not in html


# ── without a query ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_front_page_has_every_list_with_its_sections(client):
    html = page(client).text
    assert "5 articles of 2 reading lists" in html
    filters = [parse_qs(urlsplit(way).query) for way in links(html) if way.startswith("/?")]
    assert {"list": ["推荐系统"]} in filters
    assert {"list": ["NLP 清单"], "section": ["Optimisation"]} in filters


def test_a_list_can_be_looked_through(client):
    html = client.get("/", params={"list": "推荐系统"}).text
    assert [TWO_TOWER.title, "倒排索引与 BM25", "图解 HNSW 近邻图"] == [
        text_of(title).replace("★", "").strip() for title in re.findall(r"<h2>(.*?)</h2>", html, re.DOTALL)
    ]


def test_what_the_last_rebuild_brought_is_on_the_front_page(own_data_dir):
    settings = Settings(data_dir=str(own_data_dir), server=ServerSettings(check_every=0))
    fill(settings, links_to=(TWO_TOWER.url,))
    index_only(settings, clock=lambda: NOW + 86_400)
    fill(settings)
    index_only(settings, clock=lambda: NOW + 2 * 86_400)
    with serving(settings) as client:
        assert "4 new since 2023-11-15" in text_of(page(client).text)
        new = page(client, new="true").text
        assert "New since 2023-11-15" in new
        assert TWO_TOWER.title not in text_of(new)
        assert WARMUP.title in text_of(new)


def test_articles_like_one_are_found(client):
    html = page(client, like=article_id(TWO_TOWER.url)).text
    assert f'<a href="/read/{article_id(TWO_TOWER.url)}">{TWO_TOWER.title}</a>' in html
    assert "倒排索引与 BM25" in html


def test_what_is_like_a_copy_by_its_address_leads_back_to_the_article(client):
    html = page(client, like=REPOST).text
    assert f'<a href="/read/{article_id(TWO_TOWER.url)}">{TWO_TOWER.title}</a>' in html


def test_likes_go_on_no_further_than_there_are_any(data_dir):
    with serving(Settings(data_dir=str(data_dir), server=ServerSettings(results=1))) as client:
        params = {"like": article_id(TWO_TOWER.url)}
        seen = 0
        while response := page(client, **params) if params else None:
            assert '<article class="hit"' in response.text
            seen += 1
            following = re.search(r'href="(/\?[^"]*)" rel="next', response.text)
            params = following and dict(parse_qsl(urlsplit(unescape(following[1])).query))
        assert seen > 1


@pytest.mark.parametrize("q", ["ﷺ" * 900 + " 双塔", '-"x"-双塔'])
def test_the_page_answers_whatever_the_api_answers(client, q):
    assert client.get("/api/v1/search", params={"q": q}).status_code == 200
    assert page(client, q=q).status_code == 200


# ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_typed_is_completed_also_from_pinyin_initials(client):
    for typed in ("双塔召", "stzh"):
        suggestions = re.search(r'<nav class="suggestions".*?</nav>', page(client, q=typed).text, re.DOTALL)
        assert TWO_TOWER.title in suggestions[0]


def test_a_browser_can_add_the_page_as_a_search_engine_with_suggestions(client):
    description = client.get("/opensearch.xml")
    assert description.headers["content-type"].startswith("application/opensearchdescription+xml")
    root = ET.fromstring(description.text)
    templates = {url.get("type"): url.get("template") for url in root.iter() if url.tag.endswith("Url")}
    found = client.get(templates["text/html"].replace("{searchTerms}", "warmup"))
    assert WARMUP.title in text_of(found.text)
    suggested = client.get(
        templates["application/x-suggestions+json"].replace("{searchTerms}", "stzh")
    ).json()
    assert suggested[0] == "stzh"
    assert TWO_TOWER.title in suggested[1]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_article_is_read_at_the_passage_that_was_found(client):
    card = hit(page(client, q="logQ 校正").text, "双塔召回模型")
    (way,) = [way for way in links(card) if way.startswith("/read/")]
    html = client.get(way).text
    anchor = urlsplit(way).fragment
    assert f'id="{anchor}"' in html
    here = "".join(re.findall(r'<(?:p|h\d)[^>]*class="here"[^>]*>.*?</(?:p|h\d)>', html, re.DOTALL))
    assert "logQ 校正" in here


def test_an_article_is_read_with_its_structure_its_origin_and_its_likes(client):
    html = client.get(f"/read/{article_id(TWO_TOWER.url)}").text
    assert "<strong>logQ 校正</strong>" in html
    assert f'href="{TWO_TOWER.url}"' in html
    assert "推荐系统 › 召回 › 双塔" in html
    assert REPOST in html
    assert "倒排索引与 BM25" in html


def test_a_link_without_a_page_is_read_as_what_the_list_says(client):
    assert "图画得很好" in client.get(f"/read/{article_id(DEAD)}").text


def test_an_article_is_read_without_the_corpus_as_well(own_data_dir):
    for harm in ("damaged", "gone"):
        for file in own_data_dir.glob("corpus.sqlite*"):
            file.write_bytes(b"no database at all" * 100) if harm == "damaged" else file.unlink()
        with serving(Settings(data_dir=str(own_data_dir))) as client:
            for address in (f"/read/{article_id(WARMUP.url)}", f"/api/v1/articles/{article_id(WARMUP.url)}"):
                response = client.get(address)
                assert response.status_code == 200, harm
                assert "A linear warmup of a few thousand steps" in response.text


def test_an_article_that_is_not_there_is_said_on_a_page(client):
    response = client.get("/read/0123456789abcdef")
    assert response.status_code == 404
    assert "no such article" in response.text


# ── what others wrote ────────────────────────────────────────────────────────────────────────────────────────


def test_what_others_wrote_is_shown_and_never_run(client):
    search = page(client, q="注入攻击", explain="true", host="evil.example.net").text
    for html in (search, client.get(f"/read/{article_id(HOSTILE.url)}").text):
        assert "&lt;script&gt;" in html
        assert "<script>" not in html
        assert "<img" not in html
        assert "onload=" not in re.sub(r">[^<]*<", "><", html)
        assert "onerror=" not in re.sub(r">[^<]*<", "><", html)
        assert "<b>作者" not in html
        assert "<i>site" not in html
        assert "<u>" not in html


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "it's <b>"])
def test_a_query_is_shown_and_never_run(client, q):
    html = page(client, q=q, section=q, host=q).text
    assert str(escape(q)) in html
    assert q not in html


@pytest.mark.parametrize("path", ["/", "/?q=双塔&explain=true", "/docs", "/state"])
def test_pages_load_nothing_from_elsewhere_and_all_that_they_load_is_there(client, path):
    html = client.get(path).text
    loaded = re.findall(r'<(?:link|img|script|iframe)[^>]* (?:href|src)="([^"]+)"', html)
    assert loaded
    assert all(client.get(address).status_code == 200 for address in loaded)
    assert all(address.startswith(("/static/", "/opensearch.xml")) for address in loaded)
    assert "style=" not in html
    style = client.get("/static/style.css").text
    assert "url(" not in style
    assert "@import" not in style


def test_the_icon_is_an_image(client):
    response = client.get("/static/favicon.svg")
    assert response.headers["content-type"] == "image/svg+xml"
    assert ET.fromstring(response.text).tag.endswith("svg")


# ── preferences ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_speaks_the_readers_language(client):
    chinese, english = page(client, "zh-CN", q="双塔").text, page(client, "en", q="双塔").text
    assert '<html lang="zh-Hans">' in chinese
    assert "毫秒" in chinese
    assert '<html lang="en">' in english
    assert "毫秒" not in english


def test_language_and_colours_can_be_switched_and_stay_so(data_dir):
    with serving(Settings(data_dir=str(data_dir))) as client:
        html = page(client, "en", q="双塔").text
        for name, expected in (("ui=zh", '<html lang="zh-Hans">'), ("theme=dark", 'data-theme="dark"')):
            (switch,) = {way for way in links(html) if way.endswith(name)}
            response = client.get(switch, headers={"accept-language": "en"})
            assert (response.status_code, response.headers["location"]) == (303, "/?q=%E5%8F%8C%E5%A1%94")
            assert expected in page(client, "en", q="双塔").text
        back = client.get("/?theme=auto")
        assert back.status_code == 303
        assert "data-theme" not in page(client).text


def test_a_switch_leads_back_to_the_same_page_and_nowhere_else(client):
    for path in ("/state?theme=dark", f"/read/{article_id(DEAD)}?at=0&ui=zh"):
        response = client.get(path)
        assert response.headers["location"] == re.sub(r"[?&](theme|ui)=\w+", "", path)
        client.cookies.clear()
    assert client.get("/?theme=//evil.example").status_code == 200


# ── nothing, trouble, state ──────────────────────────────────────────────────────────────────────────────────


def test_nothing_found_is_said_with_a_way_on(client):
    response = page(client, "zh", q="双塔", host="nowhere.example")
    assert response.status_code == 200
    assert "没有找到" in response.text
    assert 'href="/?q=%E5%8F%8C%E5%A1%94"' in response.text


def test_a_page_beyond_the_last_leads_back(client):
    html = page(client, q="双塔", page="999").text
    assert "There is no page 999" in html


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"q": "x" * 10_000}, "10000 characters"),
        ({"q": "x", "since": "yesterday"}, "not a date"),
        ({"q": "x", "mode": "fast"}, "mode"),
        ({"q": "x", "sort": "size"}, "sort"),
        ({"q": "x", "page": "-1"}, "page"),
        ({"q": "x", "lang": "klingon"}, "klingon"),
        ({"q": "!?"}, "no word"),
    ],
)
def test_what_is_wrong_with_a_query_is_said_on_the_page(client, params, said):
    response = page(client, **params)
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/html")
    assert said in response.text


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"q": "x" * 10_000}, "最多搜索 1000 个字"),
        ({"q": "x", "since": "yesterday"}, "“yesterday”不是日期"),
        ({"q": "x", "sort": "size"}, "没有“size”这个值"),
        ({"q": "x", "page": "-1"}, "页码从 1 开始"),
        ({"q": "x", "lang": "klingon"}, "没有“klingon”这种语言"),
        ({"q": "x", "year": "last"}, "“last”不是年份"),
        ({"q": "!?"}, "没有可以搜索的词"),
        ({"q": "-双塔"}, "只有要排除的内容：双塔"),
    ],
)
def test_what_is_wrong_with_a_query_is_said_in_chinese_to_a_chinese_reader(client, params, said):
    response = page(client, "zh", **params)
    assert response.status_code == 400
    assert said in response.text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "no page at this address"), ("zh", "这个地址没有页面")]
)
def test_where_no_page_is_a_browser_is_shown_the_search(client, language, said):
    headers = {"accept": "text/html,*/*;q=0.8", "accept-language": language}
    response = client.get("/nowhere", headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert said in response.text
    assert 'name="q"' in response.text
    for path, accept in (("/api/v1/nowhere", "text/html"), ("/nowhere", "*/*")):
        assert is_problem(client.get(path, headers={"accept": accept}), 404)


def test_without_an_index_the_page_says_what_to_do(without_index):
    response = page(without_index, q="双塔")
    assert response.status_code == 503
    assert "shuangta rebuild" in response.text


def test_while_an_index_is_being_built_the_page_says_how_far_it_is_and_looks_again(tmp_path):
    settings = Settings(data_dir=str(tmp_path))
    fill(settings)
    with serving(settings) as client, open_store(settings) as store, store.exclusive():
        html = page(client).text
        assert "5 of 6 links have been read" in html
        assert '<meta http-equiv="refresh"' in html
        assert "at work" in client.get("/state").text


def test_the_state_page_tells_outcomes_generations_and_the_last_report(client, data_dir):
    html = client.get("/state").text
    text = text_of(html)
    assert re.search(r"Links\s*6", text)
    assert re.search(r"Reposts folded\s*1", text)
    assert "dead.example.com" in text
    assert (data_dir / "current").resolve().name in text
    assert "← searched now" in text
    assert html.count("<svg") > 6


def test_the_state_page_is_there_before_anything_else(without_index):
    response = without_index.get("/state")
    assert response.status_code == 200
    assert "None yet." in response.text


def test_the_part_that_a_script_fetches_is_the_same_as_on_the_page(client):
    whole = page(client, q="双塔").text
    part = page(client, q="双塔", part="results").text
    timeless = re.compile(r"\d+ ms")
    assert timeless.sub("", part.strip()) in timeless.sub("", whole)
    assert "<html" not in part
    assert "part=results" not in part


def test_a_search_on_the_page_counts_in_the_metrics(data_dir):
    with serving(Settings(data_dir=str(data_dir))) as client:
        page(client, q="双塔")
        assert re.search(r"^shuangta_search\w*_total\{.*\} 1\.0$", client.get("/metrics").text, re.MULTILINE)
