"""The title of an article, from the witnesses a page has for it: social metadata, headings, the head of the page.

Each of them errs in its own way: the head carries the name of the site, the first heading is often the site's banner,
JSON-LD holds a description. So what two of them agree on is believed first.
"""

from __future__ import annotations

import copy
import re
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingest.html.markup import Element, attribute, class_names, drop, own_tag, text_of, words
from ingest.html.scripts import script_strings
from ingest.spelling import squeezed
from ingest.urls import absolute, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["clean", "head_title", "title_of", "without_site"]

_SEPARATOR = re.compile(r"\s+[|·•–—―-]\s+|\s*[|｜]\s*|\s+[»«›:：]\s+|_+|(?<=[^\s-])-(?=[^-]{1,20}$)|–|—")
_UNREAD = re.compile(r"^\s*[(（]\s*\d+\+?\s*(?:封私信|条消息|unread|new).*?[)）]\s*")
_CODES = re.compile(r"^\[\d{4}\.\d{4,5}(?:v\d+)?\]\s*")
_NO_TITLE = re.compile(
    r"^(?:home|首页|index|untitled(?: document)?|无标题(?:文档)?|new page.*|document|blog|null|undefined|"
    r"(?:table of )?contents|目录|导航|references?|参考文献|menu|navigation|search|公告|comments?|评论|=*|-*)$",
    re.IGNORECASE,
)
_CLASSES = words(
    "post-title entry-title article-title title-article post__title articletitle rich_media_title p-name headline "
    "article-header-title post_title entry-header-title post-header-title page-title questionheader-title article_title "
    "post-headline artitle posttitle"
)
_BANNERS = re.compile(
    r"logo|brand|site-?(?:title|name|header)|blog-?(?:title|name)|navbar|masthead", re.IGNORECASE
)
_NUMBER = re.compile(r"^\s*\d{1,3}(?:\.\d{1,3}){0,3}\.?\s+")
_IN_SCRIPTS = ("blog_title", "post_title", "article_title", "articleTitle", "page_title", "msg_title")
_AWAY = words("noscript nav aside footer")
_HEADINGS = words("h1 h2 h3 h4")
# Templates put the markup of a heading into the head, where it stands as text.
_FORMATTED = re.compile(
    r"<(del|ins|s|em|i|strong|b|u|sub|sup|small|mark|code|span)>([^<>]*)</\1>", re.IGNORECASE
)
_LONGEST = 200
_MOSTLY = 0.8  # share of a page's text
_MOST_PARTS = 12
_CUT = 2000  # characters; what is longer is no title and no name
_KIND_OF_SITE = re.compile(
    r"(?:博客|社区|论坛|文库|专栏|知乎|掘金|简书|博客园|百度知道|百度百科|微博|贴吧|新闻|网|日报|频道|订阅|财经|头条|空间|"
    r"blog|forum|medium|wiki(?:pedia)?|overflow|documentation|docs|stack exchange|notes|journal)$",
    re.IGNORECASE,
)
_HAN = re.compile("[\u3400-\u9fff]")


def title_of(root: Element, meta: Mapping[str, str], headlines: Sequence[str], site: str, url: str) -> str:
    """Return the title of the article on a page, without the name of its site; "" if the page has none.

    `meta` are its meta elements by name, `headlines` those of its JSON-LD, `site` its name of itself.
    """
    head = head_title(root)
    headings = list(dict.fromkeys(_headings(root, url)))
    social = _unformatted(clean(meta.get("og:title") or meta.get("twitter:title") or ""))
    if squeezed(site) in (squeezed(social), *map(squeezed, headings[:1])):
        site = ""  # some templates give the title for the name of the site
    if paper := clean(meta.get("citation_title") or ""):
        return paper
    social = without_site(social, site, url, headings)
    if _is_title(social, site):
        # A heading of the page may be the fuller form of a title cut short.
        return next((heading for heading in headings if _is_cut(social, heading)), social)
    agreed = [heading for heading in headings if _agree(heading, head) and _is_title(heading, site)]
    if agreed:
        return max(agreed, key=lambda heading: len(squeezed(heading)))
    stripped = without_site(head, site, url, headings)
    marked = [text for text in _marked(root) if _is_title(text, site)]
    told = [clean(text) for text in headlines]
    named = [stripped] if not _is_file_name(stripped, url) else []
    own = [text for text in _permalinks(root, url) if _is_title(text, site)]
    choices = (*own[:1], *marked[:1], *told, *named, *headings, stripped, social)
    return next((text for text in choices if _is_title(text, site)), "")


def head_title(root: Element) -> str:
    """Return the title in the head, which broken pages may have in their body, without counters and codes."""
    for element in root.iter("title"):
        if next(element.iterancestors("svg"), None) is None and (text := clean(text_of(element))):
            return _CODES.sub("", _UNREAD.sub("", _unformatted(text)))
    # A title that only a script writes.
    scripts = "\n".join(
        str(script.text) for script in root.iter("script") if script.text and len(script.text) < 20_000
    )
    return next(
        (clean(text) for name in _IN_SCRIPTS for text in script_strings(scripts, name) if text.strip()), ""
    )


def _unformatted(text: str) -> str:
    return _FORMATTED.sub(r"\2", text)


def without_site(title: str, site: str, url: str, headings: Sequence[str] = ()) -> str:
    """Return a title without the name of the site at its end or beginning.

    A part that is one of the page's headings is the title. Otherwise only parts that name the site, its host or its
    kind are cut off, as titles have dashes too.
    """
    parts = _parts(title)
    known = {squeezed(heading) for heading in headings} - {""}
    if len(parts) < 2 or squeezed(title) in known:
        return title
    for size in range(len(parts), 0, -1):
        for start in range(len(parts) - size + 1):
            piece = title[parts[start].start : parts[start + size - 1].stop]
            if squeezed(piece) in known:
                return piece.strip()
    host = (split(url).hostname or "").removeprefix("www.")
    names = {squeezed(site), *(squeezed(label) for label in host.split(".")[:-1]), squeezed(host)} - {""}
    first, last = 0, len(parts) - 1
    while last > first and (
        _names_site(title[parts[last]], names) or _is_category(title, parts[first], parts[last])
    ):
        last -= 1
    if last > first and squeezed(title[parts[first]]) in names:
        first += 1
    return title[parts[first].start : parts[last].stop].strip()


def _parts(title: str) -> list[slice]:
    """Return the parts of a title between its separators, without blank ones."""
    edges = [0]
    for match in islice(_SEPARATOR.finditer(title), _MOST_PARTS):
        edges += match.span()
    edges.append(len(title))
    parts = [slice(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    return [part for part in parts if title[part].strip()]


def clean(text: str) -> str:
    """Return a text on one line, without invisible characters and permalink signs."""
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text)
    return re.sub(r"\s+", " ", text[:_CUT]).strip().rstrip("¶#").strip()


def _headings(root: Element, url: str) -> Iterator[str]:
    """Yield the headings that can be a title, the highest first."""
    late = _late(root)
    for level in ("h1", "h2", "h3"):
        for heading in root.iter(level):
            if any(own_tag(above) in _AWAY for above in heading.iterancestors()) or _is_banner(heading, url):
                continue
            if heading not in late and 0 < len(text := _without_number(heading)) <= _LONGEST:
                yield text


def _late(root: Element) -> frozenset[Element]:
    """Return the headings below most of the page's text: they head boxes under the article, not the article."""
    seen = 0
    before: list[tuple[Element, int]] = []
    for element in root.iter():
        if own_tag(element) in ("h2", "h3"):
            before.append((element, seen))
        if own_tag(element) not in ("script", "style"):
            seen += len(element.text or "")
        seen += sum(len(child.tail or "") for child in element)
    return frozenset(heading for heading, above in before if above > _MOSTLY * seen)


def _permalinks(root: Element, url: str) -> Iterator[str]:
    """Yield the texts of headings that lead to the page itself, as blog engines make of a post's title."""
    page = split(url)
    for link in root.iter("a"):
        address = split(absolute(url, attribute(link, "href")))
        if address.fragment or len(page.path) < 2 or (address.path, address.query) != (page.path, page.query):
            continue
        near = [link, *list(link.iterancestors())[:2]]
        is_heading = any(own_tag(element) in _HEADINGS for element in near) or any(
            "title" in attribute(element, "class").lower() for element in near
        )
        if attribute(link, "href") and is_heading and 0 < len(text := _without_number(link)) <= _LONGEST:
            yield text


def _marked(root: Element) -> Iterator[str]:
    """Yield the texts of elements that are named a title."""
    for element in root.iter("h1", "h2", "h3", "h4", "div", "span", "p", "a", "td"):
        named = _CLASSES.intersection(class_names(element)) or attribute(element, "itemprop") == "headline"
        if named and 0 < len(text := _without_number(element)) <= _LONGEST:
            yield text


def _without_number(heading: Element) -> str:
    """Return the text of a heading without the number that a book's builder put before it."""
    if heading.find(".//span[@class]") is not None:
        heading = copy.deepcopy(heading)
        for span in heading.findall(".//span[@class]"):
            if {"section-number", "header-section-number", "sectnum"} & set(class_names(span)):
                drop(span)
    return clean(text_of(heading))


def _is_banner(heading: Element, url: str) -> bool:
    """Whether a heading is the name of the site: it says so, or leads to the first page of the site or of the blog."""
    near = [heading, *heading, *list(heading.iterancestors())[:1]]
    if any(_BANNERS.search(f"{attribute(element, 'class')} {attribute(element, 'id')}") for element in near):
        return True
    links = [attribute(link, "href") for link in heading.iter("a") if text_of(link)]
    if len(links) != 1 or not links[0] or "#" in links[0]:
        return False
    target, page = split(absolute(url, links[0])), split(url)
    if target.path in ("/", "/index.html"):
        return True
    above = target.path.endswith("/") and page.path.startswith(target.path) and page.path != target.path
    return above and own_tag(heading) == "h1" and (target.hostname, target.query) == (page.hostname, "")


def _agree(heading: str, head: str) -> bool:
    """Whether the head of the page has the heading as one of its parts, or as most of it."""
    own, whole = squeezed(heading), squeezed(head)
    if len(own) < 2 or own not in whole:
        return False
    return 2 * len(own) >= len(whole) or own in {
        squeezed(_NUMBER.sub("", part)) for part in _SEPARATOR.split(head)
    }


def _is_title(text: str, site: str) -> bool:
    return bool(squeezed(text)) and not _NO_TITLE.match(text) and squeezed(text) != squeezed(site)


def _is_cut(title: str, heading: str) -> bool:
    cut = re.sub(r"(?:…|\.\.\.)$", "", title)
    return cut != title and len(cut) > 8 and heading.startswith(cut)


def _is_file_name(title: str, url: str) -> bool:
    stem = PurePosixPath(unquote(split(url).path)).stem
    return bool(stem) and title.lower() == stem.lower() and re.search(r"[\s\u3400-\u9fff]", title) is None


def _names_site(part: str, names: set[str]) -> bool:
    own = squeezed(part)
    if not own:
        return True
    if len(part.strip()) <= 30 and _KIND_OF_SITE.search(part.strip()):
        return True
    return any(
        own == name or (min(len(own), len(name)) > 3 and (name in own or own in name)) for name in names
    )


def _is_category(title: str, first: slice, last: slice) -> bool:
    """Whether the last part of a Chinese title is a category: portals append them with underscores."""
    joined = title[: last.start].rstrip().endswith("_")
    return joined and last.stop - last.start <= 20 and len(_HAN.findall(title[first])) >= 5
