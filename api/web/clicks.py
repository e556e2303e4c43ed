"""`POST /clicks`: the page tells which result was opened, where the settings ask for that; otherwise there is no such address.

Only our own page is listened to. Another site's can send a form to a server on this machine, but neither JSON without
asking first, which nobody here allows, nor without its browser saying where it comes from.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from fastapi import FastAPI, Request  # noqa: TC002 - FastAPI reads the annotations of routes
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.problems import problem
from api.wiring import click_log
from search.clicks import Click

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.settings import Settings

__all__ = ["CLICKS_PATH", "add_clicks"]

CLICKS_PATH = "/clicks"
_MOST_BYTES = 65_536  # a thousand ids and a long query


class _Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page says."""

    query: str
    generation: str
    first: int
    shown: tuple[str, ...]
    opened: str


def add_clicks(application: FastAPI, settings: Settings, clock: Callable[[], float]) -> None:
    """Add the route where clicks are to be kept; `clock` gives seconds since the epoch."""
    if not settings.search.clicks.enabled:
        return
    log = click_log(settings)

    @application.post(CLICKS_PATH, include_in_schema=False)
    async def opened(request: Request) -> Response:
        if not _is_ours(request):
            return problem(HTTPStatus.FORBIDDEN, "Only the search page itself says what was opened.")
        body = await _bounded(request)
        if body is None:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A click has at most {_MOST_BYTES} bytes.")
        try:
            said = msgspec.json.decode(body, type=_Opened)
            # Of an article that is shown twice (search.per_article) its better place counts.
            shown = tuple(dict.fromkeys(said.shown))
            click = Click.at(clock(), said.query, said.generation, shown, said.opened, said.first)
        except ValueError as error:  # msgspec's among them
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"This is no click: {error}.")
        await run_in_threadpool(log.append, click)
        return Response(status_code=HTTPStatus.NO_CONTENT)


def _is_ours(request: Request) -> bool:
    """Whether it comes from a page of this very server, by what a page cannot forge."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    # An older browser, or a page that came over plain HTTP from another machine.
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


async def _bounded(request: Request) -> bytes | None:
    """The body, or None once it is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return None
    return body
