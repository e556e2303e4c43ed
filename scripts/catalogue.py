"""Write `configs/reading_lists/`: the link catalogue of the five seed lists, as Markdown that our own parser reads.

    python scripts/catalogue.py FOLDER [--out configs/reading_lists]

FOLDER holds the lists as their curators wrote them. What is kept of each is titles, canonical addresses, section
headings and stars; the curators' prose stays theirs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ingest.reading_list import load
from ingest.settings import ListSettings

if TYPE_CHECKING:
    from ingest.articles import Link

__all__ = ["SEEDS", "Seed", "catalogue"]


class Seed(NamedTuple):
    """One list: how its file begins, under which name it ships, and what its relative links are relative to."""

    prefix: str
    name: str
    base: str = ""


SEEDS = (
    Seed("000_", "study-plan"),
    Seed("001_", "nlp-ability", "https://github.com/DA-southampton/NLP_ability/blob/master/"),
    Seed("002_", "recommender-notes"),
    Seed("003_", "ml-bookmarks"),
    Seed("004_", "collections"),
)
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&!#])")


def catalogue(links: Iterable[Link]) -> Iterator[str]:
    """Yield the lines of a list that parses to the same addresses, titles, sections and stars."""
    yield "<!-- Written by scripts/catalogue.py: titles, addresses, headings and stars of a curated list. -->"
    section: tuple[str, ...] = ()
    for link in links:
        if link.section != section:
            if not link.section:
                yield "\n#"  # a heading without text ends the sections above
            common = 0
            while link.section[: common + 1] == section[: common + 1] and common < len(link.section) - 1:
                common += 1
            for level, heading in enumerate(link.section[common:], start=common + 1):
                yield ""
                yield f"{'#' * level} {_escaped(heading)}"
            yield ""
            section = link.section
        yield f"- [{_escaped(link.title)}](<{link.url}>){' ⭐' if link.starred else ''}"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def main() -> None:
    """Write one catalogue for each seed list."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--out", type=Path, default=Path("configs/reading_lists"))
    options = arguments.parse_args()
    for seed in SEEDS:
        (source,) = options.folder.glob(f"{seed.prefix}*.md")
        (parsed,) = load([ListSettings(str(source), seed.name, seed.base)])
        text = "\n".join(catalogue(parsed.links)) + "\n"
        (options.out / f"{seed.name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
