"""A reading list that the program keeps for the user: single links, put in and taken out from the command line.

It is Markdown like any other list, so that it can be edited by hand as well.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from ingest.errors import ReadingListError
from ingest.lists.parser import parse
from ingest.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.articles import Link

__all__ = ["OWN_LIST", "OwnList"]

OWN_LIST = "my-links.md"

_TITLE = "# My links · 我的链接\n"
_STAR = " ⭐"
_HEADING = re.compile(r"#+ ")
_ENDING = re.compile(r"[\s<>]")  # ends an address in Markdown, unless it is percent-encoded
_SPECIAL = re.compile(r"([\\\[\]`*_])")


class OwnList:
    """The list at `path`, which need not exist yet. Nothing is written before `save`."""

    def __init__(self, path: Path) -> None:
        """Raises ReadingListError when the file cannot be read."""
        self.path = path
        try:
            text = path.read_text("utf-8") if path.exists() else _TITLE
        except (OSError, UnicodeDecodeError) as error:
            raise ReadingListError(
                f"The reading list {path} cannot be read: {error}.", "Save it as UTF-8."
            ) from error
        self._lines = text.splitlines()

    @property
    def links(self) -> Sequence[Link]:
        """What it links to now."""
        return parse("\n".join(self._lines), name=self.path.stem).links

    def holds(self, url: str) -> bool:
        """Whether it links to that page already."""
        return any(link.url == canonical(url) for link in self.links)

    def add(
        self, url: str, *, title: str = "", section: str = "", note: str = "", starred: bool = False
    ) -> None:
        """Put a link at the end of `section`, a heading that is made at need, or of the list."""
        # A line feed would end the item, and what follows it be read as a line of the list.
        title, section, note = (" ".join(text.split()) for text in (title, section, note))
        escaped = _SPECIAL.sub(r"\\\1", title).replace("<", "&lt;")
        url = _ENDING.sub(lambda found: quote(found[0]), "".join(url.strip().splitlines()))
        written = f"[{escaped}]({_bracketed(url)})" if title else f"<{url}>"
        item = f"- {written}{_STAR * starred}{f' {note}' if note else ''}"
        self._lines.insert(self._end_of(section), item)

    def remove(self, url: str) -> None:
        """Take out the lines that link to that page. Raises ReadingListError when one of them has other links, too."""
        lines = {link.line for link in self.links if link.url == canonical(url)}
        shared = {link.line for link in self.links if link.line in lines and link.url != canonical(url)}
        if shared:
            raise ReadingListError(
                f"Line {min(shared)} of {self.path} links to other pages, too.", "Edit it by hand."
            )
        self._lines = [line for number, line in enumerate(self._lines, 1) if number not in lines]

    def save(self) -> None:
        """Write the list in one step; one that holds nothing but headings any more is deleted. Raises OSError."""
        if not any(line.strip() and not _HEADING.match(line) for line in self._lines):
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_name(f".{self.path.name}-aside")
        aside.write_text("\n".join(self._lines) + "\n", "utf-8")
        aside.replace(self.path.resolve())

    def _end_of(self, section: str) -> int:
        """Number of the line at which the section ends; "": what stands before the first section. Makes its heading at need."""
        heading = f"## {section}"
        if section and heading not in self._lines:
            self._lines += ["", heading]
        headings = [place for place, line in enumerate(self._lines) if _HEADING.match(line)]
        start = self._lines.index(heading) + 1 if section else int(bool(headings) and headings[0] == 0)
        end = next((place for place in headings if place >= start), len(self._lines))
        while end > start and not self._lines[end - 1].strip():
            end -= 1
        if start == end > 0:
            self._lines.insert(end, "")
            end += 1
        return end


def _bracketed(url: str) -> str:
    """The address as the target of a link: in angle brackets where its own would end it."""
    return f"<{url}>" if set("()") & set(url) else url
