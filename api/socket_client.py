"""Asking the server of a data folder, over its Unix socket, so that a search need not open the index itself.

A server that cannot be reached, has other settings, serves another generation or refuses the question is as good as none:
the command then opens the index and gives the answer, or the sentence, that it always gives.
"""

from __future__ import annotations

import json
import os
import socket
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.sources import LONGEST_SOCKET, SETTINGS_HEADER, SOCKET

if TYPE_CHECKING:
    from api.question import Question

__all__ = ["ask_server"]

# Seconds. A server on this machine that takes longer is stuck, and opening the index takes less.
_PATIENCE = 5.0


class _Connection(HTTPConnection):
    """HTTP over the socket at `path`."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_PATIENCE)
        self._path = path

    def connect(self) -> None:
        """Connect. Raises OSError when nothing listens there."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def ask_server(question: Question, data_dir: Path, fingerprint: str) -> dict[str, Any] | None:
    """The answer of the server of `data_dir` as JSON, if one with those settings serves the current generation."""
    path = os.fspath(data_dir / SOCKET)
    if not hasattr(socket, "AF_UNIX") or len(os.fsencode(path)) > LONGEST_SOCKET:
        return None
    connection = _Connection(path)
    try:
        connection.request("GET", question.target(), headers={SETTINGS_HEADER: fingerprint})
        response = connection.getresponse()
        body = response.read()
        current = (data_dir / "current").readlink().name
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    if response.status != HTTPStatus.OK or response.headers[SETTINGS_HEADER] != fingerprint:
        return None
    answer: dict[str, Any] = json.loads(body)
    return answer if answer["generation"] == current else None
