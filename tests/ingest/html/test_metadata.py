"""What a page says of itself: the title without its site, true dates only, authors who are people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.html.dates import day_in_china, iso_date
from ingest.html.markup import parse
from ingest.html.metadata import Metadata, metadata
from ingest.html.scripts import script_strings, unescaped
from ingest.html.titles import without_site

URL = "https://blog.example.com/two-towers.html"


def read(head: str = "", body: str = "") -> Metadata:
    return metadata(parse(f"<html><head>{head}</head><body>{body}</body></html>"), URL)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ('<meta property="og:title" content="双塔模型 | 某某的博客"><title>x</title>', "", "双塔模型"),
        (
            "<title>Two Towers — Machine Learning Notes</title>",
            "<h1 class='site-logo'>Machine Learning Notes</h1><h1>Two Towers</h1>",
            "Two Towers",
        ),
        (
            "<title>My Site » Archive » Two Towers</title>",
            "<h1><a href='/'>My Site</a></h1><h2>Two Towers</h2>",
            "Two Towers",
        ),
        (
            "<title>10.3. 注意力评分函数 — 书 2.0 documentation</title>",
            "<h1><span class='section-number'>10.3. </span>注意力评分函数¶</h1>",
            "注意力评分函数",
        ),
        ("<title>two-towers</title>", "<h1>Table of Contents</h1><h1>Two Towers</h1>", "Two Towers"),
        ("<title>双塔召回模型的实践_模型_某某新闻网</title>", "", "双塔召回模型的实践"),
        ("<title>(12 封私信 / 3 条消息) 双塔是什么？ - 知乎</title>", "", "双塔是什么？"),
        ("<title>[1706.03762] Attention Is All You Need</title>", "", "Attention Is All You Need"),
        ('<title>x</title><meta name="citation_title" content="A Paper">', "<h1>Site</h1>", "A Paper"),
        ("<script>var blog_title = 'How smart is it?';</script>", "<h3>Part one</h3>", "How smart is it?"),
        ("<title>标题里有 - 破折号的一篇长文章</title>", "", "标题里有 - 破折号的一篇长文章"),
        ("", "", ""),
    ],
)
def test_the_title(head: str, body: str, title: str) -> None:
    assert read(head, body).title == title


def test_a_title_cut_short_is_completed_by_its_heading() -> None:
    head = '<meta property="og:title" content="A very long title that is…">'
    assert read(head, "<h1>A very long title that is whole</h1>").title == "A very long title that is whole"


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ('<meta property="article:published_time" content="2024-05-06T18:27:07+08:00">', "", "2024-05-06"),
        (
            '<script type="application/ld+json">{"@type":"BlogPosting","datePublished":"2020-07-02"}</script>',
            "",
            "2020-07-02",
        ),
        ("", '<time datetime="2019-03-04">last Monday</time>', "2019-03-04"),
        ("", "<p>发表于 2017年4月6日 | 分类于 深度学习</p>", "2017-04-06"),
        ("", '<span class="time">最新推荐文章于 2024-01-01 10:00:00 发布</span>', ""),
        ("", '<span class="time">更新时间：2024-01-01</span>', ""),
        ("", '<ul><li><time datetime="2019-03-04">an older post</time></li></ul>', ""),
        ("", "<p>In the text we meet 2019-03-04.</p>", ""),
        ('<meta name="date" content="2019-13-45">', "", ""),
    ],
)
def test_only_the_date_of_publication_is_a_date(head: str, body: str, published: str) -> None:
    assert read(head, body).published == published


@pytest.mark.parametrize(
    ("head", "body", "author"),
    [
        ('<meta name="author" content="李雷">', "", "李雷"),
        ('<meta name="author" content="admin">', '<a rel="author" href="/a">By Jane Doe</a>', "Jane Doe"),
        (
            '<script type="application/ld+json">{"@type":"Article","author":[{"name":"Ann"}]}</script>',
            "",
            "Ann",
        ),
        ("", "<p>作者：韩梅梅</p>", "韩梅梅"),
        ("", "", ""),
    ],
)
def test_the_author(head: str, body: str, author: str) -> None:
    assert read(head, body).author == author


@pytest.mark.parametrize(
    ("written", "date"),
    [("2020/1/9", "2020-01-09"), ("Oct 3rd, 2018", "2018-10-03"), ("3 October 2018", "2018-10-03"), ("20180228", "2018-02-28"),
     ("Mon, 22 Jan 2018 00:00:00 GMT", "2018-01-22"), ("2018-02-30", ""), ("yesterday", ""), ("12", "")],
)  # fmt: skip
def test_dates_as_pages_write_them(written: str, date: str) -> None:
    assert iso_date(written) == date


def test_seconds_are_a_day_in_china() -> None:
    assert day_in_china("1522968980") == "2018-04-06"
    assert day_in_china("15229689801111") == ""


@given(st.text(alphabet="-_|—· ab塔博客", max_size=30) | st.text(max_size=60))
def test_no_text_raises_as_a_date_title_or_string(text: str) -> None:
    iso_date(text)
    unescaped(text)
    assert without_site(text, "site", URL) in text


def test_strings_in_scripts_are_found_and_unescaped() -> None:
    page = r"""x.title = "no"; var title = '\u53cc\x26\'a\''; o = {"title": JsDecode('b')}; subtitle = 'c'"""
    assert list(script_strings(page, "title")) == ["双&'a'", "b"]
