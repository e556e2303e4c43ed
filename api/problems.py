"""Errors on the wire: every 4xx and 5xx of the API is `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from ingest.errors import (
    GenerationError,
    GoneError,
    IndexMissingError,
    MissingExtraError,
    NotFoundError,
    QueryError,
    ShuangtaError,
    TowerError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = [
    "Problem",
    "UnforeseenErrors",
    "answer_errors_as_problems",
    "problem",
    "problem_body",
    "status_of",
    "validation_sentence",
]

logger = logging.getLogger(__name__)

_STATUS: tuple[tuple[tuple[type[ShuangtaError], ...], HTTPStatus], ...] = (
    ((QueryError,), HTTPStatus.BAD_REQUEST),
    ((NotFoundError,), HTTPStatus.NOT_FOUND),
    ((GoneError,), HTTPStatus.GONE),
    # The service is sound but has nothing to search with; trying again later helps.
    ((IndexMissingError, GenerationError, TowerError, MissingExtraError), HTTPStatus.SERVICE_UNAVAILABLE),
)
RETRY_AFTER = "30"  # seconds


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The members of RFC 9457 that are used here. `title` is the status' own phrase, `detail` is for people."""

    status: int
    title: str
    detail: str
    cure: str = ""
    type: str = "about:blank"


def status_of(error: ShuangtaError) -> HTTPStatus:
    """The HTTP status that says whose fault an error is."""
    of_kind = (status for kinds, status in _STATUS if isinstance(error, kinds))
    return next(of_kind, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem_body(status: int, detail: str, cure: str = "") -> Problem:
    """A problem as it stands in the place of an answer."""
    return Problem(status, HTTPStatus(status).phrase, detail, cure)


def problem(status: int, detail: str, cure: str = "", headers: dict[str, str] | None = None) -> Response:
    """A problem+json response."""
    body = problem_body(status, detail, cure)
    wait = {"retry-after": RETRY_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Response(
        msgspec.json.encode(body), status, {**wait, **(headers or {})}, media_type="application/problem+json"
    )


def validation_sentence(errors: Iterable[Mapping[str, Any]]) -> str:
    """What is wrong with a request's parameters, in one sentence."""
    return "; ".join(map(_said, errors)) + "."


def _said(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"The body is no JSON, at character {error['loc'][-1]}: {error['ctx']['error']}"
    return f"{_parameter(error['loc'])}: {error['msg']}"


def _parameter(place: object) -> str:
    return ".".join(str(part) for part in place[1:] or place) if isinstance(place, tuple) else str(place)


def answer_errors_as_problems(application: FastAPI) -> None:
    """Register the handlers that turn each kind of error into a problem."""

    @application.exception_handler(ShuangtaError)
    def of_ours(_: Request, error: ShuangtaError) -> Response:
        return problem(status_of(error), error.sentence, error.cure)

    @application.exception_handler(RequestValidationError)
    def of_parameters(_: Request, error: RequestValidationError) -> Response:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, validation_sentence(error.errors()), "See /docs.")

    @application.exception_handler(HTTPException)
    def of_http(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))


class UnforeseenErrors:
    """Plain ASGI middleware: what nothing else has caught is logged, and answered with 500 as a problem like any other.

    Innermost, so that the answer has the request's id, by which the log is searched, and the headers of every answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. What fails after the answer has begun is raised: there is no taking it back."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            pass  # nobody is there to be answered, and nothing went wrong here
        except Exception:
            if begun or scope["type"] != "http":
                raise
            logger.exception("A request could not be answered.")
            failed = problem(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "Something went wrong in the server.",
                "Its log says what, beside the X-Request-ID of this answer.",
            )
            await failed(scope, receive, send)
