"""`shuangta demo`: the whole path on the sample site, from reading lists to answers, with what to type next.

Everything between is the real thing: the site is crawled over HTTP, robots.txt included, and searched through the
published generation. Only the site itself is ours, and it goes down when the command ends.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING

from api.demo.reading_lists import write_lists
from api.demo.server import SiteServer
from api.demo.site import sample_site
from api.exits import FAILURE, SUCCESS
from api.settings import Settings
from ingest.articles import Source
from ingest.settings import CrawlSettings

if TYPE_CHECKING:
    from api.rebuilding import Rebuilt
    from ingest.progress import ProgressCallback

__all__ = ["PORT", "QUESTIONS", "demo_settings", "run"]

# Preferred, so that a second demo in the same folder finds its pages under the addresses that it knows.
PORT = 18420

# In Chinese, in English, and in English where only a Chinese article answers.
QUESTIONS = (
    "召回模型的负样本怎么选",
    "does stuffing a page with the same word help in BM25?",
    "how does a small student model learn from a large teacher",
)


def run(
    data_dir: Path,
    *,
    out: IO[str],
    environ: Mapping[str, str],
    clock: Callable[[], float],
    progress: ProgressCallback | None = None,
) -> int:
    """Crawl, build and search the sample site in `data_dir`; write to `out` what happened.

    Returns 0 if every question was answered from a page, 1 otherwise. Raises ShuangtaError.
    """
    import httpx

    from api import rebuilding

    with SiteServer(sample_site(), port=PORT) as site:
        settings = demo_settings(site, data_dir)
        print(f"A sample site is up at {site.url}. Crawling what two reading lists link to there:", file=out)
        for listed in settings.lists:
            print(f"  {listed.path}", file=out)
        # A proxy of this machine's could not reach its loopback: this crawl goes straight to the site.
        transport = httpx.AsyncHTTPTransport(trust_env=False)
        rebuilt = rebuilding.rebuild(settings, clock=clock, transport=transport, progress=progress)
    _tell(rebuilt, out)
    answered = _ask(settings, out, environ)
    if not answered:
        folder = shlex.quote(str(data_dir))
        print(
            f"\nNot every question was answered from a page, as it should be. What became of each page says:\n"
            f"  {_command('shuangta')} status --links --data-dir {folder}",
            file=out,
        )
        return FAILURE
    _say_what_next(data_dir, out)
    return SUCCESS


def demo_settings(site: SiteServer, data_dir: Path) -> Settings:
    """The shipped settings, but for the reading lists, and for what a site on loopback needs: leave, and no pause."""
    crawl = CrawlSettings(allow_private=True, delay=0.0, jitter=0.0, retries=1, backoff=0.1)
    return Settings(data_dir=str(data_dir), lists=write_lists(site, data_dir / "lists"), crawl=crawl)


def _tell(rebuilt: Rebuilt, out: IO[str]) -> None:
    report = rebuilt.report
    reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(report.skipped.items()))
    published = "published" if rebuilt.published else "unchanged since the last demo"
    for remark in rebuilt.remarks:
        print(remark, file=out)
    counts = f"{report.articles} articles, {report.duplicates} reposted elsewhere"
    print(f"  {report.links} links to {report.listings} addresses: {counts}", file=out)
    print(f"  {report.listing_only} found by their listing only: {reasons}", file=out)
    print(f"  generation {report.generation} {published}: {report.passages} passages", file=out)
    spent = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items())
    print(f"  {spent}", file=out)


def _ask(settings: Settings, out: IO[str], environ: Mapping[str, str]) -> bool:
    from api import wiring
    from api.hit_list import hit_list
    from api.terminal import columns, style_for

    style, width = style_for(out, environ), columns(out, environ)
    engine = wiring.open_engine(settings)
    try:
        answers = [engine.search(question, k=2) for question in QUESTIONS]
    finally:
        engine.close()
        engine.generation.close()
    for answer in answers:
        print(f"\n{style.bold(f'? {answer.query}')}  ({answer.took_ms:.1f} ms)\n", file=out)
        print(hit_list(answer, style=style, width=width, explain=False), file=out)
    return all(answer.hits and answer.hits[0].source != Source.LISTING for answer in answers)


def _say_what_next(data_dir: Path, out: IO[str]) -> None:
    folder = shlex.quote(str(data_dir))
    search, shuangta = _command("search"), _command("shuangta")
    print(
        f"\nNow you:\n"
        f"  {search} 双塔模型为什么要归一化 --data-dir {folder}\n"
        f"  {search} how do near-duplicate pages get detected --explain --data-dir {folder}\n"
        f"  {shuangta} serve --data-dir {folder}\n"
        f"and with a reading list of your own (any Markdown file with links):\n"
        f"  {shuangta} rebuild --lists YOUR-LIST.md\n"
        f"  {search} ANYTHING",
        file=out,
    )


def _command(name: str) -> str:
    """How to call one of our commands from here: by its name if that finds this installation's, else by its path."""
    ours = Path(sysconfig.get_path("scripts")) / name
    found = shutil.which(name)
    if found and Path(found).resolve() == ours.resolve():
        return name
    if not ours.exists():
        return f"{shlex.quote(sys.executable)} -m api.{'search_command' if name == 'search' else name}"
    here = os.path.relpath(ours)
    return shlex.quote(here if len(here) < len(str(ours)) else str(ours))
