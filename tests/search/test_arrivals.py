"""What is new against an earlier generation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build
from index.generation import Generation, current
from index.settings import IndexSettings
from index.towers import Tower
from ingest.articles import Article, Entry, Link, Listing
from ingest.errors import QueryError
from search.engine import Engine
from search.settings import SearchSettings

DAY = 86_400.0


def entry(number: int, *, read: bool = True) -> Entry:
    url = f"https://a.example/{number}"
    links = (Link(url, url, f"双塔 {number}", "清单"),)
    return (
        Entry(Article(url, f"双塔 {number}", "召回"), links)
        if read
        else Entry.of_listing(Listing(url, links))
    )


@pytest.fixture
def engine(tower: Tower, tmp_path: Path) -> Iterator[Engine]:
    """Three nights: articles 0 and (unread) 1; then 2 joins; then 3 joins and 1 could be read."""
    nights = (
        [entry(0), entry(1, read=False)],
        [entry(0), entry(1, read=False), entry(2)],
        [*map(entry, range(4))],
    )
    for number, entries in enumerate(nights):
        build(
            entries,
            tmp_path,
            settings=IndexSettings(),
            towers=[tower],
            clock=lambda day=number: DAY * (day + 0.5),
        )
    opened = Engine(Generation.open(current(tmp_path)), [tower], SearchSettings())
    yield opened
    opened.close()
    opened.generation.close()


def numbers(engine: Engine, since: str) -> set[int]:
    return {int(hit.url[-1]) for hit in engine.browse(new_since=since).hits}


def test_new_since_last_night_is_what_joined_and_what_could_be_read_at_last(engine: Engine) -> None:
    browsed = engine.browse(new_since="last")
    assert numbers(engine, "last") == {1, 3}
    assert browsed.total == 2
    assert browsed.new_since.startswith("000002-")


@pytest.mark.parametrize(
    ("day", "new"), [("1970-01-03", {1, 3}), ("1970-01-02", {1, 2, 3}), ("1969-01-01", {1, 2, 3})]
)
def test_a_date_means_the_generation_before_that_day_or_the_oldest(
    engine: Engine, day: str, new: set[int]
) -> None:
    assert numbers(engine, day) == new


def test_a_generation_can_be_named(engine: Engine) -> None:
    first = min(path.name for path in engine.generation.path.parent.glob("000001-*"))
    assert numbers(engine, first) == {1, 2, 3}


def test_in_the_first_generation_all_is_new(tower: Tower, tmp_path: Path) -> None:
    build([entry(0)], tmp_path / "one", settings=IndexSettings(), towers=[tower], clock=lambda: 0.0)
    engine = Engine(Generation.open(current(tmp_path / "one")), [tower], SearchSettings())
    try:
        browsed = engine.browse(new_since="last")
        assert (browsed.total, browsed.new_since) == (1, "")
    finally:
        engine.close()
        engine.generation.close()


@pytest.mark.parametrize("since", ["yesterday", "000009-0123456789ab", "2024-13-01"])
def test_what_is_neither_a_date_nor_a_generation_is_refused(engine: Engine, since: str) -> None:
    with pytest.raises(QueryError, match="neither a date"):
        engine.browse(new_since=since)


def test_a_generation_that_is_being_deleted_is_passed_over(engine: Engine) -> None:
    before, last = sorted(engine.generation.path.parent.glob("0*"))[:2]
    (last / "catalog.sqlite").unlink()  # a rebuild deletes file by file
    assert engine.browse(new_since="last").new_since == before.name
    (last / "manifest.json").unlink()
    assert engine.browse(new_since="last").new_since == before.name
    shutil.rmtree(last)
    assert engine.browse(new_since="last").new_since == before.name
