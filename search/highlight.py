"""What to show of a passage: where the query's terms stand in it, and the part worth reading first.

Terms are found by the analyzer that indexed them, so 雙塔 is marked for 双塔 and "towers" for "tower".
A snippet is cut between sentences, or clauses of a long one, and never inside a formula, code or a link.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from index.analyze import analyze
from index.folding import fold_with_offsets, origin
from index.sentences import clauses, sentences, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.lexical import QueryTerm
    from search.answers import Span
    from search.query import Query

__all__ = ["SNIPPET_WIDTH", "highlight", "snippet"]

SNIPPET_WIDTH = 160.0  # display units (index.sentences.width): three to four lines of a page

_EAST_ASIAN = "\u2e80-\U0003ffff"  # written without spaces
_BREAK = re.compile(f"[\\s{_EAST_ASIAN}]")
# Terms have no joints, in-batch is inbatch, and no accents.
_UNLIKE = re.compile("(?<=\\w)[-_'’](?=\\w)|[\u00c0-\u024f\u1e00-\u1eff]")
# Fenced code and displayed formulas, whose ends nothing within them says.
_VERBATIM = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*(?P=fence)[ \t]*$|\Z)|\$\$.+?\$\$",
    re.MULTILINE | re.DOTALL,
)
_LONGEST = 1000  # characters that a snippet grows by at either end
_STUB = 3  # characters at the beginning of a word that stemming leaves alone


def highlight(text: str, query: Query) -> tuple[Span, ...]:
    """Return where terms of the query stand in `text`: disjoint spans in order, adjoining ones as one."""
    merged: list[Span] = []
    for start, end in sorted(_found(text, _wanted(query.looked_for))):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


class _Wanted(NamedTuple):
    """The terms of a query as they are looked for in folded text."""

    terms: frozenset[str]
    wide: tuple[str, ...]  # East Asian terms
    stubs: tuple[str, ...]  # what a word of an alphabet has in it that may become a term


@lru_cache(maxsize=64)
def _wanted(terms: tuple[QueryTerm, ...]) -> _Wanted:
    """The same for all the passages of an answer."""
    texts = frozenset(term.text for term in terms)
    wide = {text for text in texts if text > "\u2e80"}
    return _Wanted(texts, tuple(wide), tuple({text[:_STUB] for text in texts - wide}))


def _found(text: str, wanted: _Wanted) -> Iterator[Span]:
    """Every occurrence of a wanted term.

    East Asian characters are found as they stand, which is where the analyzer sees them too. A word of an
    alphabet is analyzed only where it looks like a wanted term: cutting the whole text takes ten times as long.
    """
    folded, at = fold_with_offsets(text)
    for term in wanted.wide:
        begin = folded.find(term)
        while begin >= 0:
            yield origin(at, begin, begin + len(term))
            begin = folded.find(term, begin + 1)
    done = 0
    for begin in sorted(_likely(folded, wanted.stubs)):
        if begin < done:
            continue
        after = _BREAK.search(folded, begin)
        while begin > done and not _BREAK.match(folded, begin - 1):
            begin -= 1
        done = after.start() if after else len(folded)
        start, end = origin(at, begin, done)
        for found in _terms(text[start:end]):
            if found.text in wanted.terms:
                yield start + found.start, start + found.end


def _likely(folded: str, stubs: Sequence[str]) -> Iterator[int]:
    """Places within words that may become a wanted term: how one begins, or what makes a word's terms look unlike it."""
    for stub in stubs:
        begin = folded.find(stub)
        while begin >= 0:
            yield begin
            begin = folded.find(stub, begin + len(stub))
    if stubs:
        yield from (unlike.start() for unlike in _UNLIKE.finditer(folded))


# The same words come up in passage after passage.
_terms = lru_cache(maxsize=20_000)(analyze)


def snippet(text: str, spans: Sequence[Span], *, maximum: float = SNIPPET_WIDTH) -> Span:
    """Return the run of sentences, at most `maximum` display units wide, that shows most different terms.

    Of equals the earliest wins. Of a single sentence that is too wide its best clauses are shown. Only a formula,
    a line of code or a link that would be cut makes the result wider than asked.
    """
    if width(text) <= maximum:
        return 0, len(text)
    terms = [(low, high, text[low:high].lower()) for low, high in spans]
    start, end = _best_run(sentences(text), 0, terms, maximum)
    if width(text[start:end]) > maximum:
        start, end = _best_run(clauses(text[start:end], maximum), start, terms, maximum)
    return _stripped(text, _uncut(text, (start, end)))


def _uncut(text: str, span: Span) -> Span:
    """The span with the lines of code and the formulas whole that it would cut, unless they are longer than anybody reads."""
    start, end = span
    for found in _VERBATIM.finditer(text):
        if found.start() < start < found.end():
            whole = text.rfind("\n", 0, start) + 1 if found["fence"] else found.start()
            start = whole if start - whole <= _LONGEST else start
        if found.start() < end < found.end():
            line = text.find("\n", end)
            whole = (len(text) if line < 0 else line) if found["fence"] else found.end()
            end = whole if whole - end <= _LONGEST and text[end - 1] != "\n" else end
    return start, end


def _best_run(
    pieces: Sequence[str], offset: int, terms: Sequence[tuple[int, int, str]], maximum: float
) -> Span:
    """The first run of pieces with most different terms: as many as fit, and at least one; never a blank one."""
    places = list(accumulate(map(len, pieces), initial=offset))
    widths = list(accumulate(map(width, pieces), initial=0.0))
    best, most = (places[0], places[-1]), -1
    for first, start in enumerate(places[:-1]):
        last = max(first + 1, bisect_right(widths, widths[first] + maximum) - 1)
        end = places[last]
        shown = len({term for low, high, term in terms if start <= low and high <= end})
        if shown > most and any(map(str.strip, pieces[first:last])):
            best, most = (start, end), shown
    return best


def _stripped(text: str, span: Span) -> Span:
    """Without white space at either end."""
    shown = text[slice(*span)]
    start = span[0] + len(shown) - len(shown.lstrip())
    return start, max(start, span[0] + len(shown.rstrip()))
