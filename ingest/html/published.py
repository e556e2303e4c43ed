"""When a page was published: of the many dates on it, the one that is given as that of publication.

Witnesses in the order of their worth: metadata, the page's own permalink, what stands on the page in a place or in
words made for it, constants in scripts, a date by the title, and the address. Times of now, of changes, of comments and
of other articles are none.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingest.html.dates import day_of_moment, iso_date
from ingest.html.markup import Element, attribute, class_names, own_tag, text_of, words
from ingest.html.scripts import short_scripts, strings
from ingest.spelling import squeezed
from ingest.urls import absolute, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["published"]

_KEYS = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.created",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "pubdate",
    "date.publication",
    "parsely-pub-date",
    "sailthru.date",
    "weibo: article:create_at",
    "date",
)
_CLASSES = words(
    "published dt-published post-date entry-date publish-time publish_time publishtime pubtime pub-time post-time "
    "publish-date pubdate posttime date-published article-date article-time post-meta-date-created time date meta-date "
    "date-source date-header up-time bar-content blog-date posted-on posttime post__date create-time article_info"
)
_CONSTANTS = ("publication_date", "publish_time", "publishTime", "pubDate")
_DATED = ("time", "span", "div", "p", "abbr", "em", "i", "a", "li", "small", "td", "h2")
_NOT_PUBLISHED = re.compile(
    r"更新|修改|编辑于|推荐文章于|updated|modified|edited|抓取|截止|浏览|回复|评论", re.IGNORECASE
)
_COUNTS = re.compile(r"(?:阅读|浏览|评论|回复)\s*[:：(（]?\s*\d+")
_SAYS_PUBLISHED = re.compile(
    r"(?:发[布表]|首发|创建|原创|posted|published|publish|发表于|created)\s*(?:日期|时间|于|on|at|date|@)?\s*[:：]?\s*(?P<date>.{6,24})",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-/_]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
)
# Names of boxes of comments and other articles; not of a layout that has them, as "sidebar-position-left".
_LISTS = re.compile(
    r"^(?!has[-_]|no[-_]|with[-_])(?:.*[-_])?(?:comments?(?:[-_]?(?:list|item|body|area|content|wrap|box|meta|time|date|info)\w*)*|"
    r"repl(?:y|ies)|sidebar(?:[-_]?(?:inner|wrap|content|box|widget)\w*)*|(?:recent|related|recommend(?:ed|ation)?s?)(?:[-_]?\w+)*)$"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_BESIDE_TITLE = 120  # characters of text within which a date by the title follows it
_LINE = 60  # characters; a date in a longer text is in prose
_PROSE = re.compile(r"^[ \d:：]*[，,、由在至到的~—-]")  # what follows a date in a sentence or a span of time


def published(
    root: Element, meta: Mapping[str, str], facts: Sequence[Mapping[str, object]], url: str, title: str
) -> str:
    """Return the day on which the page says it was published (ISO 8601), or "".

    `meta` are its meta elements, `facts` the objects of its JSON-LD. A moment given in UTC is the day that the site
    counts by: that in the address, or for a page in Chinese that in China.
    """
    in_address = _day_in(url)
    chinese = attribute(root, "lang").lower().startswith("zh") or _HAN.search(title) is not None
    witnesses = chain(
        _declared(root, meta, facts, url),
        _permalinks(root, url),
        _shown_dates(root),
        short_scripts(root, _CONSTANTS),
    )
    for text in witnesses:
        if day := day_of_moment(text, in_china=chinese) or iso_date(text):
            return in_address if day_of_moment(text) and _are_near(day, in_address) else day
    return _beside(root, title) or in_address


def _declared(
    root: Element, meta: Mapping[str, str], facts: Sequence[Mapping[str, object]], url: str
) -> list[str]:
    witnesses = [meta.get(key, "") for key in _KEYS]
    witnesses[1:1] = [
        text
        for fact in facts
        for name in ("datePublished", "dateCreated", "pubDate")
        for text in strings(fact.get(name))
    ]
    dated = [
        element
        for element in root.iter("meta", "time", "span", "div", "p", "abbr")
        if attribute(element, "itemprop").lower() in ("datepublished", "datecreated")
    ]
    said = [
        attribute(element, "content") or attribute(element, "datetime") or text_of(element)
        for element in dated
    ]
    # A page of questions and answers gives one to each of them: the page's own is the one with its address.
    own = [text for element, text in zip(dated, said, strict=True) if _is_about(element, url)]
    if own or len({iso_date(text) for text in said}) == 1:
        witnesses.append((own or said)[0])
    return witnesses


def _is_about(element: Element, url: str) -> bool:
    """Whether the item of microdata that an element belongs to names the page's address as its own."""
    item = next((above for above in element.iterancestors() if "itemscope" in above.attrib), None)
    if item is None:
        return False
    for said in item.iter("meta", "link", "a"):
        scope = next((above for above in said.iterancestors() if "itemscope" in above.attrib), None)
        if scope is item and attribute(said, "itemprop") == "url":
            return _is_same(attribute(said, "content") or attribute(said, "href"), url)
    return False


def _permalinks(root: Element, url: str) -> Iterator[str]:
    """Yield the dates in links to the page itself, as answers and posts bear them."""
    for link in root.iter("a"):
        if not _is_same(attribute(link, "href"), url):
            continue
        for element in link.iter():
            hints = [attribute(element, name) for name in ("data-tip", "data-tooltip", "aria-label", "title")]
            yield from (hint for hint in hints if _SAYS_PUBLISHED.search(hint))
        if len(text := text_of(link)) <= _LINE and not _NOT_PUBLISHED.search(text):
            yield text


def _is_same(address: str, url: str) -> bool:
    found, page = split(absolute(url, address)), split(url)
    return (
        bool(address)
        and not found.fragment
        and len(page.path) > 1
        and (found.path, found.query) == (page.path, page.query)
    )


def _shown_dates(root: Element) -> Iterator[str]:
    """Yield dates that stand on the page as that of publication, near its head or in a place made for it."""
    for element in root.iter(*_DATED):
        text = text_of(element)
        stamped = attribute(element, "datetime")
        if len(text) > 60:
            continue
        near = _COUNTS.sub("", text) + _before(element)
        if _NOT_PUBLISHED.search(near):
            continue
        if own_tag(element) == "time" and (stamped or text):
            if "pubdate" in element.attrib or not _in_list(element):
                yield stamped or text
        elif _CLASSES.intersection(
            (*class_names(element), attribute(element, "id").lower())
        ) and not _in_list(element):
            yield text
        elif match := _SAYS_PUBLISHED.search(text):
            yield match["date"]


def _before(element: Element) -> str:
    previous = element.getprevious()
    if previous is not None:
        return text_of(previous)[-12:] + str(previous.tail or "")
    parent = element.getparent()
    return str(parent.text or "")[-12:] if parent is not None else ""


def _in_list(element: Element) -> bool:
    """Whether a date belongs to a teaser, a comment or a list of other articles."""
    for above in element.iterancestors():
        if own_tag(above) in ("li", "aside", "footer", "nav"):
            return True
        if any(_LISTS.search(name) for name in class_names(above)):
            return True
    return False


def _beside(root: Element, title: str) -> str:
    """Return the date that stands in a line of its own right behind the title, or ""."""
    wanted, left = squeezed(title), 0
    for text, element in _texts(root):
        if left <= 0:
            # Another place with the title may follow: breadcrumbs and lists come before the heading.
            left = _BESIDE_TITLE if len(wanted) > 3 and squeezed(text) == wanted else 0
            continue
        left -= len(text)
        if len(text) > _LINE or not (day := iso_date(text)) or _NOT_PUBLISHED.search(text):
            continue
        year = text.find(day[:4])
        if not _PROSE.match(re.sub(r"^[\d年月日号./-]+", "", text[year:])) and not _in_list(element):
            return day
    return ""


def _texts(root: Element) -> Iterator[tuple[str, Element]]:
    """Yield the texts in the body that readers see, with the element that each stands in."""
    for element in root.iter():
        if own_tag(element) in ("script", "style", "title", "noscript", "option", "pre", "template"):
            continue
        if element.text and element.text.strip():
            yield " ".join(str(element.text).split()), element
        for child in element:
            if child.tail and child.tail.strip():
                yield " ".join(str(child.tail).split()), element


def _day_in(url: str) -> str:
    """Return the date in the path of an address: engines make addresses of the day of publication."""
    match = _IN_ADDRESS.search(unquote(split(url).path))
    return iso_date("-".join((match["y"], match["m"], match["d"]))) if match else ""


def _are_near(day: str, other: str) -> bool:
    return bool(other) and abs(date.fromisoformat(day) - date.fromisoformat(other)) <= timedelta(days=1)
