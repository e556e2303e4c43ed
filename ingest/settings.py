"""Settings of this room. Every key is explained in `configs/default.toml`, which holds the same values."""

from __future__ import annotations

import msgspec

__all__ = ["CrawlSettings", "ExtractSettings", "IngestSettings", "ListSettings"]


class ListSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading list."""

    path: str  # file, or http(s) address
    name: str = ""  # "": the file's stem
    base: str = ""  # what relative links are relative to; "": they are reported, not followed


class CrawlSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the web is asked."""

    user_agent: str = "shuangta/0.1 (+https://pypi.org/project/shuangta; reading-list search)"
    contact: str = ""  # mail or address added to the user agent
    concurrency: int = 24  # requests in flight over all hosts
    per_host: int = 1
    delay: float = 1.0  # seconds between two requests to one host
    jitter: float = 0.2  # share of the delay added at random
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    total_timeout: float = 60.0  # one answer from first byte to last
    drip_timeout: float = 5.0  # seconds after which a body must have come at 100 bytes a second
    max_bytes: int = 20_000_000  # after decompression
    max_redirects: int = 8
    retries: int = 3
    backoff: float = 1.0  # seconds before the first retry, doubled each time
    max_wait: float = 30.0  # longest wait within one crawl, Retry-After included
    fresh_for: float = 72_000.0  # seconds for which a page is not asked for again (20 hours)
    longest_fresh: float = 2_592_000.0  # the same for a page that never changes (30 days)
    allow_private: bool = False
    robots: bool = True
    http2: bool = True
    cookies: str = ""  # a cookies.txt with the user's own cookies; "": none
    archive: str = "https://archive.org/wayback/available"  # where dead pages are asked for; "": nowhere


class ExtractSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How pages become articles."""

    workers: int = 2
    timeout: float = 20.0  # seconds for one page
    memory_mb: int = 1500  # address space of a worker
    min_chars: int = 80  # fewer characters of text are no article
    duplicate_similarity: float = 0.8  # estimated Jaccard of 5-gram shingles from which two are one article


class IngestSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The room's settings: `[[lists]]`, `[crawl]`, `[extract]`, and the star marks."""

    lists: tuple[ListSettings, ...] = ()
    stars: tuple[str, ...] = (
        "重点看",
        "看这个",
        "非常重要",
        "必看",
        "必读",
        "强烈推荐",
        "⭐",
        "★",
        "🌟",
        "must read",
    )
    crawl: CrawlSettings = CrawlSettings()
    extract: ExtractSettings = ExtractSettings()
