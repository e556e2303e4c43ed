"""Pages that answer 200 but say that there is no article: notices, walls, gates, soft 404s.

An article about captchas is an article, and so is one beside a box that asks readers to sign in. So a wording counts
where a notice has it: as the whole of a title or heading, or at the start of what the page opens with; and the less,
the more prose there is besides. The tables are in `wordings`; pages that say nothing in words are for `gates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ingest.articles import SkipReason
from ingest.html.markdown import Kind
from ingest.html.wordings import GATES, HEADLINES, SENTENCES, simple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingest.html.markdown import Block

__all__ = ["Notice", "notice"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What such a page says."""

    reason: SkipReason
    detail: str  # the words it was known by


# Characters of prose, beside the words themselves, from which a page is more than a notice ...
_LITTLE = 80  # ... even one that has the words anywhere, or asks for money or cookies: what can be read is an article
_SOME = 250  # ... that asks its readers to sign in or come back, or is headed "Access denied"
_PROSE = 600  # ... that opens with the words
_TEASERS = 2500  # ... whose opening block or heading says nothing else: what follows is from other pages
_LONG = 4000  # ... that is headed as gates and servers head theirs
_MOST: Mapping[SkipReason, int] = {
    SkipReason.PAYWALL: _LITTLE,
    SkipReason.EMPTY: _LITTLE,
    SkipReason.LOGIN_WALL: _SOME,
    SkipReason.TEMPORARY: _SOME,
    SkipReason.FORBIDDEN: _SOME,
}
_FOR_SOMETHING = frozenset({SkipReason.LOGIN_WALL, SkipReason.EMPTY})
# What no site says in a banner or box above an article.
_OF_THE_WHOLE_PAGE = frozenset({SkipReason.DEAD_LINK, SkipReason.DELETED})
_OPENING_BLOCKS = 3
_LEAD_IN = 24  # characters that may stand before the words in their clause: "很抱歉，", "Hmm, it seems that "
_REST = 40  # characters that may follow the words where they are all that a block says: "3秒后返回首页"
_INTERJECTIONS = re.compile(
    r"(?:\W|\d|_|(?:非常|十分|很|真)?(?:抱歉|遗憾)|对不起|不好意思|(?:温馨|友情|系统)?提示(?:信息)?|公告|您好|你好|啊哦|哎呀|糟糕|"
    r"(?:we(?:'re| are) )?(?:so |very )?sorry|hmm+|oh no|uh[- ]?oh|oops|whoops|ouch|error|message|msg|notice|warning|but|because|unfortunately|"
    r"it (?:seems|looks like|appears)(?: that)?|looks like|it's|yikes|darn)*",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"\W*")
_CLAUSE = re.compile(r"[。！!？?；;…\n|·]|\.\s|\s[-–—]\s")
_QUOTES = re.compile(r"[“”「」『』《》\"‘]")
# What may follow the words where they are a statement: "页面不存在时" and "is not found in memory" go on to say other things.
_ENDS = re.compile(
    r"(?:了|啦|哦|呢|~|中|[a-z]*)\s*(?:$|[。！!.;；…?？)）\]|\"}—-]|[，,：:、]?\s*(?:请|返回|点击|即将|将|\d+\s?秒|您|你|如|或|并|内容|无法|不能|去|和政策|"
    r"please|try|return|go|check|or|and|because|due|for|by|here|anymore|any longer|on this|at (?:this|the)|had|"
    r"to (?:continue|read|view|see|access|unlock|keep))(?![a-z]))",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"怎么|如何|怎样|为什么|为何|什么意思|是什么|\bhow\b|\bwhy\b|\bwhat does\b", re.IGNORECASE
)
_NOT_THE_TEXT = re.compile(
    r".{0,6}(?:评论|回复|留言|点赞|收藏|发表|投票|复制|下载)|.{0,20}\b(?:comment|reply|vote|like|post)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*[|｜_]\s*|\s+[-–—·•:：»«]\s+|\s*[–—]\s*|(?<=[\u4e00-\u9fff\d])-(?=[\u4e00-\u9fff])"
)


def notice(title: str, parts: Sequence[Block], kept: Sequence[Block], unscripted: str = "") -> Notice | None:
    """Return what a page says in place of an article, or None if it has one.

    `title` is that of its head, `parts` are all its blocks and `kept` those that would be its article; `unscripted`
    is what it says to readers without scripts.
    """
    prose = _prose(kept)
    if found := _gate(title, parts, prose):
        return found
    if prose >= _TEASERS:
        return None
    headings = [part.words for part in parts if part.kind is Kind.HEADING and part.level == 1]
    headings += [part.words for part in kept if part.kind is Kind.HEADING]
    opening = [part.words for part in kept if not _is_linked(part)]
    besides = _prose(part for part in kept if _said(part.words) is None)
    for text in (*headings[:_OPENING_BLOCKS], *opening[:_OPENING_BLOCKS], title):
        said = _said(text, opens=True)
        if said and besides < _MOST.get(said.reason, _TEASERS if said.alone else _PROSE):
            return said.notice
    for text in _before(parts, kept):
        said = _said(text, opens=True)
        if said and said.alone and said.reason in _OF_THE_WHOLE_PAGE:
            return said.notice
    headed = _matched([*_title_parts(title), *headings[:_OPENING_BLOCKS]], HEADLINES)
    if headed and headed.reason is not SkipReason.FORBIDDEN and besides < _MOST.get(headed.reason, _PROSE):
        return headed
    if besides < _LITTLE:
        shown = [part.words for part in parts if not _is_linked(part)]
        for text in (title, *shown, unscripted):
            if said := _said(text):
                return said.notice
    # "403" alone tells less than what stands below it.
    return headed if headed and besides < _MOST.get(headed.reason, _PROSE) else None


def _gate(title: str, parts: Sequence[Block], prose: int) -> Notice | None:
    """Return what a gate or server heads its own pages with: these explain themselves, but not in articles."""
    if prose >= _LONG:
        return None
    first = [part.words for part in parts if part.kind is Kind.HEADING][:1]
    whole = _matched([title, *first], GATES)
    return whole or (_matched(_title_parts(title), GATES) if prose < _PROSE else None)


def _matched(texts: Iterable[str], table: Sequence[tuple[SkipReason, re.Pattern[str]]]) -> Notice | None:
    """Return the first notice that is all that one of the texts says."""
    for text in texts:
        bare = re.sub(r"^[\W_]+|[^\w!?？！)）]+$", "", simple(text)).strip()
        for reason, pattern in table:
            if (
                bare
                and len(bare) <= 240
                and (pattern.fullmatch(bare) or pattern.fullmatch(bare.rstrip("!?？！ ")))
            ):
                return Notice(reason, text.strip()[:120])
    return None


def _before(parts: Sequence[Block], kept: Sequence[Block]) -> list[str]:
    """Return the last texts before what would be the article: a notice may stand above teasers of other pages."""
    first = next((number for number, part in enumerate(parts) if kept and part is kept[0]), 0)
    return [part.words for part in parts[:first] if not _is_linked(part)][-_OPENING_BLOCKS:]


class _Said(NamedTuple):
    reason: SkipReason
    notice: Notice
    alone: bool  # the text says nothing else


def _said(text: str, *, opens: bool = False) -> _Said | None:
    """Return what a text says that a notice says; with `opens`, only what it begins with, as a statement."""
    plain = simple(text[:1000])
    starts = {first.end() for first in (_SIGNS.match(plain), _INTERJECTIONS.match(plain)) if first}
    for reason, pattern in SENTENCES:
        if opens:
            match = next(filter(None, (pattern.match(plain, start) for start in starts)), None)
        else:
            match = pattern.search(plain)
        if (
            match is None
            or _is_about(plain[match.end() :][:_REST], reason)
            or not _leads(plain, match.start())
        ):
            continue
        ends = _ENDS.match(plain, match.end()) is not None
        if ends or not opens:
            said = Notice(reason, text[max(0, match.start() - 10) : match.end() + _REST].strip()[:120])
            return _Said(reason, said, alone=opens and ends and len(plain) - match.end() <= _REST)
    return None


def _is_about(rest: str, reason: SkipReason) -> bool:
    """Whether what follows the words makes them a question about such a page, or a wall before something else."""
    return bool(_ASKED.search(rest) or (reason in _FOR_SOMETHING and _NOT_THE_TEXT.match(rest)))


def _leads(text: str, start: int) -> bool:
    """Whether the words at a place open their clause, in the page's own voice."""
    if text.startswith("{"):  # an answer in JSON
        return True
    before = _CLAUSE.split(text[:start])[-1].strip()
    return len(before) <= _LEAD_IN and not _QUOTES.search(before)


def _title_parts(title: str) -> list[str]:
    return [title, *(part for part in _SEPARATOR.split(title) if part.strip())]


def _prose(parts: Iterable[Block]) -> int:
    return sum(len(part.words) - part.linked for part in parts)


def _is_linked(part: Block) -> bool:
    return 2 * part.linked > len(part.words)
