"""What the address at which a request ended says: a login, a check for robots, an error page, the front page instead.

Sites that do not want to show a page, or no longer have it, often send readers on to one that answers 200. Its
address is surer than its wording. Only a change of address counts: whoever links to a login page means it.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from ingest.articles import SkipReason

__all__ = ["landed"]

_PLACES = (
    (
        SkipReason.LOGIN_WALL,
        re.compile(
            r"/(?:log-?in|sign-?in|sso|passport|accounts?/(?:login|signin)|register|signup)(?:[./]|$)"
        ),
    ),
    (SkipReason.LOGIN_WALL, re.compile(r"^(?:login|signin|passport|sso|accounts?|auth)\.[^/]+/")),
    (
        SkipReason.ANTI_BOT,
        re.compile(
            r"/(?:captcha|unhuman|antispider|anti-?bot|verify(?:human)?|challenge|punish)(?:[./_-]|$)"
        ),
    ),
    (
        SkipReason.DEAD_LINK,
        re.compile(
            r"/(?:404|410|error|errors?/404|not-?_?found|page-?not-?found|deleted|expired)(?:\.\w{2,5})?/?$"
        ),
    ),
)
# The last part of a path that is one page, and no section of a site: a file, a number, a title.
_PAGE = re.compile(r"\.\w{2,5}$|\d{3,}|.{12,}")
_FRONT = re.compile(r"/(?:index|default|home)?(?:\.\w{2,5})?")


def landed(requested: str, final: str) -> tuple[SkipReason, str] | None:
    """Return why there is no page, and what was seen, when a request for one address ended at another; else None."""
    asked, ended = urlsplit(requested), urlsplit(final)
    asked_path, path = unquote(asked.path), unquote(ended.path)
    if (asked.hostname, asked_path) == (ended.hostname, path):
        return None
    for reason, pattern in _PLACES:
        place, before = f"{ended.hostname}{path}".lower(), f"{asked.hostname}{asked_path}".lower()
        if pattern.search(place) and not pattern.search(before):
            return reason, f"sent on to {final[:200]}"
    own_site = _site(asked.hostname) == _site(ended.hostname)
    if (
        own_site
        and not ended.query
        and _FRONT.fullmatch(path)
        and _PAGE.search(asked_path.rstrip("/").rpartition("/")[2])
    ):
        return SkipReason.DEAD_LINK, f"sent on to the front page {final[:200]}"
    return None


def _site(host: str | None) -> str:
    return re.sub(r"^(?:www|m)\.", "", host or "")
