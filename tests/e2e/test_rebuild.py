"""Reading lists go in, a generation comes out, and every link of the lists is accounted for on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from api.demo.sources import sources
from api.wiring import existing_store, load_lists
from ingest.articles import Article
from ingest.store import Outcome
from search.engine import Engine
from tests.conftest import Built, searching

# What the templates put around every article: none of it is the article's.
NAVIGATION = (
    "标签云",
    "站内搜索",
    "评论（2）",
    "友情链接",
    "阅读 10万+",
    "微信扫一扫",
    "本文字数",
    "版权声明",
    "强力驱动",
    "Permalink",
    "View page source",
    "Was this page helpful",
)


@pytest.fixture(scope="module")
def outcomes(built: Built) -> dict[str, Outcome]:
    """By path on the site; what is elsewhere, by its address."""
    with existing_store(built.settings) as store:
        return {outcome.url.removeprefix(built.site_url): outcome for outcome in store.outcomes()}


@pytest.fixture(scope="module")
def articles(built: Built) -> dict[str, Article]:
    """What the index was built from, by path on the site."""
    with existing_store(built.settings) as store:
        return {entry.article.url.removeprefix(built.site_url): entry.article for entry in store.entries()}


@pytest.fixture(scope="module")
def engine(built: Built) -> Iterator[Engine]:
    with searching(built.settings) as engine:
        yield engine


def test_every_link_ends_as_one_outcome(built: Built, outcomes: dict[str, Outcome]) -> None:
    lists = load_lists(built.settings)
    links = [link for parsed in lists for link in parsed.links]
    assert [outcome for parsed in lists for outcome in parsed.left_out if "sample" in outcome.written] == []
    assert {link.url.removeprefix(built.site_url) for link in links} == set(outcomes)
    assert len(links) == len(outcomes) + 2  # two articles stand in both lists


def test_every_page_of_the_site_is_linked(outcomes: dict[str, Outcome]) -> None:
    reached_by_redirect = {"/docs/embedding-refresh.html"}
    assert {source.path for source in sources()} - set(outcomes) == reached_by_redirect


def test_the_outcomes_are_those_that_the_site_was_made_for(outcomes: dict[str, Outcome]) -> None:
    without_article = {
        path: outcome.reason for path, outcome in outcomes.items() if outcome.outcome != "article"
    }
    refused = next(path for path in without_article if path.endswith("/architecture.html"))
    assert without_article == {
        "/hexo/negative-sampling-repost.html": "duplicate",
        "/blog/traffic-pool-review.html": "dead_link",
        "/private/drafts.html": "robots",
        refused: "refused",
    }
    assert Counter(outcome.outcome for outcome in outcomes.values())["article"] >= 45


def test_a_repost_is_folded_into_the_original(built: Built, outcomes: dict[str, Outcome]) -> None:
    original = outcomes["/blog/negative-sampling.html"]
    assert original.also_at == (built.url("/hexo/negative-sampling-repost.html"),)


def test_a_redirect_is_followed_and_the_link_keeps_its_address(articles: dict[str, Article]) -> None:
    assert "Backward-compatible training" in articles["/go/embedding-refresh"].text


def test_what_has_no_page_is_found_by_its_listing(built: Built, engine: Engine) -> None:
    for question in (
        "冷启动流量池的一次复盘",
        "向量检索平台从单机 Faiss 到分布式的重构",
        "drafts on crawl scheduling",
    ):
        (hit, *_) = engine.search(question, k=1).hits
        assert hit.source == "listing", question


def test_a_page_in_gb18030_labelled_gb2312_keeps_every_character(articles: dict[str, Article]) -> None:
    text = articles["/old/encoding.html"].text
    for character in "镕喆㐂𠮷":
        assert character in text
    assert "\ufffd" not in text


def test_a_pdf_and_a_text_file_are_articles(articles: dict[str, Article]) -> None:
    assert "Matryoshka training" in articles["/papers/dual-encoders.pdf"].text
    assert "召回率" in articles["/notes/glossary.txt"].text


def test_hidden_content_of_a_wechat_page_is_its_text(articles: dict[str, Article]) -> None:
    assert "逆文档频率" in articles["/s/query-rewriting.html"].text


def test_code_keeps_its_lines_and_loses_its_gutter(articles: dict[str, Article]) -> None:
    text = articles["/hexo/layer-norm.html"].text
    assert "x = norm(x + sublayer(x))      # Post-LN\nx = x + sublayer(norm(x))" in text
    assert not re.search(r"^\s*1\s*\n?\s*2\s*$", text, re.MULTILINE)


def test_formulas_and_tables_survive(articles: dict[str, Article]) -> None:
    assert r"\text{avgdl}" in articles["/docs/bm25.html"].text
    rows = [line for line in articles["/docs/hnsw.html"].text.splitlines() if line.startswith("|")]
    assert any("efSearch" in row and "slower search" in row for row in rows)


def test_traditional_pages_are_found_in_either_script(engine: Engine, built: Built) -> None:
    for question in ("中文斷詞與檢索", "中文断词与检索"):
        assert engine.search(question, k=1).hits[0].url == built.url("/s/chinese-segmentation.html")


@pytest.mark.parametrize("words", NAVIGATION)
def test_navigation_is_no_part_of_an_article(articles: dict[str, Article], words: str) -> None:
    assert [path for path, article in articles.items() if words in article.text] == []


def test_every_article_has_the_title_of_its_page(articles: dict[str, Article]) -> None:
    titles = {source.path: source.title for source in sources()}
    wrong = {
        path: article.title
        for path, article in articles.items()
        if path in titles and article.source != "listing" and article.title != titles[path]
    }
    assert wrong == {}


def test_author_and_date_come_from_the_page(articles: dict[str, Article]) -> None:
    for path, author, published in (
        ("/blog/two-tower.html", "林岚", "2023-03-26"),
        ("/hexo/bpe.html", "何舟", "2021-05-11"),
        ("/old/pagerank.html", "E. Marlowe", "2009-11-14"),
    ):
        assert (articles[path].author, articles[path].published) == (author, published), path


def test_an_article_is_found_by_its_title(engine: Engine, articles: dict[str, Article]) -> None:
    lost = [
        article.title
        for article in articles.values()
        if article.id not in {hit.article_id for hit in engine.search(article.title, k=2).hits}
    ]
    assert lost == []


def test_an_english_question_finds_the_chinese_article(engine: Engine, built: Built) -> None:
    answer = engine.search("how does a small student model learn from a large teacher", k=1)
    assert answer.hits[0].url == built.url("/s/distillation.html")


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("what to recommend to a user who has just signed up", "/blog/cold-start.html"),
        ("why are attention scores divided by the root of the dimension", "/s/attention.html"),
        ("拼写纠错的噪声信道模型", "/docs/spelling-correction.html"),
    ],
)
def test_the_tower_alone_crosses_the_languages(
    engine: Engine, built: Built, question: str, path: str
) -> None:
    answer = engine.search(question, k=3, mode="dense")
    assert built.url(path) in [hit.url for hit in answer.hits]
