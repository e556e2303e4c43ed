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
    from collections.abc import Sequence

    from index.catalog import ArticleRow, PassageRow
    from index.lexical import LexicalIndex, TermScore
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
            rewriting,
        )
        for each, rewriting in _counted(query, passage, index)
    ]
    parts.sort(key=lambda part: -part.score)
    return Explanation(tuple(features), tuple(parts), score - sum(part.score for part in parts))


def _counted(query: Query, passage: PassageRow, index: LexicalIndex) -> list[tuple[TermScore, str]]:
    """The terms that made the score, each with what was typed where it was not: of names of one thing, the better one's."""
    corrected = {
        term: each.typed for each in query.corrections if each.replaced for term in terms(each.meant)
    }
    found = [(part, corrected.get(part.text, "")) for part in index.explain(query.terms, passage.row)]
    best: dict[tuple[str, ...], list[tuple[TermScore, str]]] = {}
    for other in query.alternatives:
        typed = [each for each in found if each[0].text in other.instead_of]
        parts = index.explain(other.terms, passage.row)
        said = _typed(query, other.instead_of)
        whole = [(part, said) for part in parts] if len(parts) == len(other.terms) else []
        best[other.instead_of] = max(best.get(other.instead_of, typed), whole, key=_total)
    apart = {text for group in best for text in group}
    return [each for each in found if each[0].text not in apart] + [
        each for group in best.values() for each in group
    ]


def _typed(query: Query, instead_of: Sequence[str]) -> str:
    """The words of the query that these of its terms were cut from."""
    said = [each.typed for each in query.corrections] + [each.typed for each in query.expansions]
    return next((words for words in said if set(instead_of) <= set(terms(words))), " ".join(instead_of))


def _total(parts: Sequence[tuple[TermScore, str]]) -> float:
    return sum(part.score for part, _ in parts)


def _fields(article: ArticleRow, passage: PassageRow) -> dict[str, frozenset[str]]:
    """The terms of each field, as they were indexed."""
    texts = (article.title, " › ".join(passage.headings), "\n".join(article.said), plain(passage.text))
    return {field: frozenset(terms(text)) for field, text in zip(FIELDS, texts, strict=True)}
