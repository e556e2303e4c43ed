"""Threads: the page of a forum, a question with its answers, an issue with its comments, where the posts are the article.

The same markup that holds replies here holds the comments under a blog's article, which are no part of it. So a page
counts as a thread only by what it says of itself (schema.org, its engine, its address), or by names that only the
engines of forums give their posts; that something on it looks like a reply is not enough.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import compress, groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.html.markdown import Block, Kind, outdented, read_text
from ingest.html.markup import Element, attribute, class_names, own_tag, text_of, words
from ingest.html.posts import is_beside_a_post, is_reply, is_sure, posts
from ingest.html.records import records, trimmed
from ingest.html.scripts import json_ld
from ingest.spelling import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Thread", "thread", "thread_blocks"]

_TYPES = words("DiscussionForumPosting QAPage Question")
_ARTICLES = words("Article BlogPosting NewsArticle TechArticle ScholarlyArticle Report")
_ENGINES = re.compile(
    r"discourse|phpbb|vbulletin|xenforo|discuz|invision|ip\.board|nodebb|flarum|simple machines|\bsmf\b|mybb|wpforo|"
    r"kunena|bbpress|vanilla|fluxbb|punbb|phpwind|dzzoffice|homeland|apache/incubator-answer|apache/answer|askbot|"
    r"question2answer|agreper|\bforum\b",
    re.IGNORECASE,
)
# Classes and ids of a page's outer elements by which an engine says what it shows.
_PAGES = words(
    "ipsapp bbpress single-topic vb-page archetype-regular section-viewtopic pg_viewthread page-topic view-topic "
    "question-page bbpress-forums wpforo-wrap flarum-content spmaincontainer showthread viewthread"
)
_PATH = re.compile(
    r"/(?:[a-z]+-)?(?:topics?|threads?|forums?|discussions?|questions?|bbs)(?:[/?#]|$)|/(?:viewtopic|showthread|viewthread|dispbbs)\b|"
    r"/(?:topic|thread|read)-\d|/issues/\d|/d/\d|/t/[^/]+/\d|mod=viewthread|[?&](?:tid|topic)=\d",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:^|[.-])(?:\w*forums?|\w*bbs|boards?|discuss|ask|answers?|community)\.", re.IGNORECASE)
_OTHER_PATH = re.compile(
    r"/(?:blogs?|articles?|news|tutorials?|docs?|wiki|tags?|categor\w+)(?:[/.]|$)", re.IGNORECASE
)

_FEW = 0.2  # of the text of records, below which the named posts are not them
_QUOTE = 12  # letters from which a block is known to be quoted in JSON-LD
_ENOUGH = 2  # posts that make a thread of a page that does not call itself one


@dataclass(frozen=True, slots=True)
class Thread:
    """The posts of a thread. `bodies` are elements in the order of the page; `written`, texts that its JSON-LD gives.

    `exact` tells whether a body holds the text of its post alone, or also who wrote it and when.
    """

    bodies: tuple[Element, ...]
    exact: bool
    written: tuple[str, ...] = ()


def thread(root: Element, url: str) -> Thread | None:
    """Return the posts of a page that is a thread, or None for one that is not."""
    says = _says_thread(root)
    declared = says is True or (says is None and _reads_as_thread(url))
    named = posts(root, declared=declared)
    if not declared:
        return Thread(named, exact=True) if len(named) >= _ENOUGH else None
    bodies, exact = named, True
    if not any(map(is_sure, named)):
        siblings = records(root)
        size = sum(len(text_of(element)) for element in siblings)
        frames = Counter(above for element in siblings for above in element.iterancestors())
        bodies = named = tuple(body for body in named if frames[body] < _ENOUGH)
        records_of_page = frozenset(siblings)
        inside = [body for body in named if not records_of_page.isdisjoint(body.iterancestors())]
        if _length(inside) < _FEW * size and _length(named) < size:
            bodies, exact = tuple(siblings), False
    # An address alone may mislead: one text at it, and no reply, is an article.
    if not says and len(bodies) < _ENOUGH and not any(map(is_reply, bodies)):
        return None
    return Thread(bodies, exact, tuple(_written_posts(root)))


def thread_blocks(found: Thread, title: str, parts: Sequence[Block], kept: NDArray[np.bool_]) -> list[Block]:
    """Return the blocks of the posts, in order.

    Where the opening post is in no element that is known, it is what the judges keep between the title and the first
    reply; what they keep elsewhere is only the page around it.
    """
    bodies = frozenset(found.bodies)
    places = [_place(part, bodies) for part in parts]
    written = squeezed(" ".join(found.written))
    quoted = [len(words := squeezed(part.words)) >= _QUOTE and words in written for part in parts]
    first = next((number for number, place in enumerate(places) if place is not None), len(parts))
    chosen: list[Block] = []
    if any(quoted[:first]):
        chosen = list(compress(parts[:first], quoted[:first]))
    elif first < len(parts) and (not found.exact or is_reply(places[first])):
        start = max((n for n, part in enumerate(parts[:first]) if _is_title(part, title)), default=-1) + 1
        chosen = trimmed(list(compress(parts[start:first], kept[start:first])))
    for place, group in groupby(range(first, len(parts)), key=places.__getitem__):
        if place is None:
            chosen += [parts[number] for number in group if quoted[number]]
        else:
            post = [parts[number] for number in group if not _is_aside(parts[number], place)]
            chosen += outdented(post if found.exact else trimmed(post))
    if len(written) > 2 * sum(len(part.words) for part in chosen):
        return [part for text in found.written for part in read_text(text)]
    return chosen


def _is_title(part: Block, title: str) -> bool:
    key, other = squeezed(part.words), squeezed(title)
    return part.kind is Kind.HEADING and bool(key) and (key in other or other in key)


def _place(part: Block, bodies: frozenset[Element]) -> Element | None:
    owner = part.head.owner
    return next((above for above in (owner, *owner.iterancestors()) if above in bodies), None)


def _is_aside(part: Block, body: Element) -> bool:
    above = part.head.owner
    while above is not None and above is not body:
        if is_beside_a_post(above):
            return True
        above = above.getparent()
    return False


def _says_thread(root: Element) -> bool | None:
    """Whether a page says that it is a thread, by its structured data or its engine; None if it says nothing."""
    types = _types(root)
    if _TYPES & types or any(_is_mark(element) for element in root.iter()):
        return True
    return False if _ARTICLES & types else None


def _is_mark(element: Element) -> bool:
    if own_tag(element) == "meta" and attribute(element, "name").lower() == "generator":
        return _ENGINES.search(attribute(element, "content")) is not None
    return not _PAGES.isdisjoint((*class_names(element), attribute(element, "id").lower()))


def _types(root: Element) -> set[str]:
    """Return the types of schema.org that a page has. The questions that an article answers of itself are no thread."""
    found = {kind for fact in json_ld(root) for kind in _types_of(fact)}
    found.update(
        attribute(element, "itemtype").rstrip("/").rsplit("/")[-1]
        for element in root.xpath(".//*[@itemtype]")
    )
    return found - {"Question"} if "FAQPage" in found else found


def _written_posts(root: Element) -> list[str]:
    """Return the texts of the posts as the page's JSON-LD gives them, the opening one first."""
    texts: list[str] = []
    for fact in json_ld(root):
        if _TYPES.intersection(_types_of(fact)) and not any(text in texts for text in _texts(fact, 4)):
            texts.extend(_texts(fact, 4))
    return texts


def _texts(fact: object, depth: int) -> Iterator[str]:
    if isinstance(fact, list):
        for part in fact:
            yield from _texts(part, depth)
    elif isinstance(fact, dict) and depth:
        text = next((fact[name] for name in ("text", "articleBody") if isinstance(fact.get(name), str)), "")
        if text:
            yield text
        for name in ("acceptedAnswer", "suggestedAnswer", "comment"):
            yield from _texts(fact.get(name), depth - 1)


def _types_of(fact: dict[str, object]) -> list[str]:
    kind = fact.get("@type")
    return [one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)]


def _reads_as_thread(url: str) -> bool:
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}"
    if _PATH.search(path):
        return True
    return _HOST.search(parts.hostname or "") is not None and not _OTHER_PATH.search(path) and len(path) > 2


def _length(elements: Sequence[Element]) -> int:
    return sum(len(text_of(element)) for element in elements)
