"""Kill it at any moment: what was done is kept, and the next run goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.articles import Link, Listing
from ingest.crawl import crawl
from ingest.settings import CrawlSettings, ExtractSettings, IngestSettings
from ingest.store import Store
from tests.web import Answer, Web

REPOSITORY = Path(__file__).parents[2]
SETTINGS = IngestSettings(crawl=CrawlSettings(delay=0.0, archive=""), extract=ExtractSettings(workers=1))
HOSTS = [f"http://host{number}.example/post" for number in range(4)]
LISTINGS = [Listing(url, (Link(url, url, "title", "list"),)) for url in HOSTS]
ARTICLE = "<html><body><article>{}</article></body></html>".format(
    "<p>A sentence about recall, and another.</p>" * 20
)

CRAWL = """
import asyncio, sys
from pathlib import Path
from ingest.crawl import crawl
from ingest.store import Store
from tests.faults.test_killed import LISTINGS, SETTINGS
if __name__ == "__main__":
    with Store.open(Path(sys.argv[1])) as store:
        asyncio.run(crawl(LISTINGS, store, settings=SETTINGS))
"""

WRITE = """
import sys
from pathlib import Path
from ingest.articles import Article, Page
from ingest.store import Store
from tests.faults.test_killed import LISTINGS
with Store.open(Path(sys.argv[1])) as store:
    store.put_listings(LISTINGS)
    for number in range(1_000_000):
        url = f"http://a.test/{number}"
        page = Page(url, url, 200, (), str(number).encode() * 20_000, 0.0)
        store.put_article(Article(url, url, "text " * 20_000), [page], extractor="1", signature=b"")
"""


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as started:
        yield started


def start(script: str, corpus: Path, web: Web | None = None) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    if web is not None:
        environment |= {"http_proxy": f"http://127.0.0.1:{web.port}"}
    program = corpus.with_name("program.py")
    program.write_text(script)
    command = [sys.executable, "-W", "ignore", str(program), str(corpus)]
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment | {"PYTHONPATH": str(REPOSITORY)})


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def articles(corpus: Path) -> int:
    if not corpus.exists():
        return 0
    with sqlite3.connect(corpus) as db:
        try:
            (found,) = db.execute("SELECT count(*) FROM articles").fetchone()
        except sqlite3.OperationalError:
            found = 0  # the tables are not there yet
    db.close()
    return int(found)


def children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_crawl_that_is_killed_goes_on_where_it_was(web: Web, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.sqlite"
    for number, url in enumerate(HOSTS):
        topic = ARTICLE.replace("recall", f"topic {number}")
        web.by_proxy(url, *([Answer(fault="hang")] if number == 3 else []), topic)
    process = start(CRAWL, corpus, web)
    until(lambda: articles(corpus) == 3)
    workers = children(process.pid)
    assert workers
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(
        lambda: not any(Path(f"/proc/{worker}/exe").exists() for worker in workers)
    )  # nothing is left behind

    again = start(CRAWL, corpus, web)
    assert again.wait(60) == 0
    assert [web.asked(url) for url in HOSTS[:3]] == [1, 1, 1]
    with Store.open(corpus) as store:
        assert [outcome.outcome for outcome in store.outcomes()] == ["article"] * 4


@pytest.mark.parametrize("written", [1, 7])
def test_a_corpus_whose_writer_was_killed_is_whole(tmp_path: Path, written: int) -> None:
    corpus = tmp_path / "corpus.sqlite"
    process = start(WRITE, corpus)
    until(lambda: articles(corpus) >= written)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Store.open(corpus), sqlite3.connect(corpus) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute(
            "SELECT count(*) FROM articles a LEFT JOIN pages p USING (url) WHERE p.url IS NULL"
        ).fetchone() == (0,)
        assert db.execute(
            "SELECT count(*) FROM pages p LEFT JOIN articles a USING (url) WHERE a.url IS NULL"
        ).fetchone() == (0,)
    db.close()


def test_the_folder_of_a_killed_crawl_is_free_at_once(web: Web, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.sqlite"
    web.by_proxy(HOSTS[0], Answer(fault="hang"))
    process = start(CRAWL, corpus, web)
    until(lambda: (tmp_path / "lock").exists() and (tmp_path / "lock").read_text() == f"{process.pid}\n")
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Store.open(corpus) as store:
        asyncio.run(crawl([], store, settings=SETTINGS))
