"""What is new: the articles that an earlier generation did not hold, or knew by their listing only.

Generations are kept for going back to; here the older one is only compared with.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from index.catalog import Catalog
from index.generation import readable
from ingest.articles import Source
from ingest.errors import GenerationError, QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from index.generation import Generation, Manifest
    from search.facet_counts import Articles

__all__ = ["LAST", "Arrivals", "arrivals"]

LAST = "last"


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """The rows of the new articles, and what they are new against."""

    rows: Articles
    since: str  # id of the earlier generation; "": there is none, and everything is new
    created: float  # when that was built, in seconds since the epoch


def arrivals(generation: Generation, since: str = LAST) -> Arrivals:
    """Return what is new in `generation` since an earlier one: "last", a generation's id, or an ISO date (UTC).

    For a date it is the newest generation built before that day, or the oldest that is still kept. One that cannot be
    read says nothing of what is new and is passed over: a rebuild may be deleting it at this moment.
    Raises QueryError for what is none of these.
    """
    earlier = list(_earlier(generation))
    while chosen := _chosen(earlier, generation.id, since):
        path, manifest = chosen
        try:
            with closing(Catalog(path)) as catalog:
                before = catalog.sources()
        except GenerationError:
            earlier.remove(chosen)
        else:
            return Arrivals(_new_rows(generation, before), path.name, manifest.created)
    return Arrivals(np.arange(generation.catalog.articles_count, dtype=np.int32), "", 0.0)


def _earlier(generation: Generation) -> Iterator[tuple[Path, Manifest]]:
    """The generations before it that can be read, oldest first."""
    for path, manifest in readable(generation.path.parents[1]):
        if path.name < generation.path.name:
            yield path, manifest


def _new_rows(generation: Generation, before: Mapping[str, Source]) -> Articles:
    """The articles that are not among those `before` (by id), or of which only the listing was known."""
    rows = [
        row
        for row, (id_, source) in enumerate(generation.catalog.sources().items())
        if id_ not in before or (before[id_] is Source.LISTING and source is not Source.LISTING)
    ]
    return np.asarray(rows, np.int32)


def _chosen(earlier: Sequence[tuple[Path, Manifest]], now: str, since: str) -> tuple[Path, Manifest] | None:
    """The generation to compare with, of those before the one that is searched, oldest first."""
    if since == LAST:
        return earlier[-1] if earlier else None
    for path, manifest in earlier:
        if path.name == since:
            return path, manifest
    try:
        day = datetime.fromisoformat(since).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise QueryError(
            f"'{since}' is neither a date nor a generation before {now} that is still kept.",
            'Write a date as 2024-05-31, or "last" for the generation before this one.',
        ) from None
    before = [each for each in earlier if each[1].created < day]
    return before[-1] if before else earlier[0] if earlier else None
