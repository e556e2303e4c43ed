"""精排, rerank: a cross-encoder reads query and passage together; the best of the prerank order, within a budget.

Off by default. When the budget is spent before all are read, the order stands as it was, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.context import context
from ingest.errors import MissingExtraError, TowerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from index.catalog import Catalog
    from search.candidates import Candidates
    from search.settings import RerankSettings

__all__ = ["RERANK", "CrossEncoderReranker", "Reranked", "Reranker", "readable", "rerank"]

RERANK = "rerank"

# Pairs read between two looks at the clock.
_BATCH = 4


class Reranker(Protocol):
    """Scores passages by reading them together with the query. Safe for concurrent use."""

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return (n,) scores, higher is better."""
        ...


@dataclass(frozen=True, slots=True)
class Reranked:
    """The candidates, and whether the budget sufficed to read them."""

    candidates: Candidates
    finished: bool


def rerank(
    query: str,
    candidates: Candidates,
    passages: Sequence[str],
    reranker: Reranker,
    settings: RerankSettings,
    *,
    clock: Callable[[], float],
) -> Reranked:
    """Reorder the first `len(passages)` candidates, whose texts `passages` are; `clock` counts seconds."""
    deadline = clock() + settings.budget_ms / 1000
    scores = np.full(len(candidates), np.nan, dtype=np.float32)
    for start in range(0, len(passages), _BATCH):
        if clock() >= deadline:
            return Reranked(candidates, finished=False)
        batch = passages[start : start + _BATCH]
        scores[start : start + len(batch)] = reranker.score(query, batch)
    return Reranked(candidates.ranked(RERANK, scores), finished=True)


def readable(catalog: Catalog, rows: NDArray[np.integer]) -> list[str]:
    """Return the passages of `rows` as a reranker reads them: where each stands, and what it says."""
    passages = catalog.passages(rows)
    articles = catalog.articles(sorted({passage.article_row for passage in passages}))
    titles = {article.row: article.title for article in articles}
    return [f"{context(titles[each.article_row], each.headings)}\n{each.text}" for each in passages]


class CrossEncoderReranker:
    """Any sentence-transformers CrossEncoder, by hub name or folder.

    Nogueira, Cho: Passage Re-ranking with BERT (2019), arXiv:1901.04085.
    """

    def __init__(self, settings: RerankSettings) -> None:
        """Load the model. Raises MissingExtraError without sentence-transformers, TowerError without the model."""
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise MissingExtraError(
                f"The reranker {settings.model} needs sentence-transformers, which is not installed.",
                "Install shuangta[models], or set search.rerank.model to nothing.",
            ) from error
        try:
            self._model: Any = CrossEncoder(settings.model, device="cpu")
        except (OSError, ValueError) as error:
            raise TowerError(
                f"The reranker {settings.model} cannot be loaded: {error}",
                "Check search.rerank.model, and the network if it is a name on the hub.",
            ) from error

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return (n,) scores as the model's own activation leaves them."""
        pairs = [(query, passage) for passage in passages]
        scores: NDArray[np.float32] = self._model.predict(pairs, show_progress_bar=False)
        return np.asarray(scores, dtype=np.float32)
