"""The log of clicks: many writers, a bound, and no line that spoils another."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest

from ingest.errors import StoreError
from search.clicks import Click, ClickLog


def click(query: str = "双塔 负采样", opened: str = "b", **changes: object) -> Click:
    given = {"generation": "000001-abc", "shown": ("a", "b", "c"), "first": 1, **changes}
    return Click.at(1_700_000_000.0, query, opened=opened, **given)


def test_what_is_kept_is_the_day_the_query_what_was_shown_and_what_was_opened(tmp_path: Path) -> None:
    ClickLog(tmp_path / "clicks.jsonl", 10_000).append(click())
    line = (tmp_path / "clicks.jsonl").read_text("utf-8")
    assert line.endswith("\n")
    assert msgspec.json.decode(line) == {
        "day": "2023-11-14",
        "query": "双塔 负采样",
        "generation": "000001-abc",
        "shown": ["a", "b", "c"],
        "opened": "b",
        "first": 1,
    }


def test_ranks_go_on_on_later_pages() -> None:
    later = click(first=11)
    assert (later.rank, later.rank_of("c")) == (12, 13)


@pytest.mark.parametrize(
    "wrong",
    [
        {"opened": "z"},
        {"shown": ("a", "b", "a")},
        {"first": 0},
        {"query": ""},
        {"shown": tuple(map(str, range(1001))), "opened": "1"},
    ],
)
def test_what_makes_no_sense_is_no_click(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        click(**wrong)


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    ClickLog(tmp_path / "clicks.jsonl", 10_000).append(click())
    assert (tmp_path / "clicks.jsonl").stat().st_mode & 0o777 == 0o600


def test_nothing_was_kept_before_the_first_click(tmp_path: Path) -> None:
    assert ClickLog(tmp_path / "clicks.jsonl", 10_000).read() == []


def test_a_broken_line_loses_only_itself(tmp_path: Path) -> None:
    log = ClickLog(tmp_path / "clicks.jsonl", 10_000)
    log.append(click("一"))
    with (tmp_path / "clicks.jsonl").open("ab") as file:
        file.write(b'not json\n\xff\xfe\n{"day": "2023-11-14", "query": "half a li')
    log.append(click("二"))
    assert [each.query for each in log.read()] == ["一", "二"]


def test_the_older_half_is_forgotten_at_the_bound(tmp_path: Path) -> None:
    log = ClickLog(tmp_path / "clicks.jsonl", 4_000)
    for number in range(200):
        log.append(click(f"问题 {number}"))
    queries = [each.query for each in log.read()]
    assert queries == [f"问题 {number}" for number in range(200 - len(queries), 200)]
    assert 10 < len(queries) < 50
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 4_000


def test_many_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    def write(writer: int) -> None:
        log = ClickLog(tmp_path / "clicks.jsonl", 60_000)
        for number in range(50):
            log.append(click(f"{writer} {number}"))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = ClickLog(tmp_path / "clicks.jsonl", 60_000).read()
    assert len({each.query for each in kept}) == len(kept) == 200


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone.*search\.clicks\.enabled"):
        ClickLog(tmp_path / "gone" / "clicks.jsonl", 10_000).append(click())
