"""Reading lists from files and from the web: where they lie, in which encoding, and what is wrong with one that is none.

What is in a list is `lists.parser`'s to say; its names are found here as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest.errors import ReadingListError
from ingest.lists.parser import LeftOut, LeftOutReason, ParsedList, parse
from ingest.settings import IngestSettings, ListSettings
from ingest.urls import raw_file

__all__ = ["LeftOut", "LeftOutReason", "ParsedList", "load", "parse"]

_WEB = re.compile(r"https?://", re.IGNORECASE)
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_NO_TEXT = (b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
_FLAW = "\ufffd"


def load(
    lists: Sequence[ListSettings],
    *,
    stars: Sequence[str] = IngestSettings().stars,
    read_url: Callable[[str], bytes] | None = None,
) -> list[ParsedList]:
    """Read lists from files, and from http(s) addresses through `read_url`, which returns what is at an address.

    A list on the web is the base of its own relative links unless its settings name another; one on GitHub is asked
    for as its raw file. Raises ReadingListError when a list cannot be read, is no Markdown, or holds no link.
    """
    return [_load(settings, stars, read_url) for settings in lists]


def _load(
    settings: ListSettings, stars: Sequence[str], read_url: Callable[[str], bytes] | None
) -> ParsedList:
    path, base = settings.path, settings.base
    if _WEB.match(path):
        if read_url is None:
            raise ReadingListError(
                f"The reading list {path} is on the web.", "Save it, and name the file instead."
            )
        raw = read_url(raw_file(path))
        base = base or path
        address = urlsplit(path)
        stem = Path(unquote(address.path)).stem or address.netloc
    else:
        raw = _read(Path(path))
        stem = Path(path).stem
    markdown = _decoded(raw)
    if markdown is None:
        raise ReadingListError(
            f"The reading list {path} is not a text file.", "Name a Markdown file, in UTF-8 or GB18030."
        )
    if not markdown.strip("\ufeff\0 \t\r\n"):
        raise ReadingListError(
            f"The reading list {path} is empty.", "Write links into it, or take it out of [[lists]]."
        )
    if _HTML.match(markdown[:1000]):
        raise ReadingListError(
            f"The reading list {path} is an HTML page, not Markdown.",
            "Name the Markdown file itself; on GitHub its address is behind the button “Raw”.",
        )
    parsed = parse(markdown, name=settings.name or stem, base=base, stars=stars)
    if not parsed.links:
        relative = any(place.reason is LeftOutReason.NO_BASE for place in parsed.left_out)
        raise ReadingListError(
            f"The reading list {path} holds no link to a page.",
            "All its links are relative: give the list a `base`, the address that they are relative to."
            if relative
            else "A reading list is Markdown with links in it, such as “- [title](https://example.org/article)”.",
        )
    return parsed


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ReadingListError(
            f"There is no reading list {path}.", "Name one that exists: `path` under [[lists]], or --lists."
        ) from error
    except OSError as error:
        raise ReadingListError(
            f"The reading list {path} cannot be read: {error.strerror}.", "Name a file that can."
        ) from error


def _decoded(raw: bytes) -> str | None:
    """Text in UTF-8, in UTF-16 with a byte order mark, or in GB18030; None for what is no text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    head = raw[:4096]
    if head.startswith(_NO_TEXT) or head.count(0) * 10 > len(head):
        return None
    text = raw.decode("utf-8-sig", "replace")
    if text.count(_FLAW) * 50 <= sum(not character.isascii() for character in text):
        return text  # a flaw or two in UTF-8 is a file that was cut off or patched, not another encoding
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
