"""One page in, one article or one reason out."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.articles import Article, Lang, Page, Skipped, SkipReason
from ingest.extract import extract
from ingest.settings import ExtractSettings

URL = "https://blog.example.com/two-towers.html"
SETTINGS = ExtractSettings()

PROSE = [
    "双塔模型把用户和物品分别编码成向量，两边互不相见，因此物品一侧可以事先算好，放进近似最近邻索引里。",
    "训练时以同一批里的其他样本为负例，热门物品因此被当作负例的次数偏多，需要按采样概率修正，否则模型会过分压低它们。",
    "线上只需对用户一侧做一次前向计算，再到索引里取前几百个候选，交给粗排；整个过程在十毫秒以内完成。",
]
BLOG = f"""<html lang="zh"><head><title>双塔召回小记 - 某某的博客</title><meta name="author" content="李雷">
<meta property="article:published_time" content="2021-05-06T08:00:00+08:00"></head><body>
<nav><ul><li><a href="/">首页</a></li><li><a href="/tags">标签</a></li></ul></nav>
<article><h1>双塔召回小记</h1><div class="post-body">
<p>{PROSE[0]}</p><h2 id="train">训练</h2><p>{PROSE[1]}</p>
<figure class="highlight python"><table><tr><td class="gutter"><pre><span class="line">1</span><br><span class="line">2</span></pre></td>
<td class="code"><pre><span class="line">score = user @ item.T</span><br><span class="line">loss = ce(score, labels)</span></pre></td></tr></table></figure>
<p>其中温度为 <script type="math/tex">\\tau</script>，取 0.05。</p>
<table><tr><th>模型</th><th>召回率</th></tr><tr><td>双塔</td><td>0.61</td></tr></table><p>{PROSE[2]}</p></div></article>
<div class="comments"><h3>评论</h3><p>学到了，感谢博主的分享，写得很清楚！</p></div>
<aside><h3>最新文章</h3><ul><li><a href="/a">第一篇文章</a></li><li><a href="/b">第二篇文章</a></li></ul></aside>
<footer>© 2021 某某 Powered by Hexo</footer></body></html>"""


def page(body: str | bytes, content_type: str = "text/html; charset=utf-8", url: str = URL) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(url, url, 200, (("content-type", content_type),), data, 0.0)


def article(
    body: str | bytes, content_type: str = "text/html; charset=utf-8", url: str = URL, hint: str = ""
) -> Article:
    found = extract(page(body, content_type, url), url=url, settings=SETTINGS, hint=hint)
    assert isinstance(found, Article), found
    return found


def skipped(body: str | bytes, content_type: str = "text/html; charset=utf-8", url: str = URL) -> Skipped:
    found = extract(page(body, content_type, url), url=url, settings=SETTINGS)
    assert isinstance(found, Skipped), found
    return found


@pytest.mark.parametrize("sign", ["%PDF-1.7", "<rss version='2.0'>", "<feed>"])
def test_a_text_about_a_format_is_not_in_that_format(sign: str) -> None:
    text = f"# 文件格式\n\n文件以 `{sign}` 开头。\n\n{PROSE[0]}{PROSE[1]}"
    assert sign in article(text, "text/plain; charset=utf-8", "https://a.test/formats.md").text
    html = f"<!doctype html><title>t</title><!-- <rss> --><p><code>{sign.replace('<', '&lt;')}</code> {PROSE[0]}{PROSE[1]}"
    assert sign in article(html).text


def test_a_blog_page_is_what_a_person_would_copy() -> None:
    found = article(BLOG)
    assert (found.title, found.author, found.published, found.lang) == (
        "双塔召回小记",
        "李雷",
        "2021-05-06",
        Lang.ZH,
    )
    assert all(sentence in found.text for sentence in PROSE)
    assert "```python\nscore = user @ item.T\nloss = ce(score, labels)\n```" in found.text
    assert "$\\tau$" in found.text
    assert "| 双塔 | 0.61 |" in found.text
    assert found.anchors == (("训练", "train"),)
    assert not any(word in found.text for word in ("首页", "评论", "第一篇文章", "Powered"))


def test_the_same_page_in_gb18030_gives_the_same_text() -> None:
    assert article(BLOG.encode("gb18030"), "text/html; charset=gb2312").text == article(BLOG).text


def test_what_script_hides_is_no_article_of_wechat() -> None:
    hidden = "".join(f"<p>{sentence}</p>" for sentence in PROSE)
    body = f'<html><body><div id="js_content" style="visibility: hidden">{hidden}</div><div>阅读原文</div></body></html>'
    found = article(body, url="https://mp.weixin.qq.com/s/abc")
    assert found.text == "\n\n".join(PROSE)


def test_a_thread_has_all_its_posts() -> None:
    posts = "".join(
        f'<div class="post"><div class="cooked"><p>{sentence}</p></div></div>' for sentence in PROSE
    )
    found = article(f"<html><head><title>双塔问答</title></head><body><div>{posts}</div></body></html>")
    assert all(sentence in found.text for sentence in PROSE)


@pytest.mark.parametrize("shown", ["", "<p>加载中</p>"])
def test_a_page_that_scripts_fill_is_read_from_its_structured_data(shown: str) -> None:
    facts = json.dumps(
        {"@type": "BlogPosting", "headline": "双塔召回小记", "articleBody": "\n\n".join(PROSE * 2)}
    )
    found = article(
        f"<html><head><script type='application/ld+json'>{facts}</script></head><body><div id=app>{shown}</div></body></html>"
    )
    assert (found.title, found.text) == ("双塔召回小记", "\n\n".join(PROSE * 2))


def test_a_table_of_contents_goes() -> None:
    heads = ["为什么用双塔", "怎样训练双塔", "怎样上线双塔"]
    body = "<p>目录</p>" + "".join(f"<p>{head}</p>" for head in heads)
    body += "".join(f"<h2>{head}</h2><p>{sentence}</p>" for head, sentence in zip(heads, PROSE, strict=True))
    text = article(f"<html><body><div class='post-body'>{body}</div></body></html>").text
    assert text.count("怎样训练双塔") == 1
    assert "目录" not in text


def test_the_abstract_of_a_paper_is_its_article() -> None:
    abstract = "We study two-tower models for retrieval over large corpora, and find them good. " * 3
    head = (
        '<meta name="citation_title" content="Two Towers"><meta name="citation_author" content="Doe, Jane">'
    )
    body = f'<html><head>{head}</head><body><blockquote class="abstract mathjax"><span>Abstract:</span>{abstract}</blockquote><p>Comments: 9 pages</p></body></html>'
    found = article(body, url="https://arxiv.org/abs/1")
    assert (found.title, found.author, found.text) == ("Two Towers", "Doe, Jane", abstract.strip())


def test_the_lists_title_is_used_where_the_page_has_none() -> None:
    assert (
        article(f"<html><body><p>{PROSE[0]}{PROSE[1]}</p></body></html>", hint="双塔入门").title == "双塔入门"
    )


def test_markdown_is_read_as_it_is() -> None:
    text = "# 双塔\n\n" + "\n\n".join(PROSE)
    found = article(text, "text/plain; charset=utf-8", "https://raw.githubusercontent.com/o/r/HEAD/README.md")
    assert (found.title, found.text) == ("双塔", text)


def test_a_readme_without_a_heading_is_named_after_its_repository() -> None:
    raw = "https://raw.githubusercontent.com/o/two-tower/HEAD/README.md"
    found = extract(
        page("\n\n".join(PROSE), "text/plain", raw), url="https://github.com/o/two-tower", settings=SETTINGS
    )
    assert isinstance(found, Article)
    assert found.title == "two-tower"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        ("", "text/html", SkipReason.EMPTY),
        ("<html><body><div id=app></div><script src=a.js></script></body></html>", "text/html", SkipReason.EMPTY),
        ("<html><body><p>太短。</p></body></html>", "text/html", SkipReason.EMPTY),
        (b"\x89PNG\r\n\x1a\n", "text/html", SkipReason.WRONG_TYPE),
        (b"PK\x03\x04zip", "application/octet-stream", SkipReason.WRONG_TYPE),
        ("<?xml version='1.0'?><rss><item>x</item></rss>", "text/html", SkipReason.WRONG_TYPE),
        ("%PDF-1.4 torn", "text/html", SkipReason.BROKEN_FILE),
        ("<html><body>该内容已被发布者删除</body></html>", "text/html", SkipReason.DELETED),
        ("<html><title>404 Not Found</title><body>nginx</body></html>", "text/html", SkipReason.DEAD_LINK),
    ],
)  # fmt: skip
def test_a_page_without_an_article_says_why(body: str | bytes, content_type: str, reason: SkipReason) -> None:
    assert skipped(body, content_type).reason is reason


def test_a_list_of_links_is_flagged() -> None:
    links = "".join(
        f'<li><a href="/{n}">关于双塔召回与向量检索的第{n}篇长长的文章</a></li>' for n in range(40)
    )
    found = extract(
        page(f"<html><body><div class='post-body'><ul>{links}</ul></div></body></html>"),
        url=URL,
        settings=SETTINGS,
    )
    assert isinstance(found, Skipped) or "link_list" in found.quality


@pytest.mark.parametrize("body", [b"\x89@\xa4@", "<p>𠀀𠮷𪚥𪛖 生僻字</p>".encode()])
def test_rare_characters_of_the_page_are_no_votes(body: bytes) -> None:
    """Blocks are marked with characters of CJK extension B, which a page may hold itself."""
    assert isinstance(extract(page(body, ""), url=URL, settings=SETTINGS), Skipped)


@given(
    st.binary(max_size=300), st.sampled_from(["", "text/html", "text/plain", "application/json", "image/png"])
)
@settings(max_examples=60, deadline=None)
def test_no_bytes_raise(body: bytes, content_type: str) -> None:
    extract(page(body, content_type), url=URL, settings=SETTINGS)


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div class=x>",
                "<table>",
                "<td>",
                "<pre>",
                "<math>",
                "<li>",
                "双塔模型。",
                "<h1>",
                "<br>",
                "<a>",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_markup_raises(pieces: list[str]) -> None:
    extract(page("<html><body>" + "".join(pieces)), url=URL, settings=SETTINGS)


@pytest.mark.parametrize("text", ["<h1>", " \n", "a" + " " * 100, "[", "![a](", "**a", "<!--"], ids=repr)
def test_repeated_markup_takes_no_more_than_linear_time(text: str) -> None:
    # Each of these took from ten seconds to forever under a quadratic pattern; the suite's own time limit would tell.
    extract(page(text * (100_000 // len(text)) + "b", "text/markdown"), url=URL, settings=SETTINGS)


@pytest.mark.parametrize("tag", ["<div>", "<b>x", "<ul><li>x", "<table><tr><td>x", "<blockquote>"])
def test_markup_without_end_is_read(tag: str) -> None:
    extract(page("<html><title>" + "- " * 5000 + "</title><body>" + tag * 5000), url=URL, settings=SETTINGS)
