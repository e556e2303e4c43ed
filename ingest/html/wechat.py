"""WeChat's articles: text that style hides or a script holds, and dates among constants that are none.

`#js_content` is made visible by a script. Text and image shares (`item_show_type` 10 and 8) have no text in the page
but in its constants. Of the constants that look like the date, only `ct`, `createTime`, `ori_create_time` and their
likes are that of publication; `svr_time` and `svrDate` are now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.html.dates import day_in_china, iso_date
from ingest.html.markup import Element, text_of
from ingest.html.scripts import script_strings, unescaped

__all__ = ["WeChat", "is_wechat", "read_wechat"]


@dataclass(frozen=True, slots=True)
class WeChat:
    """What the page of an article holds; `share` is the text of a share, "" for an ordinary article.

    The author is the account where the page shows it: the name in the metadata is often an editor's.
    """

    title: str
    author: str
    account: str
    published: str
    share: str
    content: Element | None


_SHARES = frozenset({"8", "10"})
_SHOW_TYPE = re.compile(r"\bitem_show_type\s*[:=]\s*['\"](\d+)['\"]")
_DAYS = ("createTime", "publish_time", "create_time")
_SECONDS = ("ct", "ori_create_time", "create_time")
_TAGS = re.compile(r"<(?:br|/p|/div)[^<>]*>")
_MARKUP = re.compile(r"<[^<>]+>")
_LONGEST_TITLE = 64


def is_wechat(url: str) -> bool:
    """Whether an address is one of WeChat's articles."""
    return urlsplit(url).hostname == "mp.weixin.qq.com"


def read_wechat(page: str, root: Element) -> WeChat:
    """Return what WeChat's page holds; `page` is its text, scripts included."""
    show_type = _SHOW_TYPE.search(page)
    share = ""
    if show_type and show_type[1] in _SHARES:
        share = _plain(next(filter(None, script_strings(page, "content_noencode")), ""))
        share = share or _plain(_first(page, "desc"))
    content = root.find(".//*[@id='js_content']")
    title = _meta(root, "og:title") or _first(page, "msg_title") or _by_id(root, "activity-name")
    shown = _by_id(root, "js_name")
    account = shown or _first(page, "nick_name") or _by_id(root, "post-user") or _first(page, "nickname")
    return WeChat(
        title=_headline(_plain(title), share),
        author=shown or _meta(root, "author") or account,
        account=account,
        published=_published(page, root),
        share=share,
        content=content if not share else None,
    )


def _published(page: str, root: Element) -> str:
    for name in _SECONDS:
        for value in script_strings(page, name):
            if day := day_in_china(value):
                return day
    for name in _DAYS:
        for value in script_strings(page, name):
            if day := iso_date(value):
                return day
    return iso_date(_by_id(root, "publish_time")) or iso_date(_by_id(root, "post-date"))


def _headline(title: str, share: str) -> str:
    """Return the title; a share without one repeats its whole text there, of which the first sentence is taken."""
    title = " ".join(title.split())
    if len(title) <= _LONGEST_TITLE or not share:
        return title
    first = re.split(r"(?<=[。！？!?])|\s{2,}|\n", title, maxsplit=1)[0]
    return first if len(first) <= _LONGEST_TITLE else first[:_LONGEST_TITLE].rstrip() + "…"


def _plain(text: str) -> str:
    # Written twice through an escaper: "\\x26nbsp;" and "&lt;" both occur.
    from html import unescape

    text = unescape(unescape(unescaped(text) if "\\" in text else text))
    text = _MARKUP.sub("", _TAGS.sub("\n", text)).replace("\u00a0", " ")
    return re.sub(r"\n\s*\n+", "\n\n", re.sub(r"[ \t]+", " ", text)).strip()


def _first(page: str, name: str) -> str:
    return next((value for value in script_strings(page, name) if value.strip()), "")


def _meta(root: Element, name: str) -> str:
    for element in root.iter("meta"):
        if name in (element.get("property"), element.get("name")):
            return str(element.get("content") or "").strip()
    return ""


def _by_id(root: Element, name: str) -> str:
    found = root.find(f".//*[@id='{name}']")
    return text_of(found) if found is not None else ""
