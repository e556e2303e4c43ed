"""Understanding a query: folded, its operators and language, and the weighted terms the lexical leg looks for.

Words that only make a question of it ("怎么", "what is the") are left out of the terms: they occur everywhere
and say nothing of the subject. What stands in quotation marks is kept as typed. What else a query may mean, in the
eyes of a corpus, is for `rewrite`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.analyze import Kind, Term, analyze
from index.folding import fold
from index.lexical import Alternative, QueryTerm, query_terms
from ingest.articles import Lang
from ingest.errors import QueryError
from search.syntax import Phrase, quotations, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.answers import Correction, Expansion, Span
    from search.settings import SearchSettings

__all__ = ["NO_QUERY", "Query", "overlaps", "understand"]

# What makes a question of a subject, in folded text. Single words without a subject are the analyzer's business
# (index.analyze.FUNCTION_WORDS); these reach over several of them, or count only where a sentence ends.
_FRAMES = re.compile(
    r"请问|我?想要?(?:知道|了解|问)|有没有|能不能|可不可以|是不是|会不会|是否|能否|可否"
    r"|(?:是|有|都|叫|做)?什么(?:是|样的|样|意思|时候)?|为何|(?:应该|该|要)?(?:如何|怎么样|怎么办|怎么|怎样|咋)"
    r"|[是有]?(?:哪些|哪个|哪种|哪里|哪儿)|多少|[吗呢吧啊呀么](?=\W*$|[?!。,;])"
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed and as understood."""

    text: str  # as typed, without white space around it
    folded: str  # what is looked for: folded, without what is excluded, and corrected
    lang: Lang
    terms: tuple[QueryTerm, ...]  # each text once; empty only where nothing was asked
    ignored: tuple[str, ...] = ()  # what was left out of the terms
    phrases: tuple[Phrase, ...] = ()  # every hit holds all of them
    excluded: tuple[Phrase, ...] = ()  # no hit holds any of them
    alternatives: tuple[Alternative, ...] = ()  # other ways to say some of the terms
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()

    @property
    def asked(self) -> str:
        """What a tower and a reranker read: as typed, without what is excluded, and corrected."""
        if not self.corrections and not self.excluded:
            return self.text
        asked = self.folded
        for each in self.corrections:
            if not each.replaced:
                whole = rf"(?<![a-z0-9]){re.escape(each.typed)}(?![a-z0-9])"
                asked = re.sub(whole, each.meant, asked)
        return asked

    @property
    def looked_for(self) -> tuple[QueryTerm, ...]:
        """The terms, and those of the alternatives: all that a hit may have been found by."""
        return self.terms + tuple(term for each in self.alternatives for term in each.terms)

    def saying(self, folded: str) -> Query:
        """Return the query with other words, `folded`, which hold at least one."""
        terms, ignored = _telling(analyze(folded), folded)
        lang = _language(folded)
        return replace(self, folded=folded, lang=lang, terms=query_terms(terms), ignored=ignored)


# Of what is shown without a question.
NO_QUERY = Query("", "", Lang.OTHER, ())


def understand(text: str, settings: SearchSettings) -> Query:
    """Return what `text` asks for.

    Raises QueryError where it is empty, only says what to leave out, is longer than the settings allow, or is no text.
    """
    typed = text.strip()
    if any("\ud800" <= each <= "\udfff" for each in typed):
        raise QueryError("The query holds half of a surrogate pair, which is no character.", "Leave it out.")
    if not typed:
        raise QueryError("The query is empty.", "Type some words to search for.")
    if len(typed) > settings.max_query_chars:
        raise QueryError(
            f"The query has {len(typed)} characters; at most {settings.max_query_chars} are searched.",
            "Shorten it, or raise search.max_query_chars.",
            key="query_too_long",
            about=(len(typed), settings.max_query_chars),
        )
    subject = read(fold(typed))
    found = analyze(subject.text)
    if not found and subject.excluded:
        left_out = " ".join(phrase.text for phrase in subject.excluded)
        raise QueryError(
            f"The query only says what to leave out: {left_out}.",
            "Add some words to search for before the minus.",
            key="query_only_excludes",
            about=(left_out,),
        )
    if not found:
        raise QueryError(
            f"There is no word, letter or digit to search for in '{typed}'.",
            "Type some words to search for.",
            key="query_without_words",
            about=(typed,),
        )
    terms, ignored = _telling(found, subject.text)
    return Query(
        text=typed,
        folded=subject.text,
        lang=_language(subject.text),
        terms=query_terms(terms),
        ignored=ignored,
        phrases=subject.phrases,
        excluded=subject.excluded,
    )


def _telling(found: Sequence[Term], folded: str) -> tuple[list[Term], tuple[str, ...]]:
    """Split the terms into those that tell the subject, and the words that were left out; the first is never empty."""
    quoted = quotations(folded)
    frames = [frame.span() for frame in _FRAMES.finditer(folded)]
    kept: list[Term] = []
    ignored: dict[str, None] = {}
    for term in found:
        if overlaps((term.start, term.end), quoted):
            # A word that was quoted is meant, whatever its kind.
            kept.append(term._replace(kind=Kind.WORD) if term.kind is Kind.FUNCTION else term)
        elif term.kind is Kind.FUNCTION or overlaps((term.start, term.end), frames):
            if term.kind is not Kind.CHAR and term.kind is not Kind.BIGRAM:
                ignored[folded[term.start : term.end]] = None
        else:
            kept.append(term)
    return (kept, tuple(ignored)) if kept else (list(found), ())


def overlaps(span: Span, spans: Sequence[Span]) -> bool:
    """Return whether `span` shares a character with one of `spans`."""
    return any(start < span[1] and span[0] < end for start, end in spans)


def _language(folded: str) -> Lang:
    """The script says it: a query is too short for statistics."""
    han, latin = _HAN.search(folded) is not None, _LATIN.search(folded) is not None
    if han:
        return Lang.MIXED if latin else Lang.ZH
    return Lang.EN if latin else Lang.OTHER
