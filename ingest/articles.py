"""The types that flow through `ingest`: Link, Listing, Page, Article, Skipped, and the Entry that leaves it.

They are values: frozen, compared by content, without behaviour beyond what follows from their own fields.
Where they come from and where they are kept is for `reading_list`, `fetch`, `extract` and `store`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ingest.urls import hostname

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Article",
    "Entry",
    "Lang",
    "Link",
    "Listing",
    "Page",
    "SkipReason",
    "Skipped",
    "Source",
    "article_id",
    "listings",
]


class Lang(StrEnum):
    """The language of a text, as far as search cares."""

    ZH = "zh"
    EN = "en"
    MIXED = "mixed"
    OTHER = "other"


class Source(StrEnum):
    """Where the text of an article was had."""

    ORIGIN = "origin"  # the address itself, or the site's own other form of it (raw file, abstract page)
    ARCHIVE = "archive"  # a web archive's snapshot
    SAVED = "saved"  # a file that the user saved from the browser
    LISTING = "listing"  # no page: the title, section and note of the reading list


class SkipReason(StrEnum):
    """Why a link has no article of its own. Every link ends as an Article or with one of these."""

    DEAD_LINK = "dead_link"  # 404, 410, 451, or a page that says so with status 200
    HOST_UNKNOWN = "host_unknown"  # the name does not resolve
    REFUSED = "refused"  # no connection, or one that broke off every time
    TIMEOUT = "timeout"
    BAD_CERTIFICATE = "bad_certificate"
    FORBIDDEN = "forbidden"  # 401, 403, and other 4xx with which sites turn robots away
    ROBOTS = "robots"  # robots.txt asks us not to
    TEMPORARY = "temporary"  # 429 or 5xx to the last try
    REDIRECT_LOOP = "redirect_loop"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"  # not a page, a PDF or text
    LOGIN_WALL = "login_wall"  # shown to those who sign in, or in an app
    PAYWALL = "paywall"  # shown to those who pay, with less than an article's worth for the others
    PRIVATE = "private"  # shown to whom its author chooses
    ANTI_BOT = "anti_bot"
    DELETED = "deleted"  # removed by its author
    VIOLATION = "violation"  # removed by the platform
    MIGRATED = "migrated"  # moved, and the page only says so; the detail may tell where to
    LINK_EXPIRED = (
        "link_expired"  # an address that was only lent: a preview, a search result of WeChat, a share
    )
    PARKED = "parked"  # the domain is for sale or has run out: the site is gone
    EMPTY = "empty"  # a page without an article in it
    BROKEN_FILE = "broken_file"  # a PDF or page that no parser could read within its limits
    DUPLICATE = "duplicate"  # the same article as another address, which keeps it
    UNSAFE_ADDRESS = "unsafe_address"  # private, loopback, link-local
    MALFORMED_URL = "malformed_url"
    INTERNAL_ERROR = "internal_error"  # our own mistake; the detail says what to report
    OFFLINE = "offline"  # this machine has no network; nothing is known of the page


@dataclass(frozen=True, slots=True)
class Link:
    """One place in one reading list that points to a page."""

    url: str  # canonical (urls.canonical)
    written: str  # as the curator wrote it, resolved against the list's base
    title: str
    list: str  # name of the list
    section: tuple[str, ...] = ()  # headings above it, outermost first
    note: str = ""  # the curator's prose beside it
    starred: bool = False
    line: int = 0  # 1-based


@dataclass(frozen=True, slots=True)
class Listing:
    """What all the lists together say of one canonical address. `links` is never empty."""

    url: str
    links: tuple[Link, ...]

    @property
    def title(self) -> str:
        """The most telling of the titles: the longest that is not itself an address."""
        titles = [link.title for link in self.links if link.title and "://" not in link.title]
        return max(titles, key=len, default=self.url)

    @property
    def starred(self) -> bool:
        """Whether any curator marked it."""
        return any(link.starred for link in self.links)


@dataclass(frozen=True, slots=True)
class Page:
    """What the web said, unjudged."""

    requested: str
    url: str  # after redirects
    status: int
    headers: tuple[tuple[str, str], ...]  # names in lower case
    body: bytes
    fetched_at: float  # seconds since the epoch, UTC

    def header(self, name: str, default: str = "") -> str:
        """Value of the first header of that name (lower case), or `default`."""
        return next((value for key, value in self.headers if key == name), default)


@dataclass(frozen=True, slots=True)
class Article:
    """One article: what a person would copy from the page, as Markdown, with what the page says of itself."""

    url: str  # canonical
    title: str
    text: str  # Markdown; never navigation
    lang: Lang = Lang.OTHER
    author: str = ""
    published: str = ""  # ISO 8601 date, or ""
    site: str = ""
    source: Source = Source.ORIGIN
    quality: tuple[str, ...] = ()  # flags such as "short", "link_list"
    anchors: tuple[tuple[str, str], ...] = ()  # (heading text, id of that heading in the page)
    archived: str = ""  # ISO 8601 date of the snapshot, where `source` is ARCHIVE

    @property
    def id(self) -> str:
        """Stable identity: the first 16 hex digits of SHA-256 over the canonical URL."""
        return article_id(self.url)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A link that has no article of its own, and why."""

    url: str  # canonical
    reason: SkipReason
    detail: str = ""  # what was seen, for people
    retry_at: float | None = None  # seconds since the epoch; None: when it is due again
    elsewhere: tuple[str, ...] = ()  # where the page itself says that its text can be had


@dataclass(frozen=True, slots=True)
class Entry:
    """What the corpus hands to the index: an article (or a listing in its place) with all links to it."""

    article: Article
    links: tuple[Link, ...]
    also_at: tuple[str, ...] = field(default=())  # other addresses of the same article

    @classmethod
    def of_listing(cls, listing: Listing) -> Entry:
        """The entry of a link without a page: its title, sections and notes are the text."""
        parts: dict[str, None] = {}
        for link in listing.links:
            parts[" › ".join((*link.section, link.title))] = None
            if link.note:
                parts[link.note] = None
        article = Article(
            url=listing.url,
            title=listing.title,
            text="\n\n".join(parts),
            site=hostname(listing.url),
            source=Source.LISTING,
        )
        return cls(article, listing.links)


def article_id(url: str) -> str:
    """Return the identity of the article at a canonical URL: 16 hex digits of its SHA-256."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def listings(links: Iterable[Link]) -> Iterator[Listing]:
    """Group links by canonical address, in order of first appearance."""
    by_url: dict[str, list[Link]] = {}
    for link in links:
        by_url.setdefault(link.url, []).append(link)
    for url, group in by_url.items():
        yield Listing(url, tuple(group))
