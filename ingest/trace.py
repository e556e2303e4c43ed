"""How an article was found in a page, told step by step: what `shuangta extract --explain` prints.

A reader that is handed a trace tells it what it did; without one nothing is told, and nothing costs time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Dropped", "Trace"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece of the page that is not in the article, and why."""

    text: str
    why: str


@dataclass(slots=True)
class Trace:
    """What was done, in order: `steps` are pairs of what it concerns and what was decided."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def say(self, about: str, what: str) -> None:
        """Tell one step."""
        self.steps.append((about, what))

    def drop(self, text: str, why: str) -> None:
        """Tell what was left out."""
        self.dropped.append(Dropped(text, why))
