"""The search page and the API's own documentation, rendered on the server: HTML and one style sheet, no script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, get_args
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup, escape

from api.phrases import PHRASES
from api.plain import pieces, plain
from search.filters import Filters
from search.settings import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.answers import Answer, Span

__all__ = ["STATIC", "Choices", "Form", "Message", "docs_page", "search_page"]

_WEB = Path(__file__).parent / "web"
STATIC = _WEB / "static"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a generation has to choose from in the filters."""

    articles: int = 0
    lists: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What the reader filled in; the page shows it again."""

    q: str = ""
    k: int | None = None
    mode: str = ""
    explain: bool = False
    filters: Filters = field(default_factory=Filters)

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set, so that its controls are shown open."""
        return self.filters != Filters()

    def address(self, *, k: int | None = None, filters: Filters | None = None) -> str:
        """The page's own address with this form filled in."""
        wanted = self.filters if filters is None else filters
        pairs = [("q", self.q), ("mode", self.mode), ("explain", "true" if self.explain else "")]
        pairs += [("list", name) for name in wanted.lists] + [("section", name) for name in wanted.sections]
        pairs += [("host", name) for name in wanted.hosts] + [("lang", name) for name in wanted.langs]
        pairs += [("since", wanted.since), ("starred", "true" if wanted.starred else ""), ("k", str(k or ""))]
        return "/?" + urlencode([(name, value) for name, value in pairs if value])


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in the place of results."""

    title: str
    sentence: str
    cure: str = ""
    command: str = ""


class _Shown(Protocol):
    passage: str
    snippet: Span
    highlights: Sequence[Span]


def search_page(
    form: Form,
    choices: Choices,
    *,
    language: str,
    max_query_chars: int,
    answer: Answer | None = None,
    message: Message | None = None,
    more: int | None = None,
) -> str:
    """The page as HTML, in `language` ("zh" or "en"); `more` is the `k` behind "more results", if there are any."""
    return (
        _environment(StrictUndefined)
        .get_template("search.html")
        .render(
            words=PHRASES[language],
            form=form,
            filters=form.filters,
            choices=choices,
            modes=get_args(Mode),
            max_query_chars=max_query_chars,
            answer=answer,
            message=message,
            more_url=form.address(k=more) if more else "",
            plain_url=form.address(filters=Filters()),
        )
    )


def docs_page(openapi: dict[str, Any], base_url: str) -> str:
    """The OpenAPI description as a page. FastAPI's own loads its script from elsewhere, which needs a network."""
    # OpenAPI leaves out what is empty, so here a missing key is not a mistake.
    template = _environment(_Absent).get_template("docs.html")
    return template.render(api=openapi, words=PHRASES["en"], base_url=base_url)


class _Absent(Undefined):
    """A key that OpenAPI left out: nothing to show and nothing to iterate over, at any depth."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def items(self) -> tuple[()]:
        """No items."""
        return ()


@cache
def _environment(undefined: type[Undefined]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_WEB / "templates"),
        autoescape=True,
        undefined=undefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(passage=_passage, web_address=_web_address, type_name=_type_name)
    return environment


def _passage(hit: _Shown) -> Markup:
    """The snippet with its highlights as <mark>; dots where the passage goes on."""
    start, end = hit.snippet
    text, highlights = plain(hit.passage, hit.snippet, hit.highlights)
    body = Markup().join(
        Markup("<mark>{}</mark>").format(piece) if marked else escape(piece)
        for piece, marked in pieces(text, highlights)
    )
    return Markup("{}{}{}").format(
        "… " if start else "", body.strip(), " …" if end < len(hit.passage) else ""
    )


def _web_address(url: str) -> str:
    """The address, or nothing when a link to it would be anything but a page of the web (`javascript:` …)."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


def _type_name(schema: Any, *, links: bool = False) -> Markup:
    """A JSON schema in a few words, such as "list of HitModel"; with `links`, models link to their table."""
    if not isinstance(schema, dict):
        return Markup()
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#{0}">{0}</a>').format(name) if links else escape(name)
    if "enum" in schema:
        return escape(" | ".join(map(str, schema["enum"])))
    if "anyOf" in schema:
        kinds = (_type_name(kind, links=links) for kind in schema["anyOf"] if kind.get("type") != "null")
        return Markup(" | ").join(kinds)
    if schema.get("type") == "array" and "items" in schema:
        return Markup("list of {}").format(_type_name(schema["items"], links=links))
    if isinstance(schema.get("additionalProperties"), dict):
        return Markup("object of {}").format(_type_name(schema["additionalProperties"], links=links))
    return escape(
        re.sub(r"^array$", "list", str(schema.get("title" if "properties" in schema else "type", "any")))
    )
