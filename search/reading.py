"""An article to read: all its passages in order, found by its id or by any address that it is known at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import NotFoundError
from search.passage_link import passage_link

if TYPE_CHECKING:
    from index.catalog import ArticleRow, Catalog, PassageRow

__all__ = ["Reading", "find", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One article, whole."""

    article: ArticleRow
    passages: tuple[PassageRow, ...]

    def link(self, passage: PassageRow) -> str:
        """The address that opens the article at the passage."""
        return passage_link(self.article, passage)


def find(catalog: Catalog, article: str) -> ArticleRow:
    """Return the article of an id, or of an address, its own or that of a copy. Raises NotFoundError."""
    if "://" in article:
        from ingest.articles import article_id
        from ingest.urls import canonical

        try:
            url = canonical(article.strip())
        except ValueError:  # malformed, or not of the web: no article has such an address
            found = None
        else:
            found = catalog.article(article_id(url)) or catalog.kept_at(url)
    else:
        found = catalog.article(article)
    if found is None:
        raise NotFoundError(
            f"There is no article {article!r} in the index.", "Give the article_id of a hit, or its address."
        )
    return found


def read(catalog: Catalog, article: str) -> Reading:
    """Return the article of an id or address with its passages. Raises NotFoundError."""
    row = find(catalog, article)
    return Reading(row, tuple(catalog.passages(row.passages)))
