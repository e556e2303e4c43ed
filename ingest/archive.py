"""Dead pages in a web archive: where the latest snapshot lies, by the Wayback availability API.

https://archive.org/help/wayback_api.php. Asking is left to the caller; here is what to ask, and what the answer means.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import msgspec

from ingest.articles import SkipReason
from ingest.html.dates import iso_date

__all__ = [
    "WORTH_ASKING",
    "availability_address",
    "is_snapshot",
    "snapshot_address",
    "snapshot_day",
    "years_before",
]

WORTH_ASKING = frozenset(
    {
        SkipReason.DEAD_LINK,
        SkipReason.HOST_UNKNOWN,
        SkipReason.DELETED,
        SkipReason.VIOLATION,
        SkipReason.MIGRATED,
        SkipReason.LINK_EXPIRED,
        SkipReason.PARKED,
        SkipReason.PRIVATE,
        SkipReason.REFUSED,
    }
)
"""The reasons for which an archive is asked: the page is gone, not merely guarded."""

# "id_" after the time asks for the page as it was sent, without the archive's toolbar and rewritten links.
_DAY = len("YYYYMMDD")
_TIME = re.compile(r"(/web/\d{4,14})(?:[a-z]{2}_)?/")

_SNAPSHOT = re.compile(r"/web/(?P<time>\d{4,14})id_/https?:")


class _Snapshot(msgspec.Struct):
    url: str
    available: bool = False
    status: str = "200"  # with which the page was answered when it was archived


class _Snapshots(msgspec.Struct):
    closest: _Snapshot | None = None


class _Availability(msgspec.Struct):
    archived_snapshots: _Snapshots


def availability_address(url: str, endpoint: str, *, near: str = "") -> str:
    """Return the address that tells whether the archive at `endpoint` knows a page, and of about when.

    `near` is a time as the archive writes it, YYYYMMDD…; "" asks for the latest snapshot.
    """
    # The address stays as it is but for what would end the parameter or be read as a space.
    written = quote(url, safe=":/?=%@,;~!*'()$")
    return f"{endpoint}?url={written}" + (f"&timestamp={near}" if near else "")


def snapshot_address(answer: bytes) -> str:
    """Return the address of the snapshot that an availability answer names, or "" when there is none of a page."""
    try:
        closest = msgspec.json.decode(answer, type=_Availability).archived_snapshots.closest
    except msgspec.DecodeError:
        return ""
    if closest is None or not closest.available or not closest.status.startswith("2"):
        return ""
    return _TIME.sub(r"\1id_/", closest.url, count=1)


def is_snapshot(url: str) -> bool:
    """Return whether an address is one that `snapshot_address` gave."""
    return _SNAPSHOT.search(url) is not None


def snapshot_day(url: str) -> str:
    """Return the ISO date on which a snapshot was taken, or "" where its address does not say."""
    match = _SNAPSHOT.search(url)
    time = match["time"] if match else ""
    return iso_date(time[:8]) if len(time) >= _DAY else ""


def years_before(url: str, years: int) -> str:
    """Return the time, as the archive writes it, some years before a snapshot was taken."""
    match = _SNAPSHOT.search(url)
    return f"{int(match['time'][:4]) - years}{match['time'][4:]}" if match else ""
