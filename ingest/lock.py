"""One writer at a time in a data folder, held by a lock of the operating system.

The lock belongs to the process: it is gone the moment that dies, kill -9 included, and leaves nothing to clean up.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.errors import BusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["exclusive"]


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the file `lock` in `folder` until the block ends.

    Raises BusyError when another holder is alive, StoreError when the folder cannot be written.
    """
    path = folder / "lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"The data folder {folder} cannot be written: {error.strerror}.",
            "Choose another with --data-dir.",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            who = f" (process {holder})" if holder else ""
            raise BusyError(
                f"Another crawl or rebuild{who} is working in {folder}.",
                "Wait until it has ended, or choose another --data-dir.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)
