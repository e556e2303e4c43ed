"""Reading lists: every link of every style comes out, or is named with the reason why not."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Link
from ingest.errors import ReadingListError
from ingest.reading_list import LeftOutReason, ParsedList, load, parse
from ingest.settings import ListSettings
from ingest.urls import canonical, resolve

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
GITHUB = "https://github.com/DA-southampton/NLP_ability/blob/master/"


def links(markdown: str, base: str = "") -> tuple[Link, ...]:
    return parse(markdown, name="list", base=base).links


def link(markdown: str, base: str = "") -> Link:
    (only,) = links(markdown, base)
    return only


def urls(markdown: str, base: str = "") -> list[str]:
    return [found.url for found in links(markdown, base)]


def reasons(parsed: ParsedList) -> list[tuple[str, LeftOutReason]]:
    return [(place.written, place.reason) for place in parsed.left_out]


@pytest.mark.parametrize(
    ("markdown", "url", "title"),
    [
        ("[title](https://a.example/x)", "https://a.example/x", "title"),
        ("[title](<https://a.example/x>)", "https://a.example/x", "title"),
        ('[title](https://a.example/x "more")', "https://a.example/x", "title"),
        ("[title](https://a.example/x )", "https://a.example/x", "title"),
        ("[title]( https://a.example/x\n)", "https://a.example/x", "title"),
        ("[title] (https://a.example/x)", "https://a.example/x", "title"),
        ("[标题]（https://a.example/x）", "https://a.example/x", "标题"),
        ("[two\nlines](https://a.example/x)", "https://a.example/x", "two lines"),
        ("[**粗体** `code`](https://a.example/x)", "https://a.example/x", "粗体 code"),
        ("[snake_case_name 2 * 3](https://a.example/x)", "https://a.example/x", "snake_case_name 2 * 3"),
        ("[[深度学习框架] PyTorch](https://a.example/x)", "https://a.example/x", "[深度学习框架] PyTorch"),
        ("[a [b [c]] d](https://a.example/x)", "https://a.example/x", "a [b [c]] d"),
        (r"[KDD \| 语义\]搜索](https://a.example/x)", "https://a.example/x", "KDD | 语义]搜索"),
        (
            "[AT&amp;T &times](https://a.example/x?a=1&times=2)",
            "https://a.example/x?a=1&times=2",
            "AT&T &times",
        ),
        ("[t](https://a.example/x_(y)_(z))", "https://a.example/x_(y)_(z)", "t"),
        ("[t](https://a.example/x(y) and more", "https://a.example/x(y)", "t"),
        ("[t](https://a.example/x((y) and more", "https://a.example/x((y", "t"),
        (r"[t](https://a.example/x\)y)", "https://a.example/x)y", "t"),
        ("[t](https://a.example/算法[处理]（上）.md)", "https://a.example/算法[处理]（上）.md", "t"),
        ("[t](https://a.example/Neural Networks.pdf)", "https://a.example/Neural%20Networks.pdf", "t"),
        ("[t](https://a.example/x 这是说明)", "https://a.example/x", "t"),
        ("[title][1]\n\n[1]: https://a.example/x", "https://a.example/x", "title"),
        ("[Title][]\n\n[ title ]: <https://a.example/x> 'more'", "https://a.example/x", "Title"),
        ("[title]\n\n[TITLE]: https://a.example/x", "https://a.example/x", "title"),
        ("[never used]: https://a.example/x", "https://a.example/x", "never used"),
        ("推荐系统：矩阵分解: <https://a.example/x>", "https://a.example/x", "推荐系统：矩阵分解"),
        ("- 协同过滤 https://a.example/x ", "https://a.example/x", "协同过滤"),
        ("https://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("见（https://a.example/x）。", "https://a.example/x", "见"),
        ("see https://a.example/x_(y), then", "https://a.example/x_(y)", "see"),
        ("https://a.example/x这篇很好", "https://a.example/x", "https://a.example/x"),
        (
            "https://a.example/搜索/倒排索引v2.md，很好",
            "https://a.example/搜索/倒排索引v2.md",
            "https://a.example/搜索/倒排索引v2.md",
        ),
        ("**https://a.example/x**", "https://a.example/x", "https://a.example/x"),
        ("www.a.example/x", "http://www.a.example/x", "www.a.example/x"),
        ("[t](//a.example/x)", "https://a.example/x", "t"),
        ("[t](HTTPS://A.example/x)", "https://a.example/x", "t"),
        ("> > [t](https://a.example/x)", "https://a.example/x", "t"),
        ("#### [t](https://a.example/x) ####", "https://a.example/x", "t"),
        ("[t](https://a.example/x)\n===", "https://a.example/x", "t"),
        ("\t\t1. [t](https://a.example/x)", "https://a.example/x", "t"),
        ("1、[t](https://a.example/x)", "https://a.example/x", "t"),
        ("- [ ] [t](https://a.example/x)", "https://a.example/x", "t"),
        ("| a | b |\n|---|---|\n| [t \\| u](https://a.example/x) | c |", "https://a.example/x", "t | u"),
        (
            '<a class="l" href="https://a.example/x?a=1&amp;b=2"><b>t</b></a>',
            "https://a.example/x?a=1&b=2",
            "t",
        ),
        ("~~[t](https://a.example/x)~~", "https://a.example/x", "t"),
        ("[^1]: https://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("[![alt](https://a.example/i.png)](https://a.example/x)", "https://a.example/x", "alt"),
        ("[t](https://a.example/x", "https://a.example/x", "t"),
    ],
)
def test_a_link_of_any_style_is_found(markdown: str, url: str, title: str) -> None:
    found = link(markdown)
    assert (found.url, found.title) == (canonical(url), title)


@pytest.mark.parametrize(
    ("markdown", "url", "title", "note"),
    [
        ('<a title="a > b" href="https://a.example/x">T</a>', "https://a.example/x", "T", ""),
        ("<a href='https://a.example/x'><img src='y.png' alt='图'></a>", "https://a.example/x", "图", ""),
        ("<b>Title</b> https://a.example/x", "https://a.example/x", "Title", ""),
        ("<code>https://a.example/x</code>", "https://a.example/x", "https://a.example/x", ""),
        (r"https://a.example/a\_b\_c，后文", "https://a.example/a_b_c", r"https://a.example/a_b_c", "后文"),
        ('[T](https://a.example/x){:target="_blank"} note', "https://a.example/x", "T", "note"),
        ("## [T] [1]\n\n[1]: https://a.example/x", "https://a.example/x", "T", ""),
        ("- Title\n  https://a.example/x", "https://a.example/x", "Title", ""),
        ("- Title:\n  <https://a.example/x>\n  more", "https://a.example/x", "Title", "more"),
        (
            "A sentence before. 标题\nhttps://a.example/x",
            "https://a.example/x",
            "A sentence before. 标题",
            "",
        ),
    ],
)
def test_what_is_written_around_a_link_is_no_part_of_it(
    markdown: str, url: str, title: str, note: str
) -> None:
    found = link(markdown)
    assert (found.url, found.title, found.note) == (url, title, note)


def test_a_title_above_each_bare_address_is_its_title() -> None:
    found = links("One\nhttps://a.example/1\nTwo\nhttps://a.example/2\nthe end")
    assert [(each.title, each.note) for each in found] == [("One", ""), ("Two", "the end")]
    described = links("https://a.example/1\nabout one\nhttps://a.example/2\nabout two")
    assert [each.note for each in described] == ["about one", "about two"]


def test_a_heading_in_html_is_a_section() -> None:
    assert link('# A\n\n<h2 align="center">B &amp; <i>C</i></h2>\n\n- [T](https://a.example/x)').section == (
        "A",
        "B & C",
    )


def test_a_link_keeps_what_was_written_beside_its_canonical_form() -> None:
    found = link("[t](https://arxiv.org/pdf/1706.03762v5.pdf?utm_source=x#page=3)")
    assert found.url == "https://arxiv.org/abs/1706.03762"
    assert found.written == "https://arxiv.org/pdf/1706.03762v5.pdf?utm_source=x#page=3"


def test_an_address_as_the_text_of_a_link_is_one_link() -> None:
    assert urls("[https://a.example/x](https://a.example/x)") == ["https://a.example/x"]


def test_a_link_in_the_title_of_a_link_is_one_of_its_own() -> None:
    outer, inner = links("[Regression with [Sophia](https://a.example/in)](https://a.example/out)")
    assert (outer.url, outer.title) == ("https://a.example/out", "Regression with Sophia")
    assert (inner.url, inner.title) == ("https://a.example/in", "Sophia")


def test_two_places_are_two_links_of_one_url() -> None:
    one, other = links("[a](https://a.example/x)\n\n## H\n\n[b](https://a.example/x?utm_source=y)")
    assert one.url == other.url
    assert (one.line, other.line) == (1, 5)


@pytest.mark.parametrize(
    ("markdown", "written", "reason"),
    [
        ("![alt](https://a.example/i.png)", "https://a.example/i.png", LeftOutReason.IMAGE),
        ('<img src="https://a.example/i.png">', "https://a.example/i.png", LeftOutReason.IMAGE),
        ("[t](#heading)", "#heading", LeftOutReason.IN_PAGE),
        ("---\nurl: https://a.example/x\n---", "https://a.example/x", LeftOutReason.FRONT_MATTER),
        ("<!-- TOC -->\n- [t](#t)\n<!-- /TOC -->", "#t", LeftOutReason.CONTENTS),
        ("```\n[t](https://a.example/x)\n```", "https://a.example/x", LeftOutReason.CODE),
        ("- item\n\n  ~~~sh\n  curl https://a.example/x\n  ~~~", "https://a.example/x", LeftOutReason.CODE),
        ("`[t](https://a.example/x)`", "https://a.example/x", LeftOutReason.CODE),
        ("<!-- [t](https://a.example/x) -->", "https://a.example/x", LeftOutReason.COMMENT),
        ("text <!-- [t](https://a.example/x) --> text", "https://a.example/x", LeftOutReason.COMMENT),
        ("[t](./a.md)", "./a.md", LeftOutReason.NO_BASE),
        ("[t](mailto:a@a.example)", "mailto:a@a.example", LeftOutReason.NOT_A_PAGE),
        ("[t](javascript:void(0))", "javascript:void(0)", LeftOutReason.NOT_A_PAGE),
        ("$f[i](t)$", "t", LeftOutReason.NO_ADDRESS),
        ("[t]()", "", LeftOutReason.NO_ADDRESS),
    ],
)
def test_what_is_left_out_is_named_with_its_reason(
    markdown: str, written: str, reason: LeftOutReason
) -> None:
    parsed = parse(markdown, name="list")
    assert parsed.links == ()
    assert reasons(parsed) == [(written, reason)]


@pytest.mark.parametrize(
    "markdown",
    [
        "```\n[t](https://a.example/x)",  # a fence that is never closed
        "---\n\n[t](https://a.example/x)\n\n---\n",  # rules, not front matter
        "<!-- [t](https://a.example/x)",
        "<!-- TOC -->\n[t](https://a.example/x)",
        "    [t](https://a.example/x)",
        "`[t](https://a.example/x)",
    ],
)
def test_what_only_looks_set_aside_is_read(markdown: str) -> None:
    assert urls(markdown) == ["https://a.example/x"]


def test_an_anchor_on_the_lists_own_page_is_no_link() -> None:
    parsed = parse("[t](https://a.example/list.md#top)", name="list", base="https://a.example/list.md")
    assert reasons(parsed) == [("https://a.example/list.md#top", LeftOutReason.IN_PAGE)]


def test_relative_links_are_relative_to_the_base() -> None:
    written = "[a](./推荐/FM.md) [b](深度/算法[处理].md) [c](.//搜索/x.md) [d](/y.md)"
    assert urls(written, GITHUB) == [
        canonical(GITHUB + path) for path in ("推荐/FM.md", "深度/算法[处理].md", "搜索/x.md", "y.md")
    ]


def test_a_malformed_address_keeps_its_listing() -> None:
    bad, ftp = links("[a](<https://bad host.example.org/x>)\n[b](ftp://a.example/x.txt)")
    assert bad.url == "https://bad host.example.org/x"
    assert ftp.url == "ftp://a.example/x.txt"


def test_the_section_is_the_path_of_headings() -> None:
    markdown = """
# A #
[1](https://a.example/1)
#### B *b*
[2](https://a.example/2)
## C
#中文
[3](https://a.example/3)

D
---
[4](https://a.example/4)
#
[5](https://a.example/5)
"""
    sections = [found.section for found in links(markdown)]
    assert sections == [("A",), ("A", "B b"), ("中文",), ("中文", "D"), ()]


def test_a_heading_that_is_a_link_is_a_section_only_for_headings_under_it() -> None:
    markdown = """
# A
## [Item](https://a.example/1) [看这个]
- [2](https://a.example/2)
### Part
- [3](https://a.example/3)
## 课程：[主页](https://a.example/4)
- [5](https://a.example/5)
"""
    sections = [found.section for found in links(markdown)]
    item = "Item [看这个]"
    assert sections == [("A",), ("A",), ("A", item, "Part"), ("A",), ("A", "课程：主页")]


@pytest.mark.parametrize(
    ("markdown", "note"),
    [
        ("[t](https://a.example/x) 公式推导完整。", "公式推导完整。"),
        ("- [t](https://a.example/x)：公式**完整**", "公式完整"),
        ("论文：[t](https://a.example/x)", "论文："),
        (
            "[t](https://a.example/x)\n\n第一段。\n第二行\n\n- 第一点\n- 第二点\n\n## 标题\n不是",
            "第一段。\n第二行\n第一点\n第二点",
        ),
        ("[t](https://a.example/x)\n\n说明 ![图](https://a.example/i.png) 见[上文](#a)", "说明 见上文"),
        ("[t](https://a.example/x)\n\n$$\nx_i * y_i\n$$", "x_i * y_i"),
        ("[t](https://a.example/x)\n\n---\n\n页脚", ""),
        ("[t](https://a.example/x)\n```\ncode\n```\n", ""),
        ("| 文章 | 备注 |\n|---|---|\n| [t](https://a.example/x) | 有代码 |\n\n后文", "有代码"),
        ("- [t](https://a.example/x)\n  - 有代码", "有代码"),
        ("- [t](https://a.example/x)\n- 另一条", ""),
        (
            "- [t](https://a.example/x)\n  soft-wrapped prose\n  in two lines",
            "soft-wrapped prose\nin two lines",
        ),
        ("[t](https://a.example/x) 非常重要 讲了粗排", "非常重要 讲了粗排"),
    ],
)
def test_the_note_is_the_prose_beside_and_under_a_link(markdown: str, note: str) -> None:
    assert link(markdown).note == note


def test_a_note_ends_at_the_next_link() -> None:
    one, other = links("[a](https://a.example/1) 甲\n乙\n丙：[b](https://a.example/2) 丁")
    assert one.note == "甲\n乙"
    assert other.note == "丙：\n丁"


def test_words_that_end_in_a_colon_belong_to_what_they_introduce() -> None:
    one, two, three = links(
        "[a](https://a.example/1)\n\n讲了下面两篇：\n\n[b](https://a.example/2)\n\n[c](https://a.example/3)"
    )
    assert (one.note, two.note, three.note) == ("", "讲了下面两篇：", "")


def test_an_item_without_a_link_is_what_the_items_in_it_are_about() -> None:
    markdown = """
+ CRF：

\t\t1. [1](https://a.example/1)
\t\t1. [2](https://a.example/2)

+ 图：
  - GCN
    - [3](https://a.example/3)
+ [4](https://a.example/4)
"""
    assert [found.note for found in links(markdown)] == ["CRF：", "CRF：", "图： › GCN", ""]


@pytest.mark.parametrize(
    "markdown",
    [
        "[t](https://a.example/x) [看这个]",
        "[t](https://a.example/x)( 重点看)",
        "#### [t](https://a.example/x) [重点看这个]",
        "[t](https://a.example/x) 非常重要",
        "[t](https://a.example/x)，这篇非常重要！",
        "**必看**：[t](https://a.example/x)",
        "⭐ [t](https://a.example/x)",
        "[⭐ t](https://a.example/x)",
        "[【重点看】t](https://a.example/x)",
        "[t](https://a.example/x) (Must-Read)",
        "| [t](https://a.example/x) | 必看 |",
    ],
)
def test_a_mark_beside_a_link_stars_it(markdown: str) -> None:
    found = link(markdown)
    assert found.starred
    assert found.note == ""


@pytest.mark.parametrize(
    "markdown",
    [
        "[面试必看的一百题](https://a.example/x)",
        "[t](https://a.example/x) 文章讲了一个在工业界非常重要的概念",
        "[t](https://a.example/x)\n\n这一点在实践里被反复证明是非常重要的。",
        "[t](https://a.example/x)",
    ],
)
def test_a_mark_within_prose_or_a_title_is_no_star(markdown: str) -> None:
    assert not link(markdown).starred


def test_the_marks_are_the_readers_own() -> None:
    markdown = "[a](https://a.example/1) 精读\n\n[b](https://a.example/2) [看这个]"
    starred = [found.starred for found in parse(markdown, name="list", stars=("精读",)).links]
    assert starred == [True, False]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(ending: str) -> None:
    lines = [
        "\ufeff# 标题",
        "",
        "a\u2028b [1](https://a.example/1)",
        "> [2](https://a.example/2)",
        "\x0c[3](https://a.example/3)",
    ]
    assert [found.line for found in links(ending.join(lines))] == [3, 4, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_list_in_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "清单.md"
    path.write_bytes("# 推荐\n\n- [双塔召回](https://a.example/x) 很好\n".encode(encoding))
    (parsed,) = load([ListSettings(str(path))])
    assert (parsed.name, parsed.links[0].title, parsed.links[0].section) == ("清单", "双塔召回", ("推荐",))


def test_a_broken_character_does_not_change_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_bytes(
        ("推荐系统的阅读清单" * 20 + "\n[双塔](https://a.example/x)\n").encode() + b"\xe5\x8f\n\0"
    )
    assert load([ListSettings(str(path))])[0].links[0].title == "双塔"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\n", "is empty"),
        (b"# Only a heading\n", "holds no link"),
        (b"[a](./b.md)", "set|give the list a `base`"),
        (b"%PDF-1.7\n\x00\x01", "not a text file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "not a text file"),
        (b"\x81\xff\xfe\xff" * 50, "not a text file"),
        (b"<!DOCTYPE html><a href='https://a.example/'>x</a>", "is an HTML page"),
    ],
)
def test_a_list_that_is_none_gets_one_sentence_and_the_cure(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "list.md"
    path.write_bytes(content)
    with pytest.raises(ReadingListError, match=said) as caught:
        load([ListSettings(str(path))])
    assert caught.value.cure


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.md", tmp_path):
        with pytest.raises(ReadingListError, match=str(path)):
            load([ListSettings(str(path))])


def test_a_list_on_the_web_is_read_through_the_function_handed_in() -> None:
    web: dict[str, str] = {
        "https://raw.githubusercontent.com/o/r/main/docs/list.md": b"[a](./a.md)",
        "https://a.example/reading.md": "[双塔](b.html)".encode("gb18030"),
    }
    read: Callable[[str], bytes] = web.__getitem__
    lists = [
        ListSettings("https://github.com/o/r/blob/main/docs/list.md"),
        ListSettings("https://a.example/reading.md"),
    ]
    one, other = load(lists, read_url=read)
    assert (one.name, one.links[0].url) == ("list", "https://github.com/o/r/blob/main/docs/a.md")
    assert (other.name, other.links[0].url) == ("reading", "https://a.example/b.html")
    assert other.links[0].title == "双塔"
    with pytest.raises(ReadingListError, match="on the web"):
        load(lists)


tokens = "[ ] ( ) ![ ]( < > ` ~~~ | # - 1. \\ https://a.example/ www.a.example 标题 ： * ** _ &amp; <!-- --> $$ [x]: <a href=' '> </a> （ ） x 重点看"
markup = st.lists(
    st.sampled_from(
        [
            *tokens.split(" "),
            *(f"{token} " for token in ["#", "-", "1.", "[x]:"]),
            " ",
            "\n",
            "\n\n",
            "\t",
            "\0",
            "\r",
            '"',
            "```\n",
            "---\n",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(markup, st.text()), st.sampled_from(["", GITHUB, "no address"]))
def test_any_text_is_parsed(text: str, base: str) -> None:
    parsed = parse(text, name="list", base=base)
    lines = text.count("\n") + text.count("\r") + 1
    assert all(found.url and found.title and 1 <= found.line <= lines for found in parsed.links)
    assert [found.line for found in parsed.links] == sorted(found.line for found in parsed.links)


@given(markup)
def test_no_absolute_link_is_lost_in_what_stands_around_it(text: str) -> None:
    marked = f"{text.replace('a.example', 'b.example')}\n\n[t](https://a.example/kept)\n"
    parsed = parse(marked, name="list")
    places = [found.written for found in parsed.links] + [place.written for place in parsed.left_out]
    assert any("https://a.example/kept" in written for written in places)


@pytest.mark.parametrize(
    "text",
    [
        "[](" * 50_000,
        "[](()" * 30_000,
        "[" * 100_000,
        "](https://a.example/" * 10_000,
        "<!--" * 40_000,
        "`" * 50_000 + "a" + "`a" * 30_000,
        "**a " * 40_000,
        "| " * 50_000 + "\n" + "-|" * 50_000 + "x",
        "[a](b" + " " * 100_000 + "x",
        "<a href='" * 15_000,
        "> " * 50_000,
        "```\n~~~~\n" * 10_000,
        "[a](https://a.example/x) " * 10_000,
        "# " + " " * 100_000 + "x",
    ],
    ids=lambda text: text[:6],
)
def test_a_huge_line_takes_no_more_than_its_share_of_time(text: str) -> None:
    started = time.process_time()
    parse(text, name="list")
    assert time.process_time() - started < 5  # quadratic work would take minutes


@pytest.mark.shared
@pytest.mark.parametrize("prefix", ["000", "001", "002", "003", "004"])
def test_every_link_of_the_seed_lists_comes_out(prefix: str) -> None:
    seeds = SHARED / "seeds"
    if not seeds.exists():
        pytest.skip("the team's shared data is not here")
    (path,) = seeds.glob(f"{prefix}_*.md")
    known = [json.loads(line) for line in (seeds / "links.jsonl").read_text(encoding="utf-8").splitlines()]
    (parsed,) = load([ListSettings(str(path), base=GITHUB)])
    assert Counter((found.line, found.url) for found in parsed.links) == Counter(
        (place["line"], canonical(resolve(place["url"], GITHUB)))
        for place in known
        if place["list"] == path.name
    )


@pytest.mark.shared
def test_every_link_of_the_mirrors_list_comes_out() -> None:
    mirror = SHARED / "mirror"
    if not mirror.exists():
        pytest.skip("the team's shared data is not here")
    (parsed,) = load([ListSettings(str(mirror / "reading-list.md"))])
    known = [
        json.loads(line)["url"]
        for line in (mirror / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    found = {link.url for link in parsed.links}
    malformed = {"https://bad host.example.org/x", "ftp://ftp.example.org/pub/x.txt"}
    assert found == {url if url in malformed else canonical(url) for url in known}
