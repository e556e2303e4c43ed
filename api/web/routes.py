"""What a browser asks for: the search page and its parts, articles to read, the engine's state, the documentation."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import msgspec
from fastapi import FastAPI, HTTPException, Request  # noqa: TC002 - FastAPI reads the annotations of routes
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.problems import problem, status_of
from api.web.clicks import CLICKS_PATH
from api.web.error_phrases import error_phrase
from api.web.form import Form
from api.web.pages import (
    Look,
    docs_page,
    opensearch,
    reading_page,
    results_part,
    search_page,
    state_page,
)
from api.web.phrases import PHRASES, page_language
from api.web.reading import shown_article
from api.web.results import Message, Results, ask
from api.web.state import crawling, state
from ingest.errors import IndexMissingError, NotFoundError, ShuangtaError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from api.live import Live
    from api.serving import Serving
    from api.settings import Settings
    from search.answers import Answer

__all__ = ["add_pages"]

# What a reader chose for good, by the cookie that keeps it and the parameter that sets it.
_PREFERENCES: Mapping[str, frozenset[str]] = {
    "ui": frozenset(PHRASES),
    "theme": frozenset({"auto", "light", "dark"}),
}
_A_YEAR = 365 * 24 * 3600
_LOOK_AGAIN = 5  # seconds between two looks at an index that is being built
_SUGGESTIONS = 8


def add_pages(
    application: FastAPI,
    live: Live[Serving],
    settings: Settings,
    watchers: Sequence[Callable[[Answer], None]] = (),
) -> None:
    """Add `/`, `/read/{id}`, `/state`, `/docs`, and what makes the page a search engine of the browser.

    `watchers` are told of every answer to a query.
    """
    pages = _Pages(live, settings, watchers)

    @application.get("/", include_in_schema=False)
    def search(request: Request) -> Response:
        return _preferred(request) or pages.search(request)

    @application.get("/read/{article_id}", include_in_schema=False)
    def read(request: Request, article_id: str) -> Response:
        return _preferred(request) or pages.read(request, article_id)

    @application.get("/state", include_in_schema=False)
    def show_state(request: Request) -> Response:
        return _preferred(request) or pages.state(request)

    @application.get("/docs", include_in_schema=False)
    def docs(request: Request) -> Response:
        look = _look(request)
        return _preferred(request) or _html(docs_page(look, application.openapi(), _base_url(request)))

    @application.get("/opensearch.xml", include_in_schema=False)
    def description(request: Request) -> Response:
        return Response(
            opensearch(_look(request), _base_url(request)),
            media_type="application/opensearchdescription+xml",
            headers=_VARY,
        )

    @application.exception_handler(HTTPStatus.NOT_FOUND)
    def nowhere(request: Request, error: HTTPException) -> Response:
        accepted = request.headers.get("accept", "")
        if request.url.path.startswith("/api/") or "text/html" not in accepted:
            return problem(HTTPStatus.NOT_FOUND, str(error.detail))
        return pages.nowhere(request)

    @application.get("/suggest", include_in_schema=False)
    def suggest(q: str = "") -> Response:
        found = live.newest().engine.suggest(q, k=_SUGGESTIONS) if q.strip() else ()
        body = msgspec.json.encode([q, [each.text for each in found]])
        return Response(body, media_type="application/x-suggestions+json")


class _Pages:
    """The pages that are made from what is served now."""

    def __init__(
        self, live: Live[Serving], settings: Settings, watchers: Sequence[Callable[[Answer], None]]
    ) -> None:
        self._live = live
        self._watchers = watchers
        self._settings = settings
        self._longest = settings.search.max_query_chars

    def search(self, request: Request) -> Response:
        """The search page, or with `part=results` what stands under its box."""
        look = _look(request)
        status, results, waiting = self._results(request, look.words)
        if request.query_params.get("part") == "results":
            return _html(results_part(look, results), status)
        return _html(search_page(look, results, max_query_chars=self._longest, waiting=waiting), status)

    def read(self, request: Request, article_id: str) -> Response:
        """An article, opened at the passage `at`."""
        look = _look(request)
        try:
            serving = self._live.newest()
            reading = serving.engine.read(article_id)
            at = request.query_params.get("at", "")
            here = int(at[:6]) if at.isascii() and at.isdecimal() else None
            article = shown_article(serving.engine, reading, serving.text(reading), look.words, here=here)
        except ShuangtaError as error:
            status, message, waiting = self._trouble(error, look.words)
            results = Results(Form(), message=message)
            return _html(search_page(look, results, max_query_chars=self._longest, waiting=waiting), status)
        return _html(reading_page(look, article, max_query_chars=self._longest))

    def nowhere(self, request: Request) -> Response:
        """What stands where no page is: the way to search."""
        look = _look(request)
        message = Message(look.words["no_page"], look.words["no_page_hint"])
        page = search_page(look, Results(Form(), message=message), max_query_chars=self._longest)
        return _html(page, HTTPStatus.NOT_FOUND)

    def state(self, request: Request) -> Response:
        """The state of the data folder."""
        look = _look(request)
        return _html(state_page(look, state(self._settings, look.words)))

    def _results(self, request: Request, words: Mapping[str, str]) -> tuple[int, Results, int]:
        """Status, what to show, and after how many seconds to look again (0: never)."""
        form = Form(q=request.query_params.get("q", ""))
        try:
            form = Form.read(request.query_params.multi_items())
            serving = self._live.newest()
            k = self._settings.server.results
            results = ask(serving.engine, serving.front, form, words, k, self._watchers)
            kept = self._settings.search.clicks.enabled and form.plain
            return HTTPStatus.OK, replace(results, clicks=CLICKS_PATH) if kept else results, 0
        except ShuangtaError as error:
            status, message, waiting = self._trouble(error, words)
            return status, Results(form, message=message, announce=message.title), waiting

    def _trouble(self, error: ShuangtaError, words: Mapping[str, str]) -> tuple[int, Message, int]:
        if isinstance(error, IndexMissingError):
            under_way = crawling(self._settings)
            if under_way is None:
                message = Message(words["no_index_title"], words["no_index_hint"], command="shuangta rebuild")
                return HTTPStatus.SERVICE_UNAVAILABLE, message, 0
            said = words["building_hint" if under_way.done else "building_begun"]
            sentence = said.format(done=under_way.done, total=under_way.total)
            message = Message(words["building_title"], sentence)
            return HTTPStatus.SERVICE_UNAVAILABLE, message, _LOOK_AGAIN
        if isinstance(error, NotFoundError):
            return HTTPStatus.NOT_FOUND, Message(words["no_article"], words["no_article_hint"]), 0
        return status_of(error), Message(words["trouble"], *error_phrase(error, words["language"])), 0


_VARY = {"vary": "accept-language, cookie"}


def _html(html: str, status: int = HTTPStatus.OK) -> Response:
    return HTMLResponse(html, status, headers=_VARY)


def _base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _look(request: Request) -> Look:
    """What the reader's cookies and browser ask for."""
    chosen = request.cookies.get("ui", "")
    theme = request.cookies.get("theme", "")
    return Look(
        language=chosen if chosen in PHRASES else page_language(request.headers.get("accept-language", "")),
        theme=theme if theme in ("light", "dark") else "",
        path=request.url.path,
        pairs=tuple(pair for pair in request.query_params.multi_items() if pair[0] != "part"),
    )


def _preferred(request: Request) -> Response | None:
    """Where a preference is set, the way back to the same page, which keeps it in a cookie."""
    chosen = {
        name: value for name, value in request.query_params.items() if value in _PREFERENCES.get(name, ())
    }
    if not chosen:
        return None
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name not in _PREFERENCES]
    back = RedirectResponse(
        # By its path alone, so that no address can lead elsewhere.
        f"/{quote(request.url.path.lstrip('/'))}" + (f"?{urlencode(pairs)}" if pairs else ""),
        HTTPStatus.SEE_OTHER,
    )
    for name, value in chosen.items():
        back.set_cookie(name, value, max_age=_A_YEAR, samesite="lax", httponly=True)
    return back
