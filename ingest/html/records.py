"""Posts that nothing names: siblings of one shape, each with a date and some prose, as a thread's replies are.

Finding the records of a page by the repetition of their markup is the idea of Liu, Grossman and Zhai, "Mining Data
Records in Web Pages" (KDD 2003). It finds comments and teasers just as well, so that a page must be known to be a
thread before it is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from ingest.html.markup import Element, class_names, columns, own_tag, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.html.markdown import Block

__all__ = ["records", "trimmed"]

_WHEN = re.compile(
    r"\b\d+\s*(?:s|m|h|d|w|mo|y|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?|months?|years?)\.?\s+ago\b|"
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d|\d{1,2}\s*月\s*\d{1,2}\s*日|"
    r"刚刚|昨天|前天|\d+\s*(?:秒|分钟?|小时|天|周|个?月|年)(?:之?前)|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b|\b\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|"
    r"jul|aug|sep|oct|nov|dec)|\byesterday\b|\ban? (?:minute|hour|day|week|month|year) ago",
    re.IGNORECASE,
)
_NOT_TEXT = words("script style noscript template select button svg nav aside footer option textarea")
_LONGEST_DATE = 60  # characters of the line that a date stands in
_PROSE = 20  # characters outside of links that make a record of an element
_MOST = 0.6  # share of the siblings that must be dated
_LINE = 30  # columns from which a line is text without a mark at its end
_SENTENCE = re.compile(r"[.!?。！？…:：;；)）][\"'”’)）\]」』]*$")


def records(root: Element) -> list[Element]:
    """Return the longest group of dated siblings of one shape, none if there is none."""
    sizes: dict[Element, int] = {}
    dated: set[Element] = set()
    best: list[Element] = []
    most = 0
    _measure(root, sizes, dated)
    for parent in root.iter():
        groups: defaultdict[tuple[str, ...], list[Element]] = defaultdict(list)
        for child in parent:
            if sizes.get(child, 0) >= _PROSE:
                groups[_shape(child)].append(child)
        for group in groups.values():
            held = [element for element in group if element in dated]
            size = sum(sizes[element] for element in held)
            if len(held) < 2 or len(held) < _MOST * len(group):
                continue
            # Parts of the page may be of one shape as well: of two groups, the one with more members counts double.
            if size > most or (len(held) > len(best) and 2 * size > most):
                best, most = held, size
    return best


def trimmed(parts: Sequence[Block]) -> list[Block]:
    """Return the blocks of a record without the names, dates and counts before and behind its text."""
    told = [number for number, part in enumerate(parts) if _tells(part)]
    if told:
        return list(parts[told[0] : told[-1] + 1])
    rest = [part for part in parts if not part.linked and not _WHEN.search(part.words)]
    return [max(rest, key=lambda part: len(part.words))] if rest else []


def _tells(part: Block) -> bool:
    width = columns(part.words)
    if part.linked > 0.5 * len(part.words) or (width < 2 * _LINE and _WHEN.search(part.words)):
        return False
    return width >= _LINE or (width > 8 and _SENTENCE.search(part.words) is not None)


def _measure(
    element: Element, sizes: dict[Element, int], dated: set[Element], *, linked: bool = False
) -> int:
    """Note, of an element and all below it, the characters outside of links and whether a date is among them."""
    if own_tag(element) in _NOT_TEXT or not own_tag(element):
        return 0
    linked = linked or own_tag(element) == "a"
    size = 0
    if own_tag(element) == "time":
        dated.add(element)
    for text in (element.text, *(child.tail for child in element)):
        if text and (line := text.strip()):
            size += 0 if linked else len(line)
            if len(line) <= _LONGEST_DATE and _WHEN.search(line):
                dated.add(element)
    for child in element:
        size += _measure(child, sizes, dated, linked=linked)
        if child in dated:
            dated.add(element)
    sizes[element] = size
    return size


def _shape(element: Element) -> tuple[str, ...]:
    names = [re.sub(r"\d+", "", name) for name in class_names(element)]
    return own_tag(element), *names[:1]
