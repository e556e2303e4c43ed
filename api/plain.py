"""A stretch of Markdown as a reader wants it: without the marks, with every highlight still in its place.

Not a parser: it only takes away the marks that would be noise in a search result (emphasis, link targets, heading
signs, fences, table rules, escapes, blank lines) and leaves everything else, code and TeX included, as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

__all__ = ["Kind", "Run", "pieces", "plain", "runs"]

Span = tuple[int, int]


class Kind(StrEnum):
    """What a run of text is, which decides how it is set."""

    TEXT = "text"
    CODE = "code"  # within a line
    CODE_BLOCK = "code_block"
    FORMULA = "formula"  # within a line; TeX with its delimiters
    DISPLAYED = "displayed"  # a formula by itself


class Run(NamedTuple):
    """Text of one kind, as pieces of the Markdown that it comes from: what lies between them are marks."""

    kind: Kind
    spans: tuple[Span, ...]


# Alternatives are tried in order, so that what stands in code or a formula is never taken for emphasis.
# Only the groups named `mark_…` are taken away; a match without one is left whole.
_MARKS = re.compile(
    r"""
      (?P<mark_escape>\\)[`*_\#+\-.!|~>$]
    | (?P<mark_open>^[ \t]*(?P<fence>```+|~~~+)[^\n]*\n?) (?P<code_block>.*?)
      (?:(?P<mark_close>^[ \t]*(?P=fence)[ \t]*(?:\n|\Z))|\Z)
    | (?P<displayed>\$\$.+?\$\$ | \\\[(?:(?!\\\[).){1,2000}?\\\])
    | (?P<formula>(?<!\\)\$(?=\S)[^$\n]+?(?<=\S)\$ | \\\((?:(?!\\\().){1,500}?\\\))
    | (?P<mark_tick>`+)(?=[^`])(?P<code>.+?)(?<=[^`])(?P<mark_tock>(?P=mark_tick))(?!`)
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
_VERBATIM = tuple(kind for kind in Kind if kind is not Kind.TEXT)


def plain(markdown: str, shown: Span, highlights: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """Text of `markdown[shown]` without its marks, and the highlights' offsets in it (sorted, empty ones left out)."""
    kept = [place for run in runs(markdown, shown) for span in run.spans for place in range(*span)]
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


def runs(markdown: str, shown: Span) -> Iterator[Run]:
    """Yield what is left of `markdown[shown]` without its marks, in order: prose, and each code and formula by itself."""
    done, end = shown
    prose: list[Span] = []
    for (first, last), kind in _cuts(markdown):
        if first >= end:
            break
        if done < first:
            prose.append((done, first))
        inside = (max(first, done), min(last, end))
        if kind and inside[0] < inside[1]:
            if prose:
                yield Run(Kind.TEXT, tuple(prose))
                prose = []
            yield Run(kind, (inside,))
        done = max(done, last)
    if done < end:
        prose.append((done, end))
    if prose:
        yield Run(Kind.TEXT, tuple(prose))


def _cuts(markdown: str) -> Iterator[tuple[Span, Kind | None]]:
    """Yield what is not prose, in order: marks to take away (None), code and formulas."""
    for match in _MARKS.finditer(markdown):
        found: list[tuple[Span, Kind | None]] = [
            (match.span(name), None) for name in match.re.groupindex if name.startswith("mark_")
        ]
        found += [(match.span(kind), kind) for kind in _VERBATIM]
        yield from sorted((cut for cut in found if cut[0][0] < cut[0][1]), key=lambda cut: cut[0])
