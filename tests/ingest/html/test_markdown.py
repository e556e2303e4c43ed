"""A tree becomes Markdown that reads well and cuts well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.html.markdown import Kind, blocks, join, outdented, read_text
from ingest.html.markup import parse


def markdown(html: str) -> str:
    root = parse(html)
    assert root is not None
    return join(blocks(root))


def test_headings_lists_and_quotes_keep_their_form() -> None:
    html = "<h2>召回</h2><p>两路</p><ul><li>稀疏<ol><li>BM25</li><li>TF</li></ol></li><li>稠密</li></ul><blockquote>引用</blockquote>"
    assert markdown(html) == "## 召回\n\n两路\n\n- 稀疏\n  1. BM25\n  2. TF\n- 稠密\n\n> 引用"


def test_links_are_their_text_and_emphasis_leaves_nothing() -> None:
    assert markdown('<p>see <a href="/x">the <b>paper</b></a>, <em>now</em></p>') == "see the paper, now"


def test_line_breaks_of_chinese_source_are_no_spaces() -> None:
    assert markdown("<p>深度\n学习 and\nmore</p>") == "深度学习 and more"


def test_one_break_is_a_line_and_two_are_a_paragraph() -> None:
    assert markdown("<div>一<br>二<br><br>三</div>") == "一\n二\n\n三"


def test_a_data_table_is_a_pipe_table() -> None:
    html = "<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td><td></td></tr></table>"
    assert markdown(html) == "| a | b\\|c |\n| --- | --- |\n| 1 |  |"


def test_a_layout_table_is_read_cell_by_cell() -> None:
    html = "<table><tr><td><h2>T</h2><p>one</p></td><td><p>two</p></td></tr><tr><td>x</td><td>y</td></tr></table>"
    assert markdown(html) == "## T\n\none\n\ntwo\n\nx\n\ny"


def test_a_table_whose_rows_have_one_cell_with_text_is_layout() -> None:
    html = "<table><tr><td></td><td>home</td></tr><tr><td></td><td>news</td></tr><tr><td>a</td><td>b</td></tr></table>"
    assert markdown(html) == "home\n\nnews\n\na\n\nb"


def test_code_keeps_its_lines_and_names_its_language() -> None:
    html = '<pre><code class="language-python">def f():\n    return 1\n</code></pre>'
    assert markdown(html) == "```python\ndef f():\n    return 1\n```"


def test_code_with_fences_gets_a_longer_fence() -> None:
    assert markdown("<pre>```\nx\n```</pre>") == "````\n```\nx\n```\n````"


def test_anchors_come_from_the_heading_or_its_section() -> None:
    root = parse(
        '<h2 id="a">A</h2><section id="b"><span></span><h2>B<a class="headerlink" href="#b">¶</a></h2></section>'
        '<h2><a name="c"></a>C</h2><p>x</p><h2>D</h2>'
    )
    found = [(block.words, block.anchor) for block in blocks(root) if block.kind is Kind.HEADING]
    assert found == [("A", "a"), ("B", "b"), ("C", "c"), ("D", "")]


@pytest.mark.parametrize("tag", ["script", "style", "noscript", "button", "svg", "select"])
def test_what_is_not_text_is_left_out(tag: str) -> None:
    assert markdown(f"<p>a</p><{tag}>b</{tag}><p>c</p>") == "a\n\nc"


def test_text_in_a_head_that_never_ended_is_not_lost() -> None:
    assert "正文" in markdown("<html><head><x-header><p>正文</p></x-header></head></html>")


def test_very_deep_nesting_keeps_its_text() -> None:
    assert "deep" in markdown("<div>" * 1000 + "deep" + "</div>" * 1000)


def test_nesting_beyond_the_parser_is_cut_off() -> None:
    assert markdown("<p>kept</p>" + "<div>" * 30_000 + "deep").startswith("kept")


@given(st.text(alphabet="<>/=\"' abdiv塔pretdulico\n&;#", max_size=120))
def test_no_markup_raises(html: str) -> None:
    root = parse(html)
    if root is not None:
        join(blocks(root))


@given(
    st.lists(st.text(alphabet="ab塔 .", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=6)
)
def test_every_paragraph_is_a_block_of_its_own(texts: list[str]) -> None:
    root = parse("".join(f"<p>{text}</p>" for text in texts))
    assert [block.words for block in blocks(root)] == [" ".join(text.split()) for text in texts]


def test_what_is_taken_from_a_list_stands_at_the_margin() -> None:
    root = parse("<ol><li><b>anna</b><p>one</p><ul><li>two</li></ul><pre>    x = 1</pre></li></ol>")
    assert join(outdented(blocks(root)[1:])) == "one\n\n- two\n\n```\n    x = 1\n```"


@pytest.mark.parametrize("text", ["one\n\ntwo", "<p>one</p><p>two</p>"])
def test_a_text_of_structured_data_may_be_plain_or_html(text: str) -> None:
    assert [block.words for block in read_text(text)] == ["one", "two"]


def test_what_only_edits_copies_or_is_read_aloud_is_left_out() -> None:
    html = (
        '<h2>训练<span class="mw-editsection">[<a href="/edit">编辑</a>]</span></h2>'
        '<p><span class="sr-only">Share</span>one</p><div class="copy-btn">Copy</div>'
    )
    assert markdown(html) == "## 训练\n\none"


def calendar(days: list[object]) -> str:
    week = "".join(f"<th>{name}</th>" for name in "日一二三四五六")
    rows = "".join(
        "<tr>" + "".join(f"<td>{day}</td>" for day in days[start : start + 7]) + "</tr>"
        for start in range(0, len(days), 7)
    )
    return f"<p>a</p><table><tr>{week}</tr>{rows}</table><p>b</p>"


def test_a_calendar_is_left_out() -> None:
    assert markdown(calendar(["", "", *range(1, 32)])) == "a\n\nb"
    assert markdown(calendar([29, 30, *range(1, 31), 1, 2])) == "a\n\nb"


def test_a_table_of_small_numbers_is_no_calendar() -> None:
    assert "| 28 |" in markdown(calendar([*range(2, 30)]))
