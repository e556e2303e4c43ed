"""Errors on the wire: the right status, RFC 9457's members, a sentence for people."""

import asyncio
import json

import pytest
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.testclient import TestClient

from api.problems import UnforeseenErrors, problem, status_of, validation_sentence
from ingest.errors import GenerationError, IndexMissingError, QueryError, StoreError, TowerError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (QueryError, 400),
        (IndexMissingError, 503),
        (GenerationError, 503),
        (TowerError, 503),
        (StoreError, 500),
    ],
)
def test_the_status_says_whose_fault_it_is(error, status):
    assert status_of(error("x")) == status


def test_a_problem_has_the_members_of_the_rfc():
    response = problem(400, "The query is empty.", "Type some words.")
    assert response.media_type == "application/problem+json"
    assert json.loads(response.body) == {
        "status": 400,
        "title": "Bad Request",
        "detail": "The query is empty.",
        "cure": "Type some words.",
    }


def test_what_may_pass_says_when_to_try_again():
    assert problem(503, "x").headers["retry-after"] == "30"
    assert "retry-after" not in problem(404, "x").headers


def test_wrong_parameters_are_named():
    errors = [
        {"type": "greater_than", "loc": ("query", "k"), "msg": "must be positive"},
        {"type": "extra_forbidden", "loc": ("query", "limit"), "msg": "not permitted"},
    ]
    assert validation_sentence(errors) == "k: must be positive; limit: not permitted."


def failing(_):
    raise ZeroDivisionError("by the third parameter")


def failing_late(_):
    def parts():
        yield "half an answer"
        raise ZeroDivisionError

    return StreamingResponse(parts())


@pytest.fixture
def server():
    routes = [Route("/fails", failing), Route("/fails-late", failing_late)]
    return TestClient(UnforeseenErrors(Router(routes)))


def test_what_nobody_foresaw_is_a_problem_too_and_stands_in_the_log(server, caplog):
    response = server.get("/fails")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert "third parameter" not in response.text
    assert "by the third parameter" in caplog.text


def test_what_fails_halfway_through_an_answer_ends_the_connection(server):
    with pytest.raises(ZeroDivisionError):
        server.get("/fails-late")


def test_who_went_away_while_still_speaking_is_no_error(caplog):
    async def reading(request):
        return Response(b"".join([part async for part in request.stream()]))

    async def gone():
        return {"type": "http.disconnect"}

    async def unheard(message):
        pytest.fail(f"{message} is for nobody")

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(UnforeseenErrors(Router([Route("/", reading, methods=["POST"])]))(scope, gone, unheard))
    assert not caplog.records
