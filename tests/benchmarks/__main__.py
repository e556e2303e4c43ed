"""Measure cold start, query latency and build speed; print one table.

Without `--data-dir` the sample site is built first and measured; with it, the generation in that folder is.
CPU seconds are user and system time together: on a busy machine they say more than the clock on the wall.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple, get_args

from api.demo.demo import QUESTIONS, demo_settings
from api.demo.server import SiteServer
from api.demo.site import sample_site
from api.demo.sources import sources
from api.rebuilding import rebuild
from api.settings import Settings
from search.settings import Mode
from tests.conftest import searching

REPOSITORY = Path(__file__).parents[2]


class Figure(NamedTuple):
    """One line of the table."""

    what: str
    value: float
    unit: str


def cold_start(data_dir: Path, runs: int) -> Iterator[Figure]:
    """CPU seconds of `search QUESTION --json` as a process of its own, and of a bare interpreter beside it."""
    search = [sys.executable, "-m", "api.search_command", "--data-dir", str(data_dir), "--json", QUESTIONS[0]]
    for what, command in (("python -c pass", [sys.executable, "-c", "pass"]), ("search, cold start", search)):
        spent = [cpu_seconds(command) for _ in range(runs)]
        yield Figure(f"{what}, CPU median of {runs}", median(spent), "s")


def cpu_seconds(command: Sequence[str]) -> float:
    """User and system time of a child process. Raises CalledProcessError if it fails."""
    before = os.times()
    subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def latency(settings: Settings, rounds: int) -> Iterator[Figure]:
    """Wall milliseconds of one query in a warm engine, by mode, over the titles of the sample site."""
    queries = [*QUESTIONS, *(source.title for source in sources())]
    with searching(settings) as engine:
        for mode in get_args(Mode):
            for query in queries:  # pages in what is memory-mapped
                engine.search(query, mode=mode)
            spent = [milliseconds(partial(engine.search, query, mode=mode)) for query in queries * rounds]
            yield Figure(f"query, {mode}, p50", median(spent), "ms")
            yield Figure(f"query, {mode}, p95", quantiles(spent, n=20)[-1], "ms")


def milliseconds(action: Callable[[], object]) -> float:
    """How long `action` takes."""
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def build(data_dir: Path) -> Iterator[Figure]:
    """Seconds of a first rebuild of the sample site, of a second one, and what the first made in a second."""
    with SiteServer(sample_site()) as site:
        settings = demo_settings(site, data_dir)
        first = rebuild(settings, clock=time.time).report
        again = milliseconds(lambda: rebuild(settings, clock=time.time)) / 1000
    for stage, seconds in first.seconds.items():
        yield Figure(f"rebuild, {stage}", seconds, "s")
    yield Figure("rebuild, pages fetched and judged", first.fetched / first.seconds["crawl"], "1/s")
    indexing = sum(seconds for stage, seconds in first.seconds.items() if stage not in ("lists", "crawl"))
    yield Figure("rebuild, passages indexed", first.passages / indexing, "1/s")
    yield Figure("rebuild again, nothing changed", again, "s")


def figures(data_dir: Path | None, runs: int) -> Iterator[Figure]:
    """All of them."""
    if data_dir is None:
        with tempfile.TemporaryDirectory() as folder:
            yield from build(Path(folder))
            yield from figures(Path(folder), runs)
        return
    yield from cold_start(data_dir, runs)
    yield from latency(Settings(data_dir=str(data_dir)), max(1, runs // 3))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="measure this index instead of the sample site's")
    parser.add_argument("--runs", type=int, default=9, help="repetitions of each measurement (default: 9)")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}\n")
    for figure in figures(arguments.data_dir, arguments.runs):
        print(f"{figure.what:<46}{figure.value:>10.3f} {figure.unit}", flush=True)


if __name__ == "__main__":
    main()
