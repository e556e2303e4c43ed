"""A saved file to the page it was, with the addresses that it says it had.

Browsers save HTML with a folder of pictures beside it, MHTML (RFC 2557), or print to PDF; SingleFile, WebScrapBook and
web clippers put everything into one file of HTML or Markdown. Each notes the address in a way of its own.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from ingest.articles import Page
from ingest.batch import saved_page
from ingest.errors import ExtractionError
from ingest.html.scripts import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

__all__ = ["SavedFile", "is_saved", "read_saved", "saved_files"]

_SCHEME = "saved:"
_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".mhtml": "multipart/related",
    ".mht": "multipart/related",
    ".pdf": "application/pdf",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
}
# Pictures and fonts inside the file: most of its bytes, and none of its text.
# Lines of Base64 are long: the words behind the last one are the page's.
_INLINE = re.compile(
    rb"data:[\w.+-]+/[\w.+-]+(?:;[\w=.+-]+)*;base64,\s*[A-Za-z0-9+/]{40,}(?:\s+[A-Za-z0-9+/]{40,})*={0,2}"
)
_HEAD = 4096  # bytes in which a tool notes what it saved
_NOTED = (
    re.compile(rb"<!--\s*saved from url=\(\d+\)(?P<url>\S+)"),  # browsers
    re.compile(rb"saved with SingleFile\s+url:\s*(?P<url>\S+)"),
    re.compile(rb"data-scrapbook-source=[\"'](?P<url>[^\"']+)"),  # WebScrapBook
    re.compile(
        rb"^(?:url|source|link|origin):[ \t]*[\"']?(?P<url>https?://[^\s\"']+)", re.MULTILINE | re.IGNORECASE
    ),
)
_META = re.compile(rb"<(?:meta|link)\b[^<>]{0,2000}>", re.IGNORECASE)
_NAMES_ADDRESS = re.compile(
    rb"(?:property|name)\s*=\s*[\"']?og:url\b|rel\s*=\s*[\"']?canonical\b", re.IGNORECASE
)
_ADDRESS = re.compile(
    rb"(?:content|href)\s*=\s*(?:\"(?P<d>[^\"]*)\"|'(?P<s>[^']*)'|(?P<n>[^\s>]+))", re.IGNORECASE
)
_WECHAT_LINK = re.compile(rb"\bmsg_link\s*=\s*[\"'](?P<url>[^\"']+)[\"']")


@dataclass(frozen=True, slots=True)
class SavedFile:
    """One file, read. `page.requested` is its name as a source, `page.url` the surest of `addresses`, or ""."""

    path: Path
    page: Page
    addresses: tuple[str, ...]  # as noted in the file, the surest first


def is_saved(source: str) -> bool:
    """Return whether a source is a file that the user saved, and no address to be asked."""
    return source.startswith(_SCHEME)


def saved_files(folder: Path) -> list[Path]:
    """Return the files below `folder` that may be saved pages, in the order of their names; or `folder`, if it is a file.

    Raises ExtractionError when there is no such folder.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise ExtractionError(
            f"There is no folder {folder}.", "Name the folder that holds the pages you saved."
        )
    return sorted(path for path in folder.rglob("*") if path.is_file() and _may_be_page(path, folder))


def read_saved(path: Path, name: str) -> SavedFile:
    """Read one file, which is called `name` in the corpus. Raises ExtractionError when it cannot be read."""
    try:
        modified = path.stat().st_mtime
    except OSError as error:
        raise ExtractionError(f"{path} cannot be read: {error.strerror}.") from error
    media_type = _TYPES.get(_ending(path))
    if media_type is None:
        endings = ", ".join(_TYPES)
        raise ExtractionError(f"{path} is no page that can be read.", f"Save it as one of {endings}.")
    body = saved_page(path, "").body
    addresses: list[str] = []
    if media_type == "multipart/related":
        body, media_type, addresses = _of_mhtml(path, body)
    body = _INLINE.sub(b"data:,", body)
    addresses += _addresses(body)
    unique = tuple(
        dict.fromkeys(address for address in addresses if address.startswith(("http://", "https://")))
    )
    headers = (("content-type", media_type),)
    page = Page(_SCHEME + name, unique[0] if unique else "", 200, headers, body, modified)
    return SavedFile(path, page, unique)


def _ending(path: Path) -> str:
    """The ending that tells the format, beyond that of a gzip file."""
    name = path.name.lower().removesuffix(".gz")
    return f".{name.rpartition('.')[2]}"


def _may_be_page(path: Path, folder: Path) -> bool:
    """Whether a file is a page by its name, and not one of the pieces that a browser puts into a folder beside it."""
    above = path.relative_to(folder).parts[:-1]
    beside = any(part.endswith(("_files", ".files")) or part.startswith(".") for part in above)
    return _ending(path) in _TYPES and not path.name.startswith(".") and not beside


def _of_mhtml(path: Path, body: bytes) -> tuple[bytes, str, list[str]]:
    """Return the page in an MHTML file: its bytes, its type and its addresses."""
    try:
        message = email.message_from_bytes(body, policy=email.policy.compat32)
        pages = [
            part
            for part in message.walk()
            if part.get_content_type() in ("text/html", "application/xhtml+xml")
        ]
        page = max(pages, key=lambda part: _is_root(part, message))  # max takes the first of equals
        content = page.get_payload(decode=True)
    except (RecursionError, LookupError, ValueError) as error:
        raise ExtractionError(f"{path} is no MHTML file with a page in it.") from error
    charset = page.get_content_charset()
    places = (message["Snapshot-Content-Location"], page["Content-Location"], message["Content-Location"])
    named = [str(place).strip() for place in places if place]
    media_type = page.get_content_type() + (f"; charset={charset}" if charset else "")
    return content if isinstance(content, bytes) else b"", media_type, named


def _is_root(part: Message[str, str], message: Message[str, str]) -> bool:
    """Whether a part is said to be the page, and not a frame of it: by RFC 2387's `start`, or by its address."""
    start, address = message.get_param("start"), message["Snapshot-Content-Location"]
    return bool(start and part["Content-ID"] == start) or bool(
        address and part["Content-Location"] == address
    )


def _addresses(body: bytes) -> Iterator[str]:
    head = body[:_HEAD]
    for pattern in _NOTED:
        if match := pattern.search(head):
            yield _text(match["url"])
    for tag in _META.finditer(body):
        if _NAMES_ADDRESS.search(tag[0]) and (match := _ADDRESS.search(tag[0])):
            yield _text(match["d"] or match["s"] or match["n"] or b"")
    if match := _WECHAT_LINK.search(body):
        yield _text(match["url"])


def _text(written: bytes) -> str:
    """Return an address without the escapes of HTML and scripts."""
    return unescape(unescaped(written.decode("utf-8", "replace"))).strip()
