"""What a bilingual encoder reads: pairs of texts sorted by what they teach, and batches of them.

A batch comes from one stream, and its texts are of like length: padding costs as much as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.train.pairs import Sieve, pair_files

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from index.train.bilingual.orders import Order
    from index.train.bilingual.settings import BilingualSettings
    from index.train.dictionary import Entry

__all__ = ["Material", "Stream", "batches", "read_material", "streams"]

_SENTENCE = (3, 45)  # English words of a translated sentence
_MEANINGS = 2  # of a dictionary entry that are learned
_CROP = (5, 25)  # tokens of a span that stands for a question
_SMALLEST = 2  # texts of a batch; with fewer there is nothing to tell apart

Pairs = Sequence[tuple[str, str]]  # (what the student reads, what it should lie near to)


@dataclass(frozen=True, slots=True)
class Material:
    """All pairs, folded, by what they are."""

    parallel: Pairs  # (Chinese, its English translation)
    cross: Pairs  # (Chinese, English) that answer each other
    chinese: Pairs  # (question, passage)
    english: Pairs  # (question, passage)
    held_back: Pairs  # translations that are not trained on

    def han(self) -> Iterator[str]:
        """The Chinese texts, each once."""
        yield from {text: None for pairs in (self.parallel, self.cross) for text, _ in pairs}
        yield from {text: None for pair in self.chinese for text in pair}


@dataclass(frozen=True, slots=True)
class Stream:
    """Pairs of one kind."""

    name: str
    share: float
    pairs: Pairs
    by_teacher: bool  # what the student's text should lie near to is a vector of the teacher's
    exact: bool  # both sides say the same
    contrast: bool  # the texts of a batch are to be told apart
    either: bool = False  # the student reads one side or the other
    crops: bool = False  # a part of the passage may stand for the question
    topical: bool = False  # a batch may be of one topic


def read_material(settings: BilingualSettings, random: np.random.Generator) -> Material:
    """Read all pair files. Raises SettingsError when there are none and PairsError for a damaged one."""
    parallel: dict[tuple[str, str], None] = {}
    cross: list[tuple[str, str]] = []
    chinese: list[tuple[str, str]] = []
    english: list[tuple[str, str]] = []
    shortest, longest = _SENTENCE
    sieve = Sieve()
    for file in pair_files(settings.pairs, settings.leave_out):
        for pair in sieve.read(file):
            languages = {pair.ql, pair.pl}
            zh, en = (pair.q, pair.p) if pair.ql == "zh" else (pair.p, pair.q)
            if languages == {"zh", "en"} and pair.type == "parallel":
                if shortest <= len(en.split()) <= longest:
                    parallel[zh, en] = None
            elif languages == {"zh", "en"}:
                cross.append((zh, en))
            elif languages == {"zh"}:
                chinese.append((pair.q, pair.p))
            else:
                english.append((pair.q, pair.p))
    translations = list(parallel)
    order = random.permutation(len(translations))
    held = [translations[place] for place in order[: settings.held_back]]
    seen = {text for pair in held for text in pair}
    kept = [translations[place] for place in order[settings.held_back :]]
    return Material(
        parallel=[(zh, en) for zh, en in kept if zh not in seen and en not in seen],
        cross=cross,
        chinese=chinese,
        english=english,
        held_back=held,
    )


def streams(material: Material, entries: Sequence[Entry], settings: BilingualSettings) -> list[Stream]:
    """The streams that `shares` asks for and that have pairs; English texts only where the body could move them."""
    shares = settings.shares
    meanings = [(entry.word, gloss) for entry in entries for gloss in entry.glosses[:_MEANINGS]]
    texts = dict.fromkeys(text for pair in material.english for text in pair)
    anchors = [(text, text) for text in texts] if settings.body_rate else []
    english = material.english if settings.body_rate else []
    every = [
        Stream("parallel", shares.parallel, material.parallel, by_teacher=True, exact=True, contrast=True),
        Stream("dictionary", shares.dictionary, meanings, by_teacher=True, exact=True, contrast=True),
        Stream(
            "cross", shares.cross, material.cross, by_teacher=True, exact=False, contrast=True, topical=True
        ),
        Stream("anchor", shares.anchor, anchors, by_teacher=True, exact=True, contrast=False),
        Stream(
            "english",
            shares.english,
            english,
            by_teacher=True,
            exact=False,
            contrast=True,
            either=True,
            topical=True,
        ),
        Stream(
            "chinese",
            shares.chinese,
            material.chinese,
            by_teacher=False,
            exact=False,
            contrast=True,
            crops=True,
            topical=True,
        ),
    ]
    return [stream for stream in every if stream.share > 0 and stream.pairs]


def batches(
    stream: Stream,
    tokenizer: Tokenizer,
    settings: BilingualSettings,
    random: np.random.Generator,
    order: Order,
) -> Iterator[tuple[list[list[int]], list[str]]]:
    """Yield without end the tokens of the student's texts and the texts they belong to; none occurs twice in a batch.

    `order` gives the places of the pairs for one pass over them, and how many batches' worth of neighbours may be
    sorted by length together.
    """
    size = settings.words_batch if stream.name == "dictionary" else settings.batch
    while True:
        places, together = order(random)
        for start in range(0, len(places), size * together):
            bucket = [stream.pairs[place] for place in places[start : start + size * together]]
            if stream.either and random.random() < 0.5:
                bucket = [(passage, question) for question, passage in bucket]
            encodings = tokenizer.encode_batch_fast([text for text, _ in bucket])
            tokens = [encoding.ids[: settings.longest] for encoding in encodings]
            cuts = _cuts([len(ids) for ids in tokens], size, settings.batch_tokens)
            for cut in (cuts[place] for place in random.permutation(len(cuts))):
                chosen = _distinct(bucket, cut)
                if len(chosen) < _SMALLEST:
                    continue
                targets = [bucket[place][1] for place in chosen]
                if stream.crops and random.random() < settings.crops:
                    yield _crops(tokenizer, targets, random), targets
                else:
                    yield [tokens[place] for place in chosen], targets


def _crops(tokenizer: Tokenizer, texts: Sequence[str], random: np.random.Generator) -> list[list[int]]:
    """A random span of each text: what a question about a fact shares with its answer is words.

    The inverse cloze task of Lee et al. 2019 (arXiv:1906.00300) with the span left in its passage.
    """
    shortest, longest = _CROP
    spans = []
    for encoding in tokenizer.encode_batch_fast(texts):
        first, *words, last = encoding.ids
        length = min(int(random.integers(shortest, longest, endpoint=True)), len(words))
        start = int(random.integers(0, len(words) - length, endpoint=True))
        spans.append([first, *words[start : start + length], last])
    return spans


def _cuts(lengths: Sequence[int], size: int, most: int) -> list[list[int]]:
    """Places of texts, those of like length together: at most `size`, and `most` tokens with padding."""
    cuts: list[list[int]] = [[]]
    for place in np.argsort(lengths, kind="stable").tolist():
        if len(cuts[-1]) >= size or (len(cuts[-1]) + 1) * lengths[place] > most:
            cuts.append([])
        cuts[-1].append(place)
    return [cut for cut in cuts if cut]


def _distinct(pairs: Pairs, places: Sequence[int]) -> list[int]:
    """The places whose texts no earlier place has."""
    seen: set[str] = set()
    chosen = []
    for place in places:
        if not seen.intersection(pairs[place]):
            seen.update(pairs[place])
            chosen.append(place)
    return chosen
