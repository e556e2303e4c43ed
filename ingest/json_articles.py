"""Articles in JSON, as the interfaces of sites give them: Zhihu's articles and answers, WordPress's posts.

Their text is HTML in a field of its own, and what they say of themselves is in fields that bear the same few names
everywhere. Reading that HTML is left to `extract`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ingest.html.dates import day_in_china, iso_date

__all__ = ["JsonArticle", "read_json_article"]


@dataclass(frozen=True, slots=True)
class JsonArticle:
    """What such an answer holds, each "" where it does not."""

    html: str
    title: str
    author: str
    published: str  # ISO 8601 date


def read_json_article(text: str) -> JsonArticle | None:
    """Return the article in a JSON answer, or None for any other answer."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or not (html := _text(answer, "content")):
        return None
    question = answer.get("question")
    return JsonArticle(
        html,
        _text(answer, "title") or (_text(question, "title") if isinstance(question, dict) else ""),
        _text(answer, "author"),
        next(filter(None, (_day(answer.get(name)) for name in ("created_time", "created", "date"))), ""),
    )


def _text(answer: dict[str, object], name: str) -> str:
    """Return a field that is a text, or that has it in a field of its own (`rendered` in WordPress)."""
    value = answer.get(name)
    if isinstance(value, dict):
        value = value.get("rendered") or value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _day(value: object) -> str:
    if isinstance(value, int):
        return day_in_china(str(value))
    return iso_date(value) if isinstance(value, str) else ""
