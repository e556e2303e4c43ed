"""Suggestions while a reader types: queries to go on with, and articles to go to.

What can be suggested was gathered with the index (`index.completions`); this chooses from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import QueryError

if TYPE_CHECKING:
    from index.completions import CompletionKind, Completions

__all__ = ["Suggestion", "suggest"]

# Of what is shown, so much at most is titles, if there is anything else: whoever types is still choosing words.
_TITLES = 0.5
# Characters of a last word that are enough to say how it goes on.
_BEGUN = 2
# Last words that may begin something by themselves: phrases have four at most, and few headings more than these.
# A pasted page would otherwise be looked up once for every word that it has.
_LAST = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to go on."""

    text: str  # the whole query it would make, or the title
    kind: CompletionKind
    articles: int  # that it leads to
    article_id: str = ""  # of a title


def suggest(completions: Completions, typed: str, k: int = 8) -> tuple[Suggestion, ...]:
    """Return at most `k` suggestions for what was typed, phrases, sections and lists before titles.

    Where nothing begins like all of it, the last words are completed and the others kept before them.
    Raises QueryError when `k` is below one.
    """
    if k < 1:
        raise QueryError(f"{k} suggestions cannot be shown.", "Ask for at least one.")
    words = typed.split()
    whole = range(min(1, len(words)))
    for kept in (*whole, *range(max(1, len(words) - _LAST), len(words))):
        ending = " ".join(words[kept:])
        if kept and len(ending) < _BEGUN:
            break
        titles = completions.starting_with(ending, k, titles=True) if not kept else []
        others = completions.starting_with(ending, k, titles=False)
        if titles or others:
            before = "".join(f"{word} " for word in words[:kept])
            reserved = min(len(titles), int(k * _TITLES))
            shown = [*others[: k - reserved], *titles]
            return tuple(
                Suggestion(before + each.text, each.kind, each.articles, each.article_id)
                for each in shown[:k]
            )
    return ()
