"""What a page says of itself: title, author, date of publication, site.

Each is asked of several witnesses in the order of their worth. A date counts only where it is given as that of
publication; the many other dates on a page are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.html.markup import Element, attribute, class_names, own_tag, text_of, words
from ingest.html.published import published
from ingest.html.scripts import json_ld, short_scripts, strings
from ingest.html.titles import clean, head_title, title_of
from ingest.spelling import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Metadata", "metadata"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says, each "" where it does not."""

    title: str = ""
    author: str = ""
    published: str = ""  # ISO 8601 date
    site: str = ""
    head_title: str = ""  # the whole `<title>`
    description: str = ""
    abstract: str = ""  # of a paper, as its landing page gives it to search engines


def _abstract(root: Element) -> str:
    found = root.xpath(".//blockquote[contains(concat(' ', @class, ' '), ' abstract ')]")
    return re.sub(r"^Abstract\s*:?\s*", "", text_of(found[0])) if found else ""


_ARTICLE_TYPES = words(
    "Article BlogPosting NewsArticle TechArticle ScholarlyArticle Report SocialMediaPosting DiscussionForumPosting "
    "Question Answer QAPage LiveBlogPosting WebPage"
)
_NO_AUTHOR = re.compile(
    r"^(?:admin|administrator|root|unknown|anonymous|guest|user ?name|author(?: name)?|作者|佚名|匿名(?:用户)?|知乎用户|网友|小编|"
    r"\d+|[0-9a-f]{10,}|https?://.*|@|\S+\.(?:txt|html?|php))?$|[，。；！？]|[a-z]{3}[.!?] \S",
    re.IGNORECASE,
)
# What follows the name in a byline: a date, a rank, a count.
_AFTER_NAME = re.compile(
    r"\s*(?:(?:19|20)\d\d[-/.年]|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|last (?:updated|modified)|join date|发[布表]于|(?:阅读|浏览|关注)\s*[(（:：\d]|\d+ posts?\b|[|·•]).*$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^(?:(?:by|posted by|written by)\b|(?:author|作者|文|撰文|来源|发布者|编辑|责编|责任编辑|选稿|(?:本报)?记者)(?=\s*[:：/|]|\s))\s*[:：/|]?\s*",
    re.IGNORECASE,
)


def metadata(root: Element, url: str) -> Metadata:
    """Return what the page says of itself. Call it before the tree is rewritten."""
    meta = _meta(root)
    # Objects for Baidu have a date and no type.
    facts = [
        fact
        for fact in json_ld(root)
        if _ARTICLE_TYPES & set(strings(fact.get("@type"))) or "pubDate" in fact
    ]
    site = clean(meta.get("og:site_name") or meta.get("application-name") or "")
    site = site or next((clean(name) for fact in facts for name in _names(fact.get("publisher"))), "")
    headlines = [text for fact in facts for text in strings(fact.get("headline"))]
    title = title_of(root, meta, headlines, site, url)
    return Metadata(
        title=title,
        author=_author(root, meta, facts, site),
        published=published(root, meta, facts, url, title),
        site=site or (urlsplit(url).hostname or ""),
        head_title=head_title(root),
        description=clean(meta.get("og:description") or meta.get("description") or ""),
        abstract=clean(meta.get("citation_abstract") or _abstract(root) if "citation_title" in meta else ""),
    )


def _author(root: Element, meta: dict[str, str], facts: list[dict[str, object]], site: str) -> str:
    named = [name for fact in facts for key in ("author", "creator") for name in _names(fact.get(key))]
    witnesses = chain(
        (", ".join(meta.get("citation_author", "").split("\n")[:5]),),
        short_scripts(root, _AUTHOR_CONSTANTS),
        named[:1],
        (meta.get(name, "") for name in _AUTHOR_KEYS),
        _bylines(root),
    )
    # Themes and forums name their makers as the author of every page.
    engine = (re.findall(r"^[A-Za-z]{4,}", meta.get("generator", "")) or ["\0"])[0].lower()
    for witness in witnesses:
        name = _AFTER_NAME.sub("", _BY.sub("", clean(witness))).strip(" ,:：-、")
        is_name = 1 < len(name) <= 80 and not _NO_AUTHOR.search(name)
        if (
            is_name
            and squeezed(name) != squeezed(site)
            and not (engine in name.lower() and "team" in name.lower())
        ):
            return name
    return ""


# The last is that of the accounts on Chinese portals.
_AUTHOR_KEYS = ("article:author", "og:article:author", "author", "byl", "dc.creator", "mediaid")
_BYLINE_CLASSES = words(
    "author-name post-author author byline p-author username user-name post__author article-author entry-author "
    "authorinfo-name nickname follow-nickname postauthor article-meta-author author-link"
)


_AUTHOR_CONSTANTS = ("nickName", "author_name", "authorName")
# The foot of a post in .Text and what came of it: "posted @ 2024-05-09 14:45 name 阅读(12)" in 博客园, and
# "posted on Friday, May 06, 2005 2:45 PM by name" in CommunityServer.
_POSTED = re.compile(
    r"posted\s*(?:@\s*[\d\s:年月日/-]+|on\s.{6,40}?\bby\b)\s*(?P<name>\S.{0,30}?)\s*(?:阅读|评论|编辑|Views?|Comments?|Filed|\(|\||$)",
    re.IGNORECASE,
)
_LINE = re.compile(r"^(?:作者|author|公众号|来源)\s*[:：]\s*(?P<name>\S.{0,30})$", re.IGNORECASE)


def _bylines(root: Element) -> Iterator[str]:
    for link in root.iter("a", "span", "meta", "div", "p", "address"):
        if attribute(link, "rel") == "author" or "author" in attribute(link, "itemprop").lower().split():
            inner = next((name for name in link.iter() if attribute(name, "itemprop") == "name"), None)
            yield (
                attribute(inner, "content") or text_of(inner)
                if inner is not None
                else attribute(link, "content") or text_of(link)
            )
    for element in root.iter("a", "span", "div", "p", "cite"):
        if _BYLINE_CLASSES.intersection(class_names(element)) and len(text := text_of(element)) <= 40:
            yield text
    for element in root.iter("p", "span", "div"):
        match = _LINE.match(text_of(element)[:60]) if len(element) <= 2 else None
        # In lists and tables of the text "作者" is a word like others.
        if match and any(own_tag(above) in ("li", "td") for above in element.iterancestors()):
            match = None
        if match or (len(element) <= 8 and (match := _POSTED.match(text_of(element)[:120]))):
            yield match["name"]


def _meta(root: Element) -> dict[str, str]:
    """Return the first value of every meta element by its name in lower case; authors of papers are all kept."""
    values: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (attribute(element, "property") or attribute(element, "name")).lower()
        content = attribute(element, "content")
        if name == "citation_author" and name in values:
            values[name] += "\n" + content
        elif name and content and name not in values:
            values[name] = content
    return values


def _names(value: object) -> list[str]:
    """Return the names in a value of JSON-LD: of a person, or of several in a list."""
    people = value if isinstance(value, list) else [value]
    return [
        name
        for person in people
        for name in strings(person.get("name") if isinstance(person, dict) else person)
    ]
