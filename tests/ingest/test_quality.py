"""What is to be known of an article's worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.quality import quality_flags

PARAGRAPH = "双塔模型用两个编码器分别编码查询和文档，文档向量离线算好，线上只编码查询，再做近似最近邻检索，所以可以从上亿文档中召回。"
LABELS = "\n\n".join(f"label {number}" for number in range(80))


@pytest.mark.parametrize(
    ("text", "linked", "flags"),
    [
        (PARAGRAPH * 10, 0.0, ()),
        (PARAGRAPH, 0.0, ("short",)),
        (PARAGRAPH * 10, 0.6, ("link_list",)),
        (LABELS, 0.0, ("boilerplate",)),
        (f"{LABELS}\n\n{PARAGRAPH * 4}", 0.0, ()),
        ("```\n" + LABELS + "\n```", 0.0, ()),  # code with blank lines
        ("| a | b |\n| --- | --- |\n" + "| 1 | 2 |\n" * 80, 0.0, ()),
        ("\n".join(f"- Point {number} holds." for number in range(60)), 0.0, ()),
        ("首页\n\n登录", 0.9, ("short", "link_list", "boilerplate")),
    ],
)
def test_flags(text: str, linked: float, flags: tuple[str, ...]) -> None:
    assert quality_flags(text, linked) == flags


@given(st.text())
def test_every_text_has_its_flags(text: str) -> None:
    assert set(quality_flags(text, 0.0)) <= {"short", "boilerplate"}
