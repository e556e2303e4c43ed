"""By WICG's "URL Fragment Text Directives", https://wicg.github.io/scroll-to-text-fragment/."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text_fragment import text_fragment


def directive(markdown: str) -> list[str]:
    """What a browser would look for: the start, and the end where there is one."""
    fragment = text_fragment(markdown)
    assert fragment.startswith(":~:text=")
    return [unquote(part) for part in fragment.removeprefix(":~:text=").split(",")]


def test_a_passage_is_named_by_its_first_and_last_words() -> None:
    text = (
        "双塔模型把用户和物品各自编码成向量，用内积衡量相似。\n\n"
        "它适合召回，因为物品向量可以提前算好放进索引，所以线上只需要算一次用户向量，再取最近的邻居。"
    )
    assert directive(text) == [
        "双塔模型把用户和物品各自编码成向量，用内积衡量相似",
        "所以线上只需要算一次用户向量，再取最近的邻居",
    ]


def test_english_is_cut_between_words() -> None:
    start, end = directive(
        "A dual encoder maps both queries and passages into one space by two networks that share nothing\n\n"
        "Retrieval is then nothing but a nearest neighbour search over vectors which were computed before"
    )
    assert start == "A dual encoder maps both queries"
    assert end == "vectors which were computed before"


def test_a_short_passage_is_named_whole() -> None:
    assert directive("注意力让模型只看重要的部分。") == ["注意力让模型只看重要的部分"]


def test_what_separates_the_parts_of_a_directive_is_encoded_within_them() -> None:
    fragment = text_fragment("in-batch negatives, & popularity")
    assert fragment == ":~:text=in%2Dbatch%20negatives%2C%20%26%20popularity"


@pytest.mark.parametrize(
    "markdown",
    [
        "- **批内负采样**会打压*热门*物品，需要~~不~~纠偏",
        "> 1. 批内负采样会打压热门物品，需要不纠偏",
        "[批内负采样](https://example.org/a_(b))会打压热门物品，需要不纠偏",
        "## 负采样\n\n批内负采样会打压热门物品，需要不纠偏",
        "```python\nloss = cross_entropy(logits)\n```\n\n批内负采样会打压热门物品，需要不纠偏",
        "| 方法 | 指标 |\n|---|---|\n| 负采样 | 0.5 |\n\n批内负采样会打压热门物品，需要不纠偏",
        "$$\\mathcal{L} = -\\log p$$\n\n批内负采样会打压热门物品，需要不纠偏",
        "![批内负采样的示意图](a.png)批内负采样会打压热门物品，需要不纠偏",
        "批内负采样会打压热门物品，需要不纠偏`tf.nn.sampled_softmax_loss`",
    ],
)
def test_marks_code_formulas_pictures_and_headings_are_no_words_of_it(markdown: str) -> None:
    assert directive(markdown) == ["批内负采样会打压热门物品，需要不纠偏"]


def test_no_run_of_words_reaches_over_a_formula_or_a_line() -> None:
    start, end = directive("其中的温度系数 $\\tau$ 控制分布的尖锐程度\n下一行说的是怎么选择它")
    assert (start, end) == ("控制分布的尖锐程度", "下一行说的是怎么选择它")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("经过第一次池化，尺寸减小到 14*14，再经过第二次", "经过第一次池化，尺寸减小到 14"),
        ("Junjie Hu*, Sebastian Gehrmann*, and others", "Sebastian Gehrmann"),
        ("the method _set_input_signature of a layer", "set_input_signature of a layer"),
        ("支持 ‘.’ 和 ‘*’ 的正则表达式，*只*匹配整个字符串", "的正则表达式，只匹配整个字符串"),
        (r"it costs 3 \* 4 multiplications", "it costs 3 * 4 multiplications"),
    ],
)
def test_a_mark_that_stands_for_itself_ends_a_run(line: str, shown: str) -> None:
    assert shown in directive(line)


def test_underscores_within_a_name_stay() -> None:
    assert directive("The argument num_hidden_layers counts _all_ layers") == [
        "The argument num_hidden_layers counts all layers"
    ]


@pytest.mark.parametrize(
    "markdown", ["", "```\nx = 1\n```", "$$x$$", "短", "| a | b |\n|---|---|\n| 1 | 2 |"]
)
def test_where_there_is_no_prose_there_is_no_fragment(markdown: str) -> None:
    assert text_fragment(markdown) == ""


@given(st.text(alphabet=st.sampled_from("双塔模型，。 ab-c,&`$*_[]()\n#|\\<>!12")))
def test_any_text_gives_a_fragment_that_is_part_of_an_address(markdown: str) -> None:
    fragment = text_fragment(markdown)
    assert re.fullmatch(
        r"|:~:text=(?:[A-Za-z0-9_.~]|%[0-9A-F]{2})+(?:,(?:[A-Za-z0-9_.~]|%[0-9A-F]{2})+)?", fragment
    )
