"""Markdown as a reader wants it: the marks go, the text and its highlights stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.plain import Kind, pieces, plain, runs


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## 标题 **粗体** and *em*", "标题 粗体 and em"),
        ("见[双塔](https://x.example/a_(b))与![图](i.png)。", "见双塔与图。"),
        ("[[1]](u) and [a [b] c](u)", "[1] and a [b] c"),
        ("> 引用\n> second", "引用\nsecond"),
        ("| 模型 | 说明 |\n|---|:--:|\n| 双塔 | c |", "模型 | 说明\n双塔 | c"),
        (r"\*not emphasis\* and 5\_000", "*not emphasis* and 5_000"),
        ("***both***", "both"),
        ("一段\n\n \n又一段", "一段\n又一段"),
    ],
)
def test_marks_are_taken_away(markdown, text):
    assert plain(markdown, (0, len(markdown)), ())[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 = 24 and a * b * c",
        "snake_case_name and __init__",
        "$a_i * b_i$ and $$\\sum_{i} *x* $$",
        r"\[ x^2 \] and \(y\)",
        "C# and #channel",
        "数组 a[0] 与 [无链接]",
        "- item\n- 另一个",
    ],
)
def test_what_only_looks_like_a_mark_stays(text):
    assert plain(text, (0, len(text)), ())[0] == text


def test_code_is_kept_to_the_letter_without_its_fence():
    markdown = "前\n```python\nscores = q ** 2  # *not* em\n```\n后 `x**2` **粗**"
    assert plain(markdown, (0, len(markdown)), ())[0] == "前\nscores = q ** 2  # *not* em\n后 x**2 粗"


def test_a_highlight_stays_on_its_word():
    markdown = "# 关于\n**[双塔](https://x.example)** 与 *负采样*"
    spans = [(start, start + len(word)) for word in ("双塔", "负采样") for start in (markdown.index(word),)]
    text, moved = plain(markdown, (0, len(markdown)), spans)
    assert [text[first:last] for first, last in moved] == ["双塔", "负采样"]


def test_only_the_part_shown_is_given_though_marks_began_before_it():
    markdown = "[很长的链接文字](https://x.example) 之后的**正文**"
    start = markdown.index("文字")
    text, moved = plain(markdown, (start, len(markdown)), [(0, 3), (start, start + 2)])
    assert text == "文字 之后的正文"
    assert [text[first:last] for first, last in moved] == ["文字"]


_MARKDOWN = st.text(alphabet="ab 双塔\n*_`[]()!#>|-~$\\.", max_size=60)


@given(_MARKDOWN, st.data())
def test_the_result_is_in_the_original_in_its_order(markdown, data):
    start = data.draw(st.integers(0, len(markdown)))
    end = data.draw(st.integers(start, len(markdown)))
    text, _ = plain(markdown, (start, end), ())
    rest = iter(markdown[start:end])
    assert all(character in rest for character in text)


@given(_MARKDOWN, st.data())
def test_letters_and_highlights_are_never_lost(markdown, data):
    """Outside of link targets and the info line of a fence, which readers do not want."""
    markdown = markdown.replace("(", "").replace("`", "").replace("~", "")
    places = [place for place, character in enumerate(markdown) if character in "ab双塔"]
    text, moved = plain(markdown, (0, len(markdown)), [(place, place + 1) for place in places])
    assert [text[first:last] for first, last in moved] == [markdown[place] for place in places]


def test_pieces_put_together_are_the_text():
    marked = list(pieces("用双塔做召回", [(1, 3), (4, 6)]))
    assert "".join(piece for piece, _ in marked) == "用双塔做召回"
    assert [piece for piece, is_marked in marked if is_marked] == ["双塔", "召回"]


def test_code_and_formulas_are_told_apart_from_prose_and_keep_every_character():
    markdown = "用 `x**2` 与 $a_i * b$：\n$$\nL = \\sum *x*\n$$\n```py\nq ** 2\n```\n和 \\(y\\) **止**"
    found = [
        (run.kind, "".join(markdown[slice(*span)] for span in run.spans))
        for run in runs(markdown, (0, len(markdown)))
    ]
    assert [(kind, text) for kind, text in found if kind is not Kind.TEXT] == [
        (Kind.CODE, "x**2"),
        (Kind.FORMULA, "$a_i * b$"),
        (Kind.DISPLAYED, "$$\nL = \\sum *x*\n$$"),
        (Kind.CODE_BLOCK, "q ** 2\n"),
        (Kind.FORMULA, "\\(y\\)"),
    ]
    assert "".join(text for kind, text in found if kind is Kind.TEXT).split() == [
        "用",
        "与",
        "：",
        "和",
        "止",
    ]
