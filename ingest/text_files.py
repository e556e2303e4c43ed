"""Markdown, plain text, notebooks and GitHub's JSON answers: files that already are the article.

Markdown stays as it is written, less its front matter (which is metadata), HTML comments, pictures and badges.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ingest.charset import decode
from ingest.fences import fenced
from ingest.html.dates import iso_date

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TextFile", "github_answer", "read_markdown", "read_notebook", "read_plain"]


@dataclass(frozen=True, slots=True)
class TextFile:
    """The text of a file, and what it says of itself."""

    text: str  # Markdown
    title: str = ""
    author: str = ""
    published: str = ""
    linked: float = 0.0  # share of the text in links


_FRONT_MATTER = re.compile(
    r"\A\ufeff?(?:---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)|\+\+\+[ \t]*\n(?P<toml>.*?)\n\+\+\+)[ \t]*(?:\n|\Z)",
    re.DOTALL,
)
_FIELD = re.compile(
    r"^[\"']?(?P<key>title|author|authors|date|published|name)[\"']?\s*[:=]\s*(?P<value>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_FENCED = (  # in quotes and deep in lists as well; one that nothing closes runs to the end of the file
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<fence>```+(?=[^`\n]*$)|~~~+).*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
)
_FENCE = re.compile(_FENCED, re.DOTALL | re.MULTILINE)
_INLINE = r"(?<![`\\])(?P<ticks>`+)(?!`)(?:[^\n]|\n(?![ \t]*$)){1,2000}?(?<!`)(?P=ticks)(?!`)"
_COMMENT = r"(?P<comment><!--.*?-->|^[ ]{0,3}<!--.*\Z)"
_CODE_LINE = r"(?:[ ]{4}|\t)[ \t]*[^\s][^\n]*(?:\n|\Z)"
_INDENTED = rf"(?P<indented>(?:(?<=\n\n)|\A){_CODE_LINE}(?:(?:[ \t]*\n){{0,9}}{_CODE_LINE})*)"
# Whichever begins first counts: a fence within a comment is no code, and "<!--" within code no comment.
_SET_ASIDE = re.compile(f"{_FENCED}|{_COMMENT}|{_INDENTED}|{_INLINE}", re.DOTALL | re.MULTILINE)
_WITHIN_ITEM = re.compile(f"{_COMMENT}|{_INLINE}", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"[ \t]|[-*+>][ \t]|\d{1,9}[.)][ \t]")
_POINTS_SOMEWHERE = re.compile(r"\]\((?:https?:|[/.#])")
_STAND_IN = "\x1a"  # U+001A SUBSTITUTE, on either side of the number of a piece of code that is set aside
_STANDS_FOR = re.compile(f"{_STAND_IN}(\\d+){_STAND_IN}")
_LINKED_PICTURE = re.compile(r"\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)")
_PICTURE = re.compile(r"!\[[^\]]*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]]*\])")
_LINK = re.compile(
    r"\[(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]*\])+)\]\((?:<[^>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_REFERENCE_LINK = re.compile(r"\[(?P<text>[^\[\]\n]+)\]\[(?P<label>[^\[\]\n]*)\]")
_ADDRESS = re.compile(r"https?://[^\s<>)\]]+")
_REFERENCE = re.compile(r"^[ \t]{0,3}\[(?P<label>[^\]\n^]+)\]:[ \t]*\S+.*$", re.MULTILINE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(
    r"</?(?:[a-z][a-z0-9]*|[A-Z]+)(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*\s*/?>"
)
_BREAKING_TAG = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6]|/table)\b[^>]*>", re.IGNORECASE)
_HTML_HEADING = re.compile(
    r"<h(?P<level>[1-6])[^>]{0,300}>(?P<text>.{0,500}?)</h(?P=level)>", re.DOTALL | re.IGNORECASE
)
_EMPHASIS = re.compile(r"(?<![*\\])\*\*(?P<bold>[^*\n]+)\*\*(?!\*)")
_ATX = re.compile(r"^#{1,6}[ \t]*(?P<text>[^#\n].*?)[ \t#]*$", re.MULTILINE)
_SETEXT = re.compile(r"^(?P<text>[^\W\d_][^\n]*|\d[^\n]*)\n(?:=+|-{3,})[ \t]*$", re.MULTILINE)
_HEAD = 3000  # characters in which the title stands
_LONGEST_TITLE = 100  # characters; a longer heading is a sentence, or a comment of a shell
_GENERIC = re.compile(
    r"^\W*(?:\d+[.、]?\s*)?(?:正文|前言|引言|背景|简介|目录|概述|总结|介绍|introduction|abstract|overview|features|contents|toc|"
    r"table of contents|installation|usage|news)\W*$",
    re.IGNORECASE,
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # of a terminal
_OBJECT = re.compile(r"\s*<[^<>\n]*>\s*")  # what Python says of a figure that is shown in its place
_LONGEST_OUTPUT = 4000  # characters; longer ones are logs
_TOC = re.compile(r"^[ \t]*\[toc\][ \t]*$", re.IGNORECASE | re.MULTILINE)


def read_markdown(text: str) -> TextFile:
    """Return a Markdown file as an article: links as their text, pictures and markup left out, code untouched."""
    fields: dict[str, str] = {}
    if match := _FRONT_MATTER.match(text):
        header = match["yaml"] if match["yaml"] is not None else match["toml"]
        for found in _FIELD.finditer(header):
            fields.setdefault(found["key"].lower(), found["value"].strip().strip("\"'"))
        text = text[match.end() :]
    text, code = _without_code(text.replace(_STAND_IN, ""))
    linked = _linked(text, code)
    body = re.sub(r"\n{3,}", "\n\n", _prose(text))
    body = _with_code(body, code).strip()
    return TextFile(
        body,
        title=fields.get("title") or fields.get("name") or _first_heading(_FENCE.sub("", body)),
        author=fields.get("author") or fields.get("authors", "").strip("[]"),
        published=iso_date(fields.get("date") or fields.get("published", "")),
        linked=min(1.0, linked / max(1, len(body))),
    )


def read_plain(text: str) -> TextFile:
    """Return a plain text file as an article; its title is its first line where that stands alone and is short."""
    body = re.sub(r"\n{3,}", "\n\n", _without_trailing_space(text)).strip()
    first, _, rest = body.partition("\n")
    return TextFile(body, title=first.strip() if len(first) <= 100 and rest.startswith("\n") else "")


def read_notebook(text: str) -> TextFile | None:
    """Return a Jupyter notebook as Markdown: prose, code in its language, printed results; None if it is not one."""
    try:
        notebook = json.loads(text)
        kernel = notebook.get("metadata", {}).get("language_info", {}).get("name", "python")
        cells = notebook.get("cells") or [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
        parts = [part for cell in cells for part in _cell(cell, str(kernel))]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return read_markdown("\n\n".join(parts))


def github_answer(body: bytes) -> tuple[str, str] | None:
    """Return name and text of the file that GitHub's contents API answers with, or None if it is another answer."""
    try:
        answer = json.loads(body)
        name, content = answer["name"], base64.b64decode(answer["content"])
    except (ValueError, TypeError, KeyError, binascii.Error):
        return None
    return str(name), decode(content)


def name_of(url: str) -> str:
    """Return the file name in an address, without its ending."""
    return PurePosixPath(unquote(urlsplit(url).path)).stem


def _without_code(text: str) -> tuple[str, list[str]]:
    """Return a text with a stand-in for each piece of code, those pieces, and no comments: what is code is no markup."""
    code: list[str] = []

    def aside(found: re.Match[str]) -> str:
        if found["comment"] is not None:
            return ""
        if found.re is _SET_ASIDE and found["indented"] is not None:
            if not _is_code(found):
                return _WITHIN_ITEM.sub(aside, found[0])
            code.append(_without_trailing_space(found[0]))
        else:
            code.append(found[0])
        return f"{_STAND_IN}{len(code) - 1}{_STAND_IN}"

    return _SET_ASIDE.sub(aside, text), code


def _is_code(indented: re.Match[str]) -> bool:
    """Return whether indented lines are code, and not more of a list item or prose that was set in by hand."""
    above = indented.string[: indented.start()].rstrip().rpartition("\n")[2]
    return not (_ITEM.match(above) or _POINTS_SOMEWHERE.search(indented[0]))


def _with_code(text: str, code: Sequence[str]) -> str:
    return _STANDS_FOR.sub(lambda found: code[int(found[1])], text)


def _linked(text: str, code: Sequence[str]) -> int:
    """Return how many characters of a piece of Markdown are links: their text, and addresses that stand bare."""
    bare = _REFERENCE.sub("", _LINK.sub("", _PICTURE.sub("", _LINKED_PICTURE.sub("", text))))
    labels = _labels(text)
    references = (link for link in _REFERENCE_LINK.finditer(bare) if _label_of(link) in labels)
    links = (*_LINK.finditer(_PICTURE.sub("", text)), *references)
    return sum(len(_with_code(link["text"], code)) for link in links) + sum(map(len, _ADDRESS.findall(bare)))


def _labels(text: str) -> set[str]:
    """Return the labels that a text defines: without one, "dp[i][j]" is no link."""
    return {_folded(found["label"]) for found in _REFERENCE.finditer(text)}


def _label_of(link: re.Match[str]) -> str:
    return _folded(link["label"] or link["text"])


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


def _prose(text: str) -> str:
    labels = _labels(text)
    text = _HTML_HEADING.sub(_atx, text)
    text = _TAG.sub("", _BREAKING_TAG.sub("\n", text))
    text = _LINK.sub(r"\g<text>", _PICTURE.sub("", _LINKED_PICTURE.sub("", text)))
    text = _REFERENCE_LINK.sub(lambda link: str(link["text"] if _label_of(link) in labels else link[0]), text)
    text = _TOC.sub("", _EMPHASIS.sub(r"\g<bold>", _REFERENCE.sub("", text)))
    # Last, as what they stand for is no markup.
    text = _ENTITY.sub(lambda found: "\\|" if (sign := unescape(found[0])) == "|" else sign, text)
    return _without_trailing_space(re.sub("[\u00a0\u2002\u2003]", " ", text))


def _without_trailing_space(text: str) -> str:
    return "\n".join(line.rstrip(" \t") for line in text.split("\n"))


def _atx(heading: re.Match[str]) -> str:
    """Return a heading in HTML as one in Markdown."""
    words = _TAG.sub("", _BREAKING_TAG.sub(" ", heading["text"])).split()
    return f"\n\n{'#' * int(heading['level'])} {' '.join(words)}\n\n"


def _first_heading(body: str) -> str:
    """Return the first heading near the head of the file that can be a title."""
    found = [*_ATX.finditer(body, 0, _HEAD), *_SETEXT.finditer(body, 0, _HEAD)]
    for match in sorted(found, key=lambda match: match.start()):
        text = str(match["text"]).strip().strip("*_`").strip()
        if text and len(text) <= _LONGEST_TITLE and not match[0].startswith("####"):
            return "" if _GENERIC.match(text) else text
    return ""


def _cell(cell: dict[str, object], language: str) -> list[str]:
    source = _joined(cell.get("source") or cell.get("input"))
    if cell.get("cell_type") == "heading":
        return [f"{'#' * min(6, int(str(cell.get('level', 1))))} {source}"]
    if cell.get("cell_type") != "code":
        return [source] if source.strip() else []
    parts = [fenced(source.rstrip(), language)] if source.strip() else []
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        data = output.get("data") if isinstance(output.get("data"), dict) else {}
        if written := _joined(data.get("text/markdown") or data.get("text/latex")).strip():
            parts.append(written)
            continue
        printed = _COLOURS.sub("", _joined(output.get("text") or data.get("text/plain")))
        if printed.strip() and len(printed) <= _LONGEST_OUTPUT and not _OBJECT.fullmatch(printed):
            parts.append(fenced(printed.rstrip()))
    return parts


def _joined(source: object) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")
