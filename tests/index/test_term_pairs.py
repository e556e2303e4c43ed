"""Names of one thing, as authors give them in brackets."""

from __future__ import annotations

import pytest

from index.term_pairs import PairCounter


def given_by(*articles: str) -> set[tuple[str, str]]:
    counter = PairCounter()
    for text in articles:
        counter.add([text])
    return {(pair.one, pair.other) for pair in counter.pairs()}


@pytest.mark.parametrize(
    ("first", "second", "pair"),
    [
        ("我们使用注意力机制（attention mechanism）。", "注意力机制 (Attention Mechanism)", ("注意力机制", "attention mechanism")),
        ("用RNN（循环神经网络）建模", "RNN(循环神经网络)", ("rnn", "循环神经网络")),
        ("循環神經網絡（Recurrent Neural Network, RNN）", "其中的循环神经网络（英文：RNN）", ("循环神经网络", "rnn")),
        ("a Recurrent Neural Network (RNN) is", "recurrent neural network (RNN)", ("recurrent neural network", "rnn")),
        ("学习率（learning rate）；过拟合（overfitting）", "防止过拟合（overfitting）", ("过拟合", "overfitting")),
        ("large language models (LLMs)", "Large Language Models (LLM)", ("large language models", "llm")),
        ("neural architecture search (NAS)", "Neural Architecture Search (NAS)", ("neural architecture search", "nas")),
    ],
)  # fmt: skip
def test_what_two_articles_give_is_a_pair(first: str, second: str, pair: tuple[str, str]) -> None:
    assert pair in given_by(first, second)


def test_one_article_gives_none_however_often_it_says_so() -> None:
    assert given_by("双塔（two-tower），再说一次双塔（two-tower）") == set()


def test_a_unit_after_many_words_names_none_of_them() -> None:
    articles = [
        f"{word}（GB）" for word in ("显存", "内存", "磁盘", "带宽", "流量", "容量") for _ in range(2)
    ]
    assert given_by(*articles) == set()


@pytest.mark.parametrize(
    "text",
    [
        "见图（a）",
        "年份（2019）",
        "链接（https://example.org）",
        "an (important) word",
        "the method (IS) here",
        "（）",
        "(((",
    ],
)
def test_other_brackets_give_nothing(text: str) -> None:
    assert given_by(text, text) == set()
