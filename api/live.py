"""What a running server answers from: follows `current` to each new generation without a restart.

A look at the symlink costs microseconds and is taken at most once in `check_every` seconds, by whichever request
comes next. That request opens the new generation aside while all others are answered from the old one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from index.generation import current
from ingest.errors import GenerationError, ShuangtaError

__all__ = ["Live"]

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Live(Generic[T]):
    """What `open_generation` makes of the newest generation that it can open. Safe for concurrent callers."""

    def __init__(
        self,
        data_dir: Path,
        open_generation: Callable[[Path], T],
        *,
        check_every: float,
        clock: Callable[[], float],
    ) -> None:
        self._data_dir = data_dir
        self._open = open_generation
        self._check_every = check_every
        self._clock = clock
        self._looking = threading.Lock()
        self._next_look = float("-inf")
        self._seen: Path | None = None
        self._opened: T | None = None
        self._before: T | None = None
        self._failure: ShuangtaError | None = None

    def newest(self) -> T:
        """What to answer the next request from. Raises ShuangtaError while nothing could be opened."""
        # Once something is open, nobody waits for a look that another request is taking.
        if self._clock() >= self._next_look and self._looking.acquire(blocking=self._opened is None):
            try:
                if self._clock() >= self._next_look:
                    self._look()
                    self._next_look = self._clock() + self._check_every
            finally:
                self._looking.release()
        if self._opened is not None:
            return self._opened
        assert self._failure is not None
        raise self._failure

    @property
    def before(self) -> T | None:
        """What was the newest until the last switch, still open for who began there; None before any switch."""
        return self._before

    def _look(self) -> None:
        try:
            path = current(self._data_dir)
            if path == self._seen:
                return
            opened = self._opened_at(path)
        except ShuangtaError as error:
            # A rebuild that went wrong must not take a working search down: the old generation answers on.
            if str(error) != str(self._failure):
                logger.warning(
                    "%s%s", error, " The generation before it is served on." if self._opened else ""
                )
            self._failure = error
        else:
            self._before, self._opened = self._opened, opened
            self._failure = None
            logger.info("Serving generation %s.", path.name)

    def _opened_at(self, path: Path) -> T:
        """The generation there. One that is damaged is not opened again; what the system refused may go well next time."""
        try:
            opened = self._open(path)
        except ShuangtaError:
            self._seen = path
            raise
        except OSError as error:
            raise GenerationError(f"The generation {path} cannot be opened: {error}.") from error
        self._seen = path
        return opened
