"""Every request gets an id, a line in the log, a place in the metrics and, where that is configured, a span.

Plain ASGI middleware, outermost. Neither query nor client is logged: what was searched for is nobody's business.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextlib import nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING

from api.logs import request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.metrics import Metrics
    from api.tracing import Tracing

__all__ = ["Observing"]

logger = logging.getLogger(__name__)

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
            self._metrics.of_request(scope["method"], _route(scope), status, seconds)
            logger.info(
                "%s %s %d in %.1f ms",
                scope["method"],
                scope["path"],
                status,
                1000 * seconds,
                extra={
                    "method": scope["method"],
                    "path": scope["path"],
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
    """The path as the application declares it: addresses that anybody can make up would be labels without end."""
    route = scope.get("route")
    return str(getattr(route, "path_format", getattr(route, "path", ""))) or "(none)"
