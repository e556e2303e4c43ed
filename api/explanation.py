"""How a hit came to its scores, as text: aligned columns of stages, features, and terms with their parts of BM25."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.terminal import visible, wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from search.answers import Explanation, Hit

__all__ = ["explanation", "numbers"]

# What a score may be off by: engines count in single precision.
_ROUNDING = 0.01


def explanation(hit: Hit) -> Iterator[str]:
    """Yield the lines for one hit."""
    yield from _table(("stage", "score"), [(name, _number(score)) for name, score in hit.stages.items()])
    if hit.explanation is None:
        return
    if hit.explanation.features:
        yield from _table(
            ("feature", "value", "added"),
            [
                (part.name, "" if part.value is None else _number(part.value), f"{part.added:+.3f}")
                for part in hit.explanation.features
            ],
        )
    if hit.explanation.terms:
        yield from _terms(hit.explanation)


def numbers(values: Mapping[str, float]) -> str:
    """Names and numbers in one line."""
    return "  ".join(f"{name} {value:.3g}" for name, value in values.items())


def _terms(explained: Explanation) -> Iterator[str]:
    rows = [
        (
            f"{part.term} (for {part.rewriting})" if part.rewriting else part.term,
            f"{part.weight:.2f}",
            f"{part.idf:.2f}",
            f"{part.tf:.2f}",
            f"{part.score:.2f}",
            " ".join(part.fields),
        )
        for part in explained.terms
    ]
    if abs(explained.rest) > _ROUNDING:
        rows.append(("not by these", "", "", "", f"{explained.rest:.2f}", ""))
    yield from _table(("term", "weight", "idf", "tf", "product", "in"), rows, last_left=True)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, last_left: bool = False) -> Iterator[str]:
    """The first column to the left, numbers to the right, words in the last column to the left again."""
    lines = [[visible(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(wide, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [
            cell + room if number == 0 or (last_left and number == len(line) - 1) else room + cell
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
            for room in (" " * (width - wide(cell)),)
        ]
        yield "  ".join(padded).rstrip()


def _number(value: float) -> str:
    return f"{value:.3f}"
