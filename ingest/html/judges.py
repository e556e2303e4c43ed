"""Which blocks of a page are its article: a logistic model over their traits, and what to do where it finds nothing.

`tests/benchmarks/fit_judges.py` fits the weights on pages with gold text. The model is linear on purpose: on those
pages, boosted trees over the same traits were no better on sites they had not seen.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ingest.html.ballots import EXTRACTORS, ballots
from ingest.html.markdown import Block, Kind, read_text
from ingest.html.markup import columns
from ingest.html.reasons import why_left_out
from ingest.html.scripts import article_bodies
from ingest.html.threads import thread, thread_blocks
from ingest.html.traits import TRAITS, is_prose, traits
from ingest.spelling import squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ingest.html.markup import Element
    from ingest.trace import Trace

__all__ = ["article_blocks", "chosen_blocks", "probabilities"]

_WEIGHTS: Mapping[str, float] = {
    "trafilatura": 0.91,
    "readability": -0.33,
    "votes_around": 2.49,
    "votes_beside": 1.37,
    "prose_beside": 0.32,
    "prose_above": 1.07,
    "votes_before": -3.51,
    "votes_after": -2.15,
    "in_container": 0.80,
    "out_of_container": -0.57,
    "not_quoted": -1.03,
    "in_main_article": 0.74,
    "in_other_article": -5.94,
    "in_clutter": -0.57,
    "linked": -2.68,
    "linked_around": -1.31,
    "length": 0.07,
    "sentence": 0.82,
    "item": 0.95,
    "code": 3.20,
    "table": 2.09,
    "before_title": -0.91,
    "phrase": -1.98,
    "short_and_linked": 2.06,
    "is_date": -1.48,
}
_BIAS = -0.77
_THRESHOLD = 0.5
_CODE = 0.1  # enough for code, which hardly ever stands anywhere but in an article
_BETWEEN = 0.3  # enough between kept blocks
_BETWEEN_WHOLE = 0.1  # the same for blocks that are not prose
_NEAR = 4  # blocks within which the next kept one follows
_CONTENTS = 3  # lines from which a run of headings is a table of contents
_CONTENTS_TITLE = re.compile(r"\W*(?:文章)?(?:目录|table of contents|contents)\W*", re.IGNORECASE)
_PROSE = frozenset({Kind.PARAGRAPH, Kind.ITEM})
_BARS = re.compile(r"\S\s*[|｜·•]\s*\S")
_MENU = 0.8  # share of a line that is links
_TOO_LITTLE = 200  # columns
_LONG = 1000  # characters of prose from which an <article> is one
_TOLD = "articleBody in its JSON-LD"
_OVERLOOKED = 0.25  # share of its prose below which it was overlooked


def article_blocks(
    root: Element, parts: Sequence[Block], url: str, title: str, trace: Trace | None = None
) -> list[Block]:
    """Return those of the page's blocks that are its article, in order; none if there is none.

    `parts` are the blocks of `root`, which is marked in place and of no further use. A `trace` is told by which way they
    were found, and why each of the others was left out.
    """
    if not parts:
        return _told(root, trace)
    found = thread(root, url)
    votes = ballots(root, parts, url)
    rows = traits(root, parts, votes, title)
    chances = probabilities(rows)
    how = f"blocks judged by traits, {' and '.join(EXTRACTORS)} among the witnesses"
    if found is not None and (posts := thread_blocks(found, title, parts, _kept(parts, rows, chances))):
        how, chosen = "the posts of a thread", posts
    else:
        chosen = chosen_blocks(parts, rows, votes, chances)
        if _length(chosen) < _TOO_LITTLE and (told := _told(root, None)):
            how, chosen = _TOLD, told
    if trace is not None:
        trace.say("text from", how)
        kept, weights = {id(part) for part in chosen}, _weights()
        for part, row, chance in zip(parts, rows, chances.tolist(), strict=True):
            if id(part) not in kept:
                trace.drop(part.words, why_left_out(row, weights, chance))
    return chosen


def _told(root: Element, trace: Trace | None) -> list[Block]:
    """Return the text that a page which scripts fill has in its JSON-LD."""
    bodies = article_bodies(root)
    if bodies and trace is not None:
        trace.say("text from", _TOLD)
    return _without_contents(read_text(max(bodies, key=len))) if bodies else []


def chosen_blocks(
    parts: Sequence[Block],
    rows: NDArray[np.float64],
    votes: Sequence[frozenset[int]],
    chances: NDArray[np.float64],
) -> list[Block]:
    """Return the blocks of the article of a page that is no thread, given how likely each is part of it."""
    phrase = rows[:, TRAITS.index("phrase")] > 0
    chosen = [parts[number] for number in _without_end(parts, _kept(parts, rows, chances), phrase)]
    if _length(chosen) < _TOO_LITTLE:
        inside = frozenset(np.flatnonzero(rows[:, TRAITS.index("in_container")]).tolist())
        around = frozenset(np.flatnonzero(phrase).tolist())
        others = [[parts[number] for number in sorted(numbers - around)] for numbers in (inside, *votes)]
        chosen = max(chosen, *filter(_is_prose, others), [], key=_length)
    return _without_contents(chosen)


def probabilities(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, for each row of `traits`, how likely its block is part of the article."""
    return np.asarray(1.0 / (1.0 + np.exp(-(rows @ _weights() + _BIAS))), np.float64)


def _weights() -> NDArray[np.float64]:
    return np.array([_WEIGHTS[name] for name in TRAITS])


def _kept(
    parts: Sequence[Block], rows: NDArray[np.float64], chances: NDArray[np.float64]
) -> NDArray[np.bool_]:
    kept = _smoothed(parts, np.where(_overlooked(parts, rows, chances), 1.0, chances))
    return kept | _around_code(parts, rows, kept)


def _overlooked(
    parts: Sequence[Block], rows: NDArray[np.float64], chances: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which blocks are prose of an `<article>` of which the judges would keep next to nothing.

    Where extractors take a small part of a page, all else on it looks like what surrounds an article.
    """
    prose = np.array([is_prose(part) for part in parts], np.bool_)
    inside = prose & (rows[:, TRAITS.index("in_main_article")] > 0)
    size = np.array([len(part.words) for part in parts], np.float64)
    held = float(size @ inside)
    if held < _LONG or held < 0.5 * float(size @ prose):
        return np.zeros(len(parts), np.bool_)
    return inside if float(size @ (inside & (chances >= _THRESHOLD))) < _OVERLOOKED * held else inside & False


def _smoothed(parts: Sequence[Block], chances: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which blocks are kept: the likely ones, and between them those that are not unlikely.

    Code, tables, formulas and headings lack what prose is known by, and belong to the text around them.
    """
    kept = np.array(
        [
            chance >= (_CODE if part.kind is Kind.CODE else _THRESHOLD)
            for part, chance in zip(parts, chances, strict=True)
        ],
        np.bool_,
    )
    for number in range(1, len(parts) - 1):
        needed = _BETWEEN if parts[number].kind in _PROSE else _BETWEEN_WHOLE
        if chances[number] >= needed and kept[number - 1] and kept[number + 1 : number + 1 + _NEAR].any():
            kept[number] = True
    return kept


def _around_code(
    parts: Sequence[Block], rows: NDArray[np.float64], kept: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which blocks belong to code that is kept: the other pieces of code near it, and what stands between them.

    What stands there says what the code does, in lines too short for any extractor to take for text; links and buttons
    are none.
    """
    says = (rows[:, TRAITS.index("linked")] < 0.5) & (rows[:, TRAITS.index("phrase")] == 0)
    found = np.zeros(len(parts), np.bool_)
    code = np.flatnonzero([part.kind is Kind.CODE for part in parts])
    for run in np.split(code, np.flatnonzero(np.diff(code) > _NEAR) + 1):
        if kept[run].any():
            found[run[0] : run[-1]] = says[run[0] : run[-1]]
            found[run] = True
    return found


def _without_end(parts: Sequence[Block], kept: NDArray[np.bool_], phrase: NDArray[np.bool_]) -> list[int]:
    """Return the numbers of the blocks kept, less those that end an article but are none of it: a licence, the name of
    the editor, a button, a menu."""
    numbers = np.flatnonzero(kept).tolist()
    while (
        numbers
        and parts[numbers[-1]].kind in _PROSE
        and (phrase[numbers[-1]] or _is_menu(parts[numbers[-1]]))
    ):
        numbers.pop()
    return numbers


def _is_menu(part: Block) -> bool:
    """Whether a block is a line of links with bars between them."""
    return _BARS.search(part.words) is not None and part.linked >= _MENU * len(part.words.replace(" ", ""))


def _without_contents(parts: list[Block]) -> list[Block]:
    """Return the blocks without a table of contents: a run of lines that are all headings further on."""
    last = {squeezed(part.words): number for number, part in enumerate(parts) if part.kind is Kind.HEADING}
    repeats = [
        part.kind in _PROSE and last.get(squeezed(part.words), -1) > number
        for number, part in enumerate(parts)
    ]
    dropped: set[int] = set()
    for repeated, run in groupby(range(len(parts)), key=repeats.__getitem__):
        numbers = list(run)
        if repeated and len(numbers) >= _CONTENTS:
            dropped.update(numbers)
            if numbers[0] and _CONTENTS_TITLE.fullmatch(parts[numbers[0] - 1].words):
                dropped.add(numbers[0] - 1)
    return [part for number, part in enumerate(parts) if number not in dropped]


def _is_prose(parts: Sequence[Block]) -> bool:
    return sum(part.linked for part in parts) < 0.5 * sum(len(part.words) for part in parts)


def _length(parts: Sequence[Block]) -> int:
    return sum(columns(part.words) for part in parts)
