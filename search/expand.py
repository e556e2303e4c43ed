"""Other names of what a query names: translations, abbreviations and synonyms, searched besides and for less.

A name and its other names count as one: a passage gets the better score of the two, and a name that was found in
another language is not missing (see `index.lexical.Alternative`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.analyze import Kind, analyze
from index.glossary import same_name
from index.lexical import Alternative, QueryTerm
from search.answers import Expansion
from search.query import overlaps
from search.scales import worth
from search.syntax import quotations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.analyze import Term
    from index.generation import Generation
    from index.glossary import Concept, Named
    from search.query import Query
    from search.settings import UnderstandingSettings

__all__ = ["expanded"]

# Other names of one place in a query: each is a clause of the lexical search.
_MOST = 4
_WORDS = (Kind.WORD, Kind.LONG_WORD)


def expanded(query: Query, generation: Generation, settings: UnderstandingSettings) -> Query:
    """Return the query with other names of its terms as alternatives. Raises GenerationError."""
    if not settings.expansion_weight or not (settings.glossary or settings.mined_names):
        return query
    found = analyze(query.folded)
    typed = {term.text for term in query.terms}
    spoken_for = {text for each in query.alternatives for text in each.instead_of}
    alternatives: list[Alternative] = []
    expansions: list[Expansion] = []
    for named in _names(query.folded, found, generation):
        within = {term.text for term in found if named.start <= term.start and term.end <= named.end}
        group = tuple(term for term in query.terms if term.text in within and term.text not in spoken_for)
        if not group:
            continue
        spoken_for.update(term.text for term in group)
        name = query.folded[named.start : named.end]
        for mined in (False, True):
            if not (settings.mined_names if mined else settings.glossary):
                continue
            concepts = [concept for concept in named.concepts if concept.mined is mined]
            also: list[str] = []
            for other in _others(name, concepts, already=[each for one in expansions for each in one.also]):
                if len(also) == _MOST:
                    break
                terms = _weighed(other, group, typed, generation, settings.expansion_weight)
                if terms:
                    alternatives.append(Alternative(tuple(term.text for term in group), terms))
                    also.append(other)
            if also:
                expansions.append(Expansion(name, tuple(also), mined))
    return replace(
        query,
        alternatives=(*query.alternatives, *alternatives),
        expansions=(*query.expansions, *expansions),
    )


def _names(folded: str, found: Sequence[Term], generation: Generation) -> Iterator[Named]:
    """The names in the query, disjoint, from the left and the longest of those that begin at one place.

    None that is quoted, and none that cuts through a word: 分词 is not named in 部分词语.
    """
    quoted = quotations(folded)
    words = [(term.start, term.end) for term in found if term.kind in _WORDS]
    done = 0
    for named in generation.glossary.names_in(folded):
        cut_through = any(start < edge < end for start, end in words for edge in (named.start, named.end))
        if named.start >= done and not cut_through and not overlaps((named.start, named.end), quoted):
            yield named
            done = named.end


def _others(name: str, concepts: Sequence[Concept], already: Sequence[str]) -> Iterator[str]:
    """The other names, once each, without those that only say less or more in the same words."""
    given = [name, *already]
    for concept in concepts:
        for other in concept.names:
            if other in name or name in other or any(same_name(other, each) for each in given):
                continue
            given.append(other)
            yield other


def _weighed(
    name: str, group: Sequence[QueryTerm], typed: set[str], generation: Generation, weight: float
) -> tuple[QueryTerm, ...]:
    """The terms of another name, so that all of them are worth `weight` of what was typed, and none more than a term.

    Nothing where the corpus lacks one of them or the query has them all.
    """
    texts = generation.glossary.terms_of(name)
    index = generation.lexical
    if not texts or typed.issuperset(texts):
        return ()
    unweighed = worth([QueryTerm(text, 1.0) for text in texts], index)
    if not all(map(index.document_frequency, texts)):
        return ()
    share = weight * sum(worth(group, index).values()) / sum(unweighed.values())
    return tuple(QueryTerm(text, min(share, 1.0)) for text in texts)
