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


def read(head: str = "", body: str = "", url: str = URL) -> Metadata:
    return metadata(parse(f"<html><head>{head}</head><body>{body}</body></html>"), url)


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
        ("<title>How to <del>ace</del> survive it</title>", "", "How to ace survive it"),
        ("<title>&lt;em&gt;双塔&lt;/em&gt;召回</title>", "", "双塔召回"),
        ("<title>What is the &lt;del&gt; element?</title>", "", "What is the <del> element?"),
        ("<title>标题里有 - 破折号的一篇长文章</title>", "", "标题里有 - 破折号的一篇长文章"),
        ("", "", ""),
    ],
)
def test_the_title(head: str, body: str, title: str) -> None:
    assert read(head, body).title == title


def test_a_heading_that_leads_to_the_page_itself_is_its_title() -> None:
    old_blog = (
        "<h1><a href='/jun/'>小君</a></h1><h3>导航</h3><div class='post'><h2><a href='/jun/archive/2004/12/27/41810.aspx'>"
        "很高兴搬到这里</a></h2><p>以后在这里写。</p></div>"
    )
    assert (
        read("", old_blog, "http://blog.example.com/jun/archive/2004/12/27/41810.aspx").title
        == "很高兴搬到这里"
    )


def test_a_heading_below_the_article_is_not_its_title() -> None:
    page = "<p>" + "飞机靠机翼上下的压力差飞起来。" * 40 + "</p><h3>欢迎加入本站邮件列表</h3><p>地址：</p>"
    assert read("", page).title == ""


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
    ("body", "published"),
    [
        ("<h1>双塔召回</h1><p>http://biz.example.com 2005-04-25 08:24:06 来源: 某报</p><p>正文</p>", "2005-04-25"),
        ("<h1>双塔召回</h1><div><span>李雷</span> <span>2018-10-06</span></div><p>正文</p>", "2018-10-06"),
        ("<h1>双塔召回</h1><p>2005-01-06 08:13更新</p><p>正文</p>", ""),
        ("<h1>双塔召回</h1><p>2014年8月22日，由某某主办的论坛在北京举行。</p>", ""),
        ("<h1>双塔召回</h1><p>报名日期为2003年11月1日至2003年11月30日</p>", ""),
        ("<div class='postDesc'>posted @ <span id='post-date'>2024-05-09 14:45</span> 李雷 阅读(12)</div>", "2024-05-09"),
        ("<div class='container sidebar-position-left'><time datetime='2018-10-06'>2018-10-06</time></div>", "2018-10-06"),
        ("<div class='sidebar-inner'><time datetime='2018-10-06'>2018-10-06</time></div>", ""),
        ("<div class='comment-list'><time datetime='2018-10-06'>2018-10-06</time></div>", ""),
        ("<h2 class='date-header'><span>Friday, December 23, 2016</span></h2><h3>双塔召回</h3>", "2016-12-23"),
        ("<p>发表于 2004年12月27日 12:40 - (阅读:37;评论:3)</p>", "2004-12-27"),
    ],
)  # fmt: skip
def test_a_date_in_a_line_of_its_own_beside_the_title_counts(body: str, published: str) -> None:
    assert read("<title>双塔召回</title>", body).published == published


@pytest.mark.parametrize(
    ("stamp", "path", "published"),
    [
        ("2022-12-23T16:00:00.000Z", "/tower/", "2022-12-24"),  # midnight in China
        ("2018-07-17T05:53:19.000Z", "/2018/07/16/tower/", "2018-07-16"),  # the author lives elsewhere
        ("2021-09-24T00:00:00+00:00", "/posts/2021-09-25-tower/", "2021-09-24"),  # a date, not a moment
        ("2024-05-06T18:27:07+08:00", "/2024/05/05/tower/", "2024-05-06"),
        ("0001-01-01T00:00:00Z", "/tower/", ""),  # an engine's word for none
        ("", "/2019/10/21/tower/", "2019-10-21"),
        ("", "/20240520/5012641.shtml", "2024-05-20"),
        ("", "/p/2015123456", ""),
    ],
)
def test_a_moment_is_the_day_that_the_site_counts_by(stamp: str, path: str, published: str) -> None:
    head = f'<title>双塔</title><meta property="article:published_time" content="{stamp}">'
    assert read(head, "", f"https://blog.example.com{path}").published == published


def test_among_dated_answers_the_one_with_the_address_of_the_page_counts() -> None:
    answers = "".join(
        f"<div itemscope itemprop='answer'><meta itemprop='url' content='https://qa.example.com/q/1/a/{number}'>"
        f"<meta itemprop='dateCreated' content='2023-03-0{number}T06:00:00.000Z'></div>"
        for number in (1, 2, 3)
    )
    assert read("", answers, "https://qa.example.com/q/1/a/2").published == "2023-03-02"
    links = "".join(
        f"<a class='date' href='/q/1/a/{number}' data-tip='发布于 2014-09-2{number}'>编辑于 2014-10-01</a>"
        for number in (3, 4)
    )
    assert read("", links, "https://qa.example.com/q/1/a/4").published == "2014-09-24"


def test_the_date_for_search_engines_is_believed_over_that_of_the_last_change() -> None:
    head = '<script type="application/ld+json">{"pubDate":"2024-05-11T17:03:01","upDate":"2024-05-12T09:24:57"}</script>'
    assert read(head, "<span class='time'>于 2024-05-12 09:24:57 发布</span>").published == "2024-05-11"


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
        ("", "<ul><li><p>作者：写、发、回复</p></li></ul>", ""),
        ("", "<div class='postDesc'>posted @ 2024-05-09 14:45 李雷 阅读(12)</div>", "李雷"),
        ("", "<p>posted on Friday, May 06, 2005 2:45 PM by Jane Doe</p>", "Jane Doe"),
        ("", "<p>Posted on 2016-05-25 | In NLP | comments</p>", ""),
        ('<meta name="mediaid" content="某某经济网">', "", "某某经济网"),
        ("", "<a class='author' rel='author' href='/humans.txt'>humans.txt</a>", ""),
        ("", "<span class='author'>Ann Last updated: 2023-07-03</span>", "Ann"),
        ("", "<span class='author'>某某日报2024-05-13 06:16发布于北京</span>", "某某日报"),
        ("", "<span class='username'>Username</span>", ""),
        ('<meta name="generator" content="Discuz! X3"><meta name="author" content="Discuz! Team">', "", ""),
        ('<meta name="author" content="Bruce Y. Lee">', "", "Bruce Y. Lee"),
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
