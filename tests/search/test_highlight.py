from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analyze import Kind, analyze
from index.sentences import width
from search.highlight import SNIPPET_WIDTH, highlight, snippet
from search.query import understand
from search.settings import SearchSettings


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in highlight(text, understand(query, SearchSettings()))]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("雙塔模型用於召回。", "双塔 召回", ["雙塔", "召回"]),
        ("ＢＥＲＴ 与bert", "Bert", ["ＢＥＲＴ", "bert"]),
        ("Two towers, one tower.", "tower", ["towers", "tower"]),
        ("In-batch negatives; a batch of them.", "in-batch", ["In-batch", "batch"]),
        ("C++ is not C, nor cc.", "C++", ["C++", "C"]),
        ("注意力机制", "注意力机制", ["注意力机制"]),
        ("The policy and the policies", "policy", ["policy", "policies"]),
        ("An x-ray of a node", "xray", ["x-ray"]),
        ("x = BERT4Rec(items)", "bert4rec", ["BERT4Rec"]),
        ("无关的文字", "双塔", []),
        ("½ cup, ㍿丸善", "1 株式", ["½", "㍿"]),
    ],
)
def test_terms_are_marked_as_the_analyzer_understands_them(text: str, query: str, found: list[str]) -> None:
    assert marked(text, query) == found


ALPHABET = st.sampled_from("双塔雙召回模 abTowers-.3C+#éＡ　，。İﬁ")


@given(st.text(ALPHABET, max_size=60), st.text(ALPHABET, min_size=1, max_size=12))
def test_every_term_that_the_analyzer_finds_is_marked(text: str, query: str) -> None:
    found = analyze(query)
    if not found:
        return
    understood = understand(query, SearchSettings())
    wanted = {term.text for term in understood.terms}
    spans = highlight(text, understood)
    for term in analyze(text):
        if term.text in wanted and term.kind is not Kind.LONG_WORD:
            assert any(start <= term.start and term.end <= end for start, end in spans), term
    assert all(before[1] < after[0] for before, after in pairwise(spans))


LONG = (
    "第一句讲的是别的事情，与题目没有什么关系，只是为了让这一段足够长。" * 4
    + "双塔模型的损失是 $L = -\\log \\frac{e^{s(q,d)}}{\\sum_i e^{s(q,d_i)}}$，其中 $s$ 是内积。"
    + "最后几句又回到了别的事情，读者可以略过不看，它们只占地方。" * 4
)


def test_a_short_passage_is_shown_whole() -> None:
    assert snippet("双塔召回。", ()) == (0, 5)


def test_a_long_passage_is_shown_where_the_terms_are() -> None:
    spans = highlight(LONG, understand("双塔 内积", SearchSettings()))
    start, end = snippet(LONG, spans)
    assert width(LONG[start:end]) <= SNIPPET_WIDTH
    assert all(start <= low and high <= end for low, high in spans)
    assert LONG[start] == "第"  # a sentence's beginning, not its middle
    assert LONG[start:end].endswith("。")


def test_without_terms_the_beginning_is_shown() -> None:
    assert snippet(LONG, ())[0] == 0


@pytest.mark.parametrize("maximum", range(5, 200, 13))
def test_a_formula_is_never_cut(maximum: float) -> None:
    start, end = snippet(LONG, highlight(LONG, understand("双塔 损失", SearchSettings())), maximum=maximum)
    formula = LONG.index("$L"), LONG.index("$，") + 1
    assert not formula[0] < start < formula[1]
    assert not formula[0] < end < formula[1]


CODE = (
    "先看代码。\n\n```python\n"
    + "".join(
        f"loss_{n} = mean(square(x_{n})). Then, one more: weights[{n}] *= 0.5  # why?\n" for n in range(12)
    )
    + "```\n\n$$\n"
    + " \\\\ ".join(f"L_{n} = \\text{{loss. Of }} x_{n}" for n in range(20))
    + "\n$$\n\n再看结果。"
)


@pytest.mark.parametrize("maximum", range(5, 200, 13))
@pytest.mark.parametrize("query", ["loss", "weights 6", "mean square 3", "loss 15", "结果"])
def test_neither_a_line_of_code_nor_a_long_formula_is_cut(query: str, maximum: float) -> None:
    start, end = snippet(CODE, highlight(CODE, understand(query, SearchSettings())), maximum=maximum)
    fence, formula, last = CODE.index("```py"), CODE.index("$$"), CODE.rindex("$$") + 2
    assert not formula < start < last
    assert not formula < end < last
    if fence < start < formula:
        assert CODE[start - 1] == "\n"
    if fence < end < formula:
        assert CODE[end] == "\n"


@given(st.text("双塔。 ，a.b!\n$`", max_size=400), st.integers(1, 60))
def test_a_snippet_lies_within_the_passage(text: str, maximum: int) -> None:
    start, end = snippet(text, highlight(text, understand("双塔", SearchSettings())), maximum=maximum)
    assert 0 <= start <= end <= len(text)
    assert end > start or not text.strip()
