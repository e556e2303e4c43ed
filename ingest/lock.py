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

__all__ = ["exclusive", "is_held"]


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


def is_held(folder: Path) -> bool:
    """Whether somebody holds the lock of `folder`; nothing is written, and a folder without a lock is free.

    Looking takes a shared lock for an instant, which would turn a writer away that asks in it; so it looks only
    while the last holder's process is alive.
    """
    try:
        descriptor = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
        if not holder.isdecimal() or not _is_alive(int(holder)):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # somebody else's
    return True
