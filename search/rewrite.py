"""What else a query may mean, in the eyes of a corpus: words mistyped, typed by their sound, or known by other names.

A word is corrected only where the corpus does not know it, or hardly; one that it does not know at all is replaced, of
one that it hardly knows both are searched. Other names, of the field or given by the corpus, are searched besides and
count less. A query whose words are all known pays for looking them up, and for nothing else.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from index.analyze import FUNCTION_WORDS, Kind, analyze
from index.lexical import Alternative, QueryTerm, necessary
from search.answers import Correction
from search.expand import expanded
from search.pronunciation import homophone, pinyin_meant
from search.query import overlaps
from search.spelling import respelled
from search.syntax import quotations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.analyze import Term
    from index.generation import Generation
    from search.answers import Span
    from search.query import Query
    from search.settings import UnderstandingSettings

__all__ = ["rewritten"]

# How many times more articles must hold what was meant than passages hold what was typed, where some do.
_LIKELIER = 10

# Passages in which two characters may meet by chance: they are no word that the corpus knows.
_HARDLY = 2
_NEGATIONS = frozenset("不没未无非")
_LONGEST = 6  # characters of a Chinese word

_END_OF_LATIN = "\u0370"
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_ONLY_SPACE = re.compile(r"[\s'’]*")


class _Slip(NamedTuple):
    """A place of the folded query, and what was meant there."""

    span: Span
    correction: Correction


class _Word(NamedTuple):
    """A word of an alphabet that is rare in the corpus."""

    span: Span
    text: str
    passages: int


def rewritten(query: Query, generation: Generation, settings: UnderstandingSettings) -> Query:
    """Return the query with its words corrected and their other names beside them. Raises GenerationError."""
    quoted = quotations(query.folded)
    slips = sorted(_slips(query.folded, quoted, generation, settings))
    corrected = query
    if any(slip.correction.replaced for slip in slips):
        corrected = query.saying(_replaced(query.folded, slips))
    alternatives = [
        Alternative(instead_of, tuple(QueryTerm(text, 1.0) for text in meant))
        for slip in slips
        if not slip.correction.replaced
        and (instead_of := _terms_of(corrected, slip.correction.typed))
        and (meant := necessary(analyze(slip.correction.meant)))
    ]
    corrected = replace(
        corrected,
        corrections=tuple(slip.correction for slip in slips),
        alternatives=tuple(alternatives),
    )
    return expanded(corrected, generation, settings)


def _terms_of(query: Query, typed: str) -> tuple[str, ...]:
    """The texts of the query's terms that the words `typed` gave."""
    texts = {term.text for term in analyze(typed)}
    return tuple(term.text for term in query.terms if term.text in texts)


def _replaced(folded: str, slips: Sequence[_Slip]) -> str:
    for (start, end), correction in reversed(slips):
        if correction.replaced:
            folded = folded[:start] + correction.meant + folded[end:]
    return folded


def _slips(
    folded: str, quoted: Sequence[Span], generation: Generation, settings: UnderstandingSettings
) -> Iterator[_Slip]:
    """Every word to correct, disjoint; without those that stand in quotation marks."""
    terms = [term for term in analyze(folded) if not overlaps((term.start, term.end), quoted)]
    rare = [word for word in _latin_words(terms, folded, generation) if word.passages <= settings.rare]
    if settings.pinyin:
        for words, meant in _pinyin(rare, folded, generation):
            span = words[0].span[0], words[-1].span[1]
            yield _Slip(span, Correction(folded[slice(*span)], meant, "pinyin", replaced=True))
            rare = [word for word in rare if word not in words]
    if settings.spelling:
        for word in rare:
            right = respelled(word.text, generation.vocabulary, exists=word.passages > 0)
            if right and _is_likelier(generation.vocabulary.latin.get(right, 0), word.passages):
                yield _Slip(word.span, Correction(word.text, right, "spelling", replaced=not word.passages))
    if settings.homophones:
        for run in _HAN.finditer(folded):
            if not overlaps(run.span(), quoted):
                yield from _homophones(run, generation, settings.rare)


def _is_likelier(articles: int, passages: int) -> bool:
    """Whether what so many articles hold is likely meant by what so many passages hold."""
    return not passages or articles >= _LIKELIER * passages


def _pinyin(
    rare: Sequence[_Word], folded: str, generation: Generation
) -> Iterator[tuple[Sequence[_Word], str]]:
    """Neighbouring words that are pinyin together, or else single ones, with what they mean.

    One of them at least is unknown: what is only rare is the name of an author more often than not.
    """
    for run in _adjoining(rare, folded):
        for words in (run, *([word] for word in run)) if len(run) > 1 else (run,):
            if all(word.passages for word in words):
                continue
            meant = pinyin_meant(
                [word.text for word in words],
                generation.vocabulary,
                generation.lexical.document_frequency,
                before=folded[: words[0].span[0]].rstrip()[-1:],
                after=folded[words[-1].span[1] :].lstrip()[:1],
            )
            if meant:
                yield words, meant
                if words is run:
                    break


def _latin_words(terms: Sequence[Term], folded: str, generation: Generation) -> Iterator[_Word]:
    """The words of an alphabet among the terms, and of compounds that nobody writes the parts."""
    unknown_compounds: list[Span] = []
    for term in terms:
        span = term.start, term.end
        text = folded[term.start : term.end]
        if term.kind is Kind.COMPOUND:
            if not (passages := generation.lexical.document_frequency(term.text)):
                unknown_compounds.append(span)
                if text.isalnum() and not text.isalpha():
                    yield _Word(span, text, passages)
            continue
        of_unknown = term.kind is Kind.PART and overlaps(span, unknown_compounds)
        if (term.kind is Kind.STEM or of_unknown) and text.isalpha() and text[0] < _END_OF_LATIN:
            yield _Word(span, text, generation.lexical.document_frequency(term.text))


def _adjoining(words: Sequence[_Word], folded: str) -> list[list[_Word]]:
    """Words with nothing but space between them, together."""
    runs: list[list[_Word]] = []
    for word in words:
        if runs and _ONLY_SPACE.fullmatch(folded, runs[-1][-1].span[1], word.span[0]):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _homophones(run: re.Match[str], generation: Generation, rare: int) -> Iterator[_Slip]:
    """Words of a run of Chinese characters that the corpus does not know, while it knows what sounds the same.

    A wrong character breaks words up: what the segmenter leaves as single characters, or takes for words that the
    corpus lacks, is tried together with its neighbours; the longest stretches first.
    """
    import rjieba  # which reads its dictionary

    words: list[str] = rjieba.cut(run[0])
    doubtful: set[int] = set()  # places of characters
    edges = {0}
    for word, end in zip(words, accumulate(map(len, words)), strict=True):
        start = end - len(word)
        if word not in FUNCTION_WORDS and (len(word) == 1 or _passages(word, generation) <= _HARDLY):
            doubtful.update(range(start, end))
            edges.update(range(start, end))
        edges.add(end)
    found: list[_Slip] = []
    for start, end in _stretches(sorted(edges)):
        text = run[0][start:end]
        if doubtful.isdisjoint(range(start, end)):
            continue
        passages = _passages(text, generation)
        if passages > (rare if len(text) > 2 else 0) or (
            len(text) == 2 and (text[0] in _NEGATIONS or not FUNCTION_WORDS.isdisjoint(text))
        ):
            continue  # any two characters may meet where one word ends and the next begins, and so 不 and any word
        meant = homophone(
            text, generation.vocabulary, exact=passages > 0 or rjieba.cut(text, False) == [text]
        )
        if meant is None or not _is_likelier(generation.vocabulary.han[meant], passages):
            continue
        if _fits(run[0], (start, end), meant, generation):
            found.append(_Slip((start, end), Correction(text, meant, "homophone", replaced=not passages)))
    found.sort(
        key=lambda slip: (-len(slip.correction.typed), -generation.vocabulary.han[slip.correction.meant])
    )
    taken: list[Span] = []
    for (start, end), correction in found:
        if not overlaps((start, end), taken):
            taken.append((start, end))
            yield _Slip((run.start() + start, run.start() + end), correction)


def _stretches(edges: Sequence[int]) -> Iterator[Span]:
    """From one edge to another, two to six characters; a long run has many edges, and few of them so near together."""
    for place, start in enumerate(edges):
        for end in edges[place + 1 : place + 1 + _LONGEST]:
            if 2 <= end - start <= _LONGEST:
                yield start, end


def _fits(run: str, span: Span, meant: str, generation: Generation) -> bool:
    """Whether what was meant goes with its neighbours as often as what was typed: 先切 of 先切词 is no 先期."""
    start, end = span
    beside = [(run[start - 1 : start] + run[start], run[start - 1 : start] + meant[0])] if start else []
    if end < len(run):
        beside.append((run[end - 1] + run[end], meant[-1] + run[end]))
    frequency = generation.lexical.document_frequency
    return all(frequency(now) <= frequency(then) for now, then in beside)


def _passages(text: str, generation: Generation) -> int:
    """In how many passages the Chinese `text` can stand at most: what the rarest of its pairs allows."""
    pairs = (text[at : at + 2] for at in range(len(text) - 1))
    return min(map(generation.lexical.document_frequency, pairs))
