"""What the corpus tells of an address: its outcome for people, its last visit for the crawl, its fingerprint for reposts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.articles import Source

__all__ = ["Fingerprint", "Outcome", "Visit"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one canonical address.

    `reason` is a SkipReason, or "". An article whose page died later stays an article and carries the reason why its
    last visit failed; a link that no crawl has reached yet is "skipped" without a reason.
    """

    url: str
    outcome: Literal["article", "duplicate", "skipped"]
    reason: str = ""
    detail: str = ""
    title: str = ""
    author: str = ""
    published: str = ""
    lang: str = ""
    source: str = ""
    archived: str = ""  # ISO date of the snapshot, for source "archive"
    words: int = 0  # of an article; a Chinese character counts as one
    quality: tuple[str, ...] = ()
    also_at: tuple[
        str, ...
    ] = ()  # for an article: its duplicates; for a duplicate: the address that keeps it
    retry_at: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of an address from earlier crawls; times in seconds since the epoch.

    `kept` has, for each source that brought a page which is kept, the headers of that answer, and `ended_at` the
    address at which its redirects ended; `unchanged` counts the visits in a row that found nothing new.
    """

    visited_at: float
    reason: str
    retry_at: float | None
    failures: int
    kept: Mapping[str, tuple[tuple[str, str], ...]]
    unchanged: int = 0
    ended_at: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the search for duplicates needs of one listed article, without its text."""

    url: str
    signature: bytes
    length: int  # characters
    source: Source
    title: str = ""
