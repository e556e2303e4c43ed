"""Serves a site from a thread on loopback, with validators, and writes down what it was asked for."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from api.demo.site import Served

__all__ = ["Asked", "SiteServer"]

Asked = tuple[str, int]  # path, status answered


class SiteServer:
    """A context manager; the site is up inside it.

    `responses` may be changed while it runs. `before` is called with each path before it is answered, in the thread
    of that request. `port`, and the one after it for what refuses, are wishes: others are taken if they are not free.
    """

    def __init__(
        self, responses: Mapping[str, Served], *, port: int = 0, before: Callable[[str], None] | None = None
    ) -> None:
        self.responses = dict(responses)
        self.asked: list[Asked] = []
        self._before = before
        self._server = _listen(self._handler(), port)
        self._thread = threading.Thread(target=self._server.serve_forever, name="sample-site", daemon=True)
        # Bound and never listening: connections to it are refused, and nobody else can take the port meanwhile.
        self._refusing = _bound(port + 1 if port else 0)

    @property
    def url(self) -> str:
        """Address of the site, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def refusing_url(self) -> str:
        """Address of a port that refuses every connection."""
        return f"http://127.0.0.1:{self._refusing.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._refusing.close()
        self._thread.join()

    def answer(self, path: str, if_none_match: str) -> tuple[Served, str]:
        """What to send for `path`, and its entity tag; 304 without a body if the caller has that version."""
        if self._before:
            self._before(path)
        served = self.responses.get(path) or Served(b"<h1>404 Not Found</h1>", "text/html", status=404)
        tag = f'"{hashlib.sha256(served.body).hexdigest()[:16]}"'
        if served.status == 200 and if_none_match == tag:
            served = Served(b"", served.content_type, status=304)
        self.asked.append((path, served.status))
        return served, tag

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                served, tag = site.answer(self.path, self.headers.get("If-None-Match", ""))
                self.send_response(served.status)
                self.send_header("Content-Type", served.content_type)
                self.send_header("Content-Length", str(len(served.body)))
                if served.status in (200, 304):
                    self.send_header("ETag", tag)
                if served.location:
                    self.send_header("Location", served.location)
                self.end_headers()
                self.wfile.write(served.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
                """Say nothing: `asked` is the log."""

        return Handler


def _listen(handler: type[BaseHTTPRequestHandler], port: int) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        if port == 0:
            raise
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    try:
        bound.bind(("127.0.0.1", port))
    except OSError:
        bound.bind(("127.0.0.1", 0))
    return bound
