"""The crawl of a mirror of the real web, over TLS and with the web's faults, ends as each page should, and politely.

The mirror is the team's: 1,341 links to real pages of 137 hosts behind a proxy, with what each should end as.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.urls import canonical
from tests.conftest import REPOSITORY

pytestmark = [pytest.mark.shared, pytest.mark.slow]

# The mirror's words for what a link ends as, in ours.
REASONS = {
    "account_blocked": {"violation"},
    "account_closed": {"deleted"},
    "bad_parameters": {"dead_link", "malformed_url"},
    "boilerplate": {"empty"},
    "certificate": {"bad_certificate"},
    "complaint": {"violation"},
    "dead": {"dead_link"},
    "deleted_by_author": {"deleted"},
    "empty": {"empty"},
    "extract": {"broken_file"},
    "forbidden": {"forbidden"},
    "host_unknown": {"host_unknown"},
    "javascript": {"empty"},
    "link_expired": {"link_expired"},
    "login": {"login_wall"},
    "malformed": {"malformed_url"},
    "migrated": {"migrated"},
    "network": {"refused"},
    "notfound": {"dead_link"},
    "parked": {"parked"},
    "privacy": {"private"},
    "rate_limited": {"anti_bot"},
    "redirects": {"redirect_loop"},
    "robots": {"robots"},
    "timeout": {"timeout"},
    "too_large": {"too_large"},
    "type": {"wrong_type"},
    "unavailable": {"temporary"},
    "unsafe": {"unsafe_address"},
    "verify": {"anti_bot"},
    "violation": {"violation"},
}
RIGHT = 0.98  # of the addresses; the rest is not all ours: some PDFs of the mirror hold a picture and no text

Record = dict[str, Any]


def records(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


class Mirror:
    """The proxy, in a process of its own; a context manager."""

    def __init__(self, folder: Path, state: Path) -> None:
        self._script = folder / "mirror_proxy.py"
        self.log = state / "access.jsonl"
        self._state = state

    def __enter__(self) -> Mirror:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        arguments = [sys.executable, str(self._script), "--port", str(port), "--state", str(self._state)]
        self._process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        exports = self._process.stdout.readline().split()[1:]  # printed when it listens
        self.environment = {**os.environ, **dict(export.split("=", 1) for export in exports)}
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def asked(self) -> list[Record]:
        """The requests since the last call."""
        seen = [record for record in records(self.log) if record["method"] != "CONNECT"]
        self.log.write_text("")
        return seen


def shuangta(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "api.shuangta", *arguments]
    result = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_mirror_of_the_web_is_crawled_as_it_should_be(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "mirror"
    data = ("--data-dir", str(tmp_path / "data"))
    crawl = ("crawl", "--json", *data, "--lists", str(folder / "reading-list.md"), "--set=crawl.delay=0")
    with Mirror(folder, tmp_path) as mirror:
        report = json.loads(shuangta(mirror.environment, *crawl))
        first = mirror.asked()
        outcomes = [
            json.loads(line)
            for line in shuangta(mirror.environment, "status", "--links", "--json", *data).splitlines()
        ]
        again = json.loads(shuangta(mirror.environment, *crawl, "--again"))
        second = mirror.asked()
    expected = records(folder / "expected.jsonl")
    misses = list(wrong(expected, {outcome["url"]: outcome for outcome in outcomes}))
    assert len(misses) <= (1 - RIGHT) * len(expected), "\n".join(misses)
    assert report["links"] == len(expected)
    assert (
        report["listings"]
        == report["articles"] + report["duplicates"] + report["listing_only"]
        == len(outcomes)
    )
    assert all(outcome["reason"] or outcome["outcome"] == "article" for outcome in outcomes)
    assert list(rude(first + second)) == []
    behaviour = records(folder / "behaviour.jsonl")
    assert list(lost(behaviour, first)) == []
    assert list(sent_twice(behaviour, outcomes, second)) == []
    assert (again["articles"], again["duplicates"]) == (report["articles"], report["duplicates"])


def wrong(expected: list[Record], outcomes: dict[str, Record]) -> Iterator[str]:
    """Links that did not end as they should."""
    for wanted in expected:
        try:
            found = outcomes.get(canonical(wanted["url"]))
        except ValueError:
            found = outcomes.get(wanted["url"])
        if found is None:
            yield f"{wanted['url']} is not accounted for"
            continue
        if wanted["outcome"] == "skip":
            words = (wanted["reason"], *wanted.get("also_ok", ()))
            right = found["outcome"] == "skipped" and found["reason"] in set().union(
                *map(REASONS.__getitem__, words)
            )
        else:
            # Which of two addresses of one article keeps it is the order of the list.
            right = found["outcome"] in ("article", "duplicate")
            right = right and wanted.get("source", found["source"]) in (found["source"], "duplicate")
        if not right:
            yield f"{wanted['url']}: {wanted}, but {found['outcome']} {found['reason']} ({found['detail']})"


def rude(asked: list[Record]) -> Iterator[str]:
    """Requests that a site would mind."""
    for record in asked:
        if record["open"] > 1:
            yield f"two at once: {record['url']}"
        if "/private/" in record["url"] or (
            "robots-5xx" in record["url"] and "robots.txt" not in record["url"]
        ):
            yield f"forbidden by robots.txt: {record['url']}"
        if not record["headers"].get("user-agent", "").startswith("shuangta/"):
            yield f"without a name: {record['url']}"


def lost(behaviour: list[Record], asked: list[Record]) -> Iterator[str]:
    """Pages that failed for a while, and were not had in the end."""
    answered = {record["url"] for record in asked if record["status"] == 200 and not record["fault"]}
    for rule in behaviour:
        if rule.get("times") and rule.get("fault") in ("status", "cut") and rule["url"] not in answered:
            yield rule["url"]


def sent_twice(behaviour: list[Record], outcomes: list[Record], second: list[Record]) -> Iterator[str]:
    """Articles whose page was sent whole again, although the site gave validators for it."""
    without = {rule["url"] for rule in behaviour if rule.get("no_validators")}
    articles = {outcome["url"] for outcome in outcomes if outcome["outcome"] != "skipped"} - without
    for record in second:
        if record["url"] in articles and record["status"] == 200 and not record["fault"]:
            yield record["url"]
