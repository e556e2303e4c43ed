"""No request body is read that is larger than the settings allow (413), whatever it says of its own length."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from api.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BodyLimit"]


class BodyLimit:
    """Plain ASGI middleware: answers in place of the application once a body is too large."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """`most` is in bytes."""
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count what comes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The request has more than {self._most} bytes.",
            "Send fewer queries at once, or raise server.max_body.",
        )
        if _announced(scope) > self._most:
            await refusal(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._most:
                # What reads the body takes no further part of it; the handler of errors answers.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request body is too large.")
            return message

        await self._app(scope, counted, send)


def _announced(scope: Scope) -> int:
    """Bytes that the header promises; 0 where it says nothing that counts."""
    length: bytes = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(length) if length.isdigit() else 0
