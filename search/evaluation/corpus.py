"""Addresses as a corpus knows them, so that a judgement or a run means the article that the index holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.urls import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.catalog import Catalog

__all__ = ["address_in_corpus"]


def address_in_corpus(catalog: Catalog | None) -> Callable[[str], str]:
    """Return a function from an address as written to the one under which `catalog` keeps the article.

    Addresses are compared in canonical form; one whose article is kept under another address stands for that one.
    The function raises ValueError for what is no URL.
    """
    articles = catalog.all_articles() if catalog else ()
    kept_at = {other: article.url for article in articles for other in article.also_at}

    def address(written: str) -> str:
        url = canonical(written)
        return kept_at.get(url, url)

    return address
