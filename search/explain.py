"""How a hit came to its scores: its features with what each added, and its terms with their parts of BM25.

Costs an analysis of the passage and is done for hits that are shown, when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.analyze import terms
from index.lexical import FIELDS
from index.markdown import plain
from search.answers import Explanation, FeaturePart, TermPart
from search.recall import LEXICAL

if TYPE_CHECKING:
    from index.catalog import ArticleRow, PassageRow
    from index.lexical import LexicalIndex
    from search.candidates import Candidates
    from search.query import Query

__all__ = ["explained"]


def explained(
    query: Query,
    candidates: Candidates,
    position: int,
    article: ArticleRow,
    passage: PassageRow,
    index: LexicalIndex,
) -> Explanation:
    """Explain the candidate at `position`, which is `passage` of `article`.

    What the lexical leg did not find has no terms to show: they gave it nothing.
    """
    values = candidates.feature_values(position)
    features = [
        FeaturePart(name, values.get(name), added)
        for name, added in candidates.contributions(position).items()
    ]
    features.sort(key=lambda part: -abs(part.added))
    score = candidates.stage_scores(position).get(LEXICAL)
    if score is None:
        return Explanation(tuple(features), (), 0.0)
    held = _fields(article, passage)
    parts = [
        TermPart(
            each.text,
            tuple(field for field in FIELDS if each.text in held[field]),
            each.weight,
            each.idf,
            each.tf,
            each.score,
        )
        for each in index.explain(query.terms, passage.row)
    ]
    parts.sort(key=lambda part: -part.score)
    return Explanation(tuple(features), tuple(parts), score - sum(part.score for part in parts))


def _fields(article: ArticleRow, passage: PassageRow) -> dict[str, frozenset[str]]:
    """The terms of each field, as they were indexed."""
    texts = (article.title, " › ".join(passage.headings), "\n".join(article.said), plain(passage.text))
    return {field: frozenset(terms(text)) for field, text in zip(FIELDS, texts, strict=True)}
