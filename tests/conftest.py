"""What the tests of several rooms share: the sample site, up on loopback, and a data folder built from it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import msgspec
import pytest

from api.demo.demo import demo_settings
from api.demo.server import Asked, SiteServer
from api.demo.site import Served, sample_site
from api.reports import Report
from api.settings import Settings
from search.engine import Engine

# The same examples in every run, so that a test fails by a change and not by chance. To look for new ones:
# pytest --hypothesis-profile=explore
hypothesis.settings.register_profile("explore", max_examples=2_000, deadline=None)
hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis.settings.load_profile("fixed")

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared"


@dataclass(frozen=True, slots=True)
class Built:
    """A data folder with a published generation of the sample site, and how it came about."""

    settings: Settings
    site_url: str
    asked: tuple[Asked, ...]  # of the site
    report: Report

    @property
    def data_dir(self) -> Path:
        return self.settings.data_path

    def url(self, path: str) -> str:
        """Address of a page of the site."""
        return self.site_url + path


@contextmanager
def searching(settings: Settings) -> Iterator[Engine]:
    """An engine over the current generation, all of it closed at the end."""
    from api.wiring import open_engine

    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.close()
        engine.generation.close()


@pytest.fixture(scope="session")
def sample_pages() -> dict[str, Served]:
    """The sample site's answers by path; rendered once, not to be changed."""
    return sample_site()


@pytest.fixture(scope="session")
def sample_server(sample_pages: dict[str, Served]) -> Iterator[SiteServer]:
    """The sample site, up for the whole session; use `site`."""
    with SiteServer(sample_pages) as server:
        yield server


@pytest.fixture(scope="session")
def built(sample_server: SiteServer, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A data folder built from the sample site, once for all tests that only read it."""
    from api.rebuilding import rebuild

    settings = demo_settings(sample_server, tmp_path_factory.mktemp("built"))
    report = rebuild(settings, clock=time.time).report
    return Built(settings, sample_server.url, tuple(sample_server.asked), report)


@pytest.fixture
def site(sample_server: SiteServer, sample_pages: dict[str, Served], built: Built) -> Iterator[SiteServer]:
    """The sample site after `built` was made, with an empty log; its `responses` may be changed for the test."""
    sample_server.asked.clear()
    yield sample_server
    sample_server.responses = dict(sample_pages)


@pytest.fixture
def copied(built: Built, site: SiteServer, tmp_path: Path) -> Settings:
    """Settings for a copy of the built data folder, which the test may change and rebuild."""
    folder = tmp_path / "data"
    shutil.copytree(built.data_dir, folder, symlinks=True)
    return msgspec.structs.replace(built.settings, data_dir=str(folder))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The team's shared data, for tests marked `shared`."""
    if not SHARED.is_dir():
        pytest.skip(f"measures on the team's shared data, and there is no {SHARED}")
    return SHARED
