"""What a browser asks for: the search page for the form that was filled in, and the API's documentation."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request  # noqa: TC002 - FastAPI reads the annotations of routes
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from api.page import Choices, Form, Message, docs_page, search_page
from api.parameters import SearchParameters
from api.phrases import PHRASES, page_language
from api.problems import status_of, validation_sentence
from ingest.errors import IndexMissingError, ShuangtaError

if TYPE_CHECKING:
    from api.live import Live
    from api.serving import Serving
    from api.settings import Settings

__all__ = ["add_pages"]

_OF_SEVERAL_VALUES = ("list", "section", "host", "lang")
_OF_ONE_VALUE = ("q", "k", "mode", "starred", "since", "explain")


def add_pages(application: FastAPI, live: Live[Serving], settings: Settings) -> None:
    """Add `/` and `/docs`."""

    @application.get("/", include_in_schema=False)
    def page(request: Request) -> HTMLResponse:
        status, html = _page(request, live, settings)
        return HTMLResponse(html, status, headers={"vary": "accept-language"})

    @application.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(docs_page(application.openapi(), str(request.base_url).rstrip("/")))


def _page(request: Request, live: Live[Serving], settings: Settings) -> tuple[int, str]:
    """Status and HTML of the search page for the form that the request carries."""
    language = page_language(request.headers.get("accept-language", ""))
    words = PHRASES[language]
    show = partial(search_page, language=language, max_query_chars=settings.search.max_query_chars)
    given = _filled_in(request)
    form, choices = Form(q=given.get("q", "")), Choices()
    try:
        serving = live.newest()
        choices = serving.choices
        if not form.q.strip():
            return HTTPStatus.OK, show(form, choices)
        parameters = SearchParameters.model_validate(given)
        form = Form(
            parameters.q, parameters.k, parameters.mode or "", parameters.explain, parameters.filters()
        )
        answer = serving.search(parameters)
    except IndexMissingError:
        message = Message(words["no_index_title"], words["no_index_hint"], command="shuangta rebuild")
        return HTTPStatus.SERVICE_UNAVAILABLE, show(form, choices, message=message)
    except ShuangtaError as error:
        return status_of(error), show(
            form, choices, message=Message(words["trouble"], error.sentence, error.cure)
        )
    except ValidationError as error:
        message = Message(words["trouble"], validation_sentence(error.errors()))
        return HTTPStatus.UNPROCESSABLE_ENTITY, show(form, choices, message=message)
    shown, most = len(answer.hits), settings.server.max_results
    more = min(shown + settings.server.results, most) if shown < min(answer.total, most) else None
    return HTTPStatus.OK, show(form, choices, answer=answer, more=more)


def _filled_in(request: Request) -> dict[str, Any]:
    """The form's fields that hold something; a browser also sends the empty ones."""
    fields: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if not value.strip():
            continue
        if name in _OF_SEVERAL_VALUES:
            fields.setdefault(name, []).append(value)
        elif name in _OF_ONE_VALUE:
            fields[name] = value
    return fields
