"""Files that already are the article keep their words and their code."""

from __future__ import annotations

import base64
import json

from hypothesis import given
from hypothesis import strategies as st

from ingest.text_files import github_answer, read_markdown, read_notebook, read_plain


def test_front_matter_is_metadata() -> None:
    read = read_markdown('---\ntitle: "双塔"\ndate: 2020-01-02 03:04\nauthor: 李雷\n---\n\n# 别的\n\n正文')
    assert (read.title, read.published, read.author, read.text) == (
        "双塔",
        "2020-01-02",
        "李雷",
        "# 别的\n\n正文",
    )


def test_links_are_their_text_and_pictures_and_badges_go() -> None:
    text = "[![badge](https://x/b.svg)](https://x)\n\n# Title\n\nsee [the [old] paper](https://x/a_(b)) ![图](a.png)[^1] [ref][r]\n\n[r]: https://x"
    assert read_markdown(text).text == "# Title\n\nsee the [old] paper [^1] ref"


def test_code_is_untouched() -> None:
    code = "```python\n# not a title\nx = a[0](1)  # [l](u)\n**kw\n<b>\n```"
    read = read_markdown(f"引子\n\n{code}\n\n## 题目\n")
    assert code in read.text
    assert read.title == "题目"


def test_code_within_a_line_is_untouched() -> None:
    text = "Use `Vec<u8>`, ``a ` <b>``, `f(**a)`, `f(**b)`, `[x](y)` and `<!-- more -->` or `<!--`.\n\nThe last words."
    assert read_markdown(text).text == text
    assert read_markdown("[`Vec<u8>`](https://a.test) `a").text == "`Vec<u8>` `a"


def test_code_in_lists_and_quotes_and_by_indent_is_untouched() -> None:
    code = "```cpp\n    #include <vector>\n    std::map<int> x; // [a](b)\n    ```"
    for text in (
        f"1. Do:\n\n    {code}\n\n2. End",
        "> ```\n> <b>x</b>\n> ```\n\nEnd",
        "- ```\n  <b>x</b>\n  ```\n\nEnd",
        "Text:\n\n    #include <vector>\n\n    int x;\n\nEnd",
    ):
        assert read_markdown(text).text == text


def test_what_is_indented_under_a_list_item_is_prose() -> None:
    assert (
        read_markdown("1. One\n\n    **Two** [l](u)\n\n    <b>Three</b>").text
        == "1. One\n\n    Two l\n\n    Three"
    )
    assert read_markdown("段\n\n    首行缩进的[链接](https://a.test)").text == "段\n\n    首行缩进的链接"


def test_brackets_without_a_definition_are_no_link() -> None:
    text = "状态 dp[i][j] = dp[i-1][j]，$A[i][j]$"
    assert read_markdown(text).text == text
    assert read_markdown("[R] [T][] [ref][R]\n\n[t]: https://a.test\n[r]: https://b.test").text == "[R] T ref"


def test_a_comment_hides_the_code_in_it_and_no_more() -> None:
    assert read_markdown("a <!-- don`t\n\n```\nx\n```\n--> b `c`").text == "a  b `c`"
    assert read_markdown("a <!-- b").text == "a <!-- b"


def test_character_references_are_the_characters() -> None:
    assert read_markdown("a &lt;b&gt; &amp;&amp;&nbsp;c &#39;x&#39; `&lt;` | &#124; |").text == (
        "a <b> && c 'x' `&lt;` | \\| |"
    )


def test_html_in_markdown_leaves_its_text() -> None:
    read = read_markdown(
        '<!-- c --><h1 align="center">Big<br>Title</h1>\n<p>one<br>two</p>\n\na < b and c > d'
    )
    assert read.title == "Big Title"
    assert "one\ntwo" in read.text
    assert "a < b and c > d" in read.text


def test_a_generic_heading_is_no_title() -> None:
    assert read_markdown("## 正文\n\n话").title == ""


def test_a_sentence_behind_a_hash_is_no_title() -> None:
    sentence = "#test data used in the folder (the second set, T = 2012): authors 28646, papers 21044, venues 18, as in the paper itself"
    assert read_markdown(f"code of the paper\n\n{sentence}\n\n## 数据\n").title == "数据"
    assert read_markdown("#标题\n\n话").title == "标题"


def test_a_notebook_is_prose_code_and_results() -> None:
    notebook = {
        "metadata": {"language_info": {"name": "python"}},
        "cells": [
            {"cell_type": "markdown", "source": ["# 实验\n", "说明"]},
            {"cell_type": "code", "source": "1 + 1", "outputs": [{"data": {"text/plain": ["2"]}}]},
        ],
    }
    read = read_notebook(json.dumps(notebook))
    assert read is not None
    assert (read.title, read.text) == ("实验", "# 实验\n说明\n\n```python\n1 + 1\n```\n\n```\n2\n```")


def test_a_fence_within_a_cell_does_not_end_it() -> None:
    source = 'x = """\n```\n<b>\n```\n"""'
    read = read_notebook(json.dumps({"cells": [{"cell_type": "code", "source": source}]}))
    assert read is not None
    assert read.text == f"````python\n{source}\n````"


def test_of_what_a_cell_shows_the_words_are_kept() -> None:
    outputs = [
        {"text": "\x1b[1mloss\x1b[0m 0.5"},
        {"data": {"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": "aGk="}},
        {
            "data": {
                "text/plain": "<IPython.core.display.Markdown object>",
                "text/markdown": ["**所以**", "如此"],
            }
        },
        {"data": {"text/plain": "x**2", "text/latex": "$x^2$"}},
    ]
    cell = {"cell_type": "code", "source": "", "outputs": outputs}
    read = read_notebook(json.dumps({"cells": [cell]}))
    assert read is not None
    assert read.text == "```\nloss 0.5\n```\n\n所以如此\n\n$x^2$"


def test_json_that_is_no_notebook_is_none() -> None:
    assert read_notebook('{"a": 1}') is None
    assert read_notebook("[") is None


def test_a_line_that_stands_alone_is_the_title_of_plain_text() -> None:
    assert read_plain("A Note\n\nIt says this.").title == "A Note"
    assert read_plain("It goes on\nand on.").title == ""


def test_githubs_answer_holds_a_file() -> None:
    answer = {"name": "README.md", "content": base64.encodebytes("# 双塔".encode()).decode()}
    assert github_answer(json.dumps(answer).encode()) == ("README.md", "# 双塔")
    assert github_answer(b'{"message": "Not Found"}') is None
    assert github_answer(b"\xff") is None


@given(st.text(alphabet="#-=`~[]()<>!*:\n ab塔", max_size=80))
def test_no_markdown_raises(text: str) -> None:
    read_markdown(text)
    read_plain(text)


def test_how_much_of_a_file_is_links_is_told() -> None:
    awesome = (
        "# Awesome\n\n" + "- [A paper on two towers](https://a.test/1)\n- https://b.test/a/long/path\n" * 20
    )
    assert read_markdown(awesome).linked > 0.8
    prose = "A sentence with [a link](https://a.test/1) among many other words that are none. " * 20
    assert 0.05 < read_markdown(prose + "\n\n![picture](https://a.test/p.png)").linked < 0.15
    assert read_markdown("```\nhttps://a.test/in/code\n```").linked == 0.0
