"""What the page shows for a form: the front page, the answer to a query, what is like an article, or a shelf.

Everything here is a value that the templates only write down; that it is the same with and without a script follows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from api.web.facets import Chip, Choice, Group, Order, chips, groups, orders, stars
from api.web.hits import About, ShownHit, shown_hits
from api.web.instead import Instead, instead
from search.filters import Filters
from search.notes import Note
from search.query import NO_QUERY
from search.reading import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from api.web.form import Form
    from api.web.front import Front
    from search.answers import Answer, Hit
    from search.engine import Engine
    from search.facet_counts import FacetCounts
    from search.query import Query

__all__ = ["Message", "Proposal", "Results", "ask"]

_SUGGESTIONS = 6


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in the place of results."""

    title: str
    sentence: str
    cure: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A way to go on with what was typed; one that `fills` the box is a query."""

    text: str
    address: str
    kind: str = "phrase"
    fills: bool = True


@dataclass(frozen=True, slots=True)
class Results:
    """What is shown under the search box. What is empty is left out."""

    form: Form
    title: str = "双塔"
    announce: str = ""  # to screen readers, once typing pauses
    generation: str = ""
    suggestions: tuple[Proposal, ...] = ()
    facets: tuple[Group, ...] = ()
    stars: Choice | None = None
    orders: tuple[Order, ...] = ()
    chips: tuple[Chip, ...] = ()
    message: Message | None = None
    heading: About | None = None
    instead: tuple[Instead, ...] = ()
    count: str = ""
    explained: str = ""
    notes: tuple[str, ...] = ()
    hits: tuple[ShownHit, ...] = ()
    next_url: str = ""
    previous_url: str = ""
    nothing: Message | None = None
    ways: tuple[Proposal, ...] = ()  # out of nothing
    front: Front | None = None
    clicks: str = ""  # the address to tell which result was opened; "": nobody wants to know

    @property
    def plain_url(self) -> str:
        """The same without filters."""
        return self.form.but(filters=Filters()).address


def ask(
    engine: Engine,
    front: Front,
    form: Form,
    words: Mapping[str, str],
    k: int,
    watchers: Sequence[Callable[[Answer], None]] = (),
) -> Results:
    """Answer a form from `engine`, `k` articles a page; `watchers` are told of the answer to a query.

    Raises QueryError, NotFoundError.
    """
    found = Results(form, generation=engine.generation.id)
    if form.like:
        return _alike(engine, found, words, k)
    if form.q.strip():
        return _answered(engine, found, words, k, watchers)
    if form.asks:
        return _browsed(engine, front, found, words, k)
    return replace(found, front=front)


def _answered(
    engine: Engine,
    found: Results,
    words: Mapping[str, str],
    k: int,
    watchers: Sequence[Callable[[Answer], None]],
) -> Results:
    form = found.form
    answer = engine.search(
        form.q,
        k=k,
        offset=k * (form.page - 1),
        mode=form.mode,
        filters=form.filters,
        sort=form.sort,
        facets=True,
        explain=form.explain,
    )
    for watcher in watchers:
        watcher(answer)
    hits = answer.hits
    announce = words["announce"].format(total=answer.total, query=form.q)
    found = _narrowing(found, answer.facets, words)
    # As it was understood, so that a title shows what a corrected query found.
    query = NO_QUERY.saying(answer.understood.text)
    found = _listed(found, hits, answer.total, answer.has_more, words, query=query, ms=answer.took_ms)
    return replace(
        found,
        title=f"{form.q[:60]} · 双塔",
        announce=announce if hits else words["nothing_title"].format(query=form.q),
        suggestions=tuple(_suggestions(engine, form)),
        instead=tuple(instead(form, answer.understood, words)),
        explained=_explained(answer, words) if form.explain else "",
        notes=tuple(_notes(answer, words)),
    )


def _alike(engine: Engine, found: Results, words: Mapping[str, str], k: int) -> Results:
    form = found.form
    article = find(engine.generation.catalog, form.like)
    name = article.title or article.url
    answer = engine.similar(form.like, k=k * form.page, filters=form.filters)
    found = _listed(found, answer.hits[k * (form.page - 1) :], answer.total, answer.has_more, words)
    return replace(
        found,
        title=f"{words['title_like']} {name} · 双塔",
        announce=f"{words['title_like']} {name}",
        heading=About(words["title_like"], f"/read/{article.id}", label=name),
        chips=tuple(chips(form, words)),
    )


def _browsed(engine: Engine, front: Front, found: Results, words: Mapping[str, str], k: int) -> Results:
    form = found.form
    shelf = engine.browse(
        form.filters,
        k=k,
        offset=k * (form.page - 1),
        order="date" if form.sort == "date" else "list",
        new_since="last" if form.new else "",
    )
    heading = " · ".join(chip.label for chip in chips(form, words))
    if form.new and front.news:
        heading = words["title_new"].format(day=front.news.day)
    found = _narrowing(found, shelf.facets, words)
    found = _listed(found, shelf.hits, shelf.total, shelf.has_more, words)
    return replace(
        found,
        title=f"{heading} · 双塔" if heading else "双塔",
        announce=words["announce_browsing"].format(total=shelf.total),
        heading=About(heading) if heading else None,
    )


def _narrowing(found: Results, counts: FacetCounts | None, words: Mapping[str, str]) -> Results:
    form = found.form
    if counts is None:
        return found
    return replace(
        found,
        facets=groups(form, counts, words),
        stars=stars(form, counts, words),
        orders=orders(form),
        chips=tuple(chips(form, words)),
    )


def _listed(
    found: Results,
    hits: Sequence[Hit],
    total: int,
    more: bool,
    words: Mapping[str, str],
    *,
    query: Query | None = None,
    ms: float | None = None,
) -> Results:
    form = found.form
    if not hits:
        typed = form.q.strip()
        title = words["nothing_title"].format(query=typed) if typed else words["nothing_here"]
        return replace(found, nothing=Message(title, ""), ways=tuple(_ways(form, total, words)))
    count = words["count"].format(first=hits[0].rank, last=hits[-1].rank, total=total)
    return replace(
        found,
        count=count if ms is None else f"{count} · {words['took'].format(ms=f'{ms:.0f}')}",
        hits=shown_hits(hits, form, words, query),
        next_url=form.but(page=form.page + 1).address if more else "",
        previous_url=form.but(page=form.page - 1).address if form.page > 1 else "",
    )


def _ways(form: Form, total: int, words: Mapping[str, str]) -> Iterator[Proposal]:
    """What to do about nothing."""
    if total:
        yield Proposal(words["page_beyond"].format(page=form.page), form.but().address)
    if form.narrowed:
        yield Proposal(words["nothing_without_filters"], form.but(filters=Filters()).address)
    if form.q.strip():
        yield Proposal(words["nothing_fewer"], "")
        yield Proposal(words["nothing_other_language"], "")
    yield Proposal(words["nothing_everything"], "/")


def _suggestions(engine: Engine, form: Form) -> Iterator[Proposal]:
    """Queries to go on with, and lists, sections and articles to go to, without what is typed already."""
    typed = form.q.strip()
    for each in engine.suggest(typed, k=_SUGGESTIONS):
        if each.kind == "title":
            yield Proposal(each.text, f"/read/{each.article_id}", "title", fills=False)
        elif each.text.casefold() != typed.casefold():
            yield Proposal(each.text, form.but(q=each.text).address)


def _notes(answer: Answer, words: Mapping[str, str]) -> Iterator[str]:
    """What a reader should know, in the reader's language."""
    for note in answer.notes:
        yield words[note.key].format(note.about) if isinstance(note, Note) else note


def _explained(answer: Answer, words: Mapping[str, str]) -> str:
    """What the query was taken to mean."""
    ignored = " · ".join(answer.understood.ignored)
    return " · ".join(answer.understood.terms) + (f" ({words['ignored']}: {ignored})" if ignored else "")
