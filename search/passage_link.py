"""Where a hit leads: to the passage within the page, not only to the page.

By the id of the heading above it where the page has ids, else by its own words (a text fragment), which a browser
finds and marks. A page that is gone is shown as the archive kept it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from index.text_fragment import text_fragment
from ingest.articles import Source

if TYPE_CHECKING:
    from index.catalog import ArticleRow, PassageRow

__all__ = ["passage_link"]

# The Wayback Machine answers a day with the snapshot nearest to it.
_ARCHIVE = "https://web.archive.org/web"
_IN_FRAGMENT = "/?:@!$&'()*+,;="  # RFC 3986, section 3.5
# What opens in a viewer or a player has no text for a browser to look for.
_NO_TEXT = re.compile(r"\.(?:pdf|ps|djvu|epub|docx?|pptx?|mp4|webm)$|^/pdf/", re.IGNORECASE)
_VIDEO_HOSTS = {"youtube.com", "youtu.be", "vimeo.com", "bilibili.com", "b23.tv"}


def passage_link(article: ArticleRow, passage: PassageRow) -> str:
    """Return the address that opens the article at the passage, or at its beginning where no place can be named."""
    url = article.url
    if article.source is Source.ARCHIVE and article.archived:
        url = f"{_ARCHIVE}/{article.archived.replace('-', '')}/{url}"
    if passage.anchor:
        return f"{url}#{quote(passage.anchor, safe=_IN_FRAGMENT)}"
    if article.source is Source.LISTING or _has_no_text(article):
        return url
    fragment = text_fragment(passage.text)
    # A directive goes behind the fragment that an address has already.
    return f"{url}{'' if not fragment or '#' in url else '#'}{fragment}"


def _has_no_text(article: ArticleRow) -> bool:
    host = article.host.removeprefix("www.").removeprefix("m.")
    return host in _VIDEO_HOSTS or _NO_TEXT.search(urlsplit(article.url).path) is not None
