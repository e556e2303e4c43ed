"""What the address at which a request ended says: the first page of the site, an error page, a login, a check for robots.

Sites that no longer have a page, or do not want to show it, often send readers on to one that answers 200. Its address
is surer than its wording. Only a change of address counts: whoever links to a login page means it.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ingest.articles import SkipReason
from ingest.html.notices import Notice

__all__ = ["is_parking", "landed"]

_PARKING = re.compile(
    r"(?:^|\.)(?:sedoparking\.com|sedo\.com|parkingcrew\.net|bodis\.com|dan\.com|afternic\.com|hugedomains\.com|parklogic\.com|"
    r"above\.com|skenzo\.com|ztomy\.com|undeveloped\.com|domainmarket\.com|buydomains\.com|parked-content\.godaddy\.com|"
    r"4\.cn|ename\.(?:com|net)|juming\.com|mi\.aliyun\.com|wanwang\.aliyun\.com|dnspod\.cn|22\.cn|domain\.cn)$"
)
_PLACES = (
    (
        SkipReason.DEAD_LINK,
        re.compile(
            r"/(?:40[34]|410|(?:page-?)?not-?found|error(?:s|page)?|404page)(?:\.\w+)?/?$|/404(?:[/.]|$)"
        ),
    ),
    (
        SkipReason.ANTI_BOT,
        re.compile(
            r"/(?:anti-?spider|unhuman|captcha|verify_?human|wap_?verify|challenge|punish|sorry/index)(?:[/._-]|$)"
        ),
    ),
    (
        SkipReason.LOGIN_WALL,
        re.compile(r"/(?:log[-_]?in|sign[-_]?in|logon|sso|cas/login|oauth2?/authorize|passport)(?:[/.;]|$)"),
    ),
    (SkipReason.LOGIN_WALL, re.compile(r"^(?:passport|login|signin|sso|accounts?|auth|cas|idp)\.")),
)
_HOME = re.compile(r"/*(?:index|default|home|main)?(?:\.(?:html?|php|aspx?|jsp))?", re.IGNORECASE)
# The last part of a path that is one page, and no section of a site: a number, a file, a title.
_OF_ONE_PAGE = re.compile(
    r"\d{3}|\.(?:html?|php|aspx?|jsp|shtml|md|pdf)$|[^\x00-\x7f]{4}|[a-z]-[a-z]+-[a-z]", re.IGNORECASE
)
_DEEP = 2  # slashes in a path from which it is that of one page, whatever its last part
_GATE_TEXT = (
    600  # characters of prose that a page at such a place may have, and still be what its address says
)


def landed(asked: str, reached: str, *, prose: int) -> Notice | None:
    """Return why there is no page where a request for one address ended at another, or None if that means nothing.

    `prose` is how many characters of text there are. Sent home is sent away: a site that answers for one of its pages
    with its first page has lost that page. Only on the same site, as short addresses lead to first pages too, and only
    from what is surely the address of one page.
    """
    before, after = urlsplit(asked), urlsplit(reached)
    if (
        not before.hostname
        or not after.hostname
        or (before.hostname, before.path, before.query)
        == (
            after.hostname,
            after.path,
            after.query,
        )
    ):
        return None
    if is_parking(after.hostname):
        return Notice(SkipReason.PARKED, f"sent to {after.hostname}")
    if _is_sent_home(before, after):
        return Notice(SkipReason.DEAD_LINK, f"sent to the first page of the site, {reached[:200]}")
    if prose >= _GATE_TEXT:
        return None
    place, earlier = (f"{where.hostname}{where.path}".lower() for where in (after, before))
    for reason, pattern in _PLACES:
        if pattern.search(place) and not pattern.search(earlier):
            return Notice(reason, f"sent to {reached[:200]}")
    return None


def is_parking(host: str) -> bool:
    """Whether a host is one of those that show domains for sale."""
    return _PARKING.search(host) is not None


def _is_sent_home(before: SplitResult, after: SplitResult) -> bool:
    if _site(before.hostname) != _site(after.hostname) or after.fragment:
        return False
    if _HOME.fullmatch(after.path) is None or _names_page(after.query):
        return False
    path = unquote(before.path).strip("/")
    last = path.rpartition("/")[2]
    if _HOME.fullmatch(last):
        return _HOME.fullmatch(path) is not None and _names_page(before.query)
    return _OF_ONE_PAGE.search(last) is not None or path.count("/") >= _DEEP


def _names_page(query: str) -> bool:
    """Whether a query says which page of a site is meant: `?p=12`, `?id=9`."""
    return any(re.search(r"\d", value) for _, value in parse_qsl(query))


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.").removeprefix("m.")
