"""Addresses that others wrote, before a page links to them."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

__all__ = ["snapshot", "web_address"]

_ARCHIVE = "https://web.archive.org/web"


def web_address(url: str) -> str:
    """The address, or nothing when a link to it would be anything but a page of the web (`javascript:` …)."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


def snapshot(url: str, day: str = "") -> str:
    """Where the Wayback Machine shows the snapshot nearest to an ISO date, or its newest; "" for what is no page."""
    written = quote(url, safe=":/?=&%@,;~!*'()$+")
    return "/".join(filter(None, (_ARCHIVE, day.replace("-", ""), written))) if web_address(url) else ""
