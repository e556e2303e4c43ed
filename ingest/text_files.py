"""Markdown, plain text, notebooks and GitHub's JSON answers: files that already are the article.

Markdown stays as it is written, less its front matter (which is metadata), HTML comments, pictures and badges.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ingest.charset import decode
from ingest.html.dates import iso_date

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
_FENCE = re.compile(r"^[ \t]{0,3}(```+|~~~+).*?(?:^[ \t]{0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINKED_PICTURE = re.compile(r"\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)")
_PICTURE = re.compile(r"!\[[^\]]*\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]]*\])")
_LINK = re.compile(
    r"\[(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]*\])+)\]\((?:<[^>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_REFERENCE_LINK = re.compile(r"\[(?P<text>[^\[\]\n]+)\]\[[^\[\]\n]*\]")
_ADDRESS = re.compile(r"https?://[^\s<>)\]]+")
_REFERENCE = re.compile(r"^[ \t]{0,3}\[[^\]\n^]+\]:[ \t]*\S+.*$", re.MULTILINE)
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
_TOC = re.compile(r"^[ \t]*\[toc\][ \t]*$", re.IGNORECASE | re.MULTILINE)


def read_markdown(text: str) -> TextFile:
    """Return a Markdown file as an article: links as their text, pictures and markup left out, code untouched."""
    fields: dict[str, str] = {}
    if match := _FRONT_MATTER.match(text):
        header = match["yaml"] if match["yaml"] is not None else match["toml"]
        for found in _FIELD.finditer(header):
            fields.setdefault(found["key"].lower(), found["value"].strip().strip("\"'"))
        text = text[match.end() :]
    pieces: list[str] = []
    end = linked = 0
    for fence in _FENCE.finditer(text):
        pieces += (_prose(text[end : fence.start()]), fence[0])
        linked += _linked(text[end : fence.start()])
        end = fence.end()
    pieces.append(_prose(text[end:]))
    linked += _linked(text[end:])
    body = re.sub(r"\n{3,}", "\n\n", "".join(pieces)).strip()
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


def _linked(text: str) -> int:
    """Return how many characters of a piece of Markdown are links: their text, and addresses that stand bare."""
    bare = _REFERENCE.sub("", _LINK.sub("", _PICTURE.sub("", _LINKED_PICTURE.sub("", text))))
    links = (*_LINK.finditer(_PICTURE.sub("", text)), *_REFERENCE_LINK.finditer(bare))
    return sum(len(link["text"]) for link in links) + sum(map(len, _ADDRESS.findall(bare)))


def _prose(text: str) -> str:
    text = _HTML_COMMENT.sub("", text)
    text = _HTML_HEADING.sub(_atx, text)
    text = _TAG.sub("", _BREAKING_TAG.sub("\n", text))
    text = _PICTURE.sub("", _LINKED_PICTURE.sub("", text))
    text = _REFERENCE.sub("", _REFERENCE_LINK.sub(r"\g<text>", _LINK.sub(r"\g<text>", text)))
    text = _TOC.sub("", _EMPHASIS.sub(r"\g<bold>", text))
    text = re.sub(r"&nbsp;|&ensp;|&emsp;", " ", text)
    return _without_trailing_space(text)


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
    parts = [f"```{language}\n{source.rstrip()}\n```"] if source.strip() else []
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        data = output.get("data") or {}
        printed = _joined(output.get("text") or (data.get("text/plain") if isinstance(data, dict) else ""))
        if printed.strip() and len(printed) <= 4000:
            parts.append(f"```\n{printed.rstrip()}\n```")
    return parts


def _joined(source: object) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")
