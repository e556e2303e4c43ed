"""Names that mean the same: those of the field, which ship in `glossary.txt`, and those that the corpus itself gives.

A build writes both into the generation, each name with its key, which levels case, inflection and hyphens; a query is
then looked up token by token. Which of the names a search uses is for `search` to say.
"""

from __future__ import annotations

import re
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from index.analyze import Kind, analyze, stem
from index.folding import fold
from index.lexical import necessary
from index.stored import read_stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.term_pairs import Pair

__all__ = [
    "FILE_NAME",
    "Concept",
    "Glossary",
    "Named",
    "glossary_digest",
    "same_name",
    "shipped_names",
    "write_glossary",
]

FILE_NAME = "glossary.msgpack"

_TOKEN = re.compile(r"[a-z\u00df-\u024f]+(?:\+\+|#)?|[0-9]+(?:\.[0-9]+)*|[\u3400-\u9fff]")
_TEXT = Path(__file__).with_name("glossary.txt")


class Concept(msgspec.Struct, frozen=True, array_like=True):
    """One thing and its names."""

    names: tuple[str, ...]  # folded
    mined: bool  # given by the corpus, not by the shipped glossary


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    concepts: list[Concept]
    keys: dict[str, list[int]]  # key of a name -> its concepts
    longest: int  # tokens of the longest key
    terms: dict[str, list[str]]  # name -> the terms that a text with it must have


class Named(NamedTuple):
    """A name that stands in a text, and the concepts it names."""

    start: int  # in characters
    end: int
    concepts: tuple[Concept, ...]  # the shipped ones first


def shipped_names() -> Iterator[tuple[str, ...]]:
    """Yield the names of every shipped concept, as written."""
    for line in _TEXT.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(name.strip() for name in line.split(" | "))


def glossary_digest() -> str:
    """Return the digest of the shipped glossary: another one makes another generation."""
    return sha256(_TEXT.read_bytes()).hexdigest()


def write_glossary(folder: Path, pairs: Iterable[Pair]) -> None:
    """Write the shipped concepts and the corpus's own into `folder`."""
    concepts = [Concept(tuple(map(fold, names)), mined=False) for names in shipped_names()]
    concepts += [Concept((pair.one, pair.other), mined=True) for pair in pairs]
    keys: dict[str, list[int]] = {}
    for number, concept in enumerate(concepts):
        for name in concept.names:
            of_key = keys.setdefault(_key(name), [])
            if number not in of_key:
                of_key.append(number)
    keys.pop("", None)
    longest = max((key.count(" ") + 1 for key in keys), default=0)
    names = dict.fromkeys(name for concept in concepts for name in concept.names)
    terms = {
        name: necessary(term for term in analyze(name) if term.kind is not Kind.FUNCTION) for name in names
    }
    stored = _Stored(concepts, keys, longest, terms)
    (folder / FILE_NAME).write_bytes(msgspec.msgpack.encode(stored))


class Glossary:
    """What `write_glossary` wrote into a folder; read when it is first asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _stored(self) -> _Stored:
        return read_stored(self._folder / FILE_NAME, _Stored, "glossary")

    def names_in(self, folded: str) -> Iterator[Named]:
        """Yield the names that stand in a folded text, from the left, of those that begin at one place the longest.

        Names may overlap: whether one cuts through a word is for the caller to see. Raises GenerationError.
        """
        tokens = list(_tokens(folded))
        for first, (_, start, _) in enumerate(tokens):
            for last in range(min(len(tokens), first + self._stored.longest), first, -1):
                key = " ".join(token for token, _, _ in tokens[first:last])
                if numbers := self._stored.keys.get(key):
                    concepts = tuple(self._stored.concepts[number] for number in numbers)
                    yield Named(start, tokens[last - 1][2], concepts)

    def terms_of(self, name: str) -> Sequence[str]:
        """Return the terms that every text has in which that name of a concept stands. Raises GenerationError.

        They were analyzed when the index was built: an English query with a Chinese name beside it need not load the
        dictionary of Chinese words.
        """
        return self._stored.terms[name]


def same_name(one: str, other: str) -> bool:
    """Whether two folded names differ in inflection and hyphens at most."""
    return _key(one) == _key(other)


def _key(name: str) -> str:
    return " ".join(token for token, _, _ in _tokens(name))


def _tokens(folded: str) -> Iterator[tuple[str, int, int]]:
    for found in _TOKEN.finditer(folded):
        word = found[0]
        yield (stem(word) if word.isalpha() and word < "\u2e80" else word), found.start(), found.end()
