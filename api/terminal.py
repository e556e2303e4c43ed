"""Text for terminals: how wide it is, where a line may break, and how a stretch is marked.

Chinese characters take two columns and a line may break between any two of them, except where a closing mark
would begin a line or an opening one end it; the standard library's `textwrap` knows neither.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import IO
from urllib.parse import unquote

from api.hyperlinks import knows_hyperlinks

__all__ = ["Style", "columns", "fitting", "line_spans", "readable", "style_for", "visible", "wide"]

_NEVER_FIRST = frozenset("、。，．・：；？！）〕］｝〉》」』】’”…—～,.:;?!)]}%")
_ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
# C0 without tab and line feed, DEL, C1, and what turns the direction of writing (CVE-2021-42574).
_HIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NEVER_LAST = frozenset("（〔［｛〈《「『【‘“([{$")


def visible(text: str) -> str:
    """`text` of others made safe for a terminal: control and direction characters are replaced, one by one."""
    return _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def readable(url: str) -> str:
    """The address as a person would write it: percent-encoded letters beyond ASCII as themselves (RFC 3987)."""
    return _ENCODED.sub(_decoded, url)


def _decoded(encoded: re.Match[str]) -> str:
    text = unquote(encoded[0], errors="replace")
    return text if text.isprintable() and "\N{REPLACEMENT CHARACTER}" not in text else encoded[0]


class Style:
    """Marks stretches of text with the terminal's attributes, or leaves them alone when `colour` is off.

    With `hyperlinks`, addresses become links whose text may be shorter than the address.
    """

    def __init__(self, colour: bool, hyperlinks: bool = False) -> None:
        self.colour = colour
        self.hyperlinks = hyperlinks

    def bold(self, text: str) -> str:
        """For titles."""
        return self._wrapped(text, "1")

    def faint(self, text: str) -> str:
        """For what is read second."""
        return self._wrapped(text, "2")

    def address(self, url: str, *, named: str = "", width: int = 0) -> str:
        """For URLs. As a link, it shows at most `width` columns of the address `named` (default: `url`)."""
        if not self.hyperlinks:
            return self._wrapped(url, "36")
        shown = self._wrapped(fitting(readable(named or url), width), "36")
        return f"\x1b]8;;{url}\x1b\\{shown}\x1b]8;;\x1b\\"

    def star(self, text: str) -> str:
        """For the curator's star."""
        return self._wrapped(text, "33")

    def marked(self, text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
        """`text[start:end]` with the parts inside `spans` (sorted, apart, offsets into `text`) set off."""
        parts, done = [], start
        for first, last in spans:
            first, last = max(first, done), min(last, end)
            if first < last:
                parts += [text[done:first], self._wrapped(text[first:last], "1;33")]
                done = last
        return "".join((*parts, text[done:end]))

    def _wrapped(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text


def style_for(stream: IO[str], environ: Mapping[str, str]) -> Style:
    """Colour on a terminal that can show it, unless NO_COLOR is set (https://no-color.org), and links where it can."""
    terminal = stream.isatty() and environ.get("TERM") != "dumb"
    return Style(terminal and not environ.get("NO_COLOR"), terminal and knows_hyperlinks(environ))


def columns(stream: IO[str], environ: Mapping[str, str]) -> int:
    """Columns of the terminal behind `stream`; 0 when it is none and lines need no breaking."""
    if not stream.isatty():
        return 0
    given = environ.get("COLUMNS", "")
    return max(40, min(int(given) if given.isdecimal() else _terminal_columns(stream), 120))


def _terminal_columns(stream: IO[str]) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 100
    except OSError:
        return 100


def fitting(text: str, width: int) -> str:
    """`text` cut to `width` columns, with an ellipsis where something is left out; 0: whole."""
    if not width or wide(text) <= width:
        return text
    used = 1
    for place, character in enumerate(text):
        used += _width(character)
        if used > width:
            return text[:place] + "…"
    return text


def wide(text: str) -> int:
    """Columns that `text` takes (UAX #11)."""
    return sum(map(_width, text))


def line_spans(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of lines of at most `width` columns; 0: only the text's own lines. Empty lines are left out."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        yield from _broken(text, start, end, width)
        start = end + 1


def _broken(text: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    begin, used, chance = start, 0, start
    for place in range(start, end):
        if place > begin and _may_break(text[place - 1], text[place]):
            chance = place
        used += _width(text[place])
        # A blank may hang over the edge. What is carried over can be too wide again.
        while width and used > width and begin < place and not text[place].isspace():
            cut = chance if chance > begin else place
            yield from _stripped(text, begin, cut)
            begin, used = cut, wide(text[cut : place + 1])
    yield from _stripped(text, begin, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the blanks at its end; nothing when only blanks are in it."""
    length = len(text[start:end].rstrip())
    if length:
        yield start, start + length


def _may_break(before: str, after: str) -> bool:
    if before.isspace():
        return not after.isspace()
    # A mark that takes no column of its own (an accent, the selector of a variant) belongs to what it stands upon.
    if before in _NEVER_LAST or after in _NEVER_FIRST or not _width(after):
        return False
    return not after.isspace() and 2 in (_width(before), _width(after))


def _width(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
