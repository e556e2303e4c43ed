"""What is new: the articles that an earlier generation did not hold, or knew by their listing only.

Generations are kept for going back to; here the older one is only compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from index.catalog import Catalog
from index.generation import published
from index.manifest import load_manifest
from ingest.articles import Source
from ingest.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence
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

    For a date it is the newest generation built before that day, or the oldest that is still kept.
    Raises QueryError for what is none of these, GenerationError when the earlier one cannot be read.
    """
    data_dir = generation.path.parents[1]
    earlier = [
        (path, load_manifest(path)[0]) for path in published(data_dir) if path.name < generation.path.name
    ]
    chosen = _chosen(earlier, generation.id, since)
    if chosen is None:
        return Arrivals(np.arange(generation.catalog.articles_count, dtype=np.int32), "", 0.0)
    path, manifest = chosen
    catalog = Catalog(path)
    try:
        before = catalog.sources()
    finally:
        catalog.close()
    rows = [
        row
        for row, (id_, source) in enumerate(generation.catalog.sources().items())
        if id_ not in before or (before[id_] is Source.LISTING and source is not Source.LISTING)
    ]
    return Arrivals(np.asarray(rows, np.int32), path.name, manifest.created)


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
