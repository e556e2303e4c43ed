"""The HTTP API and the search page as one FastAPI application; wiring, not logic."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import FastAPI, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api.browser import add_pages
from api.page import STATIC
from api.problems import answer_errors_as_problems, problem
from api.schemas import AnswerModel, ArticleModel, ProblemModel, SearchParameters, StateModel
from api.security import SecurityHeaders
from api.serving import follow
from ingest.errors import ShuangtaError
from search.answers import to_json

if TYPE_CHECKING:
    from api.live import Live
    from api.serving import Serving
    from api.settings import Settings

__all__ = ["app"]

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": ProblemModel.model_json_schema()}},
    }
    for status, description in (
        (400, "The query is empty or too long, or a filter makes no sense."),
        (404, "There is no such article in the index."),
        (422, "A parameter is unknown, missing or of the wrong type."),
        (503, "There is no index yet, or it cannot be opened."),
    )
}


def app(settings: Settings) -> FastAPI:
    """Make the application. Raises TowerError or MissingExtraError when the settings name what cannot be loaded."""
    live = follow(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # The first reader need not wait for files to be opened; without an index the server starts all the same.
        with suppress(ShuangtaError):
            await run_in_threadpool(live.newest)
        yield

    application = FastAPI(
        title="双塔 (shuangta)",
        description="Search over the articles that reading lists link to.",
        version=version("shuangta"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    application.add_middleware(SecurityHeaders)
    application.mount("/static", StaticFiles(directory=STATIC))
    answer_errors_as_problems(application)
    _add_search(application, live)
    _add_health(application, live)
    add_pages(application, live, settings)
    return application


def _add_search(application: FastAPI, live: Live[Serving]) -> None:
    @application.get("/api/search", response_model=AnswerModel, responses=_problems(400, 422, 503))
    def search(parameters: Annotated[SearchParameters, Query()]) -> Response:
        """Answer a query with the articles that fit it best, each at its best passage."""
        answer = live.newest().search(parameters)
        # Encoded as it is: building the models first would take longer than the search.
        return Response(msgspec.json.encode(to_json(answer)), media_type="application/json")

    @application.get(
        "/api/articles/{article_id}", response_model=ArticleModel, responses=_problems(404, 422, 503)
    )
    def article(article_id: str) -> ArticleModel | Response:
        """Return one article, whole, with all places of the reading lists that link to it."""
        found = live.newest().article(article_id)
        return found or problem(HTTPStatus.NOT_FOUND, f"There is no article {article_id!r} in the index.")


def _add_health(application: FastAPI, live: Live[Serving]) -> None:
    @application.get("/healthz")
    def healthz() -> StateModel:
        """Say that the process is alive."""
        return StateModel(status="ok")

    @application.get("/readyz", responses=_problems(503))
    def readyz() -> StateModel:
        """Say whether searches can be answered, and from which generation."""
        return StateModel(status="ready", generation=live.newest().engine.generation.id)


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: _PROBLEMS[status] for status in statuses}
