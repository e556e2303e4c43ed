"""An answer as text: for each hit its title, address, place in the reading lists and passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.explanation import explanation, numbers
from api.plain import plain
from api.terminal import line_spans, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from api.terminal import Style
    from search.answers import Answer, Hit, Understood

__all__ = ["hit_list", "rewritings"]

_INDENT = "    "


def hit_list(answer: Answer, *, style: Style, width: int, explain: bool) -> str:
    """The answer in lines of at most `width` columns (0: unbroken); with `explain`, scores and timings by stage."""
    corrected, expanded = rewritings(answer.understood)
    blocks = [_remarks(corrected, style, width)] if corrected else []
    blocks += ["\n".join(_hit(hit, style, width, explain)) for hit in answer.hits]
    blocks += [_remarks(expanded, style, width)] if expanded else []
    blocks += answer.notes
    if explain:
        blocks.append(style.faint("\n".join(_explanation(answer))))
    return "\n\n".join(blocks)


def rewritings(understood: Understood) -> tuple[list[str], list[str]]:
    """What was searched instead of what was typed, and what besides, in sentences."""
    corrected = [
        f'Searched for {each.meant} instead of {each.typed}; put it in "…" to search for that.'
        if each.replaced
        else f"Did you mean {each.meant}? It was searched besides {each.typed}, which is rare."
        for each in understood.corrections
    ]
    also = [f"{each.typed}: {', '.join(each.also)}" for each in understood.expansions]
    return corrected, [f"Searched also for other names of {'; '.join(also)}."] if also else []


def _remarks(lines: Iterable[str], style: Style, width: int) -> str:
    return "\n".join(
        style.faint(line[start:end]) for line in map(visible, lines) for start, end in line_spans(line, width)
    )


def _hit(hit: Hit, style: Style, width: int, explain: bool) -> Iterator[str]:
    room = max(20, width - len(_INDENT)) if width else 0
    title = visible(hit.title or hit.url)
    for order, (start, end) in enumerate(line_spans(title, room)):
        number, star = (
            (f"{hit.rank:>2}  ", style.star(" ★") if hit.starred else "") if order == 0 else (_INDENT, "")
        )
        yield number + style.bold(title[start:end]) + star
    yield from (_INDENT + line for line in _address(hit, style, room))
    # What is known from the list only has its place there for headings.
    headings = "" if hit.source == "listing" else " › ".join(hit.headings)
    for line in map(visible, filter(None, (_about(hit), headings))):
        yield from (_INDENT + style.faint(line[start:end]) for start, end in line_spans(line, room))
    text, highlights = plain(visible(hit.passage), hit.snippet, hit.highlights)
    for start, end in line_spans(text, room):
        yield _INDENT + style.marked(text, start, end, highlights)
    if hit.also_at:
        yield _INDENT + style.faint("also at " + "  ".join(hit.also_at))
    if explain:
        yield from (_INDENT + style.faint(line) for line in explanation(hit))


def _address(hit: Hit, style: Style, room: int) -> Iterator[str]:
    """Where it can be read. Of an archived copy the page that it is a copy of is named, and comes first."""
    shown = hit.url if hit.source == "archive" else _readable_part(hit.link)
    if style.hyperlinks:
        yield style.address(hit.link, named=shown, width=room)
        return
    yield style.address(shown)
    if hit.source == "archive" and _readable_part(hit.link) != shown:
        yield style.address(_readable_part(hit.link))


def _readable_part(link: str) -> str:
    """The link without the words that a browser looks for (a text fragment), which would only be in the way."""
    return link.partition(":~:")[0].removesuffix("#")


def _about(hit: Hit) -> str:
    """Where the lists have it, and what is known of its making."""
    place = " › ".join(filter(None, (hit.list, *hit.section)))
    return " · ".join(filter(None, (place, hit.author, hit.published, _had(hit))))


def _had(hit: Hit) -> str:
    """Where its text comes from, if not from its address."""
    match hit.source:
        case "listing":
            return "known from the list only"
        case "archive":
            return f"archived copy of {hit.archived}" if hit.archived else "archived copy"
        case "saved":
            return "saved by hand"
        case _:
            return ""


def _explanation(answer: Answer) -> Iterator[str]:
    understood = answer.understood
    ignored = f" (left aside: {' '.join(answer.understood.ignored)})" if answer.understood.ignored else ""
    yield f"understood as  {' · '.join(answer.understood.terms)}{ignored}"
    if understood.phrases:
        yield f"must hold      {' · '.join(understood.phrases)}"
    if understood.excluded:
        yield f"must not hold  {' · '.join(understood.excluded)}"
    for correction in understood.corrections:
        yield f"corrected      {correction.typed} → {correction.meant} ({correction.kind})"
    for expansion in understood.expansions:
        origin = "given by the articles" if expansion.mined else "glossary"
        yield f"other names    {expansion.typed} = {', '.join(expansion.also)} ({origin})"
    yield f"mode           {answer.mode}, generation {answer.generation}, {answer.total} articles"
    yield f"milliseconds   {numbers(answer.stages_ms)}  in all {answer.took_ms:.3g}"
