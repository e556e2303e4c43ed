"""What the parts of a Markdown text are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.markdown import Block, BlockKind, Heading, blocks, plain

LINES = st.lists(
    st.sampled_from(["# A", "## B", "", "text", "- item", "```", "```py", "~~~", "| a | b |", "|---|---|", "$$", "x = 1", "---", "> q", "    code"])
)  # fmt: skip


def bare(text: str) -> str:
    return "".join(text.split())


@given(st.one_of(st.text(), LINES.map("\n".join)))
def test_every_character_is_in_one_part(text: str) -> None:
    assert bare(
        "".join(part.text if isinstance(part, Block) else part.written for part in blocks(text))
    ) == bare(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("```py\n# no heading\n\nx\n```", BlockKind.CODE),
        ("~~~\n```\n~~~", BlockKind.CODE),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", BlockKind.TABLE),
        ("a | b\n--- | ---\n1 | 2", BlockKind.TABLE),
        ("$$\nx\n\n= y\n$$", BlockKind.MATH),
        ("$$x = y$$", BlockKind.MATH),
        ("\\[\nx\n\\]", BlockKind.MATH),
        ("\\begin{align}\nx\n\\end{align}", BlockKind.MATH),
    ],
)
def test_what_must_stay_whole_is_one_block(text: str, kind: BlockKind) -> None:
    assert blocks(f"before\n\n{text}\n\nafter")[1:-1] == [Block(kind, text)]


def test_a_fence_that_is_never_closed_ends_with_the_text() -> None:
    assert blocks("a\n\n```\nb\n\nc")[1] == Block(BlockKind.CODE, "```\nb\n\nc")


def test_a_stray_formula_mark_swallows_nothing() -> None:
    assert blocks("$$ stray\n\n# Heading")[1] == Heading(1, "Heading", "# Heading")


def test_headings_come_in_both_styles() -> None:
    assert blocks("标题\n===\n\n## **Two** [link](http://x) ##\ntext") == [
        Heading(1, "标题", "标题\n==="),
        Heading(2, "Two link", "## **Two** [link](http://x) ##"),
        Block(BlockKind.TEXT, "text"),
    ]


def test_a_rule_under_a_sentence_makes_no_heading_of_it() -> None:
    assert not any(isinstance(part, Heading) for part in blocks("这是一个句子。\n---\n下一个"))


def test_list_items_are_blocks_of_their_own() -> None:
    assert [part.text for part in blocks("- a\n  more\n- b\n1. c")] == ["- a\n  more", "- b", "1. c"]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("see [the paper](http://x.org/a_(b)) now", "see the paper now"),
        ("[![alt](a.png)](http://x.org)", "alt"),
        ("https://www.example.org/a", "example.org/a"),
        ("<https://example.org>", ""),
        ("**bold** <!-- hidden -->x", "bold x"),
    ],
)
def test_plain_text_has_no_link_targets(markdown: str, text: str) -> None:
    assert plain(markdown) == text
