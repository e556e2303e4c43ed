"""A hit as the page shows it: where its title leads, what is said of it, and why it stands where it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup

from api.web.addresses import snapshot, web_address
from api.web.form import Form
from api.web.passage import marked, snippet_html
from api.web.why import charts, scales
from search.filters import Filters
from search.highlight import highlight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from api.web.bars import Chart
    from api.web.why import Scales
    from search.answers import Hit, MorePassage
    from search.query import Query

__all__ = ["About", "ShownHit", "ShownPassage", "html_lang", "place", "shown_hits"]

_NOTE = 240  # characters of a curator's note in a list of results
_LABEL = 24  # of a word or two before the link


@dataclass(frozen=True, slots=True)
class About:
    """One thing said of an article: a day, or text that may lead somewhere."""

    text: str
    address: str = ""
    day: str = ""
    label: str = ""  # of the address, where the text is a sentence of its own


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """Another passage of the article."""

    link: str
    path: str
    passage: Markup


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit with all that the page adds to it."""

    hit: Hit
    title: Markup
    link: str
    lang: str
    about: tuple[About, ...]
    copy: About | None  # said where the page itself may be gone
    passage: Markup
    note: str
    read: str
    like: str
    why_url: str  # where the reasons are shown; "" when they are here, or there are none
    more: tuple[ShownPassage, ...]
    elsewhere: tuple[About, ...]
    why: tuple[Chart, ...] = ()


def shown_hits(
    hits: Sequence[Hit], form: Form, words: Mapping[str, str], query: Query | None = None
) -> tuple[ShownHit, ...]:
    """All hits of one answer to `query`; their scores are drawn in proportion to the best among them."""
    largest = scales(hits)
    return tuple(_shown(hit, form, words, query, largest) for hit in hits)


def place(list_: str, section: Sequence[str]) -> str:
    """Where a reading list has it."""
    return " › ".join(filter(None, (list_, *section)))


def html_lang(lang: str) -> str:
    """The language for HTML's `lang`, by which browsers choose glyphs and voices; "" where it is not known."""
    return {"zh": "zh-Hans", "mixed": "zh-Hans", "en": "en"}.get(lang, "")


def _shown(
    hit: Hit,
    form: Form,
    words: Mapping[str, str],
    query: Query | None,
    largest: Scales,
) -> ShownHit:
    ranked = query is not None and bool(hit.stages)
    title = hit.title or hit.url
    return ShownHit(
        hit=hit,
        title=marked(title, highlight(title, query) if query else ()),
        link=web_address(hit.link),
        lang=html_lang(hit.lang),
        about=tuple(_about(hit, words)),
        copy=_copy(hit, words),
        passage=Markup() if _is_bare(hit) else snippet_html(hit),
        note=_shortened(hit.note) if hit.source != "listing" else "",
        read=_read(hit),
        like="/?" + urlencode({"like": hit.article_id}),
        why_url=f"{form.but(explain=True, page=form.page).address}#why-{hit.rank}"
        if ranked and not form.explain
        else "",
        more=tuple(_other(other) for other in hit.more),
        elsewhere=tuple(_elsewhere(hit, words)),
        why=tuple(charts(hit, words, largest)) if ranked and form.explain else (),
    )


def _is_bare(hit: Hit) -> bool:
    """Whether the text is only where the list has the link, and its title, which are shown anyway."""
    return hit.source == "listing" and "\n" not in hit.passage.strip()


def _about(hit: Hit, words: Mapping[str, str]) -> Iterator[About]:
    host = Form(filters=Filters(hosts=(hit.host,))).address if hit.host else ""
    if said := hit.site or hit.host:
        yield About(said, host)
    if hit.author:
        yield About(hit.author)
    if hit.published:
        yield About(hit.published, day=hit.published)
    if hit.lang != "other":
        yield About(words[hit.lang])
    chosen = Filters(lists=(hit.list,), sections=hit.section[-1:])
    yield About(place(hit.list, hit.section), Form(filters=chosen).address)


def _copy(hit: Hit, words: Mapping[str, str]) -> About | None:
    if hit.source == "archive":
        said = words["archive_of"].format(day=hit.archived) if hit.archived else words["archive"]
        return About(said, web_address(hit.url), label=words["original"])
    if hit.source == "listing":
        return About(words["listing"], snapshot(hit.url), label=words["look_in_archive"])
    if hit.source == "saved":
        return About(words["saved"])
    return None


def _read(hit: Hit) -> str:
    """The clean article at the hit's passage."""
    return f"/read/{hit.article_id}?at={hit.ordinal}#p{hit.ordinal}"


def _other(other: MorePassage) -> ShownPassage:
    return ShownPassage(web_address(other.link), " › ".join(other.headings), snippet_html(other))


def _elsewhere(hit: Hit, words: Mapping[str, str]) -> Iterator[About]:
    yield from (About(address, web_address(address)) for address in hit.also_at)
    for name in hit.lists:
        if name != hit.list:
            yield About(f"{words['also_in']}: {name}", Form(filters=Filters(lists=(name,))).address)


def _shortened(note: str) -> str:
    """A curator's note; "" for what only leads up to the link (“双塔：”)."""
    if note.endswith((":", "：")) and len(note) <= _LABEL:
        return ""
    return note if len(note) <= _NOTE else note[:_NOTE].rstrip() + " …"
