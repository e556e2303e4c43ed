"""Pages that answer 200 but say that there is no article: notices, walls, gates, soft 404s.

An article about captchas is an article, and so is one beside a box that asks readers to sign in. So a wording counts
where a notice has it: as the whole of a title or heading, or at the start of what the page opens with; and the less,
the more prose there is besides. The tables are in `wordings`; pages that say nothing in words are for `gates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.articles import SkipReason
from ingest.html.markdown import Kind
from ingest.html.wordings import GATES, HEADLINES, SENTENCES, simple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.html.markdown import Block

__all__ = ["Notice", "notice"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What such a page says."""

    reason: SkipReason
    detail: str  # the words it was known by


# Characters of prose from which a page is more than a notice ...
_LITTLE = 80  # ... even one that has the words of one anywhere
_SOME = 250  # ... that asks for something: to sign in, to pay, to switch something on, to come back
_PROSE = 600  # ... that opens with them
_EXPLAINED = 2500  # ... that has them as its heading as well
_LONG = 4000  # ... that is headed as gates and servers head theirs
_ASKING = frozenset({SkipReason.LOGIN_WALL, SkipReason.PAYWALL, SkipReason.EMPTY, SkipReason.TEMPORARY})
_OPENING_BLOCKS = 3
_LEAD_IN = 24  # characters that may stand before the words in their clause: "很抱歉，", "Hmm, it seems that "
_INTERJECTIONS = re.compile(
    r"(?:\W|\d|_|(?:非常|十分|很|真)?(?:抱歉|遗憾)|对不起|不好意思|(?:温馨|友情|系统)?提示(?:信息)?|公告|您好|你好|啊哦|哎呀|糟糕|"
    r"(?:we(?:'re| are) )?(?:so |very )?sorry|hmm+|oh no|uh[- ]?oh|oops|whoops|ouch|error|message|msg|notice|warning|but|because|unfortunately)*",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"\W*")
_CLAUSE = re.compile(r"[。！!？?；;…\n|·]|\.\s|\s[-–—]\s")
_QUOTES = re.compile(r"[“”「」『』《》\"‘]")
_ASKED = re.compile(
    r"怎么|如何|怎样|为什么|为何|什么意思|是什么|\bhow\b|\bwhy\b|\bwhat does\b", re.IGNORECASE
)
_NOT_THE_TEXT = re.compile(
    r".{0,6}(?:评论|回复|留言|点赞|收藏|发表|投票|复制|下载)|.{0,12}\b(?:comment|reply|vote|like|post)",
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
    if prose >= _EXPLAINED:
        return None
    headings = [part.words for part in parts if part.kind is Kind.HEADING and part.level == 1]
    headings += [part.words for part in kept if part.kind is Kind.HEADING]
    headed = _headline([*_title_parts(title), *headings[:_OPENING_BLOCKS]])
    opening = [part.words for part in kept if not _is_linked(part)][:_OPENING_BLOCKS]
    said = next(_sentences([*headings[:_OPENING_BLOCKS], *opening, title], opens=True), None)
    if said and prose - _length_of(said, kept) < _limit(said, headed):
        return said
    if headed and prose < (_SOME if headed.reason in _ASKING else _PROSE):
        return headed
    if prose < _LITTLE:
        shown = [part.words for part in parts if not _is_linked(part)]
        return next(_sentences([title, *shown, unscripted], opens=False), None)
    return None


def _gate(title: str, parts: Sequence[Block], prose: int) -> Notice | None:
    """Return what a gate or server heads its own pages with: these explain themselves, but not in articles."""
    if prose >= _LONG:
        return None
    first = [part.words for part in parts if part.kind is Kind.HEADING][:1]
    whole = _matched([title, *first], GATES)
    return whole or (_matched(_title_parts(title), GATES) if prose < _PROSE else None)


def _headline(texts: Iterable[str]) -> Notice | None:
    return _matched(texts, HEADLINES)


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


def _sentences(texts: Iterable[str], *, opens: bool) -> Iterator[Notice]:
    """Yield what the texts say that a notice says, in their order; with `opens`, only what they begin with."""
    for text in texts:
        plain = simple(text[:1000])
        starts = {first.end() for first in (_SIGNS.match(plain), _INTERJECTIONS.match(plain)) if first}
        for reason, pattern in SENTENCES:
            if opens:
                match = next(filter(None, (pattern.match(plain, start) for start in starts)), None)
            else:
                match = pattern.search(plain)
            if (
                match
                and not _is_about(plain[match.end() : match.end() + 40], reason)
                and _leads(plain, match.start())
            ):
                yield Notice(reason, text[max(0, match.start() - 10) : match.end() + 40].strip()[:120])


def _is_about(rest: str, reason: SkipReason) -> bool:
    """Whether what follows the words makes them a question about such a page, or a wall before something else."""
    return bool(_ASKED.search(rest) or (reason is SkipReason.LOGIN_WALL and _NOT_THE_TEXT.match(rest)))


def _leads(text: str, start: int) -> bool:
    """Whether the words at a place open their clause, in the page's own voice."""
    if text.startswith("{"):  # an answer in JSON
        return True
    before = _CLAUSE.split(text[:start])[-1].strip()
    return len(before) <= _LEAD_IN and not _QUOTES.search(before)


def _limit(said: Notice, headed: Notice | None) -> int:
    if said.reason in _ASKING:
        return _SOME
    return _EXPLAINED if headed and headed.reason is said.reason else _PROSE


def _title_parts(title: str) -> list[str]:
    return [title, *(part for part in _SEPARATOR.split(title) if part.strip())]


def _prose(parts: Iterable[Block]) -> int:
    return sum(len(part.words) - part.linked for part in parts)


def _length_of(said: Notice, kept: Iterable[Block]) -> int:
    """Return how long the block is that says it."""
    return next((len(part.words) for part in kept if said.detail[:40] in part.words), 0)


def _is_linked(part: Block) -> bool:
    return 2 * part.linked > len(part.words)
