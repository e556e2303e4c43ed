"""Measure every stage over a corpus of any size: synthetic articles in Chinese and English, built and asked for real.

Words follow Zipf's law with Mandelbrot's shift, as those of natural text do, and an article draws half of its words from
a topic of its own: so postings lists have the lengths, and vectors the neighbourhoods, that make a leg slow. What the
articles say is nonsense, so nothing is learned of quality here.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from index.build import build
from index.generation import Generation, current
from index.settings import IndexSettings
from index.towers import load_tower
from ingest.articles import Article, Entry, Lang, Link
from ingest.errors import IndexMissingError
from search.engine import Engine
from search.evaluation.latency import latencies
from search.settings import Mode, SearchSettings

_WORDS = 30_000  # of a language
_TOPICS = 400
_TOPIC_WORDS = 300
_SECTIONS = 10  # of an article; each becomes one passage
_SHIFT = 2.7  # of Zipf-Mandelbrot

# The commonest, which GB 2312 has in its first level: whatever takes rare or traditional ones apart meets few in prose.
_HAN = np.array(
    [ord(bytes((row, cell)).decode("gb2312")) for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA)]
)
_CONSONANTS, _VOWELS = "bcdfghklmnprstvz", "aeiou"


@dataclass(frozen=True)
class Language:
    """Made-up words of one language, the most frequent first."""

    lang: Lang
    words: tuple[str, ...]
    words_a_section: int  # as many as fill a passage
    sentence: int  # words
    space: str
    stop: str

    @cached_property
    def topics(self) -> NDArray[np.int64]:
        """Which words each topic favours: (topics, words of a topic), none of the two hundred that everybody uses."""
        generator = np.random.default_rng(7)
        return generator.integers(200, len(self.words), (_TOPICS, _TOPIC_WORDS))

    def draw(self, topic: int, count: int, generator: np.random.Generator) -> list[str]:
        """Words of a text on a topic: half of them its own, half those of the language."""
        own = self.topics[topic][_zipf(_TOPIC_WORDS, count, generator)]
        chosen = np.where(generator.random(count) < 0.5, own, _zipf(len(self.words), count, generator))
        return [self.words[word] for word in chosen.tolist()]

    def text(self, topic: int, generator: np.random.Generator) -> str:
        """A section in sentences."""
        words = self.draw(topic, self.words_a_section, generator)
        sentences = [words[start : start + self.sentence] for start in range(0, len(words), self.sentence)]
        return self.space.join(self.space.join(sentence) + self.stop for sentence in sentences)


def languages() -> tuple[Language, Language]:
    """Two-character words, and words of two to four syllables."""
    generator = np.random.default_rng(3)
    # Shorter words are the more frequent ones, as in every language.
    syllables = np.sort(generator.integers(2, 5, _WORDS))
    chinese = dict.fromkeys("".join(map(chr, generator.choice(_HAN, 2))) for _ in range(_WORDS))
    english = dict.fromkeys(
        "".join(
            _CONSONANTS[int(generator.integers(16))] + _VOWELS[int(generator.integers(5))]
            for _ in range(count)
        )
        for count in syllables.tolist()
    )
    return (
        Language(Lang.ZH, tuple(chinese), 180, 12, "", "。"),
        Language(Lang.EN, tuple(english), 120, 14, " ", "."),
    )


def entries(passages: int) -> Iterator[Entry]:
    """Articles of ten passages, one in Chinese, one in English, and so on."""
    spoken = languages()
    for number in range(passages // _SECTIONS):
        generator = np.random.default_rng((11, number))
        language, topic = spoken[number % 2], int(generator.integers(_TOPICS))

        def heading(count: int) -> str:
            return language.space.join(language.draw(topic, count, generator))  # noqa: B023 - used at once

        title = heading(6)
        text = "\n\n".join(f"## {heading(4)}\n\n{language.text(topic, generator)}" for _ in range(_SECTIONS))
        url = f"https://host{number % 997}.example/{number}"
        link = Link(url=url, written=url, title=title, list="synthetic", section=(heading(2),))
        yield Entry(Article(url=url, title=title, text=text, lang=language.lang), (link,))


def queries(count: int) -> list[str]:
    """Two to eight words on one topic, in one language or the other."""
    spoken, generator = languages(), np.random.default_rng(13)
    return [
        language.space.join(
            language.draw(int(generator.integers(_TOPICS)), int(generator.integers(2, 9)), generator)
        )
        for language, _ in zip(spoken * count, range(count), strict=False)
    ]


def opened(data_dir: Path, passages: int) -> Generation:
    """The generation in `data_dir`, built first where there is none."""
    try:
        return Generation.open(current(data_dir))
    except IndexMissingError:
        settings = IndexSettings()
        towers = [load_tower(tower) for tower in settings.towers]
        report = build(entries(passages), data_dir, settings=settings, towers=towers, clock=time.time)
        for stage, seconds in report.seconds.items():
            print(f"built, {stage:<30}{seconds:>10.1f} s", flush=True)
        return Generation.open(current(data_dir))


def measure(generation: Generation, asked: Sequence[str], modes: Sequence[Mode]) -> Iterator[str]:
    """Lines of the table: p50 and p99 by the clock on the wall, and in CPU time of all threads together.

    On a busy machine the second says more; on one core of an idle one they are the same. Legs know only the first.
    """
    towers = [load_tower(tower) for tower in IndexSettings().towers]
    yield f"{'milliseconds':<32}{'p50':>8}{'p99':>8}{'CPU p50':>10}{'CPU p99':>10}"
    for mode in modes:
        wall, cpu = (
            {each.stage: each for each in latencies(engine, asked, mode)}
            for engine in (
                Engine(generation, towers, SearchSettings(), clock=clock)
                for clock in (time.perf_counter, time.process_time)
            )
        )
        for stage, figures in wall.items():
            line = f"{mode + ', ' + stage:<32}{figures.p50:>8.2f}{figures.p99:>8.2f}"
            leg = "." in stage
            yield line if leg else f"{line}{cpu[stage].p50:>10.2f}{cpu[stage].p99:>10.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.at_scale", description=__doc__)
    parser.add_argument("--passages", type=int, default=200_000, help="of the corpus (default: 200000)")
    parser.add_argument("--queries", type=int, default=300, help="to ask (default: 300)")
    parser.add_argument("--mode", action="append", choices=get_args(Mode), dest="modes", help="default: all")
    parser.add_argument("--data-dir", type=Path, help="keep the index here, and use it if it is there")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = arguments.data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        generation = stack.enter_context(closing(opened(folder, arguments.passages)))
        counts = generation.manifest.counts
        print(f"Python {platform.python_version()}, {counts.articles} articles, {counts.passages} passages\n")
        for line in measure(generation, queries(arguments.queries), arguments.modes or get_args(Mode)):
            print(line, flush=True)


def _zipf(words: int, count: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Ranks from 0, drawn by the law: frequency falls as 1 / (rank + shift)."""
    weights = np.cumsum(1 / (np.arange(words) + 1 + _SHIFT))
    return np.searchsorted(weights, generator.random(count) * weights[-1]).astype(np.int64)


if __name__ == "__main__":
    main()
