"""Every request gets an id, a line in the log, a place in the metrics and, where that is configured, a span.

Plain ASGI middleware, outermost. Neither query nor client is logged: what was searched for is nobody's business.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextlib import nullcontext
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from api.logs import request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.metrics import Metrics
    from api.tracing import Tracing

__all__ = ["Observing"]

logger = logging.getLogger(__name__)

_METHODS = frozenset(HTTPMethod)
_OTHER = "_OTHER"  # as OpenTelemetry calls a method that nobody knows: anybody can make up more of them than fit into memory
_IN_PATH = "/:@!$&'()*+,;=~"  # RFC 3986, section 3.3
_ID = re.compile(rb"[\w.:/+=-]{1,128}")


class Observing:
    """Watches requests from first byte to last."""

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, tracing: Tracing | None, clock: Callable[[], float]
    ) -> None:
        """`clock` counts seconds."""
        self._app = app
        self._metrics = metrics
        self._tracing = tracing
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note what came of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock()
        current = _given_id(scope) or secrets.token_hex(8)
        token = request_id.set(current)
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", current.encode())]
            await send(message)

        span = self._tracing.request(scope) if self._tracing else nullcontext()
        try:
            with span as watched:
                await self._app(scope, receive, send_with_id)
                if watched is not None:
                    watched.end(_route(scope), status)
        finally:
            seconds = self._clock() - began
            method = scope["method"] if scope["method"] in _METHODS else _OTHER
            # As it travels: a line feed in a path, decoded, would begin a line of the log.
            path = quote(scope["path"], safe=_IN_PATH)
            self._metrics.of_request(method, _route(scope), status, seconds)
            logger.info(
                "%s %s %d in %.1f ms",
                method,
                path,
                status,
                1000 * seconds,
                extra={
                    "method": method,
                    "path": path,
                    "status": status,
                    "ms": round(1000 * seconds, 3),
                },
            )
            request_id.reset(token)


def _given_id(scope: Scope) -> str:
    """The id that the client gave, if it is one that a log can hold."""
    given: bytes = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode("ascii") if given.isascii() and _ID.fullmatch(given) else ""


def _route(scope: Scope) -> str:
    """The path as the application declares it: addresses that anybody can make up would be labels without end.

    A router that is included under a prefix may declare its paths without it; the prefix is what the path has before.
    """
    route = scope.get("route")
    declared = str(getattr(route, "path_format", getattr(route, "path", "")))
    if not declared:
        return "(none)"
    parts: list[str] = scope["path"].split("/")
    return "/".join(parts[: len(parts) - declared.count("/")]) + declared
