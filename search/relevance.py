"""The floor: whether a query has to do with this corpus at all, or its best hits are only the nearest.

Two witnesses. The towers: how much nearer the query is to the corpus than questions about anything else are by chance
(`index.background`), which holds across languages, where no word matches. And the words: a passage that holds all that was
asked, and more than once or in its title, is relevant whatever a tower makes of a name or an identifier; and where no
word of the query, nor any other name for it, stands anywhere in a corpus of its language, a tower can only guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search.recall import LEXICAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.background import Background
    from search.candidates import Candidates, Column
    from search.scales import Scale
    from search.settings import RelevanceSettings

__all__ = ["Floor", "Relevance"]


@dataclass(frozen=True, slots=True)
class Relevance:
    """What the witnesses say, and the verdict."""

    confident: bool
    # Standard deviations above the mean of what is asked of everything else; None: no tower can tell.
    evidence: float | None = None
    held: float = 0.0  # best lexical score, by its scale: 1 is every term of the query, once


class Floor:
    """The floor of one generation, over all of its dense legs."""

    def __init__(self, backgrounds: Mapping[str, Background], settings: RelevanceSettings) -> None:
        """`backgrounds` are by leg."""
        self._backgrounds = backgrounds
        self._settings = settings
        self._chance = {leg: _Chance.of(each.measures) for leg, each in backgrounds.items()}

    def judge(
        self,
        candidates: Candidates,
        vectors: Mapping[str, NDArray[np.float32]],
        lexical: Scale,
        *,
        unheard: bool = False,
    ) -> Relevance:
        """Judge fused candidates. `vectors` are the query's, by dense leg; `lexical` is the scale of that leg.

        `unheard`: the corpus has articles in the query's language, and none of its words.
        """
        if not len(candidates):
            return Relevance(False)
        words = candidates.stages.get(LEXICAL)
        held = 0.0 if words is None else float(lexical(words).max())
        if not self._settings.enabled:
            return Relevance(True, None, held)
        evidence = self._evidence(candidates.stages, vectors)
        if unheard and not held:
            return Relevance(False, evidence, held)
        if evidence is None:
            # Words alone: a dense leg that cannot tell raises no doubt, and without one they must show something.
            return Relevance(bool(vectors) or held >= self._settings.least, None, held)
        return Relevance(evidence >= self._settings.floor or held >= self._settings.held, evidence, held)

    def _evidence(
        self, stages: Mapping[str, Column], vectors: Mapping[str, NDArray[np.float32]]
    ) -> float | None:
        """The mean of the legs that can tell, in standard deviations of what chance gives to the same mean."""
        told: list[float] = []
        chances: list[_Chance] = []
        for leg, vector in vectors.items():
            measures = self._backgrounds[leg].of(vector, stages[leg])
            if measures is not None:
                told.append(self._chance[leg](measures))
                chances.append(self._chance[leg])
        if not told:
            return None
        return float(np.mean(told)) / _deviation(chances)


@dataclass(frozen=True, slots=True, eq=False)
class _Chance:
    """What one leg's measures are by chance, and the mean of both of each question, in those terms."""

    mean: NDArray[np.float32]  # (2,)
    deviation: NDArray[np.float32]  # (2,)
    of_questions: NDArray[np.float32]  # (m,)

    @classmethod
    def of(cls, measures: NDArray[np.float32]) -> _Chance:
        if not len(measures):
            return cls(np.zeros(2, np.float32), np.ones(2, np.float32), np.zeros(0, np.float32))
        mean, deviation = measures.mean(axis=0), np.maximum(measures.std(axis=0), np.float32(1e-6))
        return cls(mean, deviation, ((measures - mean) / deviation).mean(axis=1))

    def __call__(self, measures: NDArray[np.float32]) -> float:
        return float(((measures - self.mean) / self.deviation).mean())


def _deviation(chances: list[_Chance]) -> float:
    """Of the mean over legs: less than that of each where they err differently."""
    questions = [each.of_questions for each in chances]
    if len({len(each) for each in questions}) > 1:
        # Towers that know different questions cannot be paired; taken as independent of each other.
        return float(np.sqrt(sum(float(each.var()) for each in questions))) / len(questions)
    return float(np.mean(questions, axis=0).std())
