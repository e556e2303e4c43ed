"""What is asked of a web archive, and what its answers mean."""

from __future__ import annotations

import msgspec
import pytest

from ingest.archive import availability_address, is_snapshot, snapshot_address, snapshot_day, years_before


def answer(url: str, *, available: bool = True, status: str = "200") -> bytes:
    closest = {"available": available, "url": url, "status": status}
    return msgspec.json.encode({"url": "x", "archived_snapshots": {"closest": closest}})


def test_a_snapshot_is_asked_for_as_the_page_was_sent() -> None:
    found = snapshot_address(answer("http://web.archive.org/web/20180110120000/https://a.test/web/1/x"))
    assert found == "http://web.archive.org/web/20180110120000id_/https://a.test/web/1/x"
    assert snapshot_address(answer(found)) == found
    assert is_snapshot(found)


@pytest.mark.parametrize(
    "body",
    [
        b'{"archived_snapshots": {}}',
        answer("http://web.archive.org/web/2018/x", available=False),
        answer("http://web.archive.org/web/2018/x", status="404"),
        b"<html>",
        b"[]",
        b"",
    ],
)
def test_no_snapshot_is_no_address(body: bytes) -> None:
    assert snapshot_address(body) == ""


def test_an_address_is_not_cut_short_in_the_question() -> None:
    asked = availability_address("https://a.test/%E5%8F%8C?a=1&b=2#c", "https://archive.test/available")
    assert asked == "https://archive.test/available?url=https://a.test/%E5%8F%8C?a=1%26b=2%23c"


@pytest.mark.parametrize(
    "url", ["https://a.test/web/2018/post", "https://web.archive.org/web/2018/https://a.test/"]
)
def test_other_addresses_are_no_snapshots(url: str) -> None:
    assert not is_snapshot(url)
    near = availability_address("https://a.test/", "https://archive.test/available", near="20180110")
    assert near == "https://archive.test/available?url=https://a.test/&timestamp=20180110"


def test_a_snapshot_says_when_it_was_taken() -> None:
    address = "http://web.archive.org/web/20180110120000id_/https://a.test/2020-02-02"
    assert snapshot_day(address) == "2018-01-10"
    assert years_before(address, 3) == "20150110120000"
    assert snapshot_day("http://web.archive.org/web/2018id_/https://a.test/") == ""
    assert snapshot_day("https://a.test/2018-01-10") == years_before("https://a.test/", 1) == ""
