"""What a rebuild did, as the file `reports/latest.json` keeps it. Its keys are a contract; they are only added to."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from index.adapted import Adaptation  # noqa: TC001 msgspec reads the types of the fields

__all__ = ["Report", "read_report", "write_report"]

_PLACE = Path("reports") / "latest.json"


class Report(msgspec.Struct, frozen=True):
    """One rebuild: counts of links and articles, the generation that is current after it, and seconds by stage."""

    links: int  # places in the lists
    listings: int  # distinct canonical addresses
    articles: int
    listing_only: int  # found by title, section and note alone
    skipped: dict[str, int]  # by reason
    duplicates: int
    passages: int
    fetched: int
    not_modified: int
    generation: str
    seconds: dict[str, float]  # by stage
    adaptation: Adaptation | None = None  # which tower won on held-out articles, where that was asked for

    @property
    def outcomes(self) -> dict[str, int]:
        """Addresses by what became of them: articles, duplicates, and the others by reason."""
        return {"article": self.articles, "duplicate": self.duplicates, **self.skipped}


def read_report(data_dir: Path) -> Report | None:
    """Return what the last rebuild did; None where there was none, or where its report is damaged."""
    try:
        return msgspec.json.decode((data_dir / _PLACE).read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError):
        return None


def write_report(report: Report, data_dir: Path) -> Path:
    """Put the report in its place in one step, so that no reader ever sees half of it; return the place.

    The caller holds the data folder's lock.
    """
    place = data_dir / _PLACE
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(".latest.json-aside")
    with aside.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(place)
    return place
