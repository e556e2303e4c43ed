"""Understanding a query: folded, its language, and the weighted terms the lexical leg looks for.

Words that only make a question of it ("怎么", "what is the") are left out of the terms: they occur everywhere
and say nothing of the subject. What stands in quotation marks is kept as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.analyze import Kind, Term, analyze
from index.folding import fold
from index.lexical import QueryTerm, query_terms
from ingest.articles import Lang
from ingest.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.answers import Span
    from search.settings import SearchSettings

__all__ = ["NO_QUERY", "Query", "understand"]

# What makes a question of a subject, in folded text. Single words without a subject are the analyzer's business
# (index.analyze.FUNCTION_WORDS); these reach over several of them, or count only where a sentence ends.
_FRAMES = re.compile(
    r"请问|我?想要?(?:知道|了解|问)|有没有|能不能|可不可以|是不是|会不会|是否|能否|可否"
    r"|(?:是|有|都|叫|做)?什么(?:是|样的|样|意思|时候)?|为何|(?:应该|该|要)?(?:如何|怎么样|怎么办|怎么|怎样|咋)"
    r"|[是有]?(?:哪些|哪个|哪种|哪里|哪儿)|多少|[吗呢吧啊呀么](?=\W*$|[?!。,;])"
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[a-z]")
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”|「([^」]+)」|『([^』]+)』|《([^》]+)》')


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed and as understood."""

    text: str  # as typed, without white space around it
    folded: str
    lang: Lang
    terms: tuple[QueryTerm, ...]  # each text once; empty only where nothing was asked
    ignored: tuple[str, ...] = ()  # what was left out of the terms


# Of what is shown without a question.
NO_QUERY = Query("", "", Lang.OTHER, ())


def understand(text: str, settings: SearchSettings) -> Query:
    """Return what `text` asks for. Raises QueryError where it is empty or longer than the settings allow."""
    typed = text.strip()
    if not typed:
        raise QueryError("The query is empty.", "Type some words to search for.")
    if len(typed) > settings.max_query_chars:
        raise QueryError(
            f"The query has {len(typed)} characters; at most {settings.max_query_chars} are searched.",
            "Shorten it, or raise search.max_query_chars.",
        )
    folded = fold(typed)
    found = analyze(folded)
    if not found:
        raise QueryError(
            f"There is no word, letter or digit to search for in '{typed}'.", "Type some words to search for."
        )
    terms, ignored = _telling(found, folded)
    return Query(
        text=typed,
        folded=folded,
        lang=_language(folded),
        terms=query_terms(terms),
        ignored=ignored,
    )


def _telling(found: Sequence[Term], folded: str) -> tuple[list[Term], tuple[str, ...]]:
    """Split the terms into those that tell the subject, and the words that were left out; the first is never empty."""
    quoted = [quotation.span() for quotation in _QUOTED.finditer(folded)]
    frames = [frame.span() for frame in _FRAMES.finditer(folded)]
    kept: list[Term] = []
    ignored: dict[str, None] = {}
    for term in found:
        if _overlaps(term, quoted):
            # A word that was quoted is meant, whatever its kind.
            kept.append(term._replace(kind=Kind.WORD) if term.kind is Kind.FUNCTION else term)
        elif term.kind is Kind.FUNCTION or _overlaps(term, frames):
            if term.kind is not Kind.CHAR and term.kind is not Kind.BIGRAM:
                ignored[folded[term.start : term.end]] = None
        else:
            kept.append(term)
    return (kept, tuple(ignored)) if kept else (list(found), ())


def _overlaps(term: Term, spans: Sequence[Span]) -> bool:
    return any(start < term.end and term.start < end for start, end in spans)


def _language(folded: str) -> Lang:
    """The script says it: a query is too short for statistics."""
    han, latin = _HAN.search(folded) is not None, _LATIN.search(folded) is not None
    if han:
        return Lang.MIXED if latin else Lang.ZH
    return Lang.EN if latin else Lang.OTHER
