"""What tells a block of the article from one of the page around it, as numbers.

The shallow text features of Kohlschütter, Fankhauser and Nejdl, "Boilerplate Detection using Shallow Text Features"
(WSDM 2010), beside the votes of whole extractors and the names that page templates give their parts.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from ingest.html.ballots import EXTRACTORS
from ingest.html.containers import container, is_clutter
from ingest.html.markdown import Block, Kind
from ingest.html.markup import Element, class_names, columns, own_tag, words
from ingest.html.scripts import article_bodies
from ingest.spelling import squeezed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["TRAITS", "is_prose", "traits"]

TRAITS = (
    *EXTRACTORS,
    "votes_around",  # share of votes of the three blocks on either side, by their length
    "votes_beside",  # share of votes under the same parent element
    "prose_beside",  # share of all prose of the page that is in the same frame, its sections included ...
    "prose_above",  # ... or in that around it
    "votes_before",  # share of all votes of the page that lie before the block ...
    "votes_after",  # ... and after
    "in_container",
    "out_of_container",  # the page has a known container, and the block is outside of it
    "not_quoted",  # the JSON-LD of the page has an articleBody, which lacks the block
    "in_main_article",  # in the <article> with the page's title, or the only long one
    "in_other_article",
    "in_clutter",
    "linked",  # share of characters in links
    "linked_around",
    "length",  # logarithm of the number of characters
    "sentence",  # it ends as sentences do
    "item",
    "code",  # or a formula that stands alone
    "table",
    "before_title",  # it stands before the heading that is the title
    "phrase",  # it says what only the page around an article says
    "short_and_linked",
    "is_date",
)

_SENTENCE = re.compile(r"[.!?。！？…:：;；][\"'”’)）\]」』]*$")
_PHRASE = re.compile(
    r"^\W*(?:上一[篇页章]|下一[篇页章]|前一篇|后一篇|previous(?: post| article)?|next(?: post| article)?|older|newer|"
    r"相关(?:文章|阅读|推荐|新闻|链接)|推荐阅读|延伸阅读|猜你喜欢|热门(?:文章|推荐)|最新(?:文章|评论)|related\b.{0,20}|recommended\b.{0,20}|"
    r"you (?:may|might) (?:also )?(?:like|enjoy)|read (?:more|next|also)|more (?:from|on|stories)|see also:?$|trending|"
    r"share(?: this| on|$)|分享(?:到|至|$)|点赞|收藏|转发|举报|打赏|赞赏|赞同|tweet$|facebook$|print$|email$|"
    r"(?:all rights reserved|copyright|©|版权|本文版权|转载请|著作权|本作品采用|本文采用|本文链接|本文作者|原文链接)|"
    r"责任编辑|编辑[:：]|\(?责编|来源[:：]|source:|"
    r"tags?[:：]?$|标签[:：]?|分类[:：]|categor(?:y|ies)[:：]|filed under|posted (?:in|by|on)|"
    r"(?:\d+\s*)?(?:条)?(?:评论|comments?|回复|replies)\b|leave a (?:comment|reply)|发表评论|登录|log ?in|sign (?:up|in)|subscribe|"
    r"(?:regular|sale) price|add to (?:cart|bag|basket)|加入购物车|try it (?:yourself|online)|运行(?:实例|代码)|copy code$|复制代码$|"
    r"展开全文|(?:continue reading|scroll (?:down )?to continue)|advert(?:isement)?\b.{0,20}$|广告$|sponsored|continue reading|close$|don.t miss|see more|loading|published:|updated:|newsletter|follow us|关注我们|扫码|微信扫一扫|扫描二维码|"
    r"目录$|table of contents$|contents$|返回(?:顶部|目录|首页)|back to top|skip to|home$|首页$|"
    r"阅读(?:数|量|次数|时长|原文)?[:：\s]*\d*$|字数|\d+\s*(?:min|分钟)|powered by|hosted by|cookie)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"^\W*(?:\S+\s*){0,3}(?:(?:19|20)\d\d\s*[-/.年]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d)",
    re.IGNORECASE,
)
_AROUND = 3
_PROSE = 80  # columns; a wide character takes two
_FEW_LINKS = 0.3  # share of the text
_PUNCTUATION = re.compile(r"[.,;:!?。，；：！？]")


def traits(
    root: Element, blocks: Sequence[Block], votes: Sequence[frozenset[int]], title: str
) -> NDArray[np.float64]:
    """Return one row a block, with one column for each of `TRAITS`."""
    count = len(blocks)
    ballots = np.array([[number in ballot for ballot in votes] for number in range(count)], np.float64)
    lengths = np.array([len(block.words) for block in blocks], np.float64)
    linked = np.array([min(1.0, block.linked / max(1, len(block.words))) for block in blocks])
    share = ballots.mean(axis=1)
    above = [_ancestors(block.head.owner) for block in blocks]
    parents = [_parent(line) for line in above]
    held = _held(above, lengths * [is_prose(block) for block in blocks])
    known = container(root)
    inside = np.array(
        [known is not None and any(element is known for element in line) for line in above], np.float64
    )
    frames = [known if within else _frame(line) for line, within in zip(above, inside.tolist(), strict=True)]
    titles = [_same(block.words, title) for block in blocks]
    first_title = next(
        (number for number, same in enumerate(titles) if same and blocks[number].kind is Kind.HEADING), -1
    )
    main = _main_article(above, lengths, titles)
    body = squeezed(" ".join(article_bodies(root)))
    quoted = np.array([bool(body) and squeezed(block.words)[:120] in body for block in blocks], np.float64)
    clutter: dict[Element, bool] = {}
    weighted = np.concatenate(([0.0], np.cumsum(share * lengths)))
    total = weighted[-1] or 1.0
    found = {
        **{name: ballots[:, column] for column, name in enumerate(EXTRACTORS)},
        "votes_around": _around(share, lengths),
        "votes_beside": _among(share, lengths, parents),
        "prose_beside": [held[frame] for frame in frames],
        "prose_above": [held[_grandparent(frame)] for frame in frames],
        "votes_before": weighted[:-1] / total,
        "votes_after": (total - weighted[1:]) / total,
        "in_container": inside,
        "out_of_container": (1 - inside) * (known is not None),
        "not_quoted": (1 - quoted) * bool(body),
        "in_main_article": [main is not None and any(element is main for element in line) for line in above],
        "in_other_article": [
            any(own_tag(element) == "article" for element in line)
            and not any(element is main for element in line)
            for line in above
        ],
        "in_clutter": [
            any(_remembered(clutter, element) for element in line if element is not known) for line in above
        ],
        "linked": linked,
        "linked_around": _around(linked, lengths),
        "length": np.log1p(lengths),
        "sentence": [_SENTENCE.search(block.words) is not None for block in blocks],
        "item": [block.kind is Kind.ITEM for block in blocks],
        "code": [block.kind in (Kind.CODE, Kind.FORMULA) for block in blocks],
        "table": [block.kind is Kind.TABLE for block in blocks],
        "before_title": [number < first_title for number in range(count)],
        "phrase": [len(block.words) < 200 and _PHRASE.search(block.words) is not None for block in blocks],
        "short_and_linked": (lengths < 60) * linked,
        "is_date": [len(block.words) < 60 and _DATE.search(block.words) is not None for block in blocks],
    }
    return np.column_stack([np.asarray(found[name], np.float64) for name in TRAITS])


def is_prose(block: Block) -> bool:
    """Whether a block is a paragraph that says something: long, punctuated and not of links."""
    if columns(block.words) < _PROSE or block.linked >= _FEW_LINKS * len(block.words):
        return False
    return _PUNCTUATION.search(block.words) is not None


def _held(
    above: Sequence[Sequence[Element]], prose: NDArray[np.float64]
) -> defaultdict[Element | None, float]:
    """Return, for each element, the share of the page's prose that it holds."""
    shares: defaultdict[Element | None, float] = defaultdict(float)
    total = prose.sum() or 1.0
    for line, length in zip(above, prose, strict=True):
        if length:
            for element in line:
                shares[element] += length / total
    return shares


def _around(values: NDArray[np.float64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the blocks on either side, weighted by the root of their length."""
    weights = np.sqrt(lengths)
    kernel = np.ones(2 * _AROUND + 1)
    kernel[_AROUND] = 0.0
    sums = np.convolve(np.pad(values * weights, _AROUND), kernel, "valid")
    return sums / np.maximum(np.convolve(np.pad(weights, _AROUND), kernel, "valid"), 1e-9)


def _among(
    values: NDArray[np.float64], lengths: NDArray[np.float64], groups: Sequence[Element | None]
) -> NDArray[np.float64]:
    """Return the mean over the blocks of one group, weighted by the root of their length."""
    weights = np.sqrt(lengths)
    sums: defaultdict[Element | None, float] = defaultdict(float)
    totals: defaultdict[Element | None, float] = defaultdict(float)
    for value, weight, group in zip(values, weights, groups, strict=True):
        sums[group] += value * weight
        totals[group] += weight
    return np.array([sums[group] / max(totals[group], 1e-9) for group in groups])


_LINE = words(
    "a abbr b code em font i mark pre q s small span strong sub sup u var p li h1 h2 h3 h4 h5 h6 td tr"
)


_PARTS = words("section blockquote ul ol dl dd dt figure figcaption table tbody details")


def _ancestors(owner: Element) -> list[Element]:
    return [owner, *owner.iterancestors()]


def _parent(line: Sequence[Element]) -> Element | None:
    """Return the element that holds the block, beyond those that are the block itself."""
    return next((element for element in line if own_tag(element) not in _LINE), None)


def _frame(line: Sequence[Element]) -> Element | None:
    """Return the element that holds the block, beyond those that are parts of an article, as its sections are."""
    return next(
        (
            element
            for element in line
            if own_tag(element) not in _LINE | _PARTS and "section" not in class_names(element)
        ),
        None,
    )


def _grandparent(parent: Element | None) -> Element | None:
    return None if parent is None else parent.getparent()


def _main_article(
    above: Sequence[Sequence[Element]], lengths: NDArray[np.float64], titles: Sequence[bool]
) -> Element | None:
    """Return the outermost `<article>` with the title of the page in it, or else the longest."""
    found: dict[Element, list[float]] = {}
    for line, length, titled in zip(above, lengths, titles, strict=True):
        outer = next((element for element in reversed(line) if own_tag(element) == "article"), None)
        if outer is not None:
            score = found.setdefault(outer, [0.0, 0.0])
            score[0] = max(score[0], float(titled))
            score[1] += length
    return max(found, key=lambda element: found[element], default=None)


def _remembered(known: dict[Element, bool], element: Element) -> bool:
    if element not in known:
        known[element] = is_clutter(element)
    return known[element]


def _same(words: str, title: str) -> bool:
    key, other = squeezed(words), squeezed(title)
    return (
        bool(key)
        and math.isclose(len(key), len(other), rel_tol=0.3, abs_tol=2)
        and (key in other or other in key)
    )
