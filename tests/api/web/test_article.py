"""An article as it is read here: structure kept, passages anchored, other people's HTML shown and not obeyed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from api.web.article import render
from index.passages import split
from index.settings import PassageSettings
from ingest.articles import Article

LONG = Article(
    url="https://blog.example.org/long",
    title="长文",
    text=(
        "# 一\n\n"
        + "这是第一段的一句话，讲召回。" * 30
        + "\n\n```python\n"
        + "\n".join(f"value_{line} = compute({line})" for line in range(80))
        + "\n```\n\n## 二\n\n- "
        + "\n- ".join(f"第 {item} 条，说明一件事，足够长，可以单独成段落。" * 3 for item in range(12))
        + "\n\n| 模型 | 说明 |\n|---|---|\n"
        + "\n".join(f"| 模型{row} | 第 {row} 行的说明文字 |" for row in range(60))
        + "\n\n最后一段。"
    ),
)


def test_every_passage_has_an_anchor_in_the_order_of_the_text():
    passages = [passage.text for passage in split(LONG, PassageSettings())]
    assert len(passages) > 5
    html = render(LONG.text, passages).html
    anchors = [int(number) for number in re.findall(r'id="p(\d+)"', html)]
    assert anchors == sorted(anchors)
    assert set(anchors) == set(range(len(passages)))


def test_the_passage_that_was_found_is_marked_and_no_other():
    text = "# 甲\n\n第一段在这里。\n\n第二段在这里。\n\n# 乙\n\n第三段在这里。"
    html = render(text, ["第一段在这里。", "第二段在这里。", "第三段在这里。"], here=1).html
    assert re.findall(r'class="here"[^>]*>([^<]*)<', html) == ["第二段在这里。"]


def test_a_passage_that_begins_within_a_paragraph_has_its_anchor_there():
    html = render("一句话说完了。又一句话开始。", ["一句话说完了。", "又一句话开始。"]).html
    assert html.strip() == '<p id="p0">一句话说完了。<a id="p1"></a>又一句话开始。</p>'


def test_passages_that_the_text_no_longer_holds_do_no_harm():
    assert render("现在的正文。", ["从前的正文，早已改写。"], here=0).html.strip() == "<p>现在的正文。</p>"


def test_nobody_writes_an_anchor_of_ours_by_entities():
    for opening, closing in (("&#xe000;", "&#xe001;"), ("&#xfdd0;", "&#xfdd1;"), ("\ufdd0", "\ufdd1")):
        html = render(f'[链接](https://a.example "{opening}1{closing}")，{opening}2{closing}').html
        assert len(re.findall("<[^>]*>", html)) == 4
        assert "id=" not in html


def test_formulas_in_brackets_are_set_unless_there_are_more_than_anybody_writes():
    assert "<math" in render(r"\(x^2\)" * 500).html
    assert "<math" not in render(r"\(x^2\) " + r"\( a " * 20_000).html


def test_headings_begin_below_the_pages_own_and_make_an_outline():
    rendered = render("### 甲 $x$\n\n文\n\n#### 乙\n\n文")
    assert [(each.level, each.text) for each in rendered.outline] == [(1, "甲 x"), (2, "乙")]
    assert re.findall(r"<h(\d)", rendered.html) == ["2", "3"]
    assert all(f'id="{each.id}"' in rendered.html for each in rendered.outline)


def test_html_is_shown_and_not_obeyed_and_only_the_web_is_linked_to():
    html = render(
        "<script>alert(1)</script>\n\n[a](javascript:alert(1)) [b](../b) ![图](pic.png) <https://x.example/>",
        url="https://blog.example.org/a/b",
    ).html
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="https://blog.example.org/b"' in html
    assert '<a class="image" href="https://blog.example.org/a/pic.png">▧ 图</a>' in html


def test_code_tables_and_formulas_are_set_as_such():
    html = render(
        "```py\na < b\n```\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n$$\n\\frac{a}{b}\n$$\n\n和 \\(z\\)"
    ).html
    assert '<pre tabindex="0"><code>a &lt; b\n</code></pre>' in html
    assert "<td>1</td>" in html
    assert html.count("<math") == 2


@given(st.text(alphabet="ab 双\n#*-`|$\\[]()<>0", max_size=120), st.integers(0, 3))
def test_any_text_can_be_read(text, here):
    render(text, [piece for piece in text.split("\n") if piece], url="https://x.example/", here=here)
