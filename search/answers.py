"""What a search returns: an `Answer` of `Hit`s, and its form as JSON.

The JSON is a contract that `search --json` and the API share; keys are only ever added to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search.facet_counts import FacetCounts
    from search.mode import Mode

__all__ = [
    "Answer",
    "Correction",
    "Expansion",
    "Explanation",
    "FeaturePart",
    "Hit",
    "MorePassage",
    "Span",
    "TermPart",
    "Understood",
    "from_json",
    "hit_to_json",
    "to_json",
]

Span = tuple[int, int]  # start and end in characters, half open


@dataclass(frozen=True, slots=True)
class Correction:
    """Words that the corpus does not know, or hardly, and those that were meant."""

    typed: str  # folded
    meant: str
    kind: Literal["spelling", "homophone", "pinyin"]
    replaced: bool  # False: what was typed stays, and what was meant is searched besides


@dataclass(frozen=True, slots=True)
class Expansion:
    """Other names of what was typed, which were searched besides and count less."""

    typed: str  # folded
    also: tuple[str, ...]
    mined: bool  # given by the corpus itself, not by the shipped glossary


@dataclass(frozen=True, slots=True)
class Understood:
    """What the query was taken to mean."""

    text: str  # folded: compatibility forms, case and traditional characters levelled; without exclusions, and corrected
    lang: str
    terms: tuple[str, ...]  # what the lexical leg looks for, most telling kinds first
    ignored: tuple[str, ...] = ()  # words of the question that say nothing of its subject
    phrases: tuple[str, ...] = ()  # quoted: every hit holds them
    excluded: tuple[str, ...] = ()  # no hit holds them
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()


@dataclass(frozen=True, slots=True)
class MorePassage:
    """Another passage of an article that is shown already."""

    passage: str
    headings: tuple[str, ...]
    link: str
    score: float
    snippet: Span
    highlights: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class FeaturePart:
    """A feature of a hit and what it added to the score of its stage."""

    name: str
    value: float | None  # None: it is no property of the hit, such as what a model expects of any
    added: float


@dataclass(frozen=True, slots=True)
class TermPart:
    """A term that stands in a hit and what it gave to the lexical score: weight × idf × tf."""

    term: str
    fields: tuple[str, ...]  # of "title", "headings", "listing", "body"
    weight: float
    idf: float
    tf: float
    score: float
    rewriting: str = ""  # what was typed, where the term is a correction or another name of it


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a hit came to its scores."""

    features: tuple[FeaturePart, ...]  # largest first
    terms: tuple[TermPart, ...]  # largest first
    rest: float  # of the lexical score, what the terms do not account for


@dataclass(frozen=True, slots=True)
class Hit:
    """One article at its best passage."""

    rank: int  # from 1
    score: float  # of the last stage; comparable within one answer only
    url: str  # canonical
    link: str  # opens the page, or its archived copy, at the passage
    title: str
    passage: str  # Markdown, whole
    ordinal: int  # of the passage within its article, from 0
    headings: tuple[str, ...]  # above the passage, outermost first
    snippet: Span  # the part of the passage worth showing where room is short
    highlights: tuple[Span, ...]  # where terms of the query stand in the passage
    list: str  # the first reading list that holds it
    section: tuple[str, ...]  # its place in that list, outermost heading first
    note: str  # the curator's prose beside it
    starred: bool
    lists: tuple[str, ...]  # every reading list that holds it
    article_id: str
    host: str
    site: str
    lang: str
    author: str
    published: str  # ISO date, or ""
    source: str  # "origin", "archive", "saved" or "listing"
    archived: str  # ISO date of the snapshot, for "archive"
    also_at: tuple[str, ...]  # addresses of the same article elsewhere
    stages: Mapping[str, float]  # score by stage, in the order the stages ran
    features: Mapping[str, float] = field(default_factory=dict)  # what each feature added; with `explain`
    more: tuple[MorePassage, ...] = ()
    explanation: Explanation | None = None  # with `explain`


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one search."""

    query: str  # as typed
    understood: Understood
    mode: Mode
    hits: tuple[Hit, ...]  # best first
    total: int  # articles among the candidates, shown or not; the same article elsewhere counts, too
    generation: str  # id of the index that answered
    took_ms: float
    stages_ms: Mapping[str, float]
    offset: int = 0  # hits before these
    has_more: bool = False  # whether there are hits after these
    confident: bool = True  # False: nothing relevant was found, the hits are only the nearest
    notes: tuple[str, ...] = ()  # what a reader should know, such as a reranker that ran out of time
    facets: FacetCounts | None = None  # what the articles could be filtered by, where that was asked for


def to_json(answer: Answer) -> dict[str, Any]:
    """Return `answer` as the JSON object that `search --json` prints and the API answers."""
    import msgspec  # nobody who only reads an answer needs it, and it is slow to import

    head = {
        "query": answer.query,
        "understood": msgspec.to_builtins(answer.understood),
        "mode": answer.mode,
        "took_ms": round(answer.took_ms, 3),
        "stages_ms": {name: round(ms, 3) for name, ms in answer.stages_ms.items()},
        "generation": answer.generation,
        "total": answer.total,
        "offset": answer.offset,
        "has_more": answer.has_more,
        "confident": answer.confident,
        "notes": [str(note) for note in answer.notes],
    }
    if answer.facets is not None:
        head["facets"] = msgspec.to_builtins(answer.facets)
    return {**head, "hits": [hit_to_json(hit) for hit in answer.hits]}


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Return `hit` as it stands in the JSON of an answer."""
    import msgspec

    fields: dict[str, Any] = msgspec.to_builtins(hit)
    fields["score"] = round(hit.score, 6)
    fields["stages"] = {name: round(score, 6) for name, score in hit.stages.items()}
    if not hit.features:
        del fields["features"]
    if hit.explanation is None:
        del fields["explanation"]
    return fields


def from_json(fields: Mapping[str, Any]) -> Answer:
    """Return the answer that `to_json` made `fields` of, with its numbers as rounded there, and without facets."""
    return Answer(**{name: _thawed(name, value) for name, value in fields.items() if name != "facets"})


def _thawed(name: str, value: Any, types: Mapping[str, type] | None = None) -> Any:
    """A member of the JSON as the field of that name holds it: arrays as tuples, objects as the type they came from."""
    if isinstance(value, (list, tuple)):
        return tuple(_thawed(name, each, _ELEMENTS) for each in value)
    kind = (types or _MEMBERS).get(name)
    if isinstance(value, dict) and kind is not None:
        return kind(**{key: _thawed(key, each) for key, each in value.items()})
    return value


_MEMBERS: dict[str, type] = {"understood": Understood, "explanation": Explanation}
_ELEMENTS: dict[str, type] = {
    "hits": Hit,
    "more": MorePassage,
    "features": FeaturePart,
    "terms": TermPart,
    "corrections": Correction,
    "expansions": Expansion,
}
