"""Why the judges left a block out, in words: the trait that speaks most against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.html.ballots import EXTRACTORS
from ingest.html.traits import TRAITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["why_left_out"]

_AGAINST: Mapping[str, str] = {
    "out_of_container": "outside of the element made for the article",
    "not_quoted": "not in the text that the page's metadata give",
    "in_other_article": "in a teaser of another article",
    "in_clutter": "in a part named for navigation, comments or the like",
    "linked": "mostly links",
    "linked_around": "among links",
    "before_title": "before the title",
    "phrase": "words of the page around an article",
    "is_date": "a date",
}
_PLACES: Mapping[str, str] = {"votes_before": "after the text", "votes_after": "before the text"}
_SPEAKS = -0.3  # of the logarithm of the odds, from which a trait is worth naming


def why_left_out(row: NDArray[np.float64], weights: NDArray[np.float64], chance: float) -> str:
    """Return why a block is not in the article, given its row of `traits`, the judges' weights and its chance."""
    spoken = {name: float(part) for name, part in zip(TRAITS, row * weights, strict=True)}
    why = "unlike the text"
    # Where it stands is named only where nothing tells what it is.
    for table in (_AGAINST, _PLACES):
        worst = min(table, key=spoken.__getitem__)
        if spoken[worst] < _SPEAKS:
            why = table[worst]
            break
    votes = [name for name in EXTRACTORS if row[TRAITS.index(name)]]
    who = f"kept by {' and '.join(votes)}" if votes else "kept by no extractor"
    return f"{why}; {who}; {chance:.0%} likely"
