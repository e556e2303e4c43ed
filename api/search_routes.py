"""The part of the HTTP API that is asked a question: one search, several at once, more like an article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.conditional import answered
from api.parameters import BatchParameters, SearchParameters, SimilarParameters  # noqa: TC001 - FastAPI reads the annotations of routes
from api.problems import problem_body, status_of
from api.schemas import AnswerModel, BatchModel, ProblemModel
from api.serving import serving_of
from ingest.errors import QueryError, ShuangtaError
from search.answers import to_json

if TYPE_CHECKING:
    from api.live import Live
    from api.serving import Serving
    from api.settings import Settings
    from search.answers import Answer

__all__ = ["problems", "search_routes"]

Watchers = Sequence[Callable[["Answer"], None]]

_PROBLEMS: dict[int | str, str] = {
    400: "The query is empty or too long, or a filter makes no sense.",
    404: "There is no such article in the index.",
    410: "The index that the cursor goes on in is no longer served.",
    413: "The request is larger than the server's settings allow.",
    422: "A parameter is unknown, missing or of the wrong type.",
    503: "There is no index yet, or it cannot be opened.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How a route's problems are described, and that a client may have the answer already."""
    schema = {"$ref": "#/components/schemas/ProblemModel"}
    return {
        status: {
            "description": _PROBLEMS[status],
            "model": ProblemModel,
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }


def search_routes(live: Live[Serving], settings: Settings, watchers: Watchers) -> APIRouter:
    """The routes; `watchers` are told of every answer."""
    router = APIRouter(tags=["search"])

    def searched(serving: Serving, parameters: SearchParameters) -> Answer:
        answer = serving.search(parameters)
        for watcher in watchers:
            watcher(answer)
        return answer

    @router.get("/search", response_model=AnswerModel, responses=problems(400, 410, 422, 503))
    def search(request: Request, parameters: Annotated[SearchParameters, Query()]) -> Response:
        """Answer a query with the articles that fit it best, each at its best passage.

        Where there is more, the header `Link: <…>; rel="next"` (RFC 8288) says the address of the next page.
        """
        serving = serving_of(live, parameters.cursor)
        headers: dict[str, str] = {}

        def make() -> dict[str, Any]:
            answer = searched(serving, parameters)
            if following := serving.next_page(parameters, answer):
                headers["link"] = f'<{_at(request, following)}>; rel="next"'
            # Encoded as it is: building the models first would take longer than the search.
            return to_json(answer)

        return answered(request, serving, make, headers)

    @router.post("/search", response_model=BatchModel, responses=problems(413, 422, 503))
    def batch(parameters: BatchParameters) -> Response:
        """Answer several queries from one index. What is wrong with one of them is said in its place."""
        most = settings.server.max_batch
        if len(parameters.queries) > most:
            raise QueryError(
                f"A batch holds at most {most} queries, not {len(parameters.queries)}.",
                "Send several batches.",
            )
        serving = live.newest()
        answers: list[Any] = []
        for each in parameters.queries:
            try:
                answers.append(to_json(searched(serving, each)))
            except ShuangtaError as error:
                answers.append(problem_body(status_of(error), error.sentence, error.cure))
        body = {"generation": serving.engine.generation.id, "answers": answers}
        return Response(msgspec.json.encode(body), media_type="application/json")

    @router.get("/similar", response_model=AnswerModel, responses=problems(400, 404, 422, 503))
    def similar(request: Request, parameters: Annotated[SimilarParameters, Query()]) -> Response:
        """Answer with the articles most like one; their `query` is its title."""
        serving = live.newest()
        k = serving.count(parameters.k)
        return answered(
            request,
            serving,
            lambda: to_json(serving.engine.similar(parameters.article, k=k, filters=parameters.filters())),
        )

    return router


def _at(request: Request, cursor: str) -> str:
    """The address of the request with another cursor."""
    others = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("cursor", "offset")
    ]
    return f"{request.url.path}?{urlencode([*others, ('cursor', cursor)])}"
