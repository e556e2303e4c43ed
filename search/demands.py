"""Phrases that a query demands or excludes, looked for in what the legs returned.

The indexes know terms and no order of words, so the texts themselves are read: title, headings, what the lists say of
the article, and the passage.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.analyze import analyze
from index.folding import fold

if TYPE_CHECKING:
    from index.catalog import ArticleRow, Catalog
    from search.candidates import Candidates
    from search.query import Query

__all__ = ["keeping_to", "without_quotes"]


def keeping_to(query: Query, candidates: Candidates, catalog: Catalog) -> Candidates:
    """Leave out the candidates that lack a phrase of the query or hold one that it excludes."""
    passages = catalog.passages(candidates.rows)
    articles = catalog.articles(sorted({passage.article_row for passage in passages}))
    around = {article.row: fold(_around(article)) for article in articles}
    kept = []
    for position, passage in enumerate(passages):
        texts = (around[passage.article_row], fold("\n".join((*passage.headings, passage.text))))
        if all(any(map(phrase.stands_in, texts)) for phrase in query.phrases) and not any(
            phrase.stands_in(text) for phrase in query.excluded for text in texts
        ):
            kept.append(position)
    return candidates.take(np.array(kept, np.intp))


def without_quotes(query: Query) -> Query | None:
    """Return the query with what it quoted as mere words; None where it says nothing else.

    In a sentence, a quotation is often how somebody writes and not what must be found.
    """
    quoted = {term.text for phrase in query.phrases for term in analyze(phrase.text)}
    if all(term.text in quoted for term in query.terms):
        return None
    return replace(query, phrases=())


def _around(article: ArticleRow) -> str:
    """What stands about an article's passages: its title, and the words of the lists that link to it."""
    return "\n".join((article.title, *article.said))
