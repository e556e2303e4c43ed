"""From ranked candidates to hits: grouped by article, with what a reader should see of each passage.

Only what is shown is read from the catalog.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from search.answers import Hit, MorePassage
from search.highlight import highlight, snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.catalog import ArticleRow, Catalog, PassageRow
    from search.candidates import Candidates
    from search.query import Query

__all__ = ["show"]

# Other passages of an article that are shown under its best. Each costs as much as a hit to mark and to cut.
_MORE = 1


def show(
    candidates: Candidates, query: Query, catalog: Catalog, *, k: int, per_article: int, explain: bool
) -> tuple[Hit, ...]:
    """Return the first `k` hits, at most `per_article` of one article; the first of these has another passage under it."""
    leads, more = _grouped(candidates.articles.tolist(), k, per_article)
    positions = [*leads, *(position for others in more.values() for position in others)]
    passages = dict(zip(positions, catalog.passages(candidates.rows[positions]), strict=True))
    articles = {
        row.row: row for row in catalog.articles(sorted({each.article_row for each in passages.values()}))
    }
    return tuple(
        _hit(
            rank,
            position,
            candidates,
            query,
            articles[passages[position].article_row],
            passages[position],
            [(passages[other], candidates.score(other)) for other in more.get(position, ())],
            explain=explain,
        )
        for rank, position in enumerate(leads, 1)
    )


def _grouped(articles: Sequence[int], k: int, per_article: int) -> tuple[list[int], dict[int, list[int]]]:
    """Positions of the hits, and by the first hit of an article the positions of more of its passages."""
    leads: list[int] = []
    first: dict[int, int] = {}
    more: dict[int, list[int]] = {}
    taken: Counter[int] = Counter()
    for position, article in enumerate(articles):
        if taken[article] < per_article and len(leads) < k:
            leads.append(position)
            first.setdefault(article, position)
        elif article in first and taken[article] < per_article + _MORE:
            more.setdefault(first[article], []).append(position)
        taken[article] += 1
    return leads, more


def _hit(
    rank: int,
    position: int,
    candidates: Candidates,
    query: Query,
    article: ArticleRow,
    passage: PassageRow,
    more: Sequence[tuple[PassageRow, float]],
    *,
    explain: bool,
) -> Hit:
    listed = article.links[0]
    marks = highlight(passage.text, query)
    return Hit(
        rank=rank,
        score=candidates.score(position),
        url=article.url,
        link=_link(article, passage),
        title=article.title,
        passage=passage.text,
        headings=passage.headings,
        snippet=snippet(passage.text, marks),
        highlights=marks,
        list=listed.list,
        section=listed.section,
        note=listed.note,
        starred=article.starred,
        lists=tuple(dict.fromkeys(link.list for link in article.links)),
        article_id=article.id,
        host=article.host,
        site=article.site,
        lang=article.lang.value,
        author=article.author,
        published=article.published,
        source=article.source.value,
        archived=article.archived,
        also_at=article.also_at,
        stages=candidates.stage_scores(position),
        features=candidates.contributions(position) if explain else {},
        more=tuple(_more(other, score, article, query) for other, score in more),
    )


def _more(passage: PassageRow, score: float, article: ArticleRow, query: Query) -> MorePassage:
    marks = highlight(passage.text, query)
    return MorePassage(
        passage=passage.text,
        headings=passage.headings,
        link=_link(article, passage),
        score=score,
        snippet=snippet(passage.text, marks),
        highlights=marks,
    )


def _link(article: ArticleRow, passage: PassageRow) -> str:
    return f"{article.url}#{passage.anchor}" if passage.anchor else article.url
