"""How long work shows on standard error: a bar a stage on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from tqdm import tqdm

    from ingest.progress import Progress

__all__ = ["ProgressBars"]

_LINES = 4  # of a stage in a log


class ProgressBars:
    """Draws what it is called with. On a terminal a bar says how much is done, how fast it goes, and what is left.

    Elsewhere each stage gets a line whenever another quarter is done. With `quiet` nothing is shown, with `verbose` a
    line for every step.
    """

    def __init__(self, stream: IO[str] | None = None, *, quiet: bool = False, verbose: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._verbose = verbose
        self._bar: tqdm[None] | None = None
        self._stage = ""
        self._told = 0  # quarters of the stage that a log has a line for

    def __enter__(self) -> ProgressBars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def __call__(self, progress: Progress) -> None:
        """Show that `progress.done` of `progress.total` are done."""
        if self._quiet:
            return
        if progress.stage != self._stage:
            self._close()
            self._stage, self._told = progress.stage, 0
        if self._verbose:
            line = f"{progress.stage}: {progress.done} of {progress.total}  {progress.note}"
            print(line.rstrip(), file=self._stream, flush=True)
        elif self._stream.isatty():
            self._draw(progress)
        else:
            self._tell(progress)

    def _draw(self, progress: Progress) -> None:
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=progress.total, desc=progress.stage, file=self._stream, dynamic_ncols=True)
        self._bar.total = progress.total
        self._bar.set_postfix_str(progress.note, refresh=False)
        self._bar.update(progress.done - self._bar.n)

    def _tell(self, progress: Progress) -> None:
        quarters = _LINES * progress.done // progress.total if progress.total else _LINES
        if quarters > self._told:
            self._told = quarters
            counts = f": {progress.done} of {progress.total}" if progress.total else ""
            print(f"{progress.stage}{counts}", file=self._stream, flush=True)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
