"""What a reader may be about to type: frequent phrases, sections and lists, and titles, found from any word of them.

Each is kept under its folded spelling and, where it holds Chinese, under its pinyin, spelled out and by initials
(`zylj` finds 注意力机制). All of it is made at build time, so that answering needs no pronouncing dictionary.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from index.analyze import Kind, analyze
from index.folding import fold
from index.read_only import ReadOnlyDatabase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from index.catalog import ArticleRow

__all__ = ["Completion", "CompletionKind", "Completions", "write_completions"]

CompletionKind = Literal["phrase", "section", "list", "title"]

FILE_NAME = "completions.sqlite"

_SCHEMA = """
CREATE TABLE completions (
    row INTEGER PRIMARY KEY, text TEXT NOT NULL, kind TEXT NOT NULL, articles INTEGER NOT NULL, article TEXT NOT NULL
) STRICT;
CREATE TABLE keys (key TEXT NOT NULL, row INTEGER NOT NULL, inside INTEGER NOT NULL, PRIMARY KEY (key, row)) STRICT,
WITHOUT ROWID;
"""
# Characters of a key: who has typed more of a title knows it.
_KEY = 32
# A phrase is one to four words that stand together in the titles of at least three articles: fewer are those titles.
_WORDS = 4
_ARTICLES = 3
# A phrase that nearly always goes on in the same way ("gradient boosted" decision trees) is a part of the longer one.
_PART_OF = 0.8
_SPACES = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that could be typed, or gone to."""

    text: str
    kind: CompletionKind
    articles: int  # that it leads to
    article_id: str = ""  # of a title


class _Word(NamedTuple):
    start: int
    end: int
    telling: bool  # may begin or end a phrase
    alone: bool  # may be one by itself, which a single Chinese character may not


def write_completions(folder: Path, articles: Iterable[ArticleRow]) -> None:
    """Write the completions of `articles` into `folder`."""
    found = _gather(articles)
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _SCHEMA)
        connection.executemany(
            "INSERT INTO completions VALUES (?, ?, ?, ?, ?)",
            (
                (row, each.text, each.kind, each.articles, each.article_id)
                for row, each in enumerate(found, 1)
            ),
        )
        connection.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?, ?)",
            ((key, row, inside) for row, each in enumerate(found, 1) for key, inside in _keys(each.text)),
        )
        connection.execute("COMMIT")
    finally:
        connection.close()


class Completions:
    """The opened completions of a generation. Safe for concurrent readers; nothing is read before the first question."""

    def __init__(self, folder: Path) -> None:
        self._database = ReadOnlyDatabase(folder / FILE_NAME)

    def starting_with(self, typed: str, k: int, *, titles: bool) -> list[Completion]:
        """Return the `k` titles, or else the `k` phrases, sections and lists, in which a word begins as `typed` does.

        Those that begin so themselves come first, then what leads to more articles.
        """
        folded = _SPACES.sub(" ", fold(typed)).strip()[:_KEY]
        forms = {folded, re.sub(r"[^a-z0-9]", "", folded)} if folded.isascii() else {folded}
        found: dict[int, tuple[int, Completion]] = {}
        for form in sorted(filter(None, forms)):
            rows = self._database.read(
                "SELECT min(k.inside), c.row, c.text, c.kind, c.articles, c.article FROM keys k JOIN completions c USING (row)"
                " WHERE k.key >= ? AND k.key < ? AND (c.kind = 'title') = ? GROUP BY c.row ORDER BY 1, 2 LIMIT ?",
                (form, form + "\U0010ffff", titles, k),
            )
            for inside, row, text, kind, articles, article in rows:
                found.setdefault(row, (inside, Completion(text, kind, articles, article)))
        best = sorted(found.items(), key=lambda item: (item[1][0], item[0]))
        return [completion for _, (_, completion) in best[:k]]

    def close(self) -> None:
        """Close the connections of all threads."""
        self._database.close()


def _gather(articles: Iterable[ArticleRow]) -> list[Completion]:
    """All completions, each text once, those first that lead to most articles; titles after all else."""
    phrases: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    sections: Counter[str] = Counter()
    lists: Counter[str] = Counter()
    titles: dict[str, tuple[int, Completion]] = {}
    for article in articles:
        said = dict.fromkeys((article.title, *(link.title for link in article.links)))
        met = {fold(phrase): phrase for text in said if "://" not in text for phrase in _phrases(text)}
        phrases.update(met.keys())
        for folded, phrase in met.items():
            written.setdefault(folded, Counter())[phrase] += 1
        sections.update({heading for link in article.links for heading in link.section})
        lists.update({link.list for link in article.links})
        if "://" not in article.title:
            places = len(article.links) + 2 * article.starred
            titles.setdefault(
                fold(article.title), (places, Completion(article.title, "title", 1, article.id))
            )
    named = [Completion(text, "section", count) for text, count in sections.items()]
    named += [Completion(text, "list", count) for text, count in lists.items()]
    taken = {fold(each.text) for each in named}
    named += [
        Completion(written[folded].most_common(1)[0][0], "phrase", count)
        for folded, count in _whole(phrases).items()
        if folded not in taken
    ]
    named.sort(key=lambda each: (-each.articles, each.text))
    by_places = sorted(titles.values(), key=lambda item: -item[0])
    return named + [completion for _, completion in by_places]


def _whole(phrases: Counter[str]) -> dict[str, int]:
    """The frequent phrases without those that are hardly ever met but as part of a longer one."""
    frequent = {phrase: count for phrase, count in phrases.items() if count >= _ARTICLES}
    part: set[str] = set()
    for phrase, count in frequent.items():
        for word in _words(phrase):
            for piece in (phrase[: word.start].strip(), phrase[word.end :].strip()):
                if count >= _PART_OF * frequent.get(piece, inf):
                    part.add(piece)
    return {phrase: count for phrase, count in frequent.items() if phrase not in part}


def _phrases(text: str) -> Iterator[str]:
    """Runs of one to four words with nothing between them that begin and end with a telling one."""
    words = _words(text)
    for first, begin in enumerate(words):
        if not begin.telling:
            continue
        for last in range(first, min(first + _WORDS, len(words))):
            end = words[last]
            if last > first and text[words[last - 1].end : end.start] not in ("", " "):
                break
            if end.telling if last > first else begin.alone:
                yield text[begin.start : end.end]


def _words(text: str) -> list[_Word]:
    """The words of `text` one after the other: of those that begin at one place, the longest."""
    longest: dict[int, _Word] = {}
    for term in analyze(text):
        if term.kind in (Kind.CHAR, Kind.BIGRAM, Kind.PART, Kind.SYMBOL):
            continue
        telling = term.kind is not Kind.FUNCTION and not term.text.isdecimal()
        alone = telling and (term.end - term.start > 1)
        known = longest.get(term.start)
        if known is None or term.end > known.end:
            longest[term.start] = _Word(term.start, term.end, telling, alone)
    words: list[_Word] = []
    for start in sorted(longest):
        if not words or start >= words[-1].end:
            words.append(longest[start])
    return words


def _keys(text: str) -> Iterator[tuple[str, int]]:
    """What `text` is found by, each with 0 where it begins with the text and 1 where inside it."""
    starts = [0, *(word.start for word in _words(text) if word.start)]
    sounds = _sounds(text) if _HAN.search(text) else ()
    for start in starts:
        inside = int(start > 0)
        spelling = _SPACES.sub(" ", fold(text[start : start + 2 * _KEY])).strip()[:_KEY]
        yield spelling, inside
        if "-" in spelling:
            # kmeans is K-means to whoever types it.
            yield spelling.replace("-", ""), inside
        if sounds and _HAN.search(text[start : start + _KEY]):
            yield "".join(sounds[start:])[:_KEY], inside
            yield "".join(sound[:1] for sound in sounds[start:])[:_KEY], inside


def _sounds(text: str) -> Sequence[str]:
    """How each character of `text` is typed: pinyin without tones for Chinese, itself for letters and digits."""
    from pypinyin import lazy_pinyin

    # What is not Chinese comes back character by character, which its types do not foresee.
    by_character: Any = list
    typed = lazy_pinyin(text, errors=by_character, v_to_u=False)
    return [re.sub(r"[^a-z0-9]", "", fold(sound)) for sound in typed]
