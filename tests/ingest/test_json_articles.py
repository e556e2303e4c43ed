"""Articles that a site's interface gives as JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Article, Page, Skipped, SkipReason
from ingest.extract import extract
from ingest.json_articles import read_json_article
from ingest.settings import ExtractSettings

HTML = (
    "<p>双塔模型用两个编码器分别编码查询和文档。</p><h2>损失</h2><p>批内负样本：<img eeimg='1' alt='\\log Q' "
    "src='//www.zhihu.com/equation?tex=x'/></p><pre><code class='language-python'>a = 1\nb = 2</code></pre>"
)
ZHIHU_ARTICLE = {
    "id": 1,
    "title": "双塔召回",
    "content": HTML,
    "author": {"name": "老郑", "headline": "算法"},
    "created": 1577808000,
    "updated": 1700000000,
}
ZHIHU_ANSWER = {
    "content": HTML,
    "author": {"name": "老郑"},
    "question": {"title": "双塔怎么训练？", "created": 1},
    "created_time": 1577808000,
}
WORDPRESS = {
    "title": {"rendered": "双塔召回"},
    "content": {"rendered": HTML},
    "date": "2020-01-01T08:00:00",
    "author": 3,
}


def page(answer: object) -> Page:
    url = "https://a.test/api/1"
    return Page(url, url, 200, (("content-type", "application/json"),), json.dumps(answer).encode(), 0.0)


@pytest.mark.parametrize(
    ("answer", "title", "author"),
    [
        (ZHIHU_ARTICLE, "双塔召回", "老郑"),
        (ZHIHU_ANSWER, "双塔怎么训练？", "老郑"),
        (WORDPRESS, "双塔召回", ""),
    ],
)
def test_the_answer_of_an_interface_is_an_article(answer: object, title: str, author: str) -> None:
    found = extract(page(answer), url="https://a.test/1", settings=ExtractSettings(min_chars=20))
    assert isinstance(found, Article)
    assert (found.title, found.author, found.published) == (title, author, "2020-01-01")
    assert "## 损失" in found.text
    assert "$\\log Q$" in found.text
    assert "```python\na = 1\nb = 2\n```" in found.text


@pytest.mark.parametrize(
    "answer", [{}, [], None, {"content": 3}, {"error": {"message": "请登录"}}, {"content": ""}]
)
def test_another_answer_is_of_the_wrong_type(answer: object) -> None:
    found = extract(page(answer), url="https://a.test/1", settings=ExtractSettings())
    assert isinstance(found, Skipped)
    assert found.reason is SkipReason.WRONG_TYPE


@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_no_answer_raises(text: str) -> None:
    read_json_article(text)
