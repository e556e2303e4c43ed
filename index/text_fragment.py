"""The part of an address that leads a browser to a passage by its words: `#:~:text=first words,last words`.

WICG, "URL Fragment Text Directives", https://wicg.github.io/scroll-to-text-fragment/. A browser looks for both
runs of words in the page as it shows it, so only prose is taken: no marks of Markdown, no code, no formula, and no
heading, which a table of contents would have earlier.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from index.markdown import Block, BlockKind, blocks, plain
from index.sentences import width

__all__ = ["text_fragment"]

# Display units: fewer are found in too many places; more only make the address long, and the match brittle.
_FEWEST, _ENOUGH, _MOST = 8.0, 16.0, 32.0
# Characters that are cut into words at either end of a run: those that are enough, and as many again.
_IN_SIGHT = 64

# What a browser shows otherwise than it is written, or not as text of the line: a run ends there.
_BREAK = "\x00"
_NOT_PROSE = re.compile(
    r"(`{1,4})[^`\n]*\1"
    r"|\$\$.*?\$\$|\$(?=\S)[^$\n]*?(?<=\S)\$|\\\(.*?\\\)|\\\[.*?\\\]|\\[a-zA-Z]+(?:\{[^{}]*\})*"
    r"|!\[[^\[\]]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"
    r"|\[\^[^\]\s]+\]|(?<!\]\()<?https?://[^\s<>()（）“”，。；]+>?|<[^<>]*>"
)
_LINE_START = re.compile(r"^\s*(?:>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)、]\s*|#{1,6}\s+|\|)*")
_EMPHASIS = re.compile(
    r"(?<!\\)\*{2,}|~~"
    r"|(?<![A-Za-z0-9*\\])\*(?=\w)([^*]+)(?<=\w)\*(?![A-Za-z0-9*])|(?<![\w\\])_(?=[^\W_])([^_]+)(?<=[^\W_])_(?!\w)"
)
# An asterisk left over is itself as a rule (14*14, *args), and an underscore part of a name (_private).
_STRAY = re.compile(r"(?<!\\)\*|(?<![\w\\])_+(?=\S)|(?<=[^\s\\])_+(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# A browser asks that a run begins and ends where words do; Han words end for certain only at punctuation.
_JOINT = re.compile(r"[。！？；：，、…,;:!?]+|\.(?=\s)")
_EDGES = re.compile(r"^\W+|\W+$")


def text_fragment(markdown: str) -> str:
    """Return `:~:text=…` for a passage, percent-encoded; "" where it has no prose that a browser could look for."""
    lines = [
        line
        for block in blocks(markdown)
        if isinstance(block, Block) and block.kind is BlockKind.TEXT
        for line in block.text.split("\n")
    ]
    at, begin = next(((at, runs) for at, line in enumerate(lines) if (runs := _runs(line))), (0, []))
    if not begin:
        return ""
    finish = next((runs for line in reversed(lines[at + 1 :]) if (runs := _runs(line))), begin)
    first, last = begin[0], finish[-1]
    start = _first_words(first)
    if last == first:
        last = first[len(start) :]
    end = _last_words(last) if width(last) >= _FEWEST else ""
    return ":~:text=" + ",".join(map(_encoded, filter(None, (start, end))))


def _encoded(words: str) -> str:
    # A hyphen marks a prefix or suffix in a directive, and `quote` leaves it as it is.
    return quote(words, safe="").replace("-", "%2D")


def _runs(line: str) -> list[str]:
    """The runs of prose in a line that are wide enough to be told from others, as a page shows them."""
    written = _NOT_PROSE.sub(_BREAK, _LINE_START.sub("", line, count=1))
    bare = _STRAY.sub(_BREAK, _EMPHASIS.sub(r"\1\2", plain(written)))
    shown = _ESCAPE.sub(r"\1", bare)
    runs = (_EDGES.sub("", " ".join(run.split())) for run in shown.split(_BREAK))
    return [run for run in runs if width(run) >= _FEWEST]


def _first_words(run: str) -> str:
    """The beginning of a run, to a joint of the sentence where one is near, else to the end of a word."""
    if width(run) <= _MOST:
        return run
    for joint in _JOINT.finditer(run):
        if width(run[: joint.start()]) >= _FEWEST:
            if width(run[: joint.start()]) <= _MOST:
                return run[: joint.start()].rstrip()
            break
    taken = ""
    for word in _words(run[:_IN_SIGHT]):
        taken += word
        if width(taken) >= _ENOUGH:
            break
    return _EDGES.sub("", taken)


def _words(run: str) -> list[str]:
    """The words of a run and what stands between them, which add up to it."""
    if run.isascii():
        return re.findall(r"\s+|\S+", run)
    import rjieba  # which reads its dictionary: too long for a search without Chinese

    words: list[str] = rjieba.cut(run)
    return words


def _last_words(run: str) -> str:
    """The same from the end."""
    run = _EDGES.sub("", run)
    if width(run) <= _MOST:
        return run
    for joint in reversed(list(_JOINT.finditer(run))):
        if width(run[joint.end() :]) >= _FEWEST:
            if width(run[joint.end() :]) <= _MOST:
                return run[joint.end() :].lstrip()
            break
    taken = ""
    for word in reversed(_words(run[-_IN_SIGHT:])):
        taken = word + taken
        if width(taken) >= _ENOUGH:
            break
    return _EDGES.sub("", taken)
