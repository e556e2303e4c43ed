"""Dates as pages write them, to ISO 8601; and nothing where a text is not surely one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

__all__ = ["day_in_china", "day_of_moment", "iso_date"]

_CHINA = timezone(timedelta(hours=8))
_NUMERIC = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:[-/.]|年\s*)(?P<m>\d{1,2})(?:[-/.]|月\s*)(?P<d>\d{1,2})(?!\d)"
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])(?:[T\s].*)?")
# Midnight sharp is how a date without a time is written.
_IN_UTC = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\dT(?!00:00(?::00(?:\.0+)?)?[Z+-])\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]00:?00)"
)
_MONTH = r"(?P<n>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WORDS = (
    re.compile(rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def iso_date(written: str) -> str:
    """Return the first full date in a text as YYYY-MM-DD, or "" without one or with one that no calendar has.

    A point in time keeps the date that it has in its own zone, as its readers saw it.
    """
    written = written.strip()
    if match := _NUMERIC.search(written) or _COMPACT.fullmatch(written):
        return _valid(int(match["y"]), int(match["m"]), int(match["d"]))
    for pattern in _WORDS:
        if match := pattern.search(written):
            return _valid(int(match["y"]), _MONTHS.index(match["n"].lower()) + 1, int(match["d"]))
    try:
        return parsedate_to_datetime(written).date().isoformat()
    except (ValueError, TypeError, OverflowError):
        return ""


def day_of_moment(written: str, *, in_china: bool = False) -> str:
    """Return the date of a point in time that is given in UTC, there or in China, or "" for any other text."""
    if not _IN_UTC.fullmatch(written.strip()):
        return ""
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        return ""
    return (moment.astimezone(_CHINA) if in_china else moment).date().isoformat()


def day_in_china(seconds: str) -> str:
    """Return the date in China of a time in seconds since the epoch, as Chinese sites keep it in scripts, or ""."""
    if not re.fullmatch(r"\d{9,10}", seconds):
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(_CHINA).date().isoformat()


def _valid(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
