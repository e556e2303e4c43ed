"""What a page says of itself: title, author, date of publication, site.

Each is asked of several witnesses in the order of their worth. A date counts only where it is given as that of
publication; the many other dates on a page are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.html.dates import iso_date
from ingest.html.markup import Element, attribute, class_names, own_tag, text_of, words
from ingest.html.scripts import json_ld, script_strings
from ingest.html.titles import clean, head_title, key, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    r"^(?:admin|administrator|root|unknown|anonymous|author|作者|佚名|\d+|https?://.*|@)?$", re.IGNORECASE
)
_BY = re.compile(
    r"^(?:by|posted by|written by|author|作者|文|撰文|来源|发布者|编辑)\s*[:：/|]?\s*", re.IGNORECASE
)


def metadata(root: Element, url: str) -> Metadata:
    """Return what the page says of itself. Call it before the tree is rewritten."""
    meta = _meta(root)
    facts = [fact for fact in json_ld(root) if _ARTICLE_TYPES & set(_strings(fact.get("@type")))]
    site = clean(meta.get("og:site_name") or meta.get("application-name") or "")
    site = site or next((clean(name) for fact in facts for name in _names(fact.get("publisher"))), "")
    return Metadata(
        title=title_of(
            root, meta, [text for fact in facts for text in _strings(fact.get("headline"))], site, url
        ),
        author=_author(root, meta, facts, site),
        published=_published(root, meta, facts),
        site=site or (urlsplit(url).hostname or ""),
        head_title=head_title(root),
        description=clean(meta.get("og:description") or meta.get("description") or ""),
        abstract=clean(meta.get("citation_abstract") or _abstract(root) if "citation_title" in meta else ""),
    )


def _author(root: Element, meta: dict[str, str], facts: list[dict[str, object]], site: str) -> str:
    named = [name for fact in facts for key in ("author", "creator") for name in _names(fact.get(key))]
    witnesses: Iterator[str] = iter(
        (
            ", ".join(meta.get("citation_author", "").split("\n")[:5]),
            *_in_scripts(root, _AUTHOR_CONSTANTS),
            *named[:1],
            meta.get("article:author", ""),
            meta.get("og:article:author", ""),
            meta.get("author", ""),
            meta.get("byl", ""),
            meta.get("dc.creator", ""),
            *_bylines(root),
        )
    )
    for witness in witnesses:
        name = _BY.sub("", clean(witness))
        if 1 < len(name) <= 80 and not _NO_AUTHOR.match(name) and key(name) != key(site):
            return name
    return ""


_BYLINE_CLASSES = words(
    "author-name post-author author byline p-author username user-name post__author article-author entry-author "
    "authorinfo-name nickname follow-nickname postauthor article-meta-author"
)


_AUTHOR_CONSTANTS = ("nickName", "author_name", "authorName")
_DATE_CONSTANTS = ("publication_date", "publish_time", "publishTime", "pubDate")
_LINE = re.compile(r"^(?:作者|author|公众号|来源)\s*[:：]\s*(?P<name>\S.{0,30})$", re.IGNORECASE)


def _in_scripts(root: Element, names: Sequence[str]) -> Iterator[str]:
    """Yield what constants in the page's short scripts say: some sites have names and dates nowhere else."""
    scripts = "\n".join(
        str(script.text) for script in root.iter("script") if script.text and len(script.text) < 20_000
    )
    for name in names:
        yield from (text for text in script_strings(scripts, name) if len(text) < 60)


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
        if len(element) <= 2 and (match := _LINE.match(text_of(element)[:60])):
            yield match["name"]


_PUBLISHED_KEYS = (
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
_PUBLISHED_CLASSES = words(
    "published dt-published post-date entry-date publish-time publish_time publishtime pubtime pub-time post-time "
    "publish-date pubdate posttime date-published article-date article-time post-meta-date-created time date meta-date "
    "date-source up-time bar-content blog-date post__date create-time article_info"
)
_NOT_PUBLISHED = re.compile(
    r"更新|修改|编辑于|推荐文章于|updated|modified|edited|抓取|截止|浏览|回复|评论", re.IGNORECASE
)
_SAYS_PUBLISHED = re.compile(
    r"(?:发[布表]|首发|创建|原创|posted|published|publish|发表于|created)\s*(?:日期|时间|于|on|at|date)?\s*[:：]?\s*(?P<date>.{6,24})",
    re.IGNORECASE,
)


def _published(root: Element, meta: dict[str, str], facts: list[dict[str, object]]) -> str:
    witnesses = [meta.get(key, "") for key in _PUBLISHED_KEYS]
    witnesses[1:1] = [
        text
        for fact in facts
        for name in ("datePublished", "dateCreated", "pubDate")
        for text in _strings(fact.get(name))
    ]
    dated = [
        attribute(element, "content") or attribute(element, "datetime") or text_of(element)
        for element in root.iter("meta", "time", "span", "div", "p", "abbr")
        if attribute(element, "itemprop").lower() in ("datepublished", "datecreated")
    ]
    # A page of questions and answers gives one to each of them: which is the page's own is not known.
    if len(dated) == 1 or (dated and len({iso_date(text) for text in dated}) == 1):
        witnesses.append(dated[0])
    for text in (*witnesses, *_shown_dates(root), *_in_scripts(root, _DATE_CONSTANTS)):
        if found := iso_date(text):
            return found
    return ""


def _shown_dates(root: Element) -> Iterator[str]:
    """Yield dates that stand on the page as that of publication, near its head or in a place made for it."""
    for element in root.iter("time", "span", "div", "p", "abbr", "em", "i", "a", "li", "small", "td"):
        text = text_of(element)
        stamped = attribute(element, "datetime")
        if len(text) > 60:
            continue
        near = text + _before(element)
        if _NOT_PUBLISHED.search(near):
            continue
        if own_tag(element) == "time" and (stamped or text):
            if "pubdate" in element.attrib or not _in_list(element):
                yield stamped or text
        elif _PUBLISHED_CLASSES.intersection(class_names(element)) and not _in_list(element):
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
        if re.search(r"comment|reply|sidebar|recent|related|recommend", attribute(above, "class").lower()):
            return True
    return False


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


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for part in value for text in _strings(part)]
    return []


def _names(value: object) -> list[str]:
    if isinstance(value, dict):
        return _strings(value.get("name"))
    if isinstance(value, list):
        return [name for part in value for name in _names(part)]
    return _strings(value)
