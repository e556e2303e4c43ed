"""Values to HTML: the environment of the templates, and one function a page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.web.documentation import Absent, type_name
from api.web.phrases import PHRASES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.web.reading import ShownArticle
    from api.web.results import Results
    from api.web.state import State

__all__ = [
    "STATIC",
    "Look",
    "docs_page",
    "opensearch",
    "reading_page",
    "results_part",
    "search_page",
    "state_page",
]

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is to look to this reader, and where it is, so that a switch leads back to it."""

    language: str = "en"  # "zh" or "en"
    theme: str = ""  # "light", "dark", or "" as the system has it
    path: str = "/"
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> Mapping[str, str]:
        """The phrases of its language."""
        return PHRASES[self.language]

    def switch(self, name: str, value: str) -> str:
        """The address of this page that changes a preference for good."""
        return f"{self.path}?{urlencode([*self.pairs, (name, value)])}"


def search_page(look: Look, results: Results, *, max_query_chars: int, waiting: int = 0) -> str:
    """The search page; it asks for itself again after `waiting` seconds, unless that is 0."""
    return _render(
        "search.html", look, here="search", page=results, max_query_chars=max_query_chars, waiting=waiting
    )


def results_part(look: Look, results: Results) -> str:
    """What stands under the search box, by itself."""
    return _render("results.html", look, page=results)


def reading_page(look: Look, article: ShownArticle, *, max_query_chars: int) -> str:
    """One article to be read."""
    return _render("read.html", look, here="read", article=article, max_query_chars=max_query_chars)


def state_page(look: Look, state: State) -> str:
    """The engine's own state."""
    return _render("state.html", look, here="state", state=state)


def docs_page(look: Look, openapi: dict[str, Any], base_url: str) -> str:
    """The OpenAPI description as a page."""
    # OpenAPI leaves out what is empty, so here a missing key is not a mistake.
    return _render("docs.html", look, lenient=True, here="docs", api=openapi, base_url=base_url)


def opensearch(look: Look, base_url: str) -> str:
    """The description by which a browser adds the page as a search engine (OpenSearch 1.1)."""
    return _render("opensearch.xml", look, base_url=base_url)


def _render(template: str, look: Look, *, lenient: bool = False, **values: object) -> str:
    return (
        _environment(lenient=lenient)
        .get_template(template)
        .render(words=look.words, theme=look.theme, switch=look.switch, **values)
    )


@cache
def _environment(*, lenient: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=Absent if lenient else StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["type_name"] = type_name
    return environment
