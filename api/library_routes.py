"""The part of the HTTP API that tells of the library: suggestions, lists, articles, what is new, and its state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.conditional import answered
from api.library_schemas import ArticleModel, ListsModel, StatsModel, SuggestionsModel
from api.parameters import BrowseParameters, SuggestParameters  # noqa: TC001 - FastAPI reads the annotations of routes
from api.reports import read_report
from api.schemas import BrowsedModel
from api.search_routes import problems
from search.answers import hit_to_json

if TYPE_CHECKING:
    from api.live import Live
    from api.serving import Serving
    from api.settings import Settings
    from search.browse import Browsed

__all__ = ["library_routes"]

ArticleId = Annotated[str, Path(description="Its article_id.", examples=["0f3a1c9b7d2e4f56"])]


def library_routes(live: Live[Serving], settings: Settings) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["library"])

    @router.get("/suggest", response_model=SuggestionsModel, responses=problems(422, 503))
    def suggest(request: Request, parameters: Annotated[SuggestParameters, Query()]) -> Response:
        """Suggest how to go on with what is typed, in either script; Chinese also by pinyin."""
        serving = live.newest()
        return answered(
            request,
            serving,
            lambda: {
                "generation": serving.engine.generation.id,
                "suggestions": serving.engine.suggest(parameters.q, k=parameters.k),
            },
        )

    @router.get("/browse", response_model=BrowsedModel, responses=problems(400, 422, 503))
    def browse(request: Request, parameters: Annotated[BrowseParameters, Query()]) -> Response:
        """Look around without a query: what filters leave, or what is new."""
        serving = live.newest()
        k = serving.count(parameters.k)
        return answered(
            request,
            serving,
            lambda: _browsed(
                serving.engine.browse(
                    parameters.filters(),
                    k=k,
                    offset=parameters.offset,
                    order=parameters.order,
                    new_since=parameters.new_since,
                )
            ),
        )

    @router.get("/articles/{article_id}", response_model=ArticleModel, responses=problems(404, 422, 503))
    def article(request: Request, article_id: ArticleId) -> Response:
        """Return one article, whole and in passages, with all places of the reading lists that link to it."""
        serving = live.newest()
        return answered(request, serving, lambda: serving.article(article_id).model_dump())

    @router.get("/lists", response_model=ListsModel, responses=problems(503))
    def lists(request: Request) -> Response:
        """Return the reading lists with their sections."""
        serving = live.newest()
        return answered(
            request,
            serving,
            lambda: {"generation": serving.engine.generation.id, "lists": serving.engine.shelves},
        )

    @router.get("/stats", response_model=StatsModel, responses=problems(503))
    def stats() -> Response:
        """Say what is searched, how old it is, and what became of the links."""
        generation = live.newest().engine.generation
        manifest, report = generation.manifest, read_report(settings.data_path)
        told = StatsModel(
            generation=generation.id,
            created=datetime.fromtimestamp(manifest.created, UTC).isoformat().replace("+00:00", "Z"),
            articles=manifest.counts.articles,
            passages=manifest.counts.passages,
            lists=manifest.lists,
            towers=tuple(leg.id for leg in manifest.towers),
            lexical=manifest.lexical,
            outcomes=report.outcomes if report else {},
        )
        # No ETag: a crawl that changes nothing in the index changes the outcomes.
        return Response(msgspec.json.encode(told.model_dump()), media_type="application/json")

    return router


def _browsed(browsed: Browsed) -> dict[str, Any]:
    return {
        "generation": browsed.generation,
        "total": browsed.total,
        "offset": browsed.offset,
        "has_more": browsed.has_more,
        "order": browsed.order,
        "new_since": browsed.new_since,
        "facets": browsed.facets,
        "hits": [hit_to_json(hit) for hit in browsed.hits],
    }
