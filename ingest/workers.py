"""Extraction in processes of its own, with limits, so that no page can take the crawl down.

A worker that hangs, needs too much memory or dies is replaced, and its page ends as a broken file. What is extracted,
and how, is `extract`'s.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import LifoQueue
from typing import TYPE_CHECKING, Self

from ingest.articles import Article, Page, Skipped, SkipReason

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from ingest.settings import ExtractSettings

__all__ = ["ExtractionPool", "extractor_id"]

_Result = tuple[Article | Skipped, bytes]  # with the signature of an article's text

_START = 60.0  # seconds; a worker imports the extractors before its first page


class ExtractionPool:
    """`settings.workers` processes that extract; an async context manager."""

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._workers = [_Worker(settings) for _ in range(settings.workers)]
        # As many threads as workers, so that a thread always finds one; last in, first out, so that one worker does
        # what one can do and the others need not start.
        self._threads = ThreadPoolExecutor(settings.workers, thread_name_prefix="extract")
        self._idle: LifoQueue[_Worker] = LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        # First the processes, so that a thread that still waits for one is told so by the closed pipe.
        for worker in self._workers:
            worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.stop()

    def processes(self) -> list[int]:
        """Return the ids of the workers that run; each starts with its first page."""
        return [pid for worker in self._workers if (pid := worker.pid) is not None]

    async def extract(self, page: Page, *, url: str, hint: str = "") -> _Result:
        """Return what `extract.extract` finds in the page, and the signature of its text for finding duplicates."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._extract, page, url, hint)

    def _extract(self, page: Page, url: str, hint: str) -> _Result:
        worker = self._idle.get()
        try:
            return worker.extract(page, url, hint)
        finally:
            self._idle.put(worker)


def extractor_id(settings: ExtractSettings) -> str:
    """Return what a page's judgement depends on, beside the page: a change of it makes all pages be read again."""
    from ingest.extract import VERSION

    return f"{VERSION}/{settings.min_chars}"


class _Worker:
    """One process, started when it is first needed and again after it was lost."""

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def extract(self, page: Page, url: str, hint: str) -> _Result:
        """Have one page extracted; blocks for at most the time-out."""
        try:
            pipe = self._pipe or self._start()
            pipe.send((page, url, hint))
            if not pipe.poll(self._settings.timeout):
                self.stop()
                return Skipped(
                    url, SkipReason.BROKEN_FILE, f"not read within {self._settings.timeout:g} s"
                ), b""
            result: _Result = pipe.recv()
        except (EOFError, OSError):
            # The process is gone: killed for its memory, or crashed inside a parser.
            return Skipped(url, SkipReason.BROKEN_FILE, f"the reader crashed ({self.stop()})"), b""
        return result

    @property
    def pid(self) -> int | None:
        """The process id, while there is a process."""
        return self._process.pid if self._process is not None else None

    def kill(self) -> None:
        """End the process from another thread than the one that talks to it."""
        if self._process is not None:
            self._process.kill()

    def stop(self) -> str:
        """End the process at once, and say how it ended."""
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if pipe is not None:
            pipe.close()
        if process is None:
            return "it did not start"
        process.join(0.1)  # one that crashed keeps its own exit code
        process.kill()
        process.join()
        ended = f"exit code {process.exitcode}"
        process.close()
        return ended

    def _start(self) -> Connection:
        # spawn, as the crawl has threads, which a fork would copy in the middle of whatever they do.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._settings), name="extract", daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        if not ours.poll(_START):
            raise EOFError
        ours.recv()
        return ours


def _serve(pipe: Connection, settings: ExtractSettings) -> None:
    """Run in the worker: extract until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which then ends us
    from ingest.duplicates import signature
    from ingest.extract import extract

    limit = settings.memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe.send(None)
    with suppress(EOFError, BrokenPipeError):
        while True:
            page, url, hint = pipe.recv()
            try:
                result: Article | Skipped = extract(page, url=url, settings=settings, hint=hint)
                mark = signature(result.text) if isinstance(result, Article) else b""
            except MemoryError:
                result, mark = (
                    Skipped(url, SkipReason.BROKEN_FILE, f"needs more than {settings.memory_mb} MB"),
                    b"",
                )
            except Exception as error:  # noqa: BLE001 the boundary of the process: one page's trouble stays its own
                result, mark = Skipped(url, SkipReason.BROKEN_FILE, f"{type(error).__name__}: {error}"), b""
            pipe.send((result, mark))
