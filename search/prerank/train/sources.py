"""Collections to learn ranking from: articles, queries, and which articles answer them, without a click.

Files of pairs become small collections: passages as articles, their queries asked of all of them. What a query was
made from must not show: a title that is asked for word by word would teach that titles are all that counts. So each
file gives two collections: a bare one, without titles and headings, asked by all queries; and one with them, asked by
those queries that were not made from them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.analyze import Kind, analyze
from index.train.pairs import Pair, Sieve
from ingest.articles import Article, Entry, Link
from ingest.language import detect_lang

if TYPE_CHECKING:
    from index.train.pairs import PairFile

__all__ = ["Collection", "Question", "from_pairs", "keywords_of"]

# Kinds of pairs whose query is how the passage is called.
_NAMES = frozenset({"title-abstract", "heading-section"})
_SECTION = "heading-section"
_MOST_SECTIONS = 8  # of one article
_RUN = 64  # neighbouring passages that are taken together, so that articles have near rivals
_TELLING = frozenset({Kind.WORD, Kind.LONG_WORD, Kind.STEM, Kind.COMPOUND})
_CUT_DOWN = 1 / 3
_KEYWORDS = (2, 5)  # of a query that is cut down to some


@dataclass(frozen=True, slots=True)
class Question:
    """A query, how well articles answer it, by address, and how much it counts among the others."""

    text: str
    kind: str  # of pairs, and the languages: "paraphrase zh>en"
    answers: Mapping[str, int]  # grades from 1; all others do not answer it
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Collection:
    """What an index is built from, and what it is asked."""

    name: str
    entries: tuple[Entry, ...]
    questions: tuple[Question, ...]


@dataclass(slots=True)
class _Text:
    """A passage, how it is called, and the queries that it answers."""

    text: str
    name: str = ""
    section: bool = False
    pairs: list[Pair] = field(default_factory=list)


def from_pairs(file: PairFile, *, passages: int, questions: int, seed: int) -> Iterator[Collection]:
    """Yield the two collections of a file: about `passages` passages and at most `questions` questions each.

    Raises PairsError for a damaged file.
    """
    chance = random.Random(f"{seed} {file.name}")
    texts = _texts(Sieve(folded=False, shortest=2).read(file))
    runs = [texts[start : start + _RUN] for start in range(0, len(texts), _RUN)]
    chance.shuffle(runs)
    chosen = [text for run in runs[: max(1, passages // _RUN)] for text in run]
    named = [text for text in chosen if text.name]
    yield _collection(f"{file.name}-bare", chosen, chance, questions, named=False)
    if len(named) >= len(chosen) // 4:
        yield _collection(f"{file.name}-named", named, chance, questions, named=True)


def _texts(pairs: Iterable[Pair]) -> list[_Text]:
    """The passages of a file in its order, each once."""
    known: dict[str, _Text] = {}
    for pair in pairs:
        text = known.setdefault(pair.p, _Text(pair.p))
        text.pairs.append(pair)
        if not text.name and pair.type in _NAMES and pair.ql == pair.pl:
            text.name, text.section = pair.q, pair.type == _SECTION
    return list(known.values())


def _collection(
    name: str, texts: Sequence[_Text], chance: random.Random, questions: int, *, named: bool
) -> Collection:
    entries: list[Entry] = []
    answers: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, dict[str, None]] = defaultdict(dict)
    place = 0
    while place < len(texts):
        # Passages that are sections stand in articles with their neighbours, others by themselves.
        count = chance.randint(1, _MOST_SECTIONS) if texts[place].section else 1
        parts = texts[place : place + count]
        place += count
        url = f"https://{name}.invalid/{len(entries)}"
        entries.append(_entry(url, parts, name, named=named))
        for part in parts:
            for pair in part.pairs:
                if not named or pair.q != part.name:
                    answers[pair.q].add(url)
                    kinds[f"{pair.type} {pair.ql}>{pair.pl}"][pair.q] = None
    return Collection(name, tuple(entries), tuple(_asked(kinds, answers, chance, questions)))


def _entry(url: str, parts: Sequence[_Text], collection: str, *, named: bool) -> Entry:
    if named and parts[0].section:
        text = "\n\n".join(f"## {part.name}\n\n{part.text}" if part.name else part.text for part in parts)
        title = ""
    else:
        text = "\n\n".join(part.text for part in parts)
        title = parts[0].name if named else ""
    article = Article(url, title, text, detect_lang(text))
    return Entry(article, (Link(url, url, title, collection),))


def _asked(
    kinds: dict[str, dict[str, None]], answers: dict[str, set[str]], chance: random.Random, most: int
) -> Iterator[Question]:
    """As many queries of each kind as there are of the others."""
    queues = {kind: chance.sample(list(queries), len(queries)) for kind, queries in sorted(kinds.items())}
    asked: set[str] = set()
    while queues and len(asked) < most:
        for kind in list(queues):
            if not queues[kind]:
                del queues[kind]
                continue
            query = queues[kind].pop()
            if query in asked or len(asked) >= most:
                continue
            asked.add(query)
            yield Question(keywords_of(query, chance), kind, dict.fromkeys(sorted(answers[query]), 1))


def keywords_of(query: str, chance: random.Random, *, always: bool = False) -> str:
    """Cut every third query, or each, down to some of its telling words, in their order: people ask so too."""
    if not always and chance.random() > _CUT_DOWN:
        return query
    words: list[str] = []
    done = 0
    for term in sorted(analyze(query), key=lambda term: (term.start, -term.end)):
        if term.kind in _TELLING and term.start >= done:
            words.append(query[term.start : term.end])
            done = term.end
    count = chance.randint(*_KEYWORDS)
    if len(words) <= count:
        return query
    return " ".join(words[place] for place in sorted(chance.sample(range(len(words)), count)))
