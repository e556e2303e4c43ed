"""What is asked of a web archive, and what its answers mean."""

from __future__ import annotations

import msgspec
import pytest

from ingest.archive import availability_address, is_snapshot, snapshot_address


def answer(url: str, *, available: bool = True) -> bytes:
    return msgspec.json.encode(
        {"url": "x", "archived_snapshots": {"closest": {"available": available, "url": url}}}
    )


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
