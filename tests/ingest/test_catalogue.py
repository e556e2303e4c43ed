"""The shipped link catalogue: our own parser reads it, and it holds what the lists hold."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Link
from ingest.reading_list import load, parse
from ingest.settings import ListSettings
from ingest.urls import canonical

ROOT = Path(__file__).resolve().parents[2]
LISTS = sorted((ROOT / "configs" / "reading_lists").glob("*.md"))
SEEDS = ROOT.parent / "shared" / "seeds"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "scripts" / "catalogue.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


CATALOGUE = script()


def test_the_five_lists_ship_with_all_their_links() -> None:
    links = [link for parsed in load([ListSettings(str(path)) for path in LISTS]) for link in parsed.links]
    assert len(LISTS) == 5
    assert len(links) == 986 + 62
    assert all(canonical(link.url) == link.url for link in links)
    assert sum(link.starred for link in links) > 5


def test_the_curators_prose_does_not_ship() -> None:
    assert not any(
        link.note for parsed in load([ListSettings(str(path)) for path in LISTS]) for link in parsed.links
    )


@pytest.mark.shared
@pytest.mark.parametrize("seed", CATALOGUE.SEEDS, ids=lambda seed: seed.name)
def test_a_catalogue_says_what_its_list_says(seed: tuple[str, str, str]) -> None:
    if not SEEDS.exists():
        pytest.skip("the team's shared data is not here")
    prefix, name, base = seed
    (source,) = SEEDS.glob(f"{prefix}*.md")
    (written,) = load([ListSettings(str(source), name, base)])
    (shipped,) = load([ListSettings(str(ROOT / "configs" / "reading_lists" / f"{name}.md"))])
    assert [facts(link) for link in shipped.links] == [facts(link) for link in written.links]


words = st.text("abc 双塔#*_[]<>|`~&!\\:：-1.+$()\"'", min_size=1, max_size=12).map(str.strip)
named = words.filter(lambda text: any(map(str.isalnum, text)))
places = st.tuples(named, st.lists(named, max_size=4).map(tuple), st.booleans())


@given(st.lists(places, min_size=1, max_size=6))
def test_what_the_catalogue_writes_the_parser_reads_back(
    written: list[tuple[str, tuple[str, ...], bool]],
) -> None:
    links = [
        Link(
            f"https://a.example/{n}",
            f"https://a.example/{n}",
            " ".join(title.split()),
            "x",
            section,
            starred=starred,
        )
        for n, (title, section, starred) in enumerate(written)
    ]
    read = parse("\n".join(CATALOGUE.catalogue(links)), name="x").links
    assert [(link.url, link.title, link.starred) for link in read] == [
        (link.url, link.title, link.starred) for link in links
    ]
    assert [[" ".join(name.split()) for name in link.section] for link in links] == [
        list(link.section) for link in read
    ]


def facts(link: Link) -> tuple[object, ...]:
    return link.url, link.title, link.section, link.starred
