"""The links of one block of Markdown: inline, reference, automatic, bare and HTML ones, and the images among them.

It follows CommonMark 0.31 and GFM's extended autolinks where a list is well-formed, and what the curator meant where
it is not: spaces inside an address, full-width parentheses, a space before "(", Chinese glued to a bare address.
Every scan is linear in the block's length, up to the constants below.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

__all__ = ["Kind", "Span", "definition", "label_of", "plain", "scan", "unescape", "untagged"]

_MAX_DESTINATION = 4096  # characters
_MAX_DEPTH = 32  # nested parentheses in an address, as in cmark
_MAX_TAG = 4096

_PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ESCAPE = re.compile(rf"\\([{_PUNCTUATION}])")
# With the semicolon only: "&times" within "&timestamp=" is no multiplication sign.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INTERESTING = re.compile(
    r"[\\`<!\[\]]|(?<![A-Za-z0-9])(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ff][Tt][Pp]://|[Ww]{3}\.)"
)
_AUTOLINK = re.compile(r"<((?:https?|ftp)://[^<>\n]+)>", re.IGNORECASE)
_ATTRIBUTE = r"""\s+[^\s<>"'=/]+(?:\s*=\s*(?:"[^"]{0,2000}"|'[^']{0,2000}'|[^\s<>"']+))?"""
# Well-formed attributes, whose values may hold "<" and ">", or whatever stands there.
_TAG = re.compile(
    rf"</?([A-Za-z][A-Za-z0-9-]*)((?:{_ATTRIBUTE}){{0,50}}\s*(?=/?>)|(?:\s[^<>]{{0,{_MAX_TAG}}})?)/?>"
)
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SRC = re.compile(r"""\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ALT = re.compile(r"""\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_WEB = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_SPACED_OPENING = re.compile(r"[ \t]+(?=\(\s*<?(?:https?|ftp)://)", re.IGNORECASE)
_END_OF_LINK = re.compile(
    r"""[ \t]*(?:\n[ \t]*)?(?:(?:"(?:[^"\\]|\\.){0,999}"|'(?:[^'\\]|\\.){0,999}'|“[^”]{0,999}”"""
    r"""|\((?:[^()\\]|\\.){0,999}\))[ \t]*(?:\n[ \t]*)?)?\)""",
    re.DOTALL,
)
_STOPS = re.compile(r"[\\()]|\s+")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.DOTALL)
_SPACED_NUMBER = re.compile(r"[ ]\[(\d{1,4})\](?![(\[])")  # "[text] [1]", as the first Markdown allowed
_DEFINITION = re.compile(
    r"""[ \t>]*\[(?!\^)((?:[^\[\]\\]|\\.){1,999})\]:[ \t]*(?:<([^<>]+)>|(\S+))"""
    r"""(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*"""
)
_ADDRESS_LIKE = re.compile(r"(?:https?:|ftp:|mailto:)|[#/.]|\S*/\S*|\S+\.\w{2,5}(?:[#?].*)?$", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.[A-Za-z]\w{0,4}(?:[#?]\S*)?$")

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BARE = re.compile(
    r"(?:[^\s<>\"`\[\]|\\^{}\u3000-\u303f\uff00-\uffef\u2018-\u201d·…—]|\\[_*~#&+=()!.-]){1,4096}"
)
_GLUED_HAN = re.compile(rf"(?<![/=_\-#?&%.{_HAN}])[{_HAN}]")
_TRAILING = "?!.,:;*_~'\"&(\\"

_SIMPLE_MARKUP = (
    (re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"~~(?=\S)(.{1,500}?)(?<=\S)~~"), r"\1"),
    (re.compile(r"(?<![\\\w*])\*(?=[^\s*])([^*\n]+)(?<=[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\\\w])_(?=[^\s_])([^_\n]+)(?<=[^\s_])_(?!\w)"), r"\1"),
)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:?")
_CODE_SPAN = re.compile(r"(?<![`\\])(`{1,8})(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_KRAMDOWN = re.compile(r"\{:[^{}\n]{0,300}\}")  # attributes, as Jekyll's Markdown writes them
_BLANKS = re.compile(r"\s+")


class Kind(Enum):
    """What a span is."""

    LINK = auto()
    BARE = auto()  # an address without a text of its own
    IMAGE = auto()
    CODE = auto()  # `text` is what stands in it
    COMMENT = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """One find: text[start:end] of the block."""

    kind: Kind
    start: int
    end: int
    text: str  # as written between the brackets; "" for a bare address
    destination: str = ""  # unescaped
    label: str = ""  # normalised, of a reference


def scan(text: str, definitions: Mapping[str, str]) -> list[Span]:
    """Return the links, images, code spans and comments of a block, in order of their beginnings.

    `definitions` maps normalised labels (`label_of`) to destinations. Links and images within the text of a link
    follow it, though CommonMark has no link in a link: whoever pastes a title with a link in it means both.
    """
    return _Scanner(text, definitions).run()


def definition(line: str) -> tuple[str, str] | None:
    """Return label and destination when the line is a link reference definition, and its destination an address."""
    match = _DEFINITION.fullmatch(line)
    if match is None or (match[2] is None and not _ADDRESS_LIKE.match(match[3])):
        return None
    return match[1].strip(), unescape(match[2] or match[3])


def label_of(written: str) -> str:
    """Return a label as CommonMark matches it: case-folded, blanks collapsed."""
    return _BLANKS.sub(" ", written.strip()).casefold()


def unescape(text: str) -> str:
    """Undo backslash escapes and character references."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), _ESCAPE.sub(r"\1", text))


def plain(text: str) -> str:
    """Return a line's text without markup: what a reader sees, blanks collapsed."""
    if "![" in text or "](" in text:
        parts, at = [], 0
        for span in scan(text, {}):
            if span.kind in (Kind.LINK, Kind.IMAGE) and span.start >= at:
                parts += [text[at : span.start], plain(span.text)]
                at = span.end
        text = "".join((*parts, text[at:]))
    text = untagged(_COMMENT.sub("", _KRAMDOWN.sub("", _FOOTNOTE.sub("", text))))
    text = _CODE_SPAN.sub(lambda found: found[2], text)
    for markup, replacement in _SIMPLE_MARKUP:
        text = markup.sub(replacement, text)
    return _BLANKS.sub(" ", unescape(text)).strip()


def untagged(text: str) -> str:
    """Return a text without the tags of HTML in it; a picture is what it says in place of itself."""
    return _TAG.sub(lambda tag: _alt(tag) if tag[1].lower() == "img" else "", text)


def _alt(image: re.Match[str]) -> str:
    alt = _ALT.search(image[2])
    return (alt[1] or alt[2] or "") if alt else ""


@dataclass(slots=True)
class _Opener:
    start: int
    image: bool
    spans: int  # how many spans had been found when it opened


class _Scanner:
    """One pass over a block; the bracket stack is that of CommonMark's "phase 2"."""

    def __init__(self, text: str, definitions: Mapping[str, str]) -> None:
        self.text = text
        self.definitions = definitions
        self.spans: list[Span] = []
        self.openers: list[_Opener] = []
        self.anchor: tuple[int, int, str, int] | None = None  # start, end of tag, href, spans before it
        self.unclosed_ticks: set[int] = set()

    def run(self) -> list[Span]:
        at = 0
        while found := _INTERESTING.search(self.text, at):
            at = self._step(found)
        self._close_anchor(None)
        return self.spans

    def _step(self, found: re.Match[str]) -> int:
        """Handle what begins at a match; return where to go on."""
        start = found.start()
        match found[0]:
            case "\\":
                return start + 2
            case "`":
                return self._code(start)
            case "<":
                return self._angle(start)
            case "!":
                if self.text.startswith("[", start + 1):
                    self.openers.append(_Opener(start, True, len(self.spans)))
                    return start + 2
                return start + 1
            case "[":
                self.openers.append(_Opener(start, False, len(self.spans)))
                return start + 1
            case "]":
                return self._close(start)
            case _:
                return self._bare(start)

    def _code(self, start: int) -> int:
        end = start
        while end < len(self.text) and self.text[end] == "`":
            end += 1
        ticks = end - start
        if ticks not in self.unclosed_ticks:
            if closing := re.compile(rf"(?<!`)`{{{ticks}}}(?!`)").search(self.text, end):
                self.spans.append(Span(Kind.CODE, start, closing.end(), self.text[end : closing.start()]))
                return closing.end()
            self.unclosed_ticks.add(ticks)
        return end

    def _angle(self, start: int) -> int:
        if automatic := _AUTOLINK.match(self.text, start):
            self.spans.append(Span(Kind.BARE, start, automatic.end(), "", automatic[1].strip()))
            return automatic.end()
        if comment := _COMMENT.match(self.text, start):
            self.spans.append(Span(Kind.COMMENT, start, comment.end(), comment[0][4:-3]))
            return comment.end()
        tag = _TAG.match(self.text, start)
        if tag is None:
            return start + 1
        name = tag[1].lower()
        if name == "img" and (source := _SRC.search(tag[2])):
            self.spans.append(Span(Kind.IMAGE, start, tag.end(), _alt(tag), unescape(_first(source))))
        elif name == "a":
            self._close_anchor(start if tag[0].startswith("</") else None, tag.end())
            if href := _HREF.search(tag[2]):
                self.anchor = (start, tag.end(), unescape(_first(href)), len(self.spans))
        return tag.end()

    def _close_anchor(self, inner_end: int | None, end: int = 0) -> None:
        """Turn an open <a href> into a link; one that is never closed has no text."""
        if self.anchor is None:
            return
        start, inner_start, href, before = self.anchor
        self.anchor = None
        if inner_end is None:
            self.spans.insert(before, Span(Kind.LINK, start, inner_start, "", href))
        else:
            self._put(Span(Kind.LINK, start, end, self.text[inner_start:inner_end], href), before)

    def _close(self, at: int) -> int:
        """At a "]": the link or image that it ends, if any."""
        if not self.openers:
            return at + 1
        opener = self.openers.pop()
        inner = self.text[opener.start + 1 + opener.image : at]
        kind = Kind.IMAGE if opener.image else Kind.LINK
        if inline := self._inline(at + 1):
            span = Span(kind, opener.start, inline[1], inner, inline[0])
        elif reference := self._reference(inner, at + 1):
            label, end = reference
            span = Span(kind, opener.start, end, inner, self.definitions[label], label)
        else:
            return at + 1
        self._put(span, opener.spans)
        return span.end

    def _put(self, span: Span, before: int) -> None:
        """Add a span in place of the bare addresses and code within it: they are its text."""
        inside = [other for other in self.spans[before:] if other.kind in (Kind.LINK, Kind.IMAGE)]
        self.spans[before:] = [span, *inside]

    def _reference(self, inner: str, at: int) -> tuple[str, int] | None:
        """Label and end of a full, collapsed or shortcut reference."""
        if not self.definitions:
            return None
        written = _LABEL.match(self.text, at)
        label = label_of(written[1] or inner) if written else label_of(inner)
        if label not in self.definitions and (spaced := _SPACED_NUMBER.match(self.text, at)):
            written, label = spaced, label_of(spaced[1])
        return (label, written.end() if written else at) if label in self.definitions else None

    def _inline(self, at: int) -> tuple[str, int] | None:
        """Destination and end of an inline link whose "(" is expected at `at`."""
        if spaced := _SPACED_OPENING.match(self.text, at):
            at = spaced.end()
        if self.text.startswith("（", at) and _WEB.match(self.text, at + 1):
            closing = re.compile(r"[）)\n]").search(self.text, at + 1, at + _MAX_DESTINATION)
            if closing and closing[0] != "\n":
                return unescape(self.text[at + 1 : closing.start()].strip()), closing.end()
            return None
        if not self.text.startswith("(", at):
            return None
        at += 1
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        if self.text.startswith("<", at):
            closing = re.compile(r"[<>\n]").search(self.text, at + 1)
            end = _END_OF_LINK.match(self.text, closing.end()) if closing and closing[0] == ">" else None
            return (unescape(self.text[at + 1 : end.start() - 1].strip()), end.end()) if end else None
        return self._balanced(at)

    def _balanced(self, start: int) -> tuple[str, int] | None:
        """A destination up to the parenthesis that closes the link; blanks within it are kept where they must be."""
        depth, at, limit = 0, start, min(len(self.text), start + _MAX_DESTINATION)
        last = -1  # the last ")" before any blank, for an address with too many "("
        while depth <= _MAX_DEPTH and (stop := _STOPS.search(self.text, at, limit)):
            at = stop.end()
            match stop[0]:
                case "\\":
                    at += 1
                case "(":
                    depth += 1
                case ")" if depth == 0:
                    return self._destination(start, stop.start(), at)
                case ")":
                    depth -= 1
                    last = stop.start()
                case _:
                    if end := _END_OF_LINK.match(self.text, stop.start()):
                        return self._destination(start, stop.start(), end.end())
                    if "\n" in stop[0] or (depth and last >= 0):
                        break
        return self._destination(start, last, last + 1) if depth and last >= 0 else None

    def _destination(self, start: int, end: int, after: int) -> tuple[str, int] | None:
        written = unescape(self.text[start:end].strip())
        head, blank, rest = written.partition(" ")
        if blank and not (_FILE_NAME.search(rest) or "/" in rest):
            if not _WEB.match(head):
                return None  # prose in parentheses
            written = head
        elif blank and not (_WEB.match(head) or "/" in head or _FILE_NAME.search(rest)):
            return None
        return (written, after) if not (blank and _WEB.search(written, 1)) else None

    def _bare(self, start: int) -> int:
        found = _BARE.match(self.text, start)
        if found is None:
            return start + 1
        address = found[0]
        # "https://a.example/x这篇": Han that follows a Latin letter is the sentence going on, not the path. Within a
        # segment that has begun in Chinese, Latin and Chinese may alternate.
        for glued in _GLUED_HAN.finditer(address):
            segment = re.split(r"[/=?&#]", address[: glued.start()])[-1]
            if not re.search(f"[{_HAN}]", segment):
                address = address[: glued.start()]
                break
        address = _trimmed(address)
        if not re.match(r"(?:\w+://|www\.)[^\W_]", address):
            return start + 1
        self.spans.append(Span(Kind.BARE, start, start + len(address), "", unescape(address)))
        return start + len(address)


def _trimmed(address: str) -> str:
    """Leave out what ends the sentence rather than the address (GFM 6.9)."""
    surplus = address.count(")") - address.count("(")
    while address:
        if address[-1] in _TRAILING:
            surplus += address[-1] == "("
            address = address[:-1]
        elif address[-1] == ")" and surplus > 0:
            surplus -= 1
            address = address[:-1]
        else:
            break
    return address


def _first(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "")
