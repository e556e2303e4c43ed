"""What is taken for the article where extractors disagree, fail, or find nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ingest.html.judges import chosen_blocks
from ingest.html.markdown import Kind, blocks
from ingest.html.markup import parse
from ingest.html.traits import TRAITS, is_prose, traits

PROSE = (
    "The console is quiet, small and fast, and its games look better than those of any other that we tried. "
    * 3
)
PARTS = f"<body><article>{f'<p>{PROSE}</p>' * 5}</article><div><p>{PROSE}</p></div></body>"


def column(rows: np.ndarray, name: str) -> list[float]:
    return rows[:, TRAITS.index(name)].tolist()


def test_an_article_that_both_extractors_overlook_is_found() -> None:
    root = parse(PARTS)
    parts = blocks(root)
    nobody = (frozenset[int](), frozenset[int]())
    rows = traits(root, parts, nobody, "")
    assert len(chosen_blocks(parts, rows, nobody, np.full(len(parts), 0.2))) == 5


def test_an_article_is_not_overlooked_where_half_of_it_is_kept() -> None:
    root = parse(PARTS)
    parts = blocks(root)
    nobody = (frozenset[int](), frozenset[int]())
    chances = np.array([0.9, 0.9, 0.9, 0.2, 0.2, 0.2])
    assert len(chosen_blocks(parts, traits(root, parts, nobody, ""), nobody, chances)) == 3


def test_prose_is_long_punctuated_and_not_of_links() -> None:
    root = parse(
        f"<p>{PROSE}</p><p>A short one.</p><p><a href='/'>{PROSE}</a></p><p>{'word ' * 40}</p>"
        "<p>双塔模型把用户和物品分别编码成向量，两边互不相见，因此物品一侧可以事先算好，放进近似最近邻索引里。</p>"
    )
    assert [is_prose(part) for part in blocks(root)] == [True, False, False, False, True]


def test_the_share_of_prose_beside_a_block_is_that_of_its_frame() -> None:
    root = parse(
        f"<main><p>{PROSE}</p><p>{PROSE}</p><p>so</p></main><article><p>{PROSE}</p><p>no</p></article>"
    )
    parts = blocks(root)
    rows = traits(root, parts, (frozenset(), frozenset()), "")
    assert np.allclose(column(rows, "prose_beside"), [2 / 3, 2 / 3, 2 / 3, 1 / 3, 1 / 3])
    assert np.allclose(column(rows, "prose_above"), 1.0)


def test_the_sections_of_an_article_are_one_frame() -> None:
    inner = f"<section><p>{PROSE}</p><div class='section'><p>{PROSE}</p><ul><li>so</li></ul></div></section>"
    root = parse(f"<main><p>{PROSE}</p>{inner}</main>")
    parts = blocks(root)
    rows = traits(root, parts, (frozenset(), frozenset()), "")
    assert np.allclose(column(rows, "prose_beside"), 1.0)


def test_a_known_container_is_the_frame_of_all_that_is_in_it() -> None:
    cells = "".join(f"<div class='cell'><div><p>{PROSE}</p></div></div>" for _ in range(3))
    root = parse(f"<div class='notebook-container'>{cells}</div><footer><p>{PROSE}</p></footer>")
    parts = blocks(root)
    rows = traits(root, parts, (frozenset(), frozenset()), "")
    assert np.allclose(column(rows, "prose_beside"), [0.75, 0.75, 0.75, 0.25])


def test_what_a_shop_or_a_tutorial_puts_beside_its_text_is_a_phrase() -> None:
    root = parse(
        "<p>Sale price</p><p>Add to cart</p><p>Try it Yourself »</p><p>运行实例</p><p>The price is right.</p>"
    )
    parts = blocks(root)
    assert column(traits(root, parts, (frozenset(), frozenset()), ""), "phrase") == [1, 1, 1, 1, 0]


def test_pieces_of_code_near_each_other_stand_or_fall_together() -> None:
    far = "".join(f"<p>{n}</p>" for n in range(9))
    root = parse(f"<p>{PROSE}</p><pre>a = 1</pre><p>then</p><pre>b = 2</pre>{far}<pre>c = 3</pre>")
    parts = blocks(root)
    nobody = (frozenset[int](), frozenset[int]())
    chances = np.array([0.9, 0.9, 0.01, 0.01, *[0.01] * 10])
    chosen = chosen_blocks(parts, traits(root, parts, nobody, ""), nobody, chances)
    assert [part.words for part in chosen[1:]] == ["a = 1", "then", "b = 2"]


def test_lines_between_pieces_of_code_explain_it() -> None:
    root = parse("<pre>a = 1</pre><p>Small</p><p><a href='#'>#</a></p><pre>b = 2</pre><p>Large</p>")
    parts = blocks(root)
    nobody = (frozenset[int](), frozenset[int]())
    chances = np.array([0.9, 0.01, 0.01, 0.9, 0.01])
    text = "x" * 200  # an article, so that nothing else is looked for
    parts = [replace(part, words=text) if part.kind is Kind.CODE else part for part in parts]
    chosen = chosen_blocks(parts, traits(root, parts, nobody, ""), nobody, chances)
    assert [part.words for part in chosen] == [text, "Small", text]


def test_a_short_article_that_only_an_extractor_takes_is_without_the_phrases_around() -> None:
    root = parse("<p>A short note, of one line.</p><p>Copyright © 2024 Example. All rights reserved.</p>")
    parts = blocks(root)
    votes = (frozenset[int](), frozenset({0, 1}))
    chosen = chosen_blocks(parts, traits(root, parts, votes, ""), votes, np.zeros(2))
    assert [part.words for part in chosen] == ["A short note, of one line."]


def test_what_ends_an_article_but_is_none_of_it_goes() -> None:
    root = parse(
        f"<p>{PROSE}</p><p>版权所有 is how a licence begins</p><p>{PROSE}</p><p>责任编辑：某某</p><p>分享到</p>"
    )
    parts = blocks(root)
    nobody = (frozenset[int](), frozenset[int]())
    chosen = chosen_blocks(parts, traits(root, parts, nobody, ""), nobody, np.full(5, 0.9))
    assert [parts.index(part) for part in chosen] == [0, 1, 2]


def test_a_short_article_in_chinese_is_long_enough_not_to_look_for_another() -> None:
    short = (
        "双塔模型把用户和物品分别编码成向量，两边互不相见，因此物品一侧可以事先算好，放进近似最近邻索引里。"
        * 3
    )
    root = parse(
        f"<p>{short}</p><div class='entry-content'><p>{'另一篇文章说的是别的事情，比这一篇要长得多。' * 20}</p></div>"
    )
    parts = blocks(root)
    votes = (frozenset({0}), frozenset({1}))
    chosen = chosen_blocks(parts, traits(root, parts, votes, ""), votes, np.array([0.9, 0.1]))
    assert [part.words for part in chosen] == [short]


def test_a_menu_that_follows_an_article_goes() -> None:
    menu = "<p><font><a href='/'>Home</a> | <a href='/papers'>Papers</a> | <a href='/guestbook'>Guestbook</a></font></p>"
    root = parse(
        f"<body>{f'<p>{PROSE}</p>' * 5}<p>See <a href='/x'>the paper</a> | its appendix has more.</p>{menu}</body>"
    )
    parts = blocks(root)
    nobody = (frozenset[int](), frozenset[int]())
    rows = traits(root, parts, nobody, "")
    chosen = chosen_blocks(parts, rows, nobody, np.full(len(parts), 0.9))
    assert len(chosen) == 6
    assert chosen[-1].words.startswith("See the paper")
