"""From ranked candidates to hits: what a reader should see of each lead and of the passages folded under it.

Only what is shown is read from the catalog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.answers import Hit, MorePassage
from search.explain import explained
from search.highlight import highlight, snippet
from search.passage_link import passage_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.catalog import ArticleRow, PassageRow
    from index.generation import Generation
    from search.candidates import Candidates
    from search.fold_articles import Lead
    from search.query import Query

__all__ = ["show"]


def show(
    leads: Sequence[Lead],
    candidates: Candidates,
    query: Query,
    generation: Generation,
    *,
    first_rank: int,
    explain: bool,
) -> tuple[Hit, ...]:
    """Return a hit for each lead, ranked from `first_rank` on."""
    catalog = generation.catalog
    positions = [position for lead in leads for position in (lead.position, *lead.more)]
    passages = dict(zip(positions, catalog.passages(candidates.rows[positions]), strict=True))
    articles = catalog.articles([lead.article for lead in leads])
    return tuple(
        _hit(
            rank,
            lead,
            candidates,
            query,
            article,
            passages[lead.position],
            [(passages[other], candidates.score(other)) for other in lead.more],
            generation if explain else None,
        )
        for rank, (lead, article) in enumerate(zip(leads, articles, strict=True), first_rank)
    )


def _hit(
    rank: int,
    lead: Lead,
    candidates: Candidates,
    query: Query,
    article: ArticleRow,
    passage: PassageRow,
    more: Sequence[tuple[PassageRow, float]],
    explain_by: Generation | None,
) -> Hit:
    listed = article.links[0]
    marks = highlight(passage.text, query)
    return Hit(
        rank=rank,
        score=candidates.score(lead.position),
        url=article.url,
        link=passage_link(article, passage),
        title=article.title,
        passage=passage.text,
        ordinal=passage.ordinal,
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
        also_at=lead.also_at,
        stages=candidates.stage_scores(lead.position),
        features=candidates.contributions(lead.position) if explain_by else {},
        more=tuple(_more(other, score, article, query) for other, score in more),
        explanation=explained(query, candidates, lead.position, article, passage, explain_by.lexical)
        if explain_by
        else None,
    )


def _more(passage: PassageRow, score: float, article: ArticleRow, query: Query) -> MorePassage:
    marks = highlight(passage.text, query)
    return MorePassage(
        passage=passage.text,
        headings=passage.headings,
        link=passage_link(article, passage),
        score=score,
        snippet=snippet(passage.text, marks),
        highlights=marks,
    )
