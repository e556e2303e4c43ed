"""An article cut into passages: pieces of a few hundred characters that can be read by themselves.

A passage belongs to one place in the tree of headings, ends where a sentence or a block ends, and keeps code,
tables and formulas whole while they fit. Nothing is lost on the way: a heading stands above the passages of its
section or, where sections too short to stand alone were joined, within the text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING

from index.folding import fold
from index.markdown import Block, BlockKind, Heading, blocks, fenced
from index.sentences import clauses, sentences, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.settings import PassageSettings
    from ingest.articles import Article

__all__ = ["Passage", "split"]

# A line that announces what follows: short and without an end of its own ("代码如下：", a caption, a heading).
_LEADING = re.compile(r"(?![-*+|>`$]|\d{1,3}[.)、])[^\n]{0,60}(?:[:：]|[^\s。！？.!?；;…”」』）)`|$])\s*$")
# A new paragraph is a better place to stop than the sentence nearest to the aim, from this share of it on.
_PARAGRAPH_FROM = 0.75


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of an article."""

    article_id: str
    ordinal: int  # from 0
    headings: tuple[str, ...]  # above it, outermost first, without the article's own title
    text: str  # Markdown
    anchor: str = ""  # id of the nearest heading in the page


@dataclass(frozen=True, slots=True)
class _Section:
    path: tuple[Heading, ...]
    anchor: str
    blocks: tuple[Block, ...]
    width: float


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a sentence, or a block that stays whole."""

    gap: str  # what stands before it, unless a passage begins with it
    text: str

    @property
    def width(self) -> float:
        return width(self.gap) + width(self.text)

    def leads(self, following: _Unit) -> bool:
        """Whether a reader expects `following` right under it."""
        return bool(self.gap and following.gap and _LEADING.match(self.text))


def split(article: Article, settings: PassageSettings) -> list[Passage]:
    """Cut an article into passages. The same article and settings give the same passages.

    None is wider than `settings.maximum`, in display units, unless it is a single thing that cannot be cut.
    """
    passages: list[Passage] = []
    for group in _joined(_sections(article), settings):
        shared = _shared([section.path for section in group])
        headings = tuple(heading.text for heading in shared)
        for text in _packed(_units(group, len(shared), settings.maximum), settings):
            if text:  # white space alone may stand before what is too wide for one passage
                passages.append(Passage(article.id, len(passages), headings, text, group[0].anchor))
    return passages


def _sections(article: Article) -> list[_Section]:
    """The text under each heading; a heading over nothing is text itself."""
    title = fold(article.title).strip()
    anchors = _Anchors(article.anchors)
    path: list[Heading] = []
    ids: list[str] = [""]  # of the headings on the path, below that of the page itself
    found: list[_Section] = []
    under: list[Block] = []

    def close() -> None:
        if under:
            anchor = next((each for each in reversed(ids) if each), "")
            found.append(
                _Section(tuple(path), anchor, tuple(under), sum(width(block.text) for block in under))
            )
            under.clear()

    parts = blocks(article.text)
    for part, after in zip_longest(parts, parts[1:]):
        if isinstance(part, Block):
            under.append(part)
            continue
        close()
        while path and path[-1].level >= part.level:
            path.pop()
            ids.pop()
        anchor = anchors.take(part.text)
        if fold(part.text).strip() == title:
            ids[0] = ids[0] or anchor
        elif isinstance(after, Block) or (after is not None and after.level > part.level):
            path.append(part)
            ids.append(anchor)
        else:
            under.append(Block(BlockKind.TEXT, part.written))
            ids.append(anchor)
            close()
            ids.pop()
    close()
    return found


class _Anchors:
    """The ids of a page's headings, given out in the order of the page, so that equal headings keep apart."""

    def __init__(self, anchors: Sequence[tuple[str, str]]) -> None:
        self._left: dict[str, list[str]] = {}  # ids by heading, last first
        for text, id_ in reversed(anchors):
            self._left.setdefault(fold(text).strip(), []).append(id_)

    def take(self, heading: str) -> str:
        ids = self._left.get(fold(heading).strip())
        return ids.pop() if ids else ""


def _joined(sections: Iterable[_Section], settings: PassageSettings) -> Iterator[list[_Section]]:
    """Join sections that are too short to stand alone with their neighbours."""
    group: list[_Section] = []
    taken = 0.0
    for section in sections:
        short = min(taken, section.width) < settings.minimum
        if group and not (short and taken + section.width <= settings.target):
            yield group
            group, taken = [], 0.0
        group.append(section)
        taken += section.width
    if group:
        yield group


def _shared(paths: Sequence[tuple[Heading, ...]]) -> tuple[Heading, ...]:
    """The headings that stand above all of them."""
    return tuple(
        level[0]
        for level in takewhile(lambda level: len(set(map(id, level))) == 1, zip(*paths, strict=False))
    )


def _units(group: Sequence[_Section], shared: int, maximum: float) -> list[_Unit]:
    units: list[_Unit] = []
    above: tuple[Heading, ...] = group[0].path[:shared]
    for section in group:
        fresh = [heading for heading in section.path[shared:] if not any(heading is known for known in above)]
        units += [_Unit("\n\n", heading.written) for heading in fresh]
        above = section.path
        for block in section.blocks:
            gap = "\n\n" if block.apart else "\n"
            for text in _pieces(block, maximum):
                units.append(_Unit(gap, text))
                gap = "" if block.kind is BlockKind.TEXT else "\n"
    return units


def _pieces(block: Block, maximum: float) -> Iterable[str]:
    if block.kind is BlockKind.TEXT:
        for sentence in sentences(block.text):
            yield from clauses(sentence, maximum) if width(sentence) > maximum else (sentence,)
    elif width(block.text) <= maximum:
        yield block.text
    else:
        yield from _by_line(block, maximum)


def _by_line(block: Block, maximum: float) -> Iterator[str]:
    """Cut a block that does not fit at its lines; each piece is code, or a table with its header, by itself."""
    lines = block.text.split("\n")
    opening: list[str] = []
    closing: list[str] = []
    if block.kind is BlockKind.CODE:
        first, within, last = fenced(block.text)
        if width(first) + width(last) <= maximum / 2:
            opening, lines, closing = [first], within, [last]
        else:  # code that lost its line ends: each piece would hold the whole line once more
            opening, closing = ["```"], ["```"]
    elif block.kind is BlockKind.TABLE and width("\n".join(lines[:2])) <= maximum / 2:
        opening, lines = lines[:2], lines[2:]
    room = maximum - width("\n".join([*opening, *closing])) - 1
    piece: list[str] = []
    taken = 0.0
    for line in lines:
        for part in (
            clauses(line, room) if block.kind is not BlockKind.MATH and width(line) > room else (line,)
        ):
            if piece and taken + width(part) + 0.5 > room:
                yield "\n".join([*opening, *piece, *closing])
                piece, taken = [], 0.0
            piece.append(part)
            taken += width(part) + 0.5
    yield "\n".join([*opening, *piece, *closing])


def _packed(units: Sequence[_Unit], settings: PassageSettings) -> Iterator[str]:
    """Fill passages of even width, about the target, from units in order."""
    total = sum(unit.width for unit in units)
    aim = total / max(1, math.ceil(total / settings.target))
    current: list[_Unit] = []
    taken = 0.0
    for unit in units:
        at_paragraph = unit.gap == "\n\n" and taken >= _PARAGRAPH_FROM * aim
        enough = taken >= settings.minimum and (
            taken + unit.width / 2 > aim or (at_paragraph and taken + unit.width > aim)
        )
        if current and (enough or taken + unit.width > settings.maximum):
            leading = current[-1:] if len(current) > 1 and current[-1].leads(unit) else []
            if leading and leading[0].width + unit.width > settings.maximum:
                leading = []
            yield _text(current[: len(current) - len(leading)])
            current, taken = leading, sum(each.width for each in leading)
        current.append(unit)
        taken += unit.width
    yield _text(current)


def _text(units: Sequence[_Unit]) -> str:
    return "".join([units[0].text, *(unit.gap + unit.text for unit in units[1:])]).rstrip()
