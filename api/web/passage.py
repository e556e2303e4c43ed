"""A passage as a reader sees it in the results: prose with highlights, code and formulas set as such."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup, escape

from api.plain import Kind, Run, runs
from api.web.formulas import formula, tex_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.answers import Span

__all__ = ["Shown", "marked", "snippet_html"]

_BLOCKS = (Kind.CODE_BLOCK, Kind.DISPLAYED)
_CODE = {
    Kind.CODE: Markup("<code>{}</code>"),
    Kind.CODE_BLOCK: Markup('<pre tabindex="0"><code>{}</code></pre>'),
}


class Shown(Protocol):
    """A passage with the part of it worth showing, and where the query's terms stand in it."""

    @property
    def passage(self) -> str:
        """Markdown, whole."""

    @property
    def snippet(self) -> Span:
        """The part to show, in characters."""

    @property
    def highlights(self) -> Sequence[Span]:
        """Disjoint spans of the passage, in order."""


def snippet_html(shown: Shown) -> Markup:
    """The snippet with its highlights as `<mark>`; dots where the passage goes on."""
    start, end = shown.snippet
    body = Markup().join(_set_apart(list(runs(shown.passage, shown.snippet)), shown)).strip()
    return Markup("{}{}{}").format(
        "… " if start else "", body, " …" if end < len(shown.passage.rstrip()) else ""
    )


def _set_apart(parts: Sequence[Run], shown: Shown) -> Iterator[Markup]:
    """Each run as HTML; a block stands apart by itself, without the line breaks that Markdown puts around it."""
    kinds = [None, *(run.kind for run in parts), None]
    for before, run, after in zip(kinds, parts, kinds[2:], strict=False):
        html = _run(run, shown)
        if run.kind not in _BLOCKS:
            html = html.lstrip("\n") if before in _BLOCKS else html
            html = html.rstrip("\n") if after in _BLOCKS else html
        yield html


def marked(text: str, highlights: Sequence[Span]) -> Markup:
    """Plain text with its highlights as `<mark>`."""
    return Markup().join(
        Markup("<mark>{}</mark>").format(text[first:last]) if lit else escape(text[first:last])
        for first, last, lit in _cut((0, len(text)), highlights)
    )


def _run(run: Run, shown: Shown) -> Markup:
    if run.kind in (Kind.FORMULA, Kind.DISPLAYED):
        written = "".join(shown.passage[slice(*span)] for span in run.spans)
        return formula(tex_of(written), displayed=run.kind is Kind.DISPLAYED)
    text = Markup().join(_marked(run, shown))
    return _CODE[run.kind].format(_flush_left(text)) if run.kind in _CODE else text


def _marked(run: Run, shown: Shown) -> Iterator[Markup]:
    """The run's text; neighbouring characters that are highlighted share one mark, also over marks of Markdown."""
    stretches = (
        (shown.passage[first:last], marked)
        for span in run.spans
        for first, last, marked in _cut(span, shown.highlights)
    )
    for marked, group in groupby(stretches, key=lambda stretch: stretch[1]):
        text = escape("".join(piece for piece, _ in group))
        yield Markup("<mark>{}</mark>").format(text) if marked else text


def _flush_left(code: Markup) -> Markup:
    """Code without the indentation that all its lines share: a snippet begins deep within a function."""
    lines = code.strip("\n").split("\n")
    shared = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return Markup("\n").join(line[shared:] for line in lines)


def _cut(span: Span, highlights: Sequence[Span]) -> Iterator[tuple[int, int, bool]]:
    """Stretches of the span, each with whether it is highlighted."""
    done, end = span
    for first, last in highlights:
        if last <= done or first >= end:
            continue
        if done < first:
            yield done, first, False
        yield max(done, first), min(last, end), True
        done = min(last, end)
    if done < end:
        yield done, end, False
