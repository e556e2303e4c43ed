"""Draw every page of the search page, in both colour schemes, over the sample site; three small ones are for the README.

    python scripts/screenshots.py [--out docs]              # docs/search.png, docs/dark.png, docs/phone.png
    python scripts/screenshots.py --out FOLDER --all        # every page, to be looked at

It needs Chromium (`apt-get install chromium`), a font with Chinese (`fonts-noto-cjk`) and the extra `dev`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from api.demo.demo import demo_settings
from api.demo.server import SiteServer
from api.demo.site import sample_site
from api.rebuilding import index_only, rebuild
from api.wiring import open_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from api.settings import Settings

__all__ = ["FOR_README", "PAGES", "Shot", "main"]

_A_DAY = 24 * 3600.0


class Shot(NamedTuple):
    """One picture: what to open, how wide and high the window is, in which language, and what to do first."""

    name: str
    path: str
    width: int = 1000
    height: int = 760
    locale: str = "zh-CN"
    scheme: str = "light"
    act: Callable[[Page], None] | None = None


def _type(text: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("input[name=q]").press_sequentially(text)
        page.locator(".hit").first.wait_for()

    return act


def _explain(page: Page) -> None:
    page.locator(".why").first.click()
    page.locator(".explained").first.wait_for()


def _open_facet(page: Page) -> None:
    page.locator(".facets summary").first.click()


def _read(page: Page) -> None:
    page.locator(".ways a").first.click()
    page.locator(".text").wait_for()


FOR_README = (
    Shot("search", "/", 860, 620, act=_type("双塔 负采样")),
    Shot(
        "dark",
        "/?q=how does a small student model learn from a large teacher",
        860,
        620,
        "en-US",
        "dark",
        _explain,
    ),
    Shot("phone", "/?q=学生模型 教师 温度", 390, 620, act=_read),
)
PAGES = (
    Shot("front", "/"),
    Shot("front-en", "/", locale="en-US"),
    Shot("results", "/?q=召回模型的负样本怎么选"),
    Shot("results-en", "/?q=does stuffing a page with the same word help in BM25?", locale="en-US"),
    Shot("suggestions", "/", act=_type("双塔")),
    Shot("facet", "/?q=召回", act=_open_facet),
    Shot("filtered", "/?q=召回&lang=zh&starred=true"),
    Shot("explained", "/?q=倒排索引", act=_explain),
    Shot("read", "/?q=softmax 温度", act=_read),
    Shot("like", "/?q=HNSW", act=lambda page: page.locator(".ways a").nth(1).click()),
    Shot("browse", "/?list=nlp-and-retrieval"),
    Shot("new", "/?new=true"),
    Shot("nothing", "/?q=召回&host=nowhere.example"),
    Shot("wrong", "/?q=召回&since=yesterday"),
    Shot("state", "/state", height=1500),
    Shot("docs", "/docs"),
    Shot("phone-front", "/", 390, 844),
    Shot("phone-results", "/?q=召回模型的负样本怎么选", 390, 844),
    Shot("phone-facet", "/?q=召回", 390, 844, act=_open_facet),
    Shot("phone-state", "/state", 390, 844),
    Shot("wide", "/?q=召回", 1920, 900),
)


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """The address of a server that answers with the settings."""
    import uvicorn

    from api.commands.serving import listening_socket, uvicorn_config

    with listening_socket("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn_config(settings))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _sample() -> Iterator[str]:
    """The address of a server over the sample site, with one generation of yesterday and one of today."""
    with SiteServer(sample_site()) as site, tempfile.TemporaryDirectory() as folder:
        settings = demo_settings(site, Path(folder))
        rebuild(settings, clock=lambda: time.time() - 2 * _A_DAY)
        with open_store(settings) as store, store.exclusive():
            listings = list(store.listings())
            store.put_listings(listings[3:])
        index_only(settings, clock=lambda: time.time() - _A_DAY)
        with open_store(settings) as store, store.exclusive():
            store.put_listings(listings)
        index_only(settings, clock=time.time)
        with _served(settings) as address:
            yield address


def _draw(browser: Browser, address: str, shot: Shot, out: Path) -> None:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, locale=shot.locale, color_scheme=shot.scheme
    )
    page = context.new_page()
    page.goto(address + shot.path)
    if shot.act:
        shot.act(page)
    page.screenshot(path=out / f"{shot.name}.png")
    context.close()


def main() -> int:
    """Draw the pictures; 1 where there is no Chromium."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    parser.add_argument("--all", action="store_true", help="every page in both colour schemes")
    arguments = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("There is no Chromium: apt-get install chromium", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    shots = FOR_README
    if arguments.all:
        shots = tuple(
            shot._replace(name=f"{shot.name}-{scheme}", scheme=scheme)
            for shot in PAGES
            for scheme in ("light", "dark")
        )
    arguments.out.mkdir(parents=True, exist_ok=True)
    with _sample() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for shot in shots:
            _draw(browser, address, shot, arguments.out)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
