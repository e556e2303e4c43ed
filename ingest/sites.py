"""Better addresses for what a list links to: the raw file instead of the page around it, the paper beside its abstract.

Only the site's own open forms are named here; archives are the crawl's last resort. Several answers for one address
become one article in `combine`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.articles import Article

__all__ = ["combine", "complementary", "sources_for"]

_ARXIV = re.compile(r"/(?:abs|pdf)/(?P<id>[\w.-]+(?:/\d{7})?)/?")


def sources_for(url: str) -> tuple[str, ...]:
    """Return the addresses at which the article of a canonical address can be had, the best first."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if parts.hostname == "arxiv.org" and (match := _ARXIV.fullmatch(parts.path)):
        return (f"https://arxiv.org/abs/{match['id']}", f"https://arxiv.org/pdf/{match['id']}")
    if parts.hostname == "github.com":
        match segments:
            case [owner, repository]:
                return (
                    f"https://raw.githubusercontent.com/{owner}/{repository}/HEAD/README.md",
                    f"https://api.github.com/repos/{owner}/{repository}/readme",
                    url,
                )
            case [owner, repository, "blob", branch, *path] if path:
                raw = "/".join((owner, repository, branch, *path))
                return (f"https://raw.githubusercontent.com/{raw}", url)
            case [owner, repository, "tree", branch, *path] if path:
                raw = "/".join((owner, repository, branch, *path))
                return (f"https://raw.githubusercontent.com/{raw}/README.md", url)
    return (url,)


def complementary(url: str) -> bool:
    """Return whether the sources of an address are parts of one article, all to be had, rather than one in place of another."""
    return urlsplit(url).hostname == "arxiv.org"


def combine(articles: Sequence[Article]) -> Article:
    """Return one article from what several sources of one address gave, in the order of `sources_for`.

    The first is believed in what it says of itself; the longest text is the text, with the first one before it where
    that is an abstract the longest does not hold. Raises ValueError without any article.
    """
    if not articles:
        raise ValueError("there is no article to combine")
    first = articles[0]
    longest = max(articles, key=lambda article: len(article.text))
    text = longest.text
    if longest is not first and _squeezed(first.text)[:200] not in _squeezed(text[:20_000]):
        text = f"{first.text}\n\n{text}"
    return replace(
        first,
        title=_first(article.title for article in articles),
        author=_first(article.author for article in articles),
        published=_first(article.published for article in articles),
        site=_first(article.site for article in articles),
        text=text,
        lang=longest.lang,
        quality=longest.quality,
        anchors=longest.anchors,
    )


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
