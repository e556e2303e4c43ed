"""Zhihu's pages: the answer, column or question that an address names, from the data that its page is made of.

A page of one answer shows others, with their authors and dates; which is the page's own stands in the JSON of
`js-initialData`, under the number in the address. So does its text, where the page itself is a shell.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.html.dates import day_in_china
from ingest.html.markup import attribute, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.html.markup import Element

__all__ = ["Zhihu", "is_zhihu", "read_zhihu"]

_PATH = re.compile(
    r"/(?:question/(?P<question>\d+)(?:/answer/(?P<answer>\d+))?|answer/(?P<a>\d+)|p/(?P<article>\d+))/?"
)


@dataclass(frozen=True, slots=True)
class Zhihu:
    """What the data say of the page's own entity, each "" where they do not. `content` is its text as markup."""

    title: str = ""
    author: str = ""
    published: str = ""
    content: Element | None = None
    several: bool = False  # a question with all its answers, which have no one author


def is_zhihu(url: str) -> bool:
    """Whether an address is one of Zhihu's questions, answers or columns."""
    return (
        urlsplit(url).hostname in ("www.zhihu.com", "zhuanlan.zhihu.com")
        and _PATH.fullmatch(urlsplit(url).path) is not None
    )


def read_zhihu(root: Element, url: str) -> Zhihu:
    """Return what the page holds for the entity that its address names."""
    match = _PATH.fullmatch(urlsplit(url).path)
    if match is None:
        return Zhihu()
    entities = _entities(root)
    several = bool(match["question"]) and not match["answer"]
    kind, number = next(
        (kind, number)
        for kind, number in (
            ("answers", match["answer"] or match["a"]),
            ("articles", match["article"]),
            ("questions", match["question"]),
        )
        if number
    )
    own = _inside(entities, kind, number)
    question = _inside(own, "question") if kind == "answers" else {}
    content = own.get("content") if kind != "questions" else None
    name = str(_inside(own, "author").get("name") or "")
    return Zhihu(
        title=str(own.get("title") or question.get("title") or ""),
        author="" if name in ("匿名用户", "知乎用户", "「已注销」") else name,
        published=day_in_china(str(own.get("createdTime") or own.get("created") or "")),
        content=parse(content) if isinstance(content, str) and content.strip() else None,
        several=several,
    )


def _entities(root: Element) -> Mapping[str, object]:
    for script in root.iter("script"):
        if attribute(script, "id") == "js-initialData":
            try:
                data = json.loads("".join(map(str, script.itertext())))
            except (ValueError, RecursionError):
                return {}
            return _inside(data, "initialState", "entities")
    return {}


def _inside(data: object, *path: str) -> Mapping[str, object]:
    """Return the object under some names in a value of JSON, or an empty one."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
