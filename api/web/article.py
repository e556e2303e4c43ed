"""An article of the corpus as HTML, with an anchor at every passage that the index cut it into.

Rendered by markdown-it from Markdown alone: HTML in it is shown and not obeyed, and what an image was is a link to
it, as nothing may be loaded from elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from markdown_it.token import Token
from markupsafe import Markup, escape

from api.web.addresses import web_address
from api.web.formulas import formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt

__all__ = ["Heading", "Rendered", "render"]

# Where a passage begins within a line. These are no characters and never will be (Unicode, chapter 23.7): no text means
# anything by them, and Markdown lets no entity stand for them, so that nobody can write one into an attribute.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARKER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_NO_CHARACTERS = str.maketrans("", "", _OPEN + _CLOSE)
_WORDLESS = re.compile(r"\W+")
_TOLD_APART = (
    4  # characters of words; a shorter line stands in too many places to tell where a passage begins
)
_GAP = 400  # characters that may lie between two passages: headings, blank lines
_DEEPEST = 6
# Of each `\(` without its partner the rest of the article is searched: no article has so many, but anybody can write one.
_MOST_BRACKETS = 2000


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the article, for its outline."""

    level: int  # from 1
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """The article's body, and its headings in order."""

    html: Markup
    outline: tuple[Heading, ...]


def render(text: str, passages: Sequence[str] = (), *, url: str = "", here: int | None = None) -> Rendered:
    """Render Markdown; the n-th of `passages` begins at the element `p<n>`, and the blocks of the `here`-th are marked.

    Passages that the text no longer holds get no anchor. Links are made absolute by `url`. The article's headings
    begin at <h2>, below the page's own.
    """
    starts = dict(_starts(text.translate(_NO_CHARACTERS), passages))
    text, lines = _with_markers(text.translate(_NO_CHARACTERS), starts)
    env: dict[str, Any] = {"url": url}
    markdown = _markdown(in_brackets=text.count("\\(") <= _MOST_BRACKETS)
    tokens = markdown.parse(text, env)
    for ordinal, line in lines.items():
        _anchor(tokens, line, ordinal)
    if here in starts:
        later = [start for start in starts.values() if start > starts[here]]
        end = text.count("\n", 0, min(later)) if later else text.count("\n") + 1
        _mark(tokens, text.count("\n", 0, starts[here]), max(end, text.count("\n", 0, starts[here]) + 1))
    outline = tuple(_outline(tokens))
    html = markdown.renderer.render(tokens, markdown.options, env)
    return Rendered(Markup(_MARKER.sub(r'<a id="p\1"></a>', html)), outline)  # noqa: S704 - markdown-it escapes


def _starts(text: str, passages: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each passage begins in the text, (ordinal, offset).

    They follow each other, so each is looked for near the end of the one before: whole, or by its first telling line,
    as blank lines were levelled and the pieces of a long table or code begin with its header again.
    """
    done = near = 0
    for ordinal, passage in enumerate(passages):
        near += len(passage) + _GAP
        lines = (line for line in passage.split("\n") if len(_WORDLESS.sub("", line)) >= _TOLD_APART)
        places = (text.find(wanted, done, near + len(wanted)) for wanted in chain((passage,), lines))
        start = next((place for place in places if place >= 0), -1)
        if start >= 0:
            yield ordinal, start
            done = start + 1
            near = start + len(passage)


def _with_markers(text: str, starts: dict[int, int]) -> tuple[str, dict[int, int]]:
    """The text with a marker at each passage that begins within a line, and the lines of those that begin one."""
    breaks = [place for place, character in enumerate(text) if character == "\n"]
    lines: dict[int, int] = {}
    parts: list[str] = []
    done = 0
    for ordinal, start in starts.items():
        line = bisect_right(breaks, start - 1)
        begins = breaks[line - 1] + 1 if line else 0
        if text[begins:start].strip():
            parts += [text[done:start], f"{_OPEN}{ordinal}{_CLOSE}"]
            done = start
        else:
            lines[ordinal] = line
    return "".join([*parts, text[done:]]), lines


def _anchor(tokens: Sequence[Token], line: int, ordinal: int) -> None:
    """Give an anchor to the innermost element that holds a line: its own id, or a marker where it began earlier."""
    held = [
        (token, following)
        for token, following in zip(tokens, [*tokens[1:], None], strict=True)
        if token.map and token.map[0] <= line < token.map[1] and token.nesting >= 0 and token.type != "inline"
    ]
    if not held:
        return
    element, following = held[-1]
    marker = f"{_OPEN}{ordinal}{_CLOSE}"
    begun = line - (element.map or [line])[0]
    visible = next((token for token, _ in reversed(held) if not token.hidden), element)
    if not begun and not visible.attrGet("id"):
        visible.attrSet("id", f"p{ordinal}")
    elif element.type in ("fence", "code_block"):
        lines = element.content.split("\n")
        at = min(max(0, begun - (element.type == "fence")), len(lines) - 1)
        lines[at] = marker + lines[at]
        element.content = "\n".join(lines)
    elif following is not None and following.type == "inline" and following.children:
        breaks = [
            at for at, child in enumerate(following.children) if child.type in ("softbreak", "hardbreak")
        ]
        at = breaks[begun - 1] + 1 if 0 < begun <= len(breaks) else 0
        following.children.insert(at, Token("text", "", 0, content=marker))


def _mark(tokens: Sequence[Token], first: int, end: int) -> None:
    """Mark the outermost blocks that begin within the lines, or the long one around them (a list, a wide paragraph).

    Headings at the end lead to what follows.
    """
    outermost = [token for token in tokens if token.level == 0 and token.nesting >= 0 and token.map]
    begun = [token for token in outermost if token.map and first <= token.map[0] < end]
    while begun and begun[-1].type == "heading_open":
        begun.pop()
    around = [token for token in outermost if token.map and token.map[0] <= first < token.map[1]]
    for token in begun or around:
        token.attrJoin("class", "here")


def _outline(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Give each heading an id and its level below the page's own heading, and yield it."""
    top = min((int(token.tag[1]) for token in tokens if token.type == "heading_open"), default=1)
    for number, (token, inline) in enumerate(pairwise(tokens)):
        if token.type == "heading_open":
            level = int(token.tag[1]) - top + 1
            token.tag = tokens[number + 2].tag = f"h{min(level + 1, _DEEPEST)}"
            if not token.attrGet("id"):
                token.attrSet("id", f"h{number}")
            text = "".join(child.content for child in inline.children or ())
            yield Heading(level, str(token.attrGet("id")), _MARKER.sub("", text))


@cache
def _markdown(*, in_brackets: bool) -> MarkdownIt:
    """The parser, with formulas between dollars and, where wanted, `in_brackets`."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.texmath import texmath_plugin

    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    if in_brackets:
        markdown.use(texmath_plugin, delimiters="brackets")
    markdown.use(dollarmath_plugin, allow_space=False, double_inline=True)
    for name in ("math_inline", "math_inline_double"):
        markdown.add_render_rule(name, _formula_within_a_line)
    for name in ("math_block", "math_block_eqno", "math_block_label"):
        markdown.add_render_rule(name, _displayed_formula)
    for name in ("fence", "code_block"):
        markdown.add_render_rule(name, _code)
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("link_open", _link)
    return markdown


def _formula_within_a_line(_: object, tokens: Sequence[Token], index: int, *__: object) -> str:
    return formula(tokens[index].content.strip(), displayed=tokens[index].type != "math_inline")


def _displayed_formula(self: Any, tokens: Sequence[Token], index: int, *_: object) -> str:
    token = tokens[index]
    return f"<div{self.renderAttrs(token)}>{formula(token.content.strip(), displayed=True)}</div>\n"


def _code(self: Any, tokens: Sequence[Token], index: int, *_: object) -> str:
    token = tokens[index]
    return f'<pre tabindex="0"{self.renderAttrs(token)}><code>{escape(token.content)}</code></pre>\n'


def _image(_: object, tokens: Sequence[Token], index: int, __: object, env: dict[str, Any]) -> str:
    address = _absolute(env["url"], tokens[index].attrGet("src"))
    name = tokens[index].content or address.rpartition("/")[2]
    return Markup('<a class="image" href="{}">▧ {}</a>').format(address, name)


def _link(self: Any, tokens: Sequence[Token], index: int, options: object, env: dict[str, Any]) -> str:
    tokens[index].attrSet("href", _absolute(env["url"], tokens[index].attrGet("href")))
    return str(self.renderToken(tokens, index, options, env))


def _absolute(base: str, address: object) -> str:
    try:
        return web_address(urljoin(base, str(address or "")))
    except ValueError:  # brackets that hold no IPv6 address
        return ""
