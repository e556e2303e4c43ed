"""Which of several addresses keeps the text they share."""

from __future__ import annotations

import random

from ingest.articles import Source
from ingest.duplicates import signature, similarity
from ingest.outcomes import Fingerprint
from ingest.reposts import reposts

WORDS = ["recall", "ranking", "tower", "embedding", "召回", "排序", "双塔", "向量"]
TEXT = " ".join(random.Random(1).choices(WORDS, k=400)) + " and its own end"
OTHER = " ".join(random.Random(2).sample([f"{word}{number}" for word in WORDS for number in range(50)], 300))


def fingerprint(
    url: str, text: str, *, source: Source = Source.ORIGIN, length: int | None = None, title: str = ""
) -> Fingerprint:
    return Fingerprint(url, signature(text), len(text) if length is None else length, source, title)


def test_under_one_title_most_of_the_same_text_is_one_article() -> None:
    words = OTHER.split()
    noted, bare = OTHER, " ".join(words[: 7 * len(words) // 10])
    for one, other, folded in (
        ("双塔召回的前世今生", "双塔召回的前世今生 ", {"b": "a"}),
        ("双塔召回的前世今生", "另一个标题，说的是别的", {}),
        ("Concept", "Concept", {}),  # any chapter may be called so
    ):
        found = [fingerprint("a", noted, title=one), fingerprint("b", bare, title=other, length=len(noted))]
        assert reposts(found, 0.8) == folded


def test_the_address_that_is_listed_first_keeps_the_text() -> None:
    found = [fingerprint("b", TEXT), fingerprint("x", OTHER), fingerprint("a", TEXT), fingerprint("c", TEXT)]
    assert reposts(found, 0.8) == {"a": "b", "c": "b"}


def test_a_text_that_is_clearly_shorter_does_not_keep_it() -> None:
    found = [fingerprint("summary", TEXT, length=700), fingerprint("whole", TEXT, length=1000)]
    assert reposts(found, 0.8) == {"summary": "whole"}
    found = [fingerprint("first", TEXT, length=900), fingerprint("longer", TEXT, length=1000)]
    assert reposts(found, 0.8) == {"longer": "first"}


def test_a_living_page_keeps_it_before_an_archived_copy() -> None:
    found = [fingerprint("archived", TEXT, source=Source.ARCHIVE), fingerprint("living", TEXT)]
    assert reposts(found, 0.8) == {"archived": "living"}


def test_a_text_is_folded_only_into_one_that_it_is_alike_to() -> None:
    # Each is alike to the next, and the first to the last is not.
    words = [f"{word}{number}" for number in range(100) for word in WORDS]
    growing = {str(step): " ".join(words[55 * step : 55 * step + 400]) for step in range(4)}
    found = [fingerprint(url, text, length=1000) for url, text in growing.items()]
    assert similarity(found[0].signature, found[1].signature) >= 0.66
    assert similarity(found[0].signature, found[2].signature) < 0.66
    assert reposts(found, 0.66) == {"1": "0", "3": "2"}


def test_different_texts_keep_themselves() -> None:
    assert reposts([fingerprint("a", TEXT), fingerprint("b", OTHER), fingerprint("c", "")], 0.8) == {}
