"""For a command that asks a server in place of opening the index: whether it would answer from the same settings.

Plain ASGI middleware. Every response says which settings it is from, and a request that names others is refused
before anything is searched (412, RFC 9110 §15.5.13).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from api.problems import problem
from api.sources import SETTINGS_HEADER

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SameSettings"]


class SameSettings:
    """Says `fingerprint` in every HTTP response, and lets no request through that was made for another."""

    def __init__(self, app: ASGIApp, fingerprint: str) -> None:
        self._app = app
        self._header = (SETTINGS_HEADER.encode(), fingerprint.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name, fingerprint = self._header
        if any(key == name and value != fingerprint for key, value in scope["headers"]):
            refusal = problem(
                HTTPStatus.PRECONDITION_FAILED, "The server was started with other settings than these."
            )
            await refusal(scope, receive, send)
            return

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), self._header]
            await send(message)

        await self._app(scope, receive, send_with_header)
