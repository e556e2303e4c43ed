"""Opening a hit where it can be read: in the browser, at the passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.errors import QueryError, ShuangtaError

if TYPE_CHECKING:
    from search.answers import Answer, Hit

__all__ = ["hit_of", "open_hit"]


def hit_of(answer: Answer, rank: int) -> Hit:
    """The hit of that rank. Raises QueryError when there are not so many."""
    for hit in answer.hits:
        if hit.rank == rank:
            return hit
    found = f"{len(answer.hits)} {'hit' if len(answer.hits) == 1 else 'hits'}"
    raise QueryError(f"There is no hit {rank}: {answer.query!r} has {found}.")


def open_hit(hit: Hit) -> None:
    """Open the hit's link, which of a dead page is an archived copy. Raises ShuangtaError when no browser can."""
    import webbrowser

    if not webbrowser.open(hit.link):
        raise ShuangtaError(
            f"No browser could be started for {hit.link}.",
            "Name one in the environment: BROWSER=firefox (https://docs.python.org/3/library/webbrowser.html).",
        )
