"""How a body is to be read: what its first bytes say, before its name, before what the server says.

Servers send Markdown as text/html, PDFs as octet-stream and error pages as PDFs; the WHATWG MIME Sniffing Standard
knows more such cases than matter here.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from ingest.articles import Page

__all__ = ["Kind", "is_unnamed_binary", "kind_of", "may_be_page"]


class Kind(StrEnum):
    """A way to read a body."""

    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "markdown"
    PLAIN = "plain"
    NOTEBOOK = "notebook"
    GITHUB = "github"  # an answer of GitHub's interface
    JSON = "json"  # an article as another site's interface gives it
    OTHER = "other"


_MARKDOWN = re.compile(r"\.(?:md|markdown|mkd|mdown|mdx|rmd|qmd)$", re.IGNORECASE)
_PLAIN = re.compile(
    r"\.(?:txt|rst|org|adoc|tex|py|r|java|scala|c|cc|cpp|h|go|js|ts|sql|sh|log|bib|csv)$", re.IGNORECASE
)
_PAGE = re.compile(rb"(?:<!doctype\s+html|<html)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:head|body|div|p|article|section|table|h1|title|meta)\b", re.IGNORECASE)
_PDF = re.compile(rb"(?:^|[\r\n\x00])%PDF-")  # readers take a header within the first kilobyte
# What may stand before the root of a document: declarations and comments.
_FEED = re.compile(
    rb"(?:<\?[^>]{0,500}>\s*|<![^>]{0,500}>\s*){0,9}<(?:rss|feed|urlset|sitemapindex|opml|rdf:RDF)\b"
)
# PNG, JPEG, GIF, zip and what is made of it, gzip, ELF, WebP and WAV, Ogg, MP3
_MAGIC = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
    b"RIFF",
    b"OggS",
    b"ID3",
)
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_PLAIN_TYPES = ("text/plain", "text/x-rst", "text/x-tex")
_MARKDOWN_TYPES = ("text/markdown", "text/x-markdown")
_NOT_TEXT = frozenset({"text/css", "text/javascript", "text/calendar", "text/vcard"})
_PAGE_TYPES = frozenset(
    {"application/pdf", "application/x-pdf", "application/xml", "application/json", "application/markdown"}
)
# Types that name none, after the MIME Sniffing Standard; the last ones make browsers save a file, often a PDF.
_UNTYPED = frozenset(
    {
        "",
        "*/*",
        "unknown/unknown",
        "application/unknown",
        "application/octet-stream",
        "binary/octet-stream",
        "application/download",
        "application/force-download",
        "application/x-download",
    }
)


def may_be_page(media_type: str) -> bool:
    """Return whether what is declared as `media_type` (lower case, without parameters) is worth receiving."""
    return (
        (media_type.startswith("text/") and media_type not in _NOT_TEXT)
        or media_type in _PAGE_TYPES
        or media_type in _UNTYPED
        or (media_type.startswith("application/") and media_type.endswith(("+xml", "+json")))
    )


def is_unnamed_binary(media_type: str, body: bytes) -> bool:
    """Return whether a body of a type that names none turns out to be neither text nor a PDF."""
    return media_type in _UNTYPED and b"\0" in body[:1024] and not _PDF.search(body[:1024])


def kind_of(page: Page) -> Kind:
    """Return how the body of a page is to be read."""
    head = page.body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    declared = page.header("content-type").partition(";")[0].strip().lower()
    where = urlsplit(page.url)
    path = unquote(where.path)
    is_page = _PAGE.match(head) is not None
    if head.startswith(b"%PDF-") or (not declared.startswith("text/") and _PDF.search(head[:1024])):
        return Kind.PDF
    if head.startswith(_MAGIC) or _FEED.match(head):
        return Kind.OTHER
    if where.hostname == "api.github.com":
        return Kind.GITHUB
    if path.lower().endswith(".ipynb") and head.startswith(b"{"):
        return Kind.NOTEBOOK
    if declared in _MARKDOWN_TYPES or (_MARKDOWN.search(path) and not is_page):
        return Kind.MARKDOWN
    if is_page or declared in _HTML_TYPES:
        return Kind.HTML
    if declared.endswith(("/json", "+json")):
        return Kind.JSON
    if b"\x00" in head[:512] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.OTHER
    if _PLAIN.search(path) or declared in _PLAIN_TYPES:
        return Kind.PLAIN
    return Kind.HTML if not declared or _MARKUP.search(head) else Kind.OTHER
