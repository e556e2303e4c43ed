"""Reposts are found, revisions of a text too, and different texts are left alone."""

from __future__ import annotations

import random
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from ingest.duplicates import NearDuplicates, signature, similarity

WORDS = [
    "召回",
    "粗排",
    "精排",
    "向量",
    "检索",
    "双塔",
    "模型",
    "训练",
    "样本",
    "负例",
    "query",
    "passage",
    "index",
    "shard",
    "recall",
    "tower",
    "loss",
    "batch",
]


def article(seed: int, length: int = 600) -> str:
    rnd = random.Random(seed)
    return "".join(f"{rnd.choice(WORDS)}{rnd.randrange(1000)}，" for _ in range(length))


def jaccard(one: str, other: str) -> float:
    a, b = ({text[i : i + 5] for i in range(len(text) - 4)} for text in (one, other))
    return len(a & b) / len(a | b)


def test_a_repost_with_a_footer_is_the_same_article() -> None:
    index = NearDuplicates(0.8)
    assert index.add("blog", signature(article(1))) is None
    assert index.add("other", signature(article(2))) is None
    assert index.add("wechat", signature(article(1) + "喜欢的朋友请点赞、在看、转发。")) == "blog"


def test_case_width_punctuation_and_space_do_not_count() -> None:
    assert signature("Two-Tower 模型，很快！") == signature("two tower　模型 很快")


def test_groups_join_chains_and_keep_the_order_of_addition() -> None:
    index = NearDuplicates(0.8)
    for key, text in (
        ("a", article(1)),
        ("b", article(2)),
        ("c", article(1) + "尾"),
        ("d", article(2) + "尾"),
    ):
        index.add(key, signature(text))
    assert index.groups() == [("a", "c"), ("b", "d")]


def test_a_text_without_words_is_like_nothing() -> None:
    index = NearDuplicates(0.8)
    assert signature(" \n—") == b""
    assert index.add("x", b"") is None
    assert index.add("y", b"") is None
    assert index.groups() == []


def test_the_estimate_is_near_the_true_similarity() -> None:
    one, other = article(3), article(3, 400) + article(4, 100)
    kept = "".join(char for char in one if char != "，"), "".join(char for char in other if char != "，")
    assert abs(similarity(signature(one), signature(other)) - jaccard(*kept)) < 0.15


def test_signatures_are_the_same_in_every_process() -> None:
    program = "from ingest.duplicates import signature; print(signature('双塔 two towers ' * 9).hex())"
    seen = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert seen == {signature("双塔 two towers " * 9).hex() + "\n"}


@given(st.text(max_size=200))
def test_every_text_is_like_itself(text: str) -> None:
    mark = signature(text)
    assert len(mark) in (0, 512)
    assert similarity(mark, mark) == (1.0 if mark else 0.0)
