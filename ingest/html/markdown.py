"""A tree of elements to Markdown blocks, written for reading and for search.

Headings, lists, tables, quotes, code and formulas keep their form; links become their text, and emphasis, images and
controls leave nothing. Which blocks belong to the article is for `judges`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from lxml import etree

from ingest.fences import fenced
from ingest.html.markup import Element, attribute, class_names, own_tag, parse, text_of, words
from ingest.html.tables import is_calendar, is_layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Block", "Kind", "Piece", "blocks", "join", "outdented", "read_text"]


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"
    TABLE = "table"
    FORMULA = "formula"  # one that stands alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in a tree: the text of an element, or the tail behind it."""

    text: str
    owner: Element
    is_tail: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page. `words` is its text without Markdown; `linked` counts the characters of it in links."""

    kind: Kind
    text: str
    words: str
    linked: int
    head: Piece  # its first piece of text in the tree
    level: int = 0  # of a heading
    anchor: str = ""  # id of a heading


_LEFT_OUT = words(
    "script style noscript template title meta link iframe object embed applet canvas svg video audio map area "
    "img picture source track button input select option textarea datalist progress meter dialog math rt rp"
)
# All other elements, unknown ones included, are parts of a line, as in browsers.
_BLOCKS = words(
    "address article aside body caption center dd details dir div dl dt fieldset figcaption figure footer form header "
    "head hgroup html legend li main menu nav p section summary tbody td tfoot th thead tr"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HAN = "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])[ \t]*\n[ \t\n]*(?=[{_HAN}])")
_SPACE = re.compile(r"[\s\u00a0]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BREAK = "\x1e"  # a <br>, while white space is being folded
_PERMALINKS = frozenset(
    {"", "#", "¶", "§", "🔗", "link", "permalink", "anchor", "direct link to heading", "\uf0c1"}
)
# Wiki engines put a link to edit each section into its heading; copy buttons of code are elements of any kind; the rest
# is there for screen readers alone.
_CONTROLS = words(
    "mw-editsection editsection copybtn copy-btn copy-button clipboard-button "
    "sr-only screen-reader-text visually-hidden visuallyhidden screen-reader-only"
)


def blocks(root: Element) -> list[Block]:
    """Return the blocks of an element in reading order."""
    writer = _Writer()
    writer.walk(root)
    writer.flush()
    return writer.blocks


def read_text(text: str) -> list[Block]:
    """Return the blocks of a text that may be HTML or plain, as structured data hold either."""
    root = parse(text if "<" in text else text.replace("\n", "<br>"))
    return blocks(root) if root is not None else []


def outdented(parts: Sequence[Block]) -> list[Block]:
    """Return blocks from within a list at the margin: all moved left as far as the leftmost of them allows."""
    indents = [len(part.text) - len(part.text.lstrip(" ")) for part in parts if part.kind is not Kind.CODE]
    margin = min(indents, default=0)
    if not margin:
        return list(parts)
    lead = re.compile(f"^ {{1,{margin}}}", re.MULTILINE)
    return [part if part.kind is Kind.CODE else replace(part, text=lead.sub("", part.text)) for part in parts]


def join(parts: Iterable[Block]) -> str:
    """Return the Markdown of some blocks: items of one list on lines of their own, all else a blank line apart."""
    out: list[str] = []
    previous: Kind | None = None
    for block in parts:
        if out:
            out.append("\n" if block.kind is Kind.ITEM and previous is Kind.ITEM else "\n\n")
        out.append(block.text)
        previous = block.kind
    return "".join(out)


class _Writer:
    """Walks a tree and cuts it into blocks; holds the line being written and where in lists and quotes it is."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._line: list[Piece] = []
        self._in_link = 0
        self._indent = ""  # before every line of a block
        self._marker = ""  # before the first line of the next block

    def walk(self, element: Element) -> None:
        """Write an element, without the text behind it."""
        tag = own_tag(element)
        if not tag or tag in _LEFT_OUT or _CONTROLS.intersection(class_names(element)):
            return
        if tag in _HEADINGS:
            self._heading(element, _HEADINGS[tag])
        elif tag == "pre":
            self._code(element)
        elif tag == "code":
            self._inline_code(element)
        elif tag == "br":
            self._line.append(Piece(_BREAK, element))
        elif tag == "hr":
            self.flush()
        elif tag in ("ul", "ol"):
            self._list(element, numbered=tag == "ol")
        elif tag == "table":
            self._table(element)
        elif tag == "blockquote":
            self._quote(element)
        elif tag == "a":
            self._link(element)
        elif tag in _BLOCKS:
            self.flush()
            self._inside(element)
            self.flush()
        else:
            self._inside(element)

    def flush(self) -> None:
        """End the block being written; two breaks in a row also end one."""
        line, self._line = self._line, []
        start = breaks = 0
        for end, piece in enumerate(line):
            if piece.text == _BREAK:
                breaks += 1
            elif piece.text.strip():
                if breaks > 1:
                    self._paragraph(line[start:end])
                    start = end
                breaks = 0
        self._paragraph(line[start:])

    def _paragraph(self, line: list[Piece]) -> None:
        text = _folded("".join(piece.text for piece in line))
        head = _head(line)
        if text and head:
            alone = len(text) > 4 and text.startswith("$$") and text.endswith("$$")
            self._put(Kind.FORMULA if alone else Kind.PARAGRAPH, text, text, _linked(line), head)

    def _put(self, kind: Kind, text: str, words: str, linked: int, head: Piece) -> None:
        if self._marker and kind in (Kind.PARAGRAPH, Kind.FORMULA):
            kind = Kind.ITEM
        lead = self._marker or self._indent
        self._marker = ""
        first, *rest = text.split("\n")
        lines = [lead + first, *(self._indent + line if line else self._indent.rstrip() for line in rest)]
        self.blocks.append(Block(kind, "\n".join(lines), words, linked, head))

    def _inside(self, element: Element) -> None:
        self._say(element)
        for child in element:
            self.walk(child)
            self._say(child, is_tail=True)

    def _say(self, owner: Element, *, is_tail: bool = False) -> None:
        if text := owner.tail if is_tail else owner.text:
            self._line.append(Piece(str(text), owner, is_tail, self._in_link > 0))

    def _link(self, element: Element) -> None:
        if {"headerlink", "header-anchor", "anchor-link", "hash-link"} & set(class_names(element)):
            return
        self._in_link += 1
        self._inside(element)
        self._in_link -= 1

    def _heading(self, element: Element, level: int) -> None:
        self.flush()
        for link in element.iter("a"):
            if text_of(link).lower() in _PERMALINKS:
                link.text = None
        self._inside(element)
        line, self._line = self._line, []
        text = _folded("".join(piece.text for piece in line)).replace("\n", " ")
        text = text.strip("#¶ ") or text
        head = _head(line)
        if text and head:
            self._marker = ""
            self.blocks.append(
                Block(
                    Kind.HEADING, f"{'#' * level} {text}", text, _linked(line), head, level, _anchor(element)
                )
            )

    def _code(self, element: Element) -> None:
        self.flush()
        code = "".join(map(str, element.itertext())).strip("\n").rstrip()
        head = _first_text(element)
        if not code.strip() or head is None:
            return
        language = next(
            (
                name[9:]
                for inner in element.iter("code")
                for name in class_names(inner)
                if name.startswith("language-")
            ),
            "",
        )
        # Code in a list keeps its own indentation; a fence at the margin reads as well and copies better.
        self._marker, indent = "", self._indent
        self._indent = ""
        self._put(Kind.CODE, fenced(code, language), code, 0, head)
        self._indent = indent

    def _inline_code(self, element: Element) -> None:
        text = _SPACE.sub(" ", "".join(map(str, element.itertext()))).strip()
        head = _first_text(element)
        if text and head:
            written = text if "`" in text else f"`{text}`"
            self._line.append(Piece(written, head.owner, head.is_tail, self._in_link > 0))

    def _list(self, element: Element, *, numbered: bool) -> None:
        self.flush()
        start = attribute(element, "start")
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        indent, outer = self._indent, self._marker
        for child in element:
            if own_tag(child) != "li":
                self.walk(child)
                self._say(child, is_tail=True)
                continue
            marker = f"{number}. " if numbered else "- "
            number += 1
            lead, outer = outer or indent, ""
            self._marker, self._indent = lead + marker, indent + " " * len(marker)
            self._inside(child)
            self.flush()
            self._marker, self._indent = "", indent
            self._say(child, is_tail=True)
        self.flush()

    def _quote(self, element: Element) -> None:
        self.flush()
        indent = self._indent
        self._indent = indent + "> "
        if self._marker:
            self._marker += "> "
        self._inside(element)
        self.flush()
        self._indent = indent

    def _table(self, element: Element) -> None:
        self.flush()
        rows = [
            [cell for cell in row if own_tag(cell) in ("td", "th")]
            for row in element.iter("tr")
            if next(row.iterancestors("table"), None) is element
        ]
        if is_calendar(rows):
            return
        if is_layout(element, rows):
            self._inside(element)
            self.flush()
            return
        for caption in element.findall("caption"):
            self._inside(caption)
            self.flush()
        texts = [[self._cell(cell) for cell in row] for row in rows]
        texts = [row for row in texts if any(row)]
        head = _first_text(element)
        if not texts or head is None:
            return
        width = max(map(len, texts))
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in texts]
        lines.insert(1, "|" + " --- |" * width)
        words = " ".join(cell for row in texts for cell in row if cell)
        linked = sum(len(text_of(link)) for link in element.iter("a"))
        self._put(Kind.TABLE, "\n".join(lines), words, linked, head)

    def _cell(self, element: Element) -> str:
        inner = _Writer()
        inner._inside(element)
        inner.flush()
        text = " ".join(
            block.words if block.kind is Kind.CODE else block.text.strip() for block in inner.blocks
        )
        return _SPACE.sub(" ", text).replace("|", "\\|").strip()


def _anchor(heading: Element) -> str:
    """Return the id that leads to a heading: its own, that of a link or span in it, or that of its section."""
    if own := attribute(heading, "id"):
        return own
    for inner in heading.iterdescendants("a", "span"):
        if name := attribute(inner, "id") or attribute(inner, "name"):
            return name
    parent = heading.getparent()
    if parent is None or own_tag(parent) not in ("section", "div"):
        return ""
    if any(text_of(before) for before in heading.itersiblings(preceding=True)):
        return ""
    return attribute(parent, "id")


def _first_text(element: Element) -> Piece | None:
    """Return the first text in an element that is not white space."""
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        is_tail = event == "end"
        text = inner.tail if is_tail else inner.text
        if text and text.strip() and not (is_tail and inner is element):
            return Piece(str(text), inner, is_tail)
    return None


def _head(line: list[Piece]) -> Piece | None:
    return next((piece for piece in line if piece.text != _BREAK and piece.text.strip()), None)


def _linked(line: list[Piece]) -> int:
    return sum(len(_SPACE.sub("", piece.text)) for piece in line if piece.linked)


def _folded(text: str) -> str:
    """Return a line with its white space folded; breaks become line ends, those between Chinese characters of the
    source nothing at all."""
    text = _INVISIBLE.sub("", text)
    lines = (_SPACE.sub(" ", _BETWEEN_HAN.sub("", line)).strip() for line in text.split(_BREAK))
    return "\n".join(lines).strip()
