"""Training pairs from the user's own corpus: what its lists and its articles themselves say that a passage is about.

A curator's note is the nearest thing to a query that a corpus holds; a list's title, an article's title and a heading
come after it. Each kind becomes a pair file of its own, so that a batch's negatives are of one kind. Generic ones
("总结", "Introduction", "有代码。") need no list of words: they are those that many articles carry.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from index.folding import fold
from index.markdown import plain
from index.passages import Passage, split
from index.train.pairs import Pair
from ingest.articles import Source
from ingest.language import detect_lang

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.settings import PassageSettings
    from ingest.articles import Entry

__all__ = ["Corpus", "Kind", "Saying", "read_corpus", "write_pairs"]

_CARRIERS = 2  # articles up to which a text leads to one of them; what more carry says nothing about any
_PASSAGES_OF_ARTICLE = 4  # opening and others, evenly spread: a title holds for all of them, a little
_PASSAGES_OF_SECTION = 2
_NUMBERING = re.compile(r"^[\W\d_]+")  # "4. 总结" is as generic as "总结"


class Kind(StrEnum):
    """What says it."""

    NOTE = "note"  # a curator's prose beside the link
    LISTING = "listing"  # the title in a list, where it is not the article's own
    TITLE = "title"  # the article's own
    HEADING = "heading"  # above a section


@dataclass(frozen=True, slots=True)
class Saying:
    """One text, folded, that stands for passages of an article as a query would."""

    kind: Kind
    text: str
    article: int  # its number in the corpus
    passages: tuple[int, ...]  # theirs, never empty


@dataclass(frozen=True)
class Corpus:
    """A corpus as training and its test see it: about a kilobyte of memory a passage."""

    articles: tuple[str, ...]  # ids
    passages: tuple[str, ...]  # folded bodies, without title and headings, those of an article together
    article_of: NDArray[np.int32]  # (passages,)
    sayings: tuple[Saying, ...]

    @cached_property
    def articles_saying(self) -> dict[str, frozenset[int]]:
        """The articles by what stands for them: the right answers to that text as a query."""
        found: dict[str, set[int]] = defaultdict(set)
        for saying in self.sayings:
            found[saying.text].add(saying.article)
        return {text: frozenset(articles) for text, articles in found.items()}

    def pairs(self, articles: Collection[int]) -> Iterator[tuple[Kind, Pair]]:
        """Yield the pairs of these articles, each once, in the order of the corpus."""
        known: set[tuple[Kind, str, str]] = set()
        for saying in self.sayings:
            if saying.article not in articles:
                continue
            for number in saying.passages:
                passage = self.passages[number]
                if passage != saying.text and (key := (saying.kind, saying.text, passage)) not in known:
                    known.add(key)
                    languages = detect_lang(saying.text).value, detect_lang(passage).value
                    yield saying.kind, Pair(saying.text, passage, saying.kind.value, *languages)


def read_corpus(entries: Iterable[Entry], settings: PassageSettings) -> Corpus:
    """Cut all articles and collect what is said of their passages; generic sayings are left out.

    What the lists say of a link without a page is a passage that others are told from, but has no sayings: it
    is itself made of them. Bodies come without title and headings, which often are the saying word for word.
    """
    articles: list[str] = []
    passages: list[str] = []
    article_of: list[int] = []
    sayings: list[Saying] = []
    for entry in entries:
        number, first = len(articles), len(passages)
        articles.append(entry.article.id)
        cut = split(entry.article, settings)
        passages += [fold(plain(passage.text)).strip() for passage in cut]
        article_of += [number] * len(cut)
        if cut and entry.article.source is not Source.LISTING:
            sayings += (
                Saying(kind, text, number, tuple(first + place for place in places))
                for kind, text, places in _said(entry, cut)
            )
    return Corpus(
        tuple(articles), tuple(passages), np.array(article_of, dtype=np.int32), tuple(_telling(sayings))
    )


def write_pairs(pairs: Iterable[tuple[Kind, Pair]], folder: Path) -> None:
    """Write a pair file of each kind into `folder`: `corpus-note.jsonl.gz` and so on. The same pairs, the same bytes."""
    encoder = msgspec.json.Encoder()
    by_kind: dict[Kind, list[Pair]] = defaultdict(list)
    for kind, pair in pairs:
        by_kind[kind].append(pair)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, of_kind in by_kind.items():
        lines = b"".join(encoder.encode(pair) + b"\n" for pair in of_kind)
        (folder / f"corpus-{kind}.jsonl.gz").write_bytes(gzip.compress(lines, mtime=0))


def _said(entry: Entry, cut: Sequence[Passage]) -> Iterator[tuple[Kind, str, Sequence[int]]]:
    """What is said of an article, each text once under the kind nearest to a query, and of which of its passages."""
    whole = sorted({len(cut) * part // _PASSAGES_OF_ARTICLE for part in range(_PASSAGES_OF_ARTICLE)})
    title = fold(entry.article.title).strip()
    known = {"", title}
    for kind, texts in (
        (Kind.NOTE, [link.note for link in entry.links]),
        (Kind.LISTING, [link.title for link in entry.links if "://" not in link.title]),
    ):
        for text in texts:
            if (folded := fold(text).strip()) not in known:
                known.add(folded)
                yield kind, folded, whole
    if title and "://" not in title:
        yield Kind.TITLE, title, whole
    for headings, section in groupby(range(len(cut)), key=lambda place: cut[place].headings):
        if headings and (folded := fold(headings[-1]).strip()) not in known:
            known.add(folded)
            yield Kind.HEADING, folded, list(section)[:_PASSAGES_OF_SECTION]


def _telling(sayings: Sequence[Saying]) -> Iterator[Saying]:
    """Those that lead somewhere: few articles carry them, with whatever numbering."""
    carriers: dict[str, set[int]] = defaultdict(set)
    for saying in sayings:
        carriers[_NUMBERING.sub("", saying.text)].add(saying.article)
    for saying in sayings:
        bare = _NUMBERING.sub("", saying.text)
        if bare and len(carriers[bare]) <= _CARRIERS:
            yield saying
