"""More like this: the articles whose passages lie nearest to what an article says as a whole.

The mean of its passage vectors stands for it, the centroid of Rocchio's relevance feedback (1971) with one document;
nothing is encoded, so the answer costs as much as the dense legs of one search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.folding import fold
from ingest.errors import QueryError
from search.answers import Answer, Understood
from search.candidates import Candidates
from search.fold_articles import fold_articles
from search.fuse import weighted
from search.query import NO_QUERY
from search.reading import find
from search.recall import dense_leg
from search.show import show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from index.catalog import ArticleRow
    from index.facets import Where
    from index.generation import Generation
    from index.towers import Tower
    from search.candidates import Column
    from search.scales import Scale

__all__ = ["similar"]

# Passages of each leg: enough for some tens of articles.
_DEPTH = 200
# Mean vectors this near are one text in two places.
_SAME_TEXT = 0.98


def similar(
    article: str,
    generation: Generation,
    towers: Sequence[Tower],
    scales: Mapping[str, Scale],
    *,
    k: int,
    where: Where,
) -> Answer:
    """Return the `k` articles within `where` most like the one of that id or address, each at its nearest passage.

    Every leg scores, with equal weights. Left out are the article itself and what is the same again elsewhere: of the
    same title or nearly the same mean. Raises NotFoundError, and QueryError where there is no tower.
    """
    if not towers:
        raise QueryError("Without a tower no articles are alike.", "Name one in [[index.towers]].")
    catalog = generation.catalog
    row = find(catalog, article)
    candidates = _nearest(row, generation, towers, scales, where)
    folded = fold_articles(candidates, catalog, offset=0, k=k, per_article=1)
    return Answer(
        query=row.title,
        understood=Understood(row.title, row.lang.value, ()),
        mode="dense",
        hits=show(folded.leads, candidates, NO_QUERY, generation, first_rank=1, explain=False),
        total=len(set(candidates.articles.tolist())),
        generation=generation.id,
        took_ms=0.0,
        stages_ms={},
        has_more=folded.has_more,
    )


def _nearest(
    article: ArticleRow,
    generation: Generation,
    towers: Sequence[Tower],
    scales: Mapping[str, Scale],
    where: Where,
) -> Candidates:
    mask = generation.catalog.mask(where)
    allowed = np.ones(len(generation.catalog), bool) if mask is None else mask
    allowed[article.passages.start : article.passages.stop] = False
    centroids = {dense_leg(tower): _centroid(article, generation, tower) for tower in towers}
    found = [
        generation.dense[tower.id].search(centroids[dense_leg(tower)], _DEPTH, allowed).rows
        for tower in towers
    ]
    rows = np.unique(np.concatenate(found)).astype(np.int32)
    rows = rows[~_repeated(rows, article, generation, towers, centroids)]
    columns: dict[str, Column] = {
        dense_leg(tower): (generation.dense[tower.id].vectors(rows) @ centroids[dense_leg(tower)]).astype(
            np.float32
        )
        for tower in towers
    }
    candidates = Candidates(rows, generation.catalog.article_of[rows], columns)
    return weighted(candidates, scales, dict.fromkeys(columns, 1.0))


def _centroid(article: ArticleRow, generation: Generation, tower: Tower) -> NDArray[np.float32]:
    """The normalised mean of the article's passage vectors, (dim,)."""
    mean = generation.dense[tower.id].vectors(np.asarray(article.passages)).mean(axis=0)
    centroid: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return centroid


def _repeated(
    rows: NDArray[np.int32],
    article: ArticleRow,
    generation: Generation,
    towers: Sequence[Tower],
    centroids: Mapping[str, NDArray[np.float32]],
) -> NDArray[np.bool_]:
    """Which of `rows` belong to an article that is `article` over again."""
    of_article = generation.catalog.article_of[rows]
    title = fold(article.title)
    again = [
        other.row
        for other in generation.catalog.articles(np.unique(of_article))
        if fold(other.title) == title
        or all(
            _centroid(other, generation, tower) @ centroids[dense_leg(tower)] >= _SAME_TEXT
            for tower in towers
        )
    ]
    return np.isin(of_article, again)
