"""Zhihu: of all that a page holds, the answer, column or question that its address names."""

from __future__ import annotations

import json

import pytest

from ingest.articles import Article, Page
from ingest.extract import extract
from ingest.html.markdown import blocks, join
from ingest.html.markup import parse
from ingest.html.zhihu import is_zhihu, read_zhihu
from ingest.settings import ExtractSettings

TEXT = (
    "<p>双塔模型把用户和物品分别编码成向量。</p><p>训练时常用批内负例，上线以后物品向量提前算好放进索引，用户向量在请求到来时再算，所以很快。</p>"
    * 2
)
DATA = {
    "initialState": {
        "entities": {
            "questions": {"1": {"title": "双塔是什么？", "created": 1408357129, "author": {"name": "提问者"}}},
            "answers": {
                "11": {"createdTime": 1408357129, "author": {"name": "别人"}, "content": "<p>别的回答。</p>"},
                "12": {"createdTime": 1411567255, "author": {"name": "李雷"}, "content": TEXT, "question": {"title": "双塔是什么？"}},
            },
            "articles": {"13": {"title": "双塔札记", "created": 1739243412, "author": {"name": "韩梅梅"}, "content": TEXT}},
        }
    }
}  # fmt: skip
PAGE = f'<html><body><div id="root"></div><script id="js-initialData" type="text/json">{json.dumps(DATA)}</script></body></html>'


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("www.zhihu.com/question/1/answer/12", ("双塔是什么？", "李雷", "2014-09-24", False)),
        ("zhuanlan.zhihu.com/p/13", ("双塔札记", "韩梅梅", "2025-02-11", False)),
        ("www.zhihu.com/question/1", ("双塔是什么？", "提问者", "2014-08-18", True)),
        ("www.zhihu.com/question/1/answer/99", ("", "", "", False)),
    ],
)
def test_the_facts_are_those_of_what_the_address_names(path: str, facts: tuple[str, str, str, bool]) -> None:
    found = read_zhihu(parse(PAGE), f"https://{path}")
    assert (found.title, found.author, found.published, found.several) == facts


def test_a_shell_has_its_text_in_the_data() -> None:
    url = "https://www.zhihu.com/question/1/answer/12"
    found = extract(Page(url, url, 200, (), PAGE.encode(), 0.0), url=url, settings=ExtractSettings())
    assert isinstance(found, Article)
    assert found.text == join(blocks(parse(TEXT)))
    assert (found.title, found.author, found.published) == ("双塔是什么？", "李雷", "2014-09-24")


@pytest.mark.parametrize(
    "data", ["", "{", "[]", '{"initialState": null}', '{"initialState": {"entities": {"answers": []}}}']
)
def test_broken_data_say_nothing(data: str) -> None:
    page = f'<html><body><script id="js-initialData">{data}</script></body></html>'
    assert read_zhihu(parse(page), "https://www.zhihu.com/question/1/answer/12").author == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.zhihu.com/question/1", True),
        ("https://zhuanlan.zhihu.com/p/13", True),
        ("https://www.zhihu.com/people/x", False),
        ("https://zhihu.com.example.org/question/1", False),
    ],
)
def test_only_zhihu_is_zhihu(url: str, expected: bool) -> None:
    assert is_zhihu(url) is expected
