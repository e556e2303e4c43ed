"""The socket in the data folder on which a server listens for commands of the same user on the same machine.

Only its owner may connect. A name that a server left behind when it died is taken over; one that is in use is left alone.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.sources import LONGEST_SOCKET, SOCKET

__all__ = ["SOCKET", "command_socket"]

logger = logging.getLogger(__name__)


@contextmanager
def command_socket(data_dir: Path) -> Iterator[socket.socket | None]:
    """A socket that listens at `data_dir/search.sock` until the block ends; None where that cannot be, with a line in the log."""
    path = data_dir / SOCKET
    # Bound aside and moved into place, so that a command never meets a socket that does not listen yet.
    aside = data_dir / f".{SOCKET}-{os.getpid()}"
    reason = _why_not(path, aside)
    if reason:
        logger.warning("Commands open the index by themselves: %s.", reason)
        yield None
        return
    try:
        listening = _listening(aside)
    except OSError as error:
        logger.warning("Commands open the index by themselves: no socket in %s: %s.", data_dir, error)
        yield None
        return
    with listening:
        aside.replace(path)
        own = path.stat().st_ino
        try:
            yield listening
        finally:
            # Another server may have taken the name over since.
            with suppress(FileNotFoundError):
                if path.stat().st_ino == own:
                    path.unlink()


def _why_not(path: Path, aside: Path) -> str:
    if not hasattr(socket, "AF_UNIX"):
        return "this system has no Unix sockets"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent} yet"
    if len(os.fsencode(aside)) > LONGEST_SOCKET:
        return f"the path {path} is too long for a socket"
    if _is_answered(path):
        return f"another server listens at {path}"
    return ""


def _listening(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # The mode must hold from the first moment on, and bind() takes it from the process.
    before = os.umask(0o177)
    try:
        listening.bind(os.fspath(path))
    except OSError:
        listening.close()
        raise
    finally:
        os.umask(before)
    listening.listen(socket.SOMAXCONN)
    return listening


def _is_answered(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(1.0)
        try:
            asking.connect(os.fspath(path))
        except OSError:
            return False
    return True
