"""Where else a page itself says that its text can be had: the address it sends readers on to, its AMP or mobile form.

A page that moved often says so in markup alone (`<meta http-equiv="refresh">`, HTML section 4.2.5.3), and one that
is nothing without its scripts may have a plainer form beside it. Asking for them is left to the visitor.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.html.markup import Element, attribute, text_of
from ingest.urls import hostname, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["other_forms", "sent_on"]

_MOST = 3
_REFRESH = re.compile(
    r"\s*(?P<seconds>\d+)?(?:\.\d*)?\s*[;,]?\s*(?:url\s*=\s*)?[\"']?(?P<url>[^\"']+)", re.IGNORECASE
)
_SOON = 10  # seconds; later than that a page is there to be read, and reloads itself
_SMALL_SCREEN = re.compile(r"handheld|print|only screen and \(max-width", re.IGNORECASE)
# A script that does nothing but leave, with the address written out.
_LEAVES = re.compile(
    r"(?:window\.|document\.|self\.|top\.)*location(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*[\"'](?P<url>[^\"'\s+]+)[\"']\s*\)?\s*;?"
)
_LONGEST_SCRIPT = 500  # characters


def other_forms(root: Element, url: str) -> tuple[str, ...]:
    """Return at most three absolute http(s) addresses that the page at `url` names for its text, the surest first."""
    return tuple(dict.fromkeys((*sent_on(root, url), *_resolved(_linked(root), root, url))))[:_MOST]


def sent_on(root: Element, url: str) -> Iterator[str]:
    """Yield the absolute http(s) addresses to which the page at `url` sends its readers at once."""
    yield from _resolved(_forwards(root), root, url)


def _resolved(named: Iterable[str], root: Element, url: str) -> Iterator[str]:
    page = joined(url, "")
    base = next((attribute(element, "href") for element in root.iter("base")), "")
    for reference in named:
        address = joined(joined(url, base), reference)
        if address.startswith(("http://", "https://")) and hostname(address) and address != page:
            yield address


def _forwards(root: Element) -> Iterator[str]:
    for element in root.iter("meta"):
        if attribute(element, "http-equiv").lower() != "refresh":
            continue
        match = _REFRESH.match(attribute(element, "content"))
        if match and int((match["seconds"] or "0")[:9]) <= _SOON and not match["url"].strip().isdigit():
            yield match["url"]
    body = root.find("body")
    if body is not None and len(text_of(body)) < _LONGEST_SCRIPT:
        for script in root.iter("script"):
            if script.text and len(script.text) < _LONGEST_SCRIPT and (match := _LEAVES.search(script.text)):
                yield match["url"]


def _linked(root: Element) -> Iterator[str]:
    for element in root.iter("link"):
        relations = attribute(element, "rel").lower().split()
        is_small = "alternate" in relations and _SMALL_SCREEN.search(attribute(element, "media"))
        if "amphtml" in relations or is_small:
            yield attribute(element, "href")
