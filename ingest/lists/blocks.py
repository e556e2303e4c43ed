"""A Markdown file as a sequence of blocks with their lines: headings, list items, table rows, paragraphs, code.

Unlike CommonMark it takes indented text for text: reading lists indent nested lists by tabs, and what is lost by
reading a code sample as prose is nothing beside a lost link. Fenced code is code, if its fence is ever closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ingest.lists.links import definition

__all__ = ["Block", "BlockKind", "blocks", "lines_of"]


class BlockKind(Enum):
    """What a block is."""

    HEADING = auto()
    ITEM = auto()  # a list item up to the next one, or to a blank line
    PARAGRAPH = auto()
    ROW = auto()  # one row of a table
    HEADER = auto()  # the row above a table's delimiter row
    RULE = auto()  # a thematic break
    DEFINITION = auto()  # of a reference link
    CODE = auto()
    COMMENT = auto()
    FRONT_MATTER = auto()
    CONTENTS = auto()  # a table of contents between the comments of the tool that wrote it


@dataclass(frozen=True, slots=True)
class Block:
    """One block; `text` is without quote signs, heading signs and list markers."""

    kind: BlockKind
    line: int  # of the first line, 1-based
    text: str  # lines joined by "\n"
    level: int = 0  # of a heading
    indent: int = 0  # of a list item's marker or of a paragraph, in columns
    marker: str = ""  # of a list item: "-", "+", "*", "1" for all ordered ones


_QUOTES = re.compile(r"(?:[ \t]*>)+[ \t]?")
_FENCE = re.compile(r"[ \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}(?=[^`]*$)|~{3,})")
# "#标题" without a blank is no heading to CommonMark, but to those who write it.
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})(?=[ \t\[\u3400-\u9fff]|$)(.*)", re.DOTALL)
_HTML_HEADING = re.compile(r"[ \t]*<h([1-6])(?:\s[^<>]{0,300})?>(.*)</h\1\s*>[ \t]*", re.IGNORECASE)
_CLOSING_SIGNS = re.compile(r"(?<![^ \t])#+$")
_UNDERLINE = re.compile(r"[ \t]{0,3}(=+|-{2,})[ \t]*")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
_ITEM = re.compile(
    r"([ \t]*)(?:([-*+•])|(\d{1,9})[.)、．]|[(（](\d{1,3})[)）])(?:[ \t]+|(?<=[、）])|(?=\[)|$)(.*)",
    re.DOTALL,
)
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_CONTENTS_BEGIN = re.compile(r"<!--\s*(?:START doctoc|TOC\b|BEGIN[ _-]TOC)", re.IGNORECASE)
_CONTENTS_END = re.compile(r"<!--\s*(?:END doctoc|/TOC\b|TOCSTOP|END[ _-]TOC)", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z_][\w-]*\s*[:=]")
_MAX_FRONT_MATTER = 500  # lines


def lines_of(markdown: str) -> list[str]:
    """Split at LF, CRLF and CR alone, so that line numbers are those of an editor. NUL becomes U+FFFD."""
    text = markdown.removeprefix("\ufeff").replace("\0", "\ufffd")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def blocks(lines: list[str]) -> Iterator[Block]:
    """Cut a list into blocks, in order. Every line with text on it is in exactly one."""
    kinds = _set_aside(lines)
    paragraph: _Paragraph | None = None
    in_table = False
    for number, line in enumerate(lines):
        kind = kinds.get(number)
        body = _unquoted(line)
        if kind is not None or not body.strip():
            if paragraph:
                yield paragraph.block()
            paragraph, in_table = None, False
            if kind is not None:
                yield Block(kind, number + 1, line)
            continue
        following = _unquoted(lines[number + 1]) if number + 1 < len(lines) else ""
        if paragraph and paragraph.could_be_heading and (under := _UNDERLINE.fullmatch(body)):
            yield paragraph.heading(1 if under[1][0] == "=" else 2)
            paragraph = None
        elif single := _single_line(body, following, number + 1, in_table):
            if paragraph:
                yield paragraph.block()
            paragraph, in_table = None, single.kind in (BlockKind.ROW, BlockKind.HEADER)
            if not (in_table and _DELIMITER_ROW.fullmatch(body.strip())):
                yield single
        elif item := _ITEM.fullmatch(body):
            if paragraph:
                yield paragraph.block()
            marker = item[2] or "1"
            text = _TASK.sub("", item[5], count=1) if _TASK.match(item[5]) else item[5]
            paragraph = _Paragraph(number + 1, [text], _columns(item[1]), marker)
        elif paragraph:
            paragraph.lines.append(body)
        else:
            indent = _columns(body[: len(body) - len(body.lstrip(" \t"))])
            paragraph = _Paragraph(number + 1, [body], indent, quoted=body is not line)
    if paragraph:
        yield paragraph.block()


@dataclass(slots=True)
class _Paragraph:
    line: int
    lines: list[str]
    indent: int = 0
    marker: str = ""
    quoted: bool = False

    @property
    def could_be_heading(self) -> bool:
        return len(self.lines) == 1 and not self.marker and not self.quoted

    def block(self) -> Block:
        kind = BlockKind.ITEM if self.marker else BlockKind.PARAGRAPH
        return Block(kind, self.line, "\n".join(self.lines), indent=self.indent, marker=self.marker)

    def heading(self, level: int) -> Block:
        return Block(BlockKind.HEADING, self.line, self.lines[0].strip(), level=level)


def _single_line(body: str, following: str, line: int, in_table: bool) -> Block | None:
    """The block that this line is by itself, if it is one."""
    if heading := _HEADING.fullmatch(body):
        text = _CLOSING_SIGNS.sub("", heading[2].strip()).rstrip()
        return Block(BlockKind.HEADING, line, text, level=len(heading[1]))
    if heading := _HTML_HEADING.fullmatch(body):
        return Block(BlockKind.HEADING, line, heading[2].strip(), level=int(heading[1]))
    if _RULE.fullmatch(body):
        return Block(BlockKind.RULE, line, body)
    if "|" in body:
        if in_table:
            return Block(BlockKind.ROW, line, body)
        if "-" in following and "|" in following and _DELIMITER_ROW.fullmatch(following.strip()):
            return Block(BlockKind.HEADER, line, body)
        if body.lstrip().startswith("|") and body.rstrip().endswith("|"):
            return Block(BlockKind.ROW, line, body)  # a table that forgot its delimiter row
    return None


def _set_aside(lines: list[str]) -> dict[int, BlockKind]:
    """The lines (0-based) that are front matter, fenced code, comment or table of contents."""
    kinds: dict[int, BlockKind] = {}
    for number in range(_front_matter(lines)):
        kinds[number] = BlockKind.FRONT_MATTER
    hopeless: set[tuple[str, int]] = set()  # fences, and the sign of a comment, that nothing below closes
    number, contents = len(kinds), -1
    while number < len(lines):
        line = lines[number]
        if _CONTENTS_BEGIN.search(line) and contents < 0:
            contents = number
        elif contents >= 0 and _CONTENTS_END.search(line):
            kinds.update(dict.fromkeys(range(contents, number + 1), BlockKind.CONTENTS))
            contents = -1
        elif fence := _FENCE.match(_unquoted(line)):
            signs = (fence[1][0], len(fence[1]))
            end = None if signs in hopeless else _closing_fence(lines, number + 1, *signs)
            if end is not None:
                kinds.update(dict.fromkeys(range(number, end + 1), BlockKind.CODE))
                number = end
            else:
                hopeless.add(signs)
        elif "<!--" in line and ("<", 0) not in hopeless:
            end = _closing_comment(lines, number)
            if end is None:
                hopeless.add(("<", 0))
            elif not line.split("<!--")[0].strip() and not lines[end].split("-->", 1)[1].strip():
                kinds.update(dict.fromkeys(range(number, end + 1), BlockKind.COMMENT))
                number = end
        number += 1
    for number, line in enumerate(lines):
        if number not in kinds and "]:" in line and definition(line):
            kinds[number] = BlockKind.DEFINITION
    return kinds


def _front_matter(lines: list[str]) -> int:
    """How many lines at the top are YAML or TOML front matter, both fences included."""
    sign = lines[0].rstrip()
    if sign not in ("---", "+++"):
        return 0
    for number, line in enumerate(lines[1:_MAX_FRONT_MATTER], start=1):
        if line.rstrip() in (sign, "..."):
            first = next(filter(str.strip, lines[1:number]), "")
            return number + 1 if _KEY.match(first) else 0
    return 0


def _closing_fence(lines: list[str], start: int, sign: str, length: int) -> int | None:
    for number in range(start, len(lines)):
        body = _unquoted(lines[number]).strip()
        if len(body) >= length and body == sign * len(body):
            return number
    return None


def _closing_comment(lines: list[str], start: int) -> int | None:
    first = lines[start]
    if "-->" in first[first.index("<!--") + 4 :]:
        return start
    return next((number for number in range(start + 1, len(lines)) if "-->" in lines[number]), None)


def _unquoted(line: str) -> str:
    """The line without the signs of block quotes around it."""
    quotes = _QUOTES.match(line)
    return line[quotes.end() :] if quotes else line


def _columns(blanks: str) -> int:
    return len(blanks.expandtabs(4))
