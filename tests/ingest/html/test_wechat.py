"""WeChat: hidden text, shares whose text a script holds, and the one true date among constants."""

from __future__ import annotations

import pytest

from ingest.html.markdown import blocks, join
from ingest.html.markup import parse
from ingest.html.wechat import is_wechat, read_wechat

ARTICLE = """<html><head><meta property="og:title" content="双塔召回实践" /><meta name="author" content="小编"/></head><body>
<div id="js_name"> 推荐札记 </div>
<div id="js_content" style="visibility: hidden; opacity: 0;"><section><p>第一段。</p><p>第二段。</p></section></div>
<script>var svr_time = "1765935159" * 1; var ct = "1522968980"; var publish_time = "2018-04-06" || "";
var ct2 = {name: "x"};</script></body></html>"""

SHARE = r"""<html><head><meta property="og:title" content="一句开场。\n再说一句，然后写了很长很长的一段话，长得无论如何也不能当作一篇文章的题目，所以只取它的头一句，后面的都留在正文里头，一个字也不会少，谁想读都可以接着往下读。" /></head>
<body><div id="js_content"><div class="wx_follow">关注</div></div>
<script>window.cgi = { item_show_type: '10' * 1, nick_name: JsDecode('碎片'),
create_time: JsDecode('2025-01-30 18:02'), content_noencode: JsDecode('一句开场。\x0a\x0a他说\x26quot;你好\x26quot;，\x3ca href=\x22x\x22\x3e链接\x3c/a\x3e。'),
svr_time: '1765935159' * 1, ori_create_time: '1738231334' * 1 };</script></body></html>"""


def test_an_article_has_its_text_title_account_and_true_date() -> None:
    root = parse(ARTICLE)
    found = read_wechat(ARTICLE, root)
    assert (found.title, found.author, found.account, found.published) == (
        "双塔召回实践",
        "推荐札记",
        "推荐札记",
        "2018-04-06",
    )
    assert join(blocks(found.content)) == "第一段。\n\n第二段。"


def test_a_text_share_is_read_from_its_script() -> None:
    found = read_wechat(SHARE, parse(SHARE))
    assert found.content is None
    assert found.share == '一句开场。\n\n他说"你好"，链接。'
    assert found.title == "一句开场。"
    assert (found.author, found.published) == ("碎片", "2025-01-30")


def test_an_older_page_has_its_account_and_date_elsewhere() -> None:
    page = (
        '<html><body><em id="post-date">2015-06-30</em><a id="post-user" href="##">推荐札记</a>'
        '<div id="js_content"><p>正文。</p></div><script>var nickname = "推荐札记"; var svr_time = "1765935159";</script></body></html>'
    )
    found = read_wechat(page, parse(page))
    assert (found.author, found.account, found.published) == ("推荐札记", "推荐札记", "2015-06-30")


def test_the_time_of_the_server_is_no_date() -> None:
    page = (
        '<html><body><script>var svr_time = "1765935159"; var svrDate = "1765935159";</script></body></html>'
    )
    assert read_wechat(page, parse(page)).published == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://mp.weixin.qq.com/s/x", True),
        ("https://weixin.qq.com/", False),
        ("https://mp.weixin.qq.com.evil.org/s/x", False),
    ],
)
def test_only_wechat_is_wechat(url: str, expected: bool) -> None:
    assert is_wechat(url) is expected
