"""Numbers as horizontal bars, drawn as SVG by the templates: lengths in percent of the longest they compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Bar", "Chart", "Key", "Part", "signed", "stacked"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar, in percent of the room; `kind` names its colour: a to f."""

    kind: str
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with what it stands for, and its value as text."""

    label: str
    value: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What a colour stands for."""

    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars that are compared with each other."""

    caption: str
    bars: tuple[Bar, ...]
    legend: tuple[Key, ...] = ()
    said: str = ""


def signed(label: str, value: float, longest: float) -> Bar:
    """A bar to the right for what adds, and in another colour for what takes away."""
    length = min(100.0, 100 * abs(value) / longest) if longest else 0.0
    return Bar(label, f"{value:.3f}", (Part("a" if value >= 0 else "c", 0, round(length, 1)),))


def stacked(rows: Iterable[tuple[str, Mapping[str, float], str]]) -> tuple[Bar, ...]:
    """Bars of several kinds end to end, each row (label, amount by kind, value as text)."""
    rows = list(rows)
    longest = max((sum(amounts.values()) for _, amounts, _ in rows), default=0) or 1
    return tuple(Bar(label, value, _parts(amounts, longest)) for label, amounts, value in rows)


def _parts(amounts: Mapping[str, float], longest: float) -> tuple[Part, ...]:
    parts: list[Part] = []
    start = 0.0
    for kind, amount in amounts.items():
        if amount:
            length = 100 * amount / longest
            parts.append(Part(kind, round(start, 2), round(length, 2)))
            start += length
    return tuple(parts)
