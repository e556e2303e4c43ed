"""The user's own corpus as collections to learn ranking from: its notes, titles and headings are the questions.

As with files of pairs, what a question was made from must not show. The bare collection has texts alone and is asked
everything; the named one has titles and headings, and is asked what the lists say of an article in other words, and
for titles of which some words are remembered.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.markdown import Block, blocks
from index.train.corpus import Kind, read_corpus
from ingest.articles import Source
from search.prerank.train.sources import Collection, Question, keywords_of

if TYPE_CHECKING:
    from index.settings import PassageSettings
    from index.train.corpus import Saying
    from ingest.articles import Article, Entry, Link

__all__ = ["from_corpus"]

_OF_LISTS = (Kind.NOTE, Kind.LISTING)


def from_corpus(
    entries: Iterable[Entry], cut: PassageSettings, *, passages: int, questions: int, seed: int
) -> Iterator[Collection]:
    """Yield the two collections of a corpus, of whole articles with about `passages` passages.

    At most `questions` questions of each kind are asked. What none can be asked of is left out.
    """
    chance = random.Random(seed)
    articles = [entry for entry in entries if entry.article.source is not Source.LISTING]
    chance.shuffle(articles)
    corpus = read_corpus(articles, cut)
    # Articles whole, until there are enough passages of them.
    most = int(corpus.article_of[min(passages, len(corpus.passages)) - 1]) + 1 if corpus.passages else 0
    sayings = [saying for saying in corpus.sayings if saying.article < most]
    kept = articles[:most]
    bare = tuple(replace(entry, article=_bare(entry), links=_silent(entry)) for entry in kept)
    named = tuple(replace(entry, links=_silent(entry)) for entry in kept)
    for name, those, kinds in (("corpus-bare", bare, tuple(Kind)), ("corpus-named", named, _OF_LISTS)):
        asked = tuple(_asked(sayings, kept, chance, questions, kinds))
        if asked:
            yield Collection(name, those, asked)


def _bare(entry: Entry) -> Article:
    text = "\n\n".join(part.text for part in blocks(entry.article.text) if isinstance(part, Block))
    return replace(entry.article, title="", text=text)


def _silent(entry: Entry) -> tuple[Link, ...]:
    return tuple(replace(link, title="", section=(), note="") for link in entry.links)


def _asked(
    sayings: Iterable[Saying],
    articles: Sequence[Entry],
    chance: random.Random,
    most: int,
    kinds: Sequence[Kind],
) -> Iterator[Question]:
    """At most `most` questions of each kind, each of all the articles that carry it."""
    by_kind: dict[Kind, dict[str, set[str]]] = {}
    for saying in sayings:
        answers = by_kind.setdefault(saying.kind, {}).setdefault(saying.text, set())
        answers.add(articles[saying.article].article.url)
    for kind, of_kind in sorted(by_kind.items()):
        if kind is Kind.HEADING and kind not in kinds:
            continue  # nobody remembers half a heading
        for text in chance.sample(sorted(of_kind), min(most, len(of_kind))):
            query = keywords_of(text, chance, always=kind not in kinds)
            if query != text or kind in kinds:
                yield Question(query, str(kind), dict.fromkeys(sorted(of_kind[text]), 1))
