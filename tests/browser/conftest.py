"""A real browser before the real server over the sample site; every test ends with a look at what must never happen."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from api.settings import Settings
from tests.api.serving import serving
from tests.conftest import Built

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(
                pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium: apt-get install chromium")
            )


@pytest.fixture(scope="module")
def chromium(built: Built):
    """One browser a module: while it is up, Playwright's event loop is, and a crawl could not start its own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM,
            # A container gives no user namespaces, and little shared memory.
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(built: Built) -> Iterator[str]:
    """The address of a server over the sample site."""
    with serving(built.settings) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def visit(chromium) -> Iterator[Callable]:
    """Open an address in a browser of its own: `visit(url, locale=…, viewport=…, …)` as Playwright's contexts have it.

    No page may log an error (but for what a test provokes and so `expects`), let one escape, or ask anybody but its
    own server for anything.
    """
    contexts, troubles = [], []

    def opened(url: str, *, expects: str = "\0", **options):
        context = chromium.new_context(
            **{"locale": "en-US", "viewport": {"width": 1100, "height": 800}, **options}
        )
        contexts.append(context)
        page = context.new_page()
        origin = "/".join(url.split("/")[:3]) + "/"

        def logged(said) -> None:
            if said.type in ("error", "warning") and expects not in said.text:
                troubles.append(said.text)

        def asked(request) -> None:
            if not request.url.startswith(origin):
                troubles.append(request.url)

        page.on("console", logged)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", asked)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles


@pytest.fixture
def few(copied: Settings) -> Settings:
    """Settings of a copy of the sample site's data folder, which a test may change; a new index is seen at once."""
    import msgspec

    server = msgspec.structs.replace(copied.server, check_every=0, results=3)
    return msgspec.structs.replace(copied, server=server)
