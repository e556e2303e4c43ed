"""What changed between two generations: for the morning after a nightly rebuild."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.catalog import Catalog
from index.generation import Generation, current
from ingest.archive import WORTH_ASKING
from ingest.articles import Source
from search.arrivals import arrivals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.catalog import ArticleRow
    from ingest.store import Store

__all__ = ["Item", "News", "news"]


@dataclass(frozen=True, slots=True)
class Item:
    """One article or link."""

    title: str
    url: str
    place: tuple[str, ...] = ()  # the first list that has it, and its headings there
    why: str = ""  # of a page that died: the reason of the last visit


@dataclass(frozen=True, slots=True)
class News:
    """What a generation has that an earlier one had not, and the other way round."""

    generation: str
    created: float  # seconds since the epoch
    since: str  # id of the earlier generation; "": there is none, and nothing is compared
    since_created: float
    articles: tuple[Item, ...]  # new, with their text
    listings: tuple[Item, ...]  # new, known from the list only
    died: tuple[Item, ...]  # no longer to be had on the web; what was read of them is kept
    gone: tuple[Item, ...]  # no longer in the lists, or folded into another article


def news(store: Store, since: str) -> News:
    """Compare the current generation of the store's data folder with an earlier one (`since` as in `arrivals`).

    Raises IndexMissingError, GenerationError, and QueryError when `since` names none.
    """
    data_dir = store.path.parent
    generation = Generation.open(current(data_dir))
    try:
        came = arrivals(generation, since)
        created = generation.manifest.created
        if not came.since:
            return News(generation.id, created, "", 0.0, (), (), (), ())
        new = generation.catalog.articles(came.rows)
        return News(
            generation.id,
            created,
            came.since,
            came.created,
            articles=tuple(_item(row) for row in new if row.source is not Source.LISTING),
            listings=tuple(_item(row) for row in new if row.source is Source.LISTING),
            died=tuple(_died(store, came.created)),
            gone=tuple(_gone(generation, came.since)),
        )
    finally:
        generation.close()


def _died(store: Store, since: float) -> Iterator[Item]:
    """Articles that the last visit, later than `since`, was the first to find gone, and not merely out of reach."""
    for outcome in store.outcomes():
        if outcome.outcome == "article" and outcome.reason in WORTH_ASKING:
            visit = store.visit(outcome.url)
            if visit is not None and visit.failures == 1 and visit.visited_at > since:
                yield Item(outcome.title, outcome.url, why=outcome.reason)


def _gone(generation: Generation, since: str) -> Iterator[Item]:
    """Articles of the generation `since` that are in `generation` no more."""
    now = generation.catalog.sources()
    with closing(Catalog(generation.path.parent / since)) as before:
        for row in before.all_articles():
            if row.id not in now:
                yield _item(row)


def _item(row: ArticleRow) -> Item:
    listed = row.links[0]
    return Item(row.title, row.url, (listed.list, *listed.section))
