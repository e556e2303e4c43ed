"""A passage in the results: highlights on their words, code as code, formulas set and whole, nothing run."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.formulas import formula, tex_of
from api.web.passage import marked, snippet_html


@dataclass(frozen=True)
class Shown:
    passage: str
    snippet: tuple[int, int]
    highlights: tuple[tuple[int, int], ...] = ()


def shown(passage: str, *words: str) -> str:
    spans = sorted((passage.index(word), passage.index(word) + len(word)) for word in words)
    return snippet_html(Shown(passage, (0, len(passage)), tuple(spans)))


def test_a_highlight_goes_on_over_marks_of_markdown():
    assert shown("批内**负样**本", "负样**本") == "批内<mark>负样本</mark>"


def test_code_is_code_with_its_highlights_and_flush_left():
    assert shown("用 `x<y` 比较", "x") == "用 <code><mark>x</mark>&lt;y</code> 比较"
    block = shown("如下：\n```python\n    for x in y:\n        g(x)\n```\n完", "g")
    assert block == ('如下：<pre tabindex="0"><code>for x in y:\n    <mark>g</mark>(x)</code></pre>完')


def test_a_formula_is_set_and_keeps_all_of_it():
    html = shown("其中 $\\frac{a}{b}$ 是比值")
    assert "<mfrac>" in html
    assert "$" not in html
    assert 'display="block"' in shown("$$\nL = \\sum_i x_i\n$$")


@pytest.mark.parametrize(
    "tex",
    [r"\unknowncommand{x}", r"\begin{aligned", r"\def\a{\a\a}\a", "x" * 5000, r"\left( x", "^^"],
)
def test_a_formula_that_cannot_be_read_stays_tex_uncut(tex):
    html = formula(tex, displayed=True)
    assert html.startswith('<code class="tex">')
    assert html.unescape() == f'<code class="tex">{tex}</code>'


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        r"\class{a' onclick='alert(1)}{x}",
        r"a<b \text{&lt;script&gt;}",
        r"\color{red\" onload=\"x}{y}",
    ],
)
def test_a_formula_can_neither_run_nor_lead_anywhere(tex):
    html = formula(tex, displayed=False)
    tags = [part.partition(">")[0] for part in html.split("<")[1:]]
    assert not any(tag.startswith(("img", "script", "a ")) for tag in tags)
    assert not any(word in tag for tag in tags for word in ("href", "style=", "onclick", "onload", "onerror"))


@pytest.mark.parametrize(
    ("written", "tex"),
    [("$x$", "x"), ("$$\nx\n$$", "x"), (r"\(x\)", "x"), (r"\[ x \]", "x"), ("x", "x"), ("$", "$")],
)
def test_a_formula_is_taken_out_of_its_delimiters(written, tex):
    assert tex_of(written) == tex


def test_dots_say_where_the_passage_goes_on():
    passage = "一。二。三。"
    assert snippet_html(Shown(passage, (2, 4))) == "… 二。 …"
    assert snippet_html(Shown(passage, (0, 6))) == passage


@given(st.text(alphabet="ab <>&\"'\n*`$\\双", max_size=60), st.data())
def test_whatever_is_written_no_tag_of_its_own_gets_through(passage, data):
    start = data.draw(st.integers(0, len(passage)))
    end = data.draw(st.integers(start, len(passage)))
    html = snippet_html(Shown(passage, (start, end), ((start, end),) if start < end else ()))
    for part in html.split("<")[1:]:
        name = part.lstrip("/").partition(">")[0].split(" ")[0]
        assert name in {"mark", "code", "pre", "math", "mrow", "mi", "mo", "mn", "mtext", "mspace"}


def test_plain_text_is_marked_and_escaped():
    assert marked("a<b", ((0, 1),)) == "<mark>a</mark>&lt;b"
