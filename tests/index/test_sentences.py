"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import clauses, sentences, width

MARKED = st.text(alphabet='ab Z中文。！？.!?；,，\n`$[]()"”1')


@given(st.one_of(st.text(), MARKED))
def test_the_pieces_add_up_to_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


@given(st.one_of(st.text(), MARKED), st.integers(2, 20))
def test_clauses_add_up_and_fit(text: str, maximum: int) -> None:
    pieces = clauses(text, maximum)
    assert "".join(pieces) == text
    if not set(text) & set("`$[\\:"):
        assert all(width(piece) <= maximum for piece in pieces)


@pytest.mark.parametrize(
    "text",
    [
        "第一句。|第二句！|“引用？”|最后",
        "One ends here. |Two asks? |Three",
        "It is 3.14 exactly. |Next",
        "Use e.g. BM25 or i.e. Lucene's. |Next",
        "See Fig. 3 and Smith et al. (2019). |Next",
        "J. Smith wrote it. |He did.",
        "Visit https://example.org/a.B?c=d. |Then go.",
        "代码 `a. B` 不切。|公式 $x. Y$ 也不切。",
        "用句点写的中文.|也是一句. |Then English.",
        "See [the paper. It is good](http://x.org/a). |Next.",
        "Version 2.0 of node.js is out! |好",
        "“Quoted.” |Then",
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str) -> None:
    assert sentences(text.replace("|", "")) == text.split("|")


def test_a_long_sentence_is_cut_at_its_best_joints() -> None:
    assert clauses("甲乙丙，丁戊己；庚辛壬，癸子丑", 8) == ["甲乙丙，丁戊己；", "庚辛壬，癸子丑"]
    assert clauses("one two three four", 5) == ["one two ", "three four"]


def test_a_formula_is_never_cut() -> None:
    formula = "$" + "x+" * 40 + "y$"
    assert any(formula in piece for piece in clauses(f"设 {formula} 成立，于是完毕", 20))


def test_a_chinese_character_is_twice_as_wide() -> None:
    assert width("中文") == 2
    assert width("ab，") == 2
