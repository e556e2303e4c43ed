"""Measure the page in Chromium: what it weighs, and how long after a key its first result is painted.

    python -m tests.benchmarks.page --data-dir DIR

Without `--data-dir` the sample site is built first. Titles of the index are typed as a person types, and every key
counts: the wait for more keys, the server, the network and the painting are all in it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from api.demo.demo import demo_settings
from api.demo.server import SiteServer
from api.demo.site import sample_site
from api.rebuilding import rebuild
from api.settings import Settings
from tests.api.serving import serving
from tests.benchmarks.__main__ import Figure
from tests.conftest import searching

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_KEYS = 12  # typed of each title
_WEIGHED = ("/", "/?q={title}", "/?q={title}&explain=true", "/state")
# From the key's own time stamp to the first frame after the results have changed.
_STOPWATCH = """
window.painted = [];
let keyed = false;
addEventListener("keydown", event => { window.pressed = event.timeStamp; keyed = true; }, true);
// Chinese comes from an input method, without a key of its own.
addEventListener("beforeinput", event => { if (!keyed) window.pressed = event.timeStamp; keyed = false; }, true);
new MutationObserver(changes => {
  if (!changes.some(change => change.target.id === "results" && change.addedNodes.length)) return;
  const pressed = window.pressed;
  requestAnimationFrame(() => setTimeout(() => window.painted.push(performance.now() - pressed)));
}).observe(document, { childList: true, subtree: true });
"""
_WEIGHTS = """
[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map(entry => [entry.decodedBodySize, entry.encodedBodySize])
"""


def weights(browser: Browser, address: str, title: str) -> Iterator[Figure]:
    """KiB of each page with all that it loads: uncompressed, and as sent."""
    for path in _WEIGHED:
        page = browser.new_page()
        page.goto(address + path.format(title=title))
        loaded = page.evaluate(_WEIGHTS)
        yield Figure(f"{path.format(title='…')}, weight", sum(size for size, _ in loaded) / 1024, "KiB")
        yield Figure(f"{path.format(title='…')}, as sent", sum(size for _, size in loaded) / 1024, "KiB")
        page.close()


def painting(browser: Browser, address: str, titles: list[str]) -> Iterator[Figure]:
    """Milliseconds from a key to the first painted result."""
    spent: list[float] = []
    for title in titles:
        page = browser.new_page()
        page.add_init_script(_STOPWATCH)
        page.goto(address)
        for key in title[:_KEYS]:
            spent += _painted_after(page, key)
        page.close()
    yield Figure(f"key to painted result, p50 of {len(spent)}", median(spent), "ms")
    yield Figure("key to painted result, p95", quantiles(spent, n=20)[-1], "ms")


def _painted_after(page: Page, key: str) -> list[float]:
    """One key; nothing where it changes nothing that is searched for, such as a blank at the end."""
    if not key.strip():
        page.keyboard.type(key)
        return []
    before = page.evaluate("window.painted.length")
    page.keyboard.type(key)
    page.wait_for_function("before => window.painted.length > before", arg=before)
    return [page.evaluate("window.painted.at(-1)")]


def figures(settings: Settings, count: int) -> Iterator[Figure]:
    """All of them."""
    from playwright.sync_api import sync_playwright

    with searching(settings) as engine:
        every = [article.title for article in engine.generation.catalog.all_articles() if article.title]
    titles = every[:: max(1, len(every) // count)][:count]
    with serving(settings) as client, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        address = str(client.base_url).rstrip("/")
        yield from weights(browser, address, titles[0])
        yield from painting(browser, address, titles)
        browser.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.page", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help="measure over this index instead of the sample site's")
    parser.add_argument("--titles", type=int, default=20, help="how many are typed (default: 20)")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=str(arguments.data_dir))
        if arguments.data_dir is None:
            with SiteServer(sample_site()) as site:
                settings = demo_settings(site, Path(folder))
                rebuild(settings, clock=time.time)
        for figure in figures(settings, arguments.titles):
            print(f"{figure.what:<46}{figure.value:>10.1f} {figure.unit}", flush=True)


if __name__ == "__main__":
    main()
