"""The links of a reading list with what the curator says of each: title, headings above, note, star.

Nothing vanishes: what points somewhere is a `Link`, or a `LeftOut` with its reason. How Markdown is cut is for
`blocks` and `links`, which page an address means for `urls`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ingest.articles import Link
from ingest.lists.blocks import Block, BlockKind, blocks, lines_of
from ingest.lists.links import Kind, Span, definition, label_of, plain, scan, untagged
from ingest.lists.stars import Stars
from ingest.settings import IngestSettings
from ingest.urls import canonical, resolve

__all__ = ["LeftOut", "LeftOutReason", "ParsedList", "parse"]


class LeftOutReason(StrEnum):
    """Why something that looks like a link is none to read."""

    IMAGE = "image"
    IN_PAGE = "in-page anchor"
    FRONT_MATTER = "front matter"
    CONTENTS = "table of contents"
    CODE = "code"
    COMMENT = "comment"
    NO_BASE = "relative, and the list has no base address"
    NOT_A_PAGE = "not a page"  # mailto:, javascript:, file:
    NO_ADDRESS = "not an address"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A place in a list that points to no page of its own."""

    line: int  # 1-based
    written: str
    reason: LeftOutReason


@dataclass(frozen=True, slots=True)
class ParsedList:
    """One reading list, read."""

    name: str
    links: tuple[Link, ...]  # in order
    left_out: tuple[LeftOut, ...]


_SET_ASIDE = {
    BlockKind.CODE: LeftOutReason.CODE,
    BlockKind.COMMENT: LeftOutReason.COMMENT,
    BlockKind.FRONT_MATTER: LeftOutReason.FRONT_MATTER,
    BlockKind.CONTENTS: LeftOutReason.CONTENTS,
}
_WEB = re.compile(r"(?:https?|ftp)[:：][/\\／]", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
# "[i](t)" in a formula is no link: a path has a slash, a file extension, or is a word.
_PATH = re.compile(r"[^:]*/|.+\.\w{1,8}(?:[?#].*)?$|[\w%-]{2,}$")
_BRACKETS = re.compile(r"^\[([^\[\]]+)\]$")  # "[title](https://…" that was never closed
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;])")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
# What is left of the markup and the grammar around a link.
_BEFORE_PROSE = " \t-—–*+>|/:：,，.;；、·•~)）]】"
_AFTER_PROSE = " \t*+|~([（【"
_AFTER_TITLE = _AFTER_PROSE + "-—–>/:：,，;；、·•"
_COLONS = ("：", ":")


def parse(
    markdown: str, *, name: str, base: str = "", stars: Sequence[str] = IngestSettings().stars
) -> ParsedList:
    """Read one list. `base` is the address that its relative links are relative to; without it they are left out.

    Every text gives a result; one that is no list gives one without links. A link whose address is malformed, or not
    of http or https, keeps it as written: it can be found, though never fetched.
    """
    cut = list(blocks(lines_of(markdown)))
    defined: dict[str, tuple[str, str, int]] = {}  # the first definition of a label counts
    for block in cut:
        if block.kind is BlockKind.DEFINITION and (found := definition(block.text)):
            defined.setdefault(label_of(found[0]), (*found, block.line))
    reader = _Reader(
        name, base, Stars(stars), {key: destination for key, (_, destination, _) in defined.items()}
    )
    for block in cut:
        reader.read(block)
    for key, (label, destination, line) in defined.items():
        # A definition that no text refers to is a link as well: some write whole lists so.
        if key not in reader.used:
            reader.add(Span(Kind.LINK, 0, 0, "" if label.isdecimal() else label, destination), line)
    return reader.result()


@dataclass(slots=True)
class _Place:
    """A link while its note is still growing."""

    link: Link
    indent: int  # of the list item that it stands in; -1: none
    note: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    is_link: bool  # and nothing else


@dataclass(slots=True)
class _Label:
    """A list item without a link: what the items nested in it are about."""

    indent: int
    marker: str
    text: str


class _Reader:
    """Goes through the blocks of one list, with the headings above and the link whose note is being read."""

    def __init__(self, name: str, base: str, stars: Stars, definitions: dict[str, str]) -> None:
        self.name = name
        self.base = base
        self.stars = stars
        self.definitions = definitions
        self.used: set[str] = set()  # labels of definitions
        self.headings: list[_Heading] = []
        self.labels: list[_Label] = []
        self.places: list[_Place] = []
        self.left_out: list[LeftOut] = []
        self.open: _Place | None = None  # the link that prose belongs to
        self.lead_in = ""  # the paragraph just read, if it ends in a colon: it introduces the next link

    def result(self) -> ParsedList:
        links = [replace(place.link, note="\n".join(place.note)) for place in self.places]
        links.sort(key=lambda link: link.line)
        return ParsedList(self.name, tuple(links), tuple(sorted(self.left_out, key=lambda place: place.line)))

    def read(self, block: Block) -> None:
        if reason := _SET_ASIDE.get(block.kind):
            self._set_aside(block.text.replace("<!--", "").replace("`", ""), block.line, reason)
            return
        match block.kind:
            case BlockKind.HEADING:
                self._heading(block)
            case BlockKind.ROW | BlockKind.HEADER:
                self._row(block)
            case BlockKind.ITEM | BlockKind.PARAGRAPH:
                self._text(block)
            case BlockKind.RULE:
                self.open = None
            case _:
                pass  # a definition: read beforehand

    def add(self, span: Span, line: int, lead: str = "", after: str = "", indent: int = -1) -> None:
        """Add a link, or name why it is none. `lead` and `after` stand before and after it on its line."""
        written = self._written(span.destination)
        if isinstance(written, LeftOutReason):
            self.left_out.append(LeftOut(line, span.destination, written))
            return
        try:
            url = canonical(written)
        except ValueError:
            url = written
        title = plain(span.text)
        starred = self.stars.beside(lead) or self.stars.beside(after) or self.stars.within(title)
        if not title:
            *sentences, last = _SENTENCE_END.split(untagged(lead).rstrip(_AFTER_TITLE))
            title = _BRACKETS.sub(r"\1", _prose(last).rstrip(_AFTER_TITLE)) or span.destination
            lead = "".join(sentences)
        link = Link(url, written, title, self.name, self._section(), starred=starred, line=line)
        self.open = _Place(link, indent)
        self.places.append(self.open)
        self._note(self.stars.without(lead))
        self._note(self.stars.without(after))

    def _heading(self, block: Block) -> None:
        while self.headings and self.headings[-1].level >= block.level:
            self.headings.pop()
        self.labels, self.lead_in, self.open = [], "", None
        links, texts = self._links(block)
        self._lines(links, texts, -1)
        if text := plain(block.text):
            is_link = bool(links) and not any(_prose(self.stars.without(beside)) for beside in texts)
            self.headings.append(_Heading(block.level, text, is_link))

    def _section(self) -> tuple[str, ...]:
        """The headings above. One that is itself a link is an item, and a section only for headings below it."""
        last = next((n for n, heading in reversed([*enumerate(self.headings)]) if not heading.is_link), -1)
        return tuple(heading.text for heading in self.headings[: last + 1])

    def _row(self, block: Block) -> None:
        """A row of a table: what its other cells say is the note of each link in it."""
        self.labels, self.lead_in, self.open = [], "", None
        links, texts = self._links(block)
        cells = [_prose(cell) for cell in _CELL_BORDER.split("".join(texts))]
        beside = " · ".join(cell for cell in cells if cell)
        for span, line in links:
            self.add(span, line, lead="" if span.text else beside, after=beside if span.text else "")
        self.open = None

    def _text(self, block: Block) -> None:
        is_item = block.kind is BlockKind.ITEM
        self.labels = [label for label in self.labels if _holds(label, block)]
        if is_item and self.open and self.open.indent >= block.indent:
            self.open = None  # the next item of the list, or of one around it
        first, above = len(self.places), self.open
        self._lines(*self._links(block), block.indent if is_item else -1)
        if len(self.places) > first:
            self._introduce(self.places[first:], above)
            self.lead_in = ""
        elif is_item:
            self.labels.append(_Label(block.indent, block.marker, _prose(block.text)))
            self.lead_in = ""
        else:
            last = _prose(block.text.rpartition("\n")[2])
            self.lead_in = last if block.text.rstrip().endswith(_COLONS) else ""

    def _introduce(self, places: list[_Place], above: _Place | None) -> None:
        """Give links the words that introduce them, which were taken for prose under the link above."""
        introductions = [label.text for label in self.labels if label.text]
        if self.lead_in and not introductions:
            introductions, places = [self.lead_in], places[:1]
        for text in introductions:
            if above and text in above.note:
                above.note.remove(text)
        if introductions:
            for place in places:
                place.note.insert(0, " › ".join(introductions))

    def _lines(self, links: list[tuple[Span, int]], texts: list[str], indent: int) -> None:
        """Add the links of a block; prose on the lines between them goes to the link above."""
        gaps = [_Gap.of(text) for text in texts]
        if links:
            # What stands before the first link on its line is about it
            *lines, lead = texts[0].split("\n")
            gaps[0] = _Gap("", tuple(lines), lead)
        else:
            gaps[0] = _Gap("", tuple(texts[0].split("\n")), "")
        if links and not links[0][0].text and gaps[0].has_title_above:
            # "Title", and on the next line a bare address: so are the others of this block, then.
            gaps = [gap.led_by_line_above() if gap.has_title_above else gap for gap in gaps[:-1]] + gaps[-1:]
        for text in gaps[0].lines:
            self._note(text)
        for (span, line), before, behind in zip(links, gaps, gaps[1:], strict=False):
            self.add(span, line, before.lead, behind.after, indent)
            for text in behind.lines:
                self._note(text)
        if links:
            # It leads to no further link: the last line of the prose below this one.
            self._note(gaps[-1].lead)

    def _links(self, block: Block) -> tuple[list[tuple[Span, int]], list[str]]:
        """The links of a block with their lines, and the texts before, between and after them (one more)."""
        links: list[tuple[Span, int]] = []
        texts, at, line, counted = [""], 0, block.line, 0
        for span in scan(block.text, self.definitions):
            line += block.text.count("\n", counted, span.start)
            counted = max(counted, span.start)
            texts[-1] += block.text[at : max(at, span.start)]
            if span.kind is Kind.CODE:
                texts[-1] += block.text[span.start : span.end]
                self._set_aside(span.text, line, LeftOutReason.CODE)
            elif span.kind is Kind.COMMENT:
                self._set_aside(span.text, line, LeftOutReason.COMMENT)
            elif span.kind is Kind.IMAGE:
                self.left_out.append(LeftOut(line, span.destination, LeftOutReason.IMAGE))
            elif isinstance(reason := self._written(span.destination), LeftOutReason):
                self.left_out.append(LeftOut(line, span.destination, reason))
                texts[-1] += span.text
            else:
                links.append((span, line))
                texts.append("")
            if span.label:
                self.used.add(span.label)
            at = max(at, span.end)
        texts[-1] += block.text[at:]
        return links, texts

    def _set_aside(self, text: str, line: int, reason: LeftOutReason) -> None:
        self.left_out += [
            LeftOut(line, span.destination, reason) for span in scan(text, {}) if span.destination
        ]

    def _note(self, text: str) -> None:
        if self.open and (prose := _prose(text)):
            self.open.note.append(prose)

    def _written(self, destination: str) -> str | LeftOutReason:
        """The address that a destination means, resolved; or why it means none."""
        page, sign, _ = destination.partition("#")
        if sign and page in ("", self.base):
            return LeftOutReason.IN_PAGE
        if _WEB.match(destination):
            return destination
        if destination.startswith("//"):
            return "https:" + destination
        if destination.lower().startswith("www."):
            return "http://" + destination  # as GFM does
        if _OTHER_SCHEME.match(destination):
            return LeftOutReason.NOT_A_PAGE
        if not _PATH.match(destination):
            return LeftOutReason.NO_ADDRESS
        try:
            return resolve(destination, self.base)
        except ValueError:
            return LeftOutReason.NO_BASE


@dataclass(frozen=True, slots=True)
class _Gap:
    """The text between two links: what follows the first on its line, lines between, what leads to the second."""

    after: str
    lines: tuple[str, ...]
    lead: str

    @classmethod
    def of(cls, text: str) -> _Gap:
        after, *lines = text.split("\n")
        if lines:
            return cls(after, tuple(lines[:-1]), lines[-1])
        if after.rstrip(" \t[（(").endswith(_COLONS):
            # "[a](…)，代码：[b](…)": the words after the last comma introduce the second
            cut = max(after.rfind(sign) for sign in "，,；;。") + 1
            return cls(after[:cut], (), after[cut:])
        return cls(after, (), "")

    @property
    def has_title_above(self) -> bool:
        """Whether nothing leads to the second link on its own line, and words do on the line above."""
        return bool(self.lines and _prose(self.lines[-1]) and not _prose(self.lead))

    def led_by_line_above(self) -> _Gap:
        return _Gap(self.after, self.lines[:-1], self.lines[-1])


def _holds(label: _Label, block: Block) -> bool:
    """Whether a block stands under a list item that has no link: nested in it, or listed after its colon."""
    if label.indent == block.indent and block.kind is BlockKind.ITEM:
        return label.marker != block.marker and label.text.endswith(_COLONS)
    return label.indent < block.indent


def _prose(text: str) -> str:
    """A piece of text as prose: without markup, and "" when nothing in it is a word."""
    text = plain(text).lstrip(_BEFORE_PROSE).rstrip(_AFTER_PROSE)
    return text if any(map(str.isalnum, text)) else ""
