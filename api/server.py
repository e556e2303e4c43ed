"""The HTTP API and the search page as one FastAPI application; wiring, not logic."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api.head import HeadAsGet
from api.hosts import KnownHosts, known_hosts
from api.library_routes import library_routes
from api.library_schemas import StateModel
from api.limits import BodyLimit
from api.metrics import CONTENT_TYPE, Metrics
from api.observing import Observing
from api.problems import UnforeseenErrors, answer_errors_as_problems
from api.search_routes import problems, search_routes
from api.security import SecurityHeaders
from api.serving import follow
from api.tracing import open_tracing
from api.web.clicks import add_clicks
from api.web.pages import STATIC
from api.web.routes import add_pages
from ingest.errors import ShuangtaError

if TYPE_CHECKING:
    from api.live import Live
    from api.serving import Serving
    from api.settings import Settings
    from api.tracing import Tracing

__all__ = ["app"]


def app(settings: Settings, *, tracing: Tracing | None = None) -> FastAPI:
    """Make the application. Raises TowerError or MissingExtraError when the settings name what cannot be loaded.

    `tracing` is for a caller with an exporter of its own; otherwise the settings name the endpoint.
    """
    live = follow(settings)
    metrics = Metrics(live, settings.data_path, time.time)
    tracing = tracing or open_tracing(settings.server.otlp_endpoint)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # The first reader need not wait for files to be opened; without an index the server starts all the same.
        with suppress(ShuangtaError):
            await run_in_threadpool(live.newest)
        yield
        if tracing is not None:
            tracing.close()

    application = FastAPI(
        title="双塔 (shuangta)",
        description="Search over the articles that reading lists link to.",
        version=version("shuangta"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    # The last one added is the outermost.
    application.add_middleware(UnforeseenErrors)
    application.add_middleware(BodyLimit, most=settings.server.max_body)
    application.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    application.add_middleware(HeadAsGet)
    hosts = known_hosts(settings.server.host, settings.server.hosts)
    application.add_middleware(KnownHosts, hosts=hosts)
    application.add_middleware(SecurityHeaders)
    application.add_middleware(Observing, metrics=metrics, tracing=tracing, clock=time.perf_counter)
    application.mount("/static", StaticFiles(directory=STATIC))
    answer_errors_as_problems(application)
    watchers = [metrics.of_search, *([tracing.of_search] if tracing else [])]
    routes = search_routes(live, settings, watchers)
    routes.include_router(library_routes(live, settings))
    application.include_router(routes, prefix="/api/v1")
    application.include_router(routes, prefix="/api", include_in_schema=False)
    _add_health(application, live, metrics)
    add_pages(application, live, settings, watchers)
    add_clicks(application, settings, time.time)
    return application


def _add_health(application: FastAPI, live: Live[Serving], metrics: Metrics) -> None:
    @application.get("/healthz")
    def healthz() -> StateModel:
        """Say that the process is alive."""
        return StateModel(status="ok")

    @application.get("/readyz", responses=problems(503))
    def readyz() -> StateModel:
        """Say whether searches can be answered, and from which generation."""
        return StateModel(status="ready", generation=live.newest().engine.generation.id)

    @application.get("/metrics", include_in_schema=False)
    def exposition() -> Response:
        """Metrics in Prometheus' text format."""
        return Response(metrics.exposition(), headers={"content-type": CONTENT_TYPE})
