"""How articles are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.context import context
from index.passages import Passage, split
from index.sentences import width
from index.settings import PassageSettings
from ingest.articles import Article

SETTINGS = PassageSettings(target=60, maximum=80, minimum=15)
SENTENCES = [
    "双塔模型用两个编码器。",
    "它很快！",
    "A tower encodes text. ",
    "In-batch negatives are free, e.g. 3.14 of them. ",
    "是吗？",
]
PARTS = st.one_of(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=30).map("".join),
    st.sampled_from(["# 概述", "## Details", "### 细节", "## 细节"]),
    st.lists(st.sampled_from(["- item one", "- 第二项", "1. x"]), min_size=1, max_size=8).map("\n".join),
    st.sampled_from(
        ["```py\nx = 1\n\ny = 2\n```", "$$\na\n$$", "| a | b |\n|---|---|\n| 1 | 2 |", "x" * 300, "长" * 200]
    ),
)
TEXTS = st.lists(PARTS, max_size=12).map("\n\n".join)


def cut(text: str, title: str = "题目", anchors: tuple[tuple[str, str], ...] = ()) -> list[Passage]:
    return split(Article("https://a.example/", title, text, anchors=anchors), SETTINGS)


def bare(text: str) -> str:
    return "".join(text.split())


@given(TEXTS)
def test_no_character_is_lost(text: str) -> None:
    passages = cut(text)
    shown: set[str] = {heading for passage in passages for heading in passage.headings}
    for line in text.splitlines():
        heading = line.lstrip("# ")
        if line.startswith("#"):
            assert heading in shown or any(heading in passage.text for passage in passages)
    without = "".join(line + "\n" for line in text.splitlines() if not line.startswith("#"))
    found = "".join(
        line + "\n" for passage in passages for line in passage.text.splitlines() if not line.startswith("#")
    )
    assert bare(found) == bare(without)


@given(TEXTS)
def test_none_is_wider_than_the_maximum(text: str) -> None:
    assert all(width(passage.text) <= SETTINGS.maximum for passage in cut(text))


@given(TEXTS)
def test_the_same_text_gives_the_same_passages(text: str) -> None:
    assert cut(text) == cut(text)


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=60).map("".join))
def test_passages_end_where_sentences_end(text: str) -> None:
    assert all(passage.text.endswith(("。", "！", "？", ".", "!")) for passage in cut(text))


def test_passages_are_of_even_width() -> None:
    widths = [width(passage.text) for passage in cut("双塔模型用两个编码器。" * 12)]
    assert widths == [44.0, 44.0, 44.0]


def test_passages_are_numbered_and_know_their_article() -> None:
    article = Article("https://a.example/", "t", "句子在此处结束。" * 30)
    passages = split(article, SETTINGS)
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    assert {passage.article_id for passage in passages} == {article.id}


def test_a_passage_stands_under_its_headings() -> None:
    long = "这是一个足够长的句子，它可以自己站住。" * 2
    passages = cut(f"{long}\n\n# 甲\n\n{long}\n\n## 乙\n\n{long}\n\n# 丙\n\n{long}")
    assert [passage.headings for passage in passages] == [(), ("甲",), ("甲", "乙"), ("丙",)]


def test_sections_too_short_to_stand_alone_are_joined_with_their_headings() -> None:
    (passage,) = cut("# 问答\n\n## 一\n\n短。\n\n## 二\n\n也短。")
    assert passage.headings == ("问答",)
    assert passage.text == "## 一\n\n短。\n\n## 二\n\n也短。"


def test_the_title_of_the_article_is_no_heading_of_its_passages() -> None:
    (passage,) = cut("# 題目\n\n正文在这里。", title="题目")
    assert passage.headings == ()
    assert passage.text == "正文在这里。"


def test_a_heading_over_nothing_is_text() -> None:
    (passage,) = cut("# 甲\n\n正文在这里，不长也不短。\n\n# 参见")
    assert "# 参见" in passage.text


def test_an_anchor_is_the_id_of_the_nearest_heading() -> None:
    long = "这是一个足够长的句子，它可以自己站住。" * 2
    text = f"{long}\n\n# 甲\n\n{long}\n\n## 乙\n\n{long}\n\n# 甲\n\n{long}\n\n## 无名\n\n{long}"
    anchors = (("甲", "a-1"), ("乙", "b"), ("甲", "a-2"))
    assert [passage.anchor for passage in cut(text, anchors=anchors)] == ["", "a-1", "b", "a-2", "a-2"]


def test_a_line_that_announces_code_stays_with_it() -> None:
    text = "双塔模型用两个编码器，各自编码一边。" * 3 + "\n\n代码如下：\n\n```py\n" + "x = 1\n" * 12 + "```"
    assert cut(text)[1].text.startswith("代码如下：\n\n```py")


def test_code_that_fits_is_not_cut() -> None:
    code = "```py\n" + "x = 1. Y\n\n" * 8 + "```"
    assert any(
        code in passage.text for passage in cut("一句话在前。" * 8 + "\n\n" + code + "\n\n后面还有一句话。")
    )


@pytest.mark.parametrize("fence", ["```", "~~~", "````", "`````", "> ```"])
def test_pieces_of_code_end_with_the_fence_that_they_begin_with(fence: str) -> None:
    quote = fence.rpartition(" ")[0]
    line = f"{quote} y = 1".lstrip()
    pieces = cut(f"{fence}py\n" + f"{line}\n" * 60 + fence)
    assert len(pieces) > 1
    for piece in pieces:
        assert piece.text.startswith(f"{fence}py\n")
        assert piece.text.endswith(f"\n{fence}")


def test_a_last_line_that_only_begins_like_a_fence_is_code() -> None:
    text = "```\n" + "y = 1\n" * 60 + "```python"
    assert cut(text)[-1].text.endswith("```python\n```")


def test_a_line_of_code_that_took_the_fence_with_it_is_not_repeated() -> None:
    text = "```" + "x = 1; " * 100 + "\n" + "y = 1\n" * 60
    pieces = cut(text)
    assert sum(len(piece.text) for piece in pieces) < 1.2 * len(text)
    assert all(width(piece.text) <= SETTINGS.maximum for piece in pieces)


def test_white_space_before_a_long_word_is_no_passage() -> None:
    assert all(passage.text for passage in cut("    " + "x" * 300))


def test_code_that_does_not_fit_is_cut_at_lines_and_stays_code() -> None:
    passages = cut("```py\n" + "\n".join(f"value_{number} = {number}" for number in range(30)) + "\n```")
    assert len(passages) > 1
    assert all(passage.text.startswith("```py\n") and passage.text.endswith("\n```") for passage in passages)


def test_a_table_that_does_not_fit_takes_its_header_along() -> None:
    passages = cut(
        "| 模型 | 年 |\n|---|---|\n" + "\n".join(f"| 模型{number} | {number} |" for number in range(40))
    )
    assert len(passages) > 1
    assert all(passage.text.startswith("| 模型 | 年 |\n|---|---|\n") for passage in passages)


def test_no_text_is_no_passage() -> None:
    assert cut(" \n\n") == []


def test_context_reads_from_the_title_down() -> None:
    assert context("题目", ("甲", "乙")) == "题目 › 甲 › 乙"
    assert context("", ()) == ""
