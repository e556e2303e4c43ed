"""Markdown read as far as cutting and indexing need it: headings, blocks that stay whole, and the bare text.

Not a renderer: inline markup stays in the blocks, and every character of the text is in exactly one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Block", "BlockKind", "Heading", "blocks", "fenced", "plain"]


class BlockKind(StrEnum):
    """What a block is."""

    TEXT = "text"  # a paragraph, a list item, a quotation
    CODE = "code"  # fenced
    TABLE = "table"
    MATH = "math"  # a displayed formula


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 to 6, its text, and the line as written."""

    level: int
    text: str
    written: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text, without the blank lines around it."""

    kind: BlockKind
    text: str
    apart: bool = True  # blank lines, a heading or the beginning stand before it


# All of these are matched against a line without the white space around it.
_HEADING = re.compile(r"(#{1,6})[ \t](.*)$")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")
_UNDERLINE = re.compile(r"(={3,}|-{3,})$")
_PROSE = re.compile(r"[。！？!?.；;，,：:]$|^.{80}")  # a line that is no heading, whatever stands under it
_FENCE = re.compile(r"((?:>[ \t]*)*)(`{3,}|~{3,})[^`]*$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)、])[ \t]")
_DELIMITER_ROW = re.compile(r"\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?$")
_LONGEST = 200  # lines of a displayed formula
_MATH = {"$$": "$$", "\\[": "\\]"}
_ENVIRONMENT = re.compile(r"\\begin\{([a-z]+\*?)\}")

_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"
)
_AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^<>\s]*>|https?://(?:www\.)?")
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)


def blocks(text: str) -> list[Heading | Block]:
    """Return the headings and blocks of `text` in order."""
    lines = text.splitlines()
    found: list[Heading | Block] = []
    paragraph: list[str] = []
    apart = True

    def close() -> None:
        nonlocal apart
        if paragraph:
            found.append(Block(BlockKind.TEXT, "\n".join(paragraph), apart))
            paragraph.clear()
            apart = False

    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            close()
            apart = True
            at += 1
            continue
        if heading := _heading(lines, at, bool(paragraph)):
            if len(paragraph) == 1 and heading[1]:
                paragraph.clear()
            close()
            found.append(heading[0])
            apart = True
            at += 1
            continue
        kind, end = _special(lines, at)
        if kind is not BlockKind.TEXT:
            close()
            found.append(Block(kind, "\n".join(lines[at:end]), apart))
            apart = False
            at = end
            continue
        if _ITEM.match(line.lstrip()):
            close()
        paragraph.append(line)
        at += 1
    close()
    return found


def _heading(lines: list[str], at: int, after_text: bool) -> tuple[Heading, bool] | None:
    """The heading on a line; True beside it when it underlines the line before."""
    line = lines[at].strip()
    if (hashes := _HEADING.match(line)) and (text := plain(_CLOSING_HASHES.sub("", hashes[2])).strip()):
        return Heading(len(hashes[1]), text, lines[at]), False
    if after_text and (at < 2 or not lines[at - 2].strip()) and _UNDERLINE.match(line):
        above = lines[at - 1].strip()
        if not _ITEM.match(above) and not _PROSE.search(above):
            return Heading(
                1 if line[0] == "=" else 2, plain(above).strip(), f"{lines[at - 1]}\n{lines[at]}"
            ), True
    return None


def _special(lines: list[str], at: int) -> tuple[BlockKind, int]:
    """Whether code, a table or a formula begins on a line, and the line after its end."""
    line = lines[at].strip()
    if fence := _FENCE.match(line):
        closing = _closing(fence[2])
        ends = (end + 1 for end in range(at + 1, len(lines)) if closing.match(lines[end].strip()))
        return BlockKind.CODE, next(ends, len(lines))
    if "|" in line and at + 1 < len(lines) and _DELIMITER_ROW.match(lines[at + 1].strip()):
        ends = (end for end in range(at + 2, len(lines)) if "|" not in lines[end])
        return BlockKind.TABLE, next(ends, len(lines))
    mark = _MATH.get(line[:2])
    if environment := _ENVIRONMENT.match(line):
        mark = f"\\end{{{environment[1]}}}"
    if mark:
        if mark in line[2:]:
            return (BlockKind.MATH, at + 1) if line.endswith(mark) else (BlockKind.TEXT, at)
        # One that is never closed is a stray mark.
        ends = (end + 1 for end in range(at + 1, min(at + _LONGEST, len(lines))) if mark in lines[end])
        if end := next(ends, None):
            return BlockKind.MATH, end
    return BlockKind.TEXT, at


def _closing(mark: str) -> re.Pattern[str]:
    """What closes a fence of that mark: the same again, or more of it, and nothing else."""
    return re.compile(rf"(?:>[ \t]*)*{re.escape(mark[0])}{{{len(mark)},}}$")


def fenced(code: str) -> tuple[str, list[str], str]:
    """Return the line that opens a block of code, the lines within, and the one that closes it, or would."""
    opening, *lines = code.split("\n")
    fence = _FENCE.match(opening.strip())
    if fence is None:
        raise ValueError("a block of code begins with a fence")
    if lines and _closing(fence[2]).match(lines[-1].strip()):
        return opening, lines[:-1], lines[-1].strip()
    return opening, lines, fence[1] + fence[2]


def plain(markdown: str) -> str:
    """Return the text without what only a browser needs: link targets, schemes of addresses, comments, bold."""
    text = _COMMENT.sub("", markdown)
    while (without := _LINK.sub(r"\1", text)) != text:  # images within links
        text = without
    return _AUTOLINK.sub("", text).replace("**", "")
