"""One article once: its other passages go under its best, and what is the same article elsewhere goes with it.

The corpus keeps one text at one address already (`ingest.reposts`); what is left are pages that quote most of another,
and links of other lists to the same title whose pages nobody could read. Where a page of results begins and ends
changes nothing in this order, so pages neither overlap nor skip.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.articles import Source
from ingest.spelling import is_telling, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.catalog import ArticleRow, Catalog, PassageRow
    from search.candidates import Candidates

__all__ = ["FoldedArticles", "Lead", "fold_articles"]

# Other passages of an article that are shown under its best. Each costs as much as a hit to mark and to cut.
_MORE = 1
# Articles read at once: a page of results, and as many again to know where else they are.
_CHUNK = 20

# What stands between marks of punctuation: reposts keep it to the letter, and rarely does anyone else write the same.
_CLAUSE = re.compile(r"[^\s,.;:!?，。；：！？、|()（）][^\n,.;:!?，。；：！？、|()（）]{3,}")
_FEWEST = 60  # characters; a shorter passage tells nothing
_SAME_PASSAGE = 0.8  # share of the shorter passage that the other one holds
_SAME_TEXT = 0.8  # share of the shorter article: parts of a course share their code, and are not one


@dataclass(frozen=True, slots=True)
class Lead:
    """A passage that becomes a hit, by its position among the candidates."""

    position: int
    article: int  # row
    also_at: tuple[str, ...]  # where else the article is, as far as the articles around it tell
    more: tuple[int, ...]  # positions of other passages of the article; only under its first lead


@dataclass(frozen=True, slots=True)
class FoldedArticles:
    """The leads of one page of results, best first, and whether others follow."""

    leads: tuple[Lead, ...]
    has_more: bool


def fold_articles(
    candidates: Candidates, catalog: Catalog, *, offset: int, k: int, per_article: int
) -> FoldedArticles:
    """Return the `k` leads after the first `offset`, at most `per_article` of one article.

    An article that is the same as a better one is left out, with all its passages, and named there.
    """
    end = offset + k
    twins = _Twins(catalog)
    unread = _first_passages(candidates, catalog)
    leads: list[int] = []
    kept: dict[int, bool] = {}  # article -> whether it is none that came before it
    taken: Counter[int] = Counter()
    more: dict[int, list[int]] = defaultdict(list)
    rows = candidates.articles.tolist()
    for position, row in enumerate(rows):
        if row not in kept:
            # What has been read with the page is looked at, for where else its articles are.
            if len(leads) > end and len(kept) % _CHUNK == 0:
                continue
            kept[row] = twins.add(*next(unread))
        if not kept[row]:
            continue
        if taken[row] < per_article:
            leads.append(position)
        elif taken[row] < per_article + _MORE:
            more[row].append(position)
        taken[row] += 1
    page = leads[offset:end]
    firsts = {row: position for position, row in reversed([(each, rows[each]) for each in leads])}
    return FoldedArticles(
        tuple(
            Lead(
                position,
                row := rows[position],
                twins.addresses(row),
                tuple(more[row]) if firsts[row] == position else (),
            )
            for position in page
        ),
        len(leads) > end,
    )


def _first_passages(candidates: Candidates, catalog: Catalog) -> Iterator[tuple[ArticleRow, PassageRow]]:
    """Every article with its best passage, best first; read in chunks."""
    first: dict[int, int] = {}
    for position, row in enumerate(candidates.articles.tolist()):
        first.setdefault(row, position)
    rows, positions = list(first), list(first.values())
    for start in range(0, len(rows), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        yield from zip(
            catalog.articles(rows[chunk]), catalog.passages(candidates.rows[positions[chunk]]), strict=True
        )


class _Twins:
    """Tells which articles are one that was added before.

    The passages that would be shown say which two may be: their clauses are compared, which is cheap. Pages of one
    site may share a passage and be about different things, so the whole texts decide.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._articles: list[ArticleRow] = []  # those that stay
        self._widths: list[int] = []  # of their passages
        self._holders: dict[str, list[int]] = defaultdict(list)  # clause -> numbers of articles
        self._named: dict[str, list[int]] = defaultdict(list)  # title -> numbers of articles
        self._also_at: dict[int, list[str]] = {}  # by row

    def add(self, article: ArticleRow, passage: PassageRow) -> bool:
        """Take in the next best article; return whether it is a new one."""
        clauses = _clauses(passage.text)
        title = squeezed(article.title)
        twin = self._by_title(article, title)
        if twin is None:
            twin = self._by_text(article, clauses)
        if twin is not None:
            self._also_at[twin.row] += [article.url, *article.also_at]
            return False
        number = len(self._articles)
        self._articles.append(article)
        self._widths.append(_width(clauses))
        self._named[title].append(number)
        for clause in clauses:
            self._holders[clause].append(number)
        self._also_at[article.row] = list(article.also_at)
        return True

    def addresses(self, row: int) -> tuple[str, ...]:
        """Where else the article of that row is, each address once."""
        return tuple(dict.fromkeys(self._also_at[row]))

    def _by_title(self, article: ArticleRow, title: str) -> ArticleRow | None:
        """A link without a text has only its title; two texts of different sites may well be called the same."""
        if not is_telling(title):
            return None
        others = (self._articles[number] for number in self._named.get(title, ()))
        return next(
            (
                other
                for other in others
                if other.host != article.host and Source.LISTING in {article.source, other.source}
            ),
            None,
        )

    def _by_text(self, article: ArticleRow, clauses: set[str]) -> ArticleRow | None:
        shared: Counter[int] = Counter()
        for clause in clauses:
            for number in self._holders.get(clause, ()):
                shared[number] += len(clause)
        own = _width(clauses)
        for number, width in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            shorter = min(own, self._widths[number])
            other = self._articles[number]
            same_passage = shorter >= _FEWEST and width >= _SAME_PASSAGE * shorter
            if same_passage and article.lang is other.lang and self._are_one(article, other):
                return other
        return None

    def _are_one(self, one: ArticleRow, other: ArticleRow) -> bool:
        texts = (self._catalog.passages(row.passages) for row in (one, other))
        shorter, longer = sorted((_clauses(*(each.text for each in text)) for text in texts), key=_width)
        return _width(shorter & longer) >= _SAME_TEXT * _width(shorter)


def _clauses(*texts: str) -> set[str]:
    return {clause for text in texts for clause in _CLAUSE.findall(text.lower())}


def _width(clauses: set[str]) -> int:
    return sum(map(len, clauses))
