"""Why a hit stands where it does, as bars: its score at every stage, what each feature added, what each word gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.web.bars import Chart, signed
from api.web.feature_phrases import feature_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from search.answers import Explanation, Hit, TermPart

__all__ = ["Scales", "charts", "scales"]

# What a score may be off by: engines count in single precision.
_ROUNDING = 0.01

Scales = dict[
    str, float
]  # the largest score of each stage, and of what features and words added, among the hits


def scales(hits: Sequence[Hit]) -> Scales:
    """What the bars of each kind are drawn in proportion to."""
    largest: Scales = {}

    def meet(kind: str, value: float) -> None:
        largest[kind] = max(largest.get(kind, 0.0), abs(value))

    for hit in hits:
        for stage, score in hit.stages.items():
            meet(f"stage:{stage}", score)
        if hit.explanation is not None:
            for feature in hit.explanation.features:
                meet("features", feature.added)
            for term in hit.explanation.terms:
                meet("terms", term.score)
    return largest


def charts(hit: Hit, words: Mapping[str, str], largest: Scales) -> Iterator[Chart]:
    """Yield the charts of one hit."""
    yield Chart(
        words["stages"],
        tuple(
            signed(_stage(stage, words), score, largest[f"stage:{stage}"])
            for stage, score in hit.stages.items()
        ),
    )
    if hit.explanation is None:
        return
    added = [part for part in hit.explanation.features if part.added]
    if added:
        bars = (
            signed(feature_name(part.name, words["language"]), part.added, largest["features"])
            for part in added
        )
        yield Chart(words["features"], tuple(bars))
    if hit.explanation.terms:
        yield _of_terms(hit.explanation, words, largest["terms"])


def _of_terms(explained: Explanation, words: Mapping[str, str], largest: float) -> Chart:
    bars = [signed(_term(part, words), part.score, largest) for part in explained.terms]
    if abs(explained.rest) > _ROUNDING:
        bars.append(signed(words["terms_rest"], explained.rest, largest))
    return Chart(words["terms"], tuple(bars))


def _term(part: TermPart, words: Mapping[str, str]) -> str:
    """A word with what it stands for, and where it was found."""
    term = f"{part.term} ← {part.rewriting}" if part.rewriting else part.term
    places = ", ".join(words[f"in_{field}"] for field in part.fields)
    return f"{term} ({places})" if places else term


def _stage(name: str, words: Mapping[str, str]) -> str:
    """A stage as a reader may understand it; a leg of vectors is named after its tower."""
    kind, _, tower = name.partition(".")
    return words.get(f"stage_{kind}", name).format(tower=tower)
