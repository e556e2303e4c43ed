"""Which link a saved page belongs to: by the addresses it notes, else by its file's name, else by its title.

A name or title counts only where it fits one link and no other: a page taken for another one is worse than a page
that the user is asked about.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from ingest.spelling import is_telling, squeezed
from ingest.urls import canonical, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.articles import Listing

__all__ = ["Match", "Matcher"]

_MOST_OF = 0.5  # share of a title that a file's name, which may be cut short, must have
_IDENTIFIER = 6  # characters


@dataclass(frozen=True, slots=True)
class Match:
    """A link's canonical address, and by what it was found."""

    url: str
    by: Literal["address", "name", "title"]


class Matcher:
    """Finds the link of a saved page among those of the reading lists."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._urls: set[str] = set()
        self._titles: dict[str, set[str]] = {}
        self._places: dict[str, set[str]] = {}
        for listing in listings:
            self._urls.add(listing.url)
            for link in listing.links:
                if is_telling(name := squeezed(link.title)):
                    self._titles.setdefault(name, set()).add(listing.url)
            for name in _identifiers(listing.url):
                self._places.setdefault(name, set()).add(listing.url)

    def by_address(self, addresses: Sequence[str]) -> Match | None:
        """Return the link to one of the addresses that a page notes."""
        for address in addresses:
            with suppress(ValueError):
                if (url := canonical(address)) in self._urls:
                    return Match(url, "address")
        return None

    def by_name(self, stem: str, addresses: Sequence[str] = ()) -> Match | None:
        """Return the link that a file's name (without its ending) spells, by its address or by its title.

        Where the page notes `addresses`, part of a title counts only for a link to one of their hosts: a page that is
        about another one has that one's title in its own.
        """
        places = [self._places.get(name, set()) for name in _names(stem)]
        found = set[str]().union(*places)
        return Match(found.pop(), "name") if len(found) == 1 else self._titled(stem, "name", addresses)

    def by_title(self, title: str, addresses: Sequence[str] = ()) -> Match | None:
        """Return the link with the title that the page has; `addresses` as for `by_name`."""
        return self._titled(title, "title", addresses)

    def _titled(self, text: str, by: Literal["name", "title"], addresses: Sequence[str]) -> Match | None:
        own = squeezed(text)
        if not is_telling(own):
            return None
        # The title itself, or one cut short; or what a tool or site wrote around it, of which the longest says most.
        titles = [own] if own in self._titles else [title for title in self._titles if _is_cut(own, title)]
        titles = titles or sorted((title for title in self._titles if title in own), key=len)[-1:]
        urls = set[str]().union(*(self._titles[title] for title in titles))
        if addresses and own not in self._titles:
            hosts = set(map(host_of, addresses))
            urls = {url for url in urls if host_of(url) in hosts}
        return Match(urls.pop(), by) if len(urls) == 1 else None


def _is_cut(name: str, title: str) -> bool:
    return title.startswith(name) and len(name) >= _MOST_OF * len(title)


def _identifiers(url: str) -> list[str]:
    """Return the names that tools make of an address: all of it, or its last part where that is a number or a code."""
    where = urlsplit(url)
    last = unquote(where.path).rstrip("/").rpartition("/")[2]
    is_code = len(last) >= _IDENTIFIER and re.fullmatch(r"[\w-]*\d[\w-]*", last, re.ASCII) is not None
    return [squeezed(unquote(url.partition("://")[2])), *([last] if is_code else [])]


def _names(stem: str) -> list[str]:
    stem = unquote(stem)
    return [
        squeezed(re.sub(r"^https?\W*", "", stem)),
        *re.findall(r"[\w-]+", stem, re.ASCII),
        *re.split(r"[\W_]+", stem),
    ]
