"""A stretch of Markdown as a reader wants it: without the marks, with every highlight still in its place.

Not a parser: it only takes away the marks that would be noise in a search result (emphasis, link targets, heading
signs, fences, table rules, escapes, blank lines) and leaves everything else, code and TeX included, as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

__all__ = ["pieces", "plain"]

Span = tuple[int, int]

# Alternatives are tried in order, so that what stands in code or a formula is never taken for emphasis.
# Only the groups named `mark_…` are taken away; a match without one is left whole.
_MARKS = re.compile(
    r"""
      (?P<mark_escape>\\)[`*_\#+\-.!|~>$]
    | (?P<mark_open>^[ \t]*(?P<fence>```+|~~~+)[^\n]*\n?) .*? (?:(?P<mark_close>^[ \t]*(?P=fence)[ \t]*(?:\n|\Z))|\Z)
    | \$\$.+?\$\$ | (?<!\\)\$(?=\S)[^$\n]+?(?<=\S)\$
    | (?P<mark_tick>`+)(?=[^`])(?:.+?)(?<=[^`])(?P<mark_tock>(?P=mark_tick))(?!`)
    | (?P<mark_link>!?\[)(?=(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\()
    | (?P<mark_target>\]\((?:[^()\n]|\([^()\n]*\))*\))
    | (?P<mark_heading>^[ \t]{0,3}\#{1,6}[ \t]+)
    | (?P<mark_quote>^[ \t]{0,3}(?:>[ \t]?)+)
    | (?P<mark_rule>^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+[ \t]*(?::?-{2,}:?)?[ \t]*(?:\n|\Z))
    | (?P<mark_pipe>^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$)
    | (?P<mark_strong>\*{2,3})
    | (?P<mark_emphasis>(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*]))
    | (?P<mark_gap>(?<=\n)(?:[ \t]*\n)+)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def plain(markdown: str, shown: Span, highlights: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """Text of `markdown[shown]` without its marks, and the highlights' offsets in it (sorted, empty ones left out)."""
    start, end = shown
    kept: list[int] = []  # offset in `markdown` of every character that stays
    done = start
    for first, last in _marks(markdown):
        kept.extend(range(done, max(done, min(first, end))))
        done = max(done, last)
    kept.extend(range(done, end))
    text = "".join(markdown[place] for place in kept)
    moved = ((bisect_left(kept, first), bisect_left(kept, last)) for first, last in highlights)
    return text, tuple((first, last) for first, last in moved if first < last)


def pieces(text: str, highlights: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """Yield `text` in pieces, each with whether it is highlighted. `highlights` are sorted and apart."""
    done = 0
    for first, last in highlights:
        yield text[done:first], False
        yield text[first:last], True
        done = last
    yield text[done:], False


def _marks(markdown: str) -> Iterator[Span]:
    """Spans to take away, in order."""
    for match in _MARKS.finditer(markdown):
        spans = (match.span(name) for name in match.re.groupindex if name.startswith("mark_"))
        yield from sorted(span for span in spans if span[0] < span[1])
