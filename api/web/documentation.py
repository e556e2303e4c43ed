"""The API's documentation as a page, from its own OpenAPI description: FastAPI's loads a script from elsewhere."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup, escape

__all__ = ["Absent", "type_name"]


class Absent(Undefined):
    """A key that OpenAPI left out: nothing to show and nothing to iterate over, at any depth."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def items(self) -> tuple[()]:
        """No items."""
        return ()


def type_name(schema: Any, *, links: bool = False) -> Markup:
    """A JSON schema in a few words, such as "list of HitModel"; with `links`, models link to their table."""
    if not isinstance(schema, dict):
        return Markup()
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#{0}">{0}</a>').format(name) if links else escape(name)
    if "enum" in schema:
        return escape(" | ".join(map(str, schema["enum"])))
    if "anyOf" in schema:
        kinds = (type_name(kind, links=links) for kind in schema["anyOf"] if kind.get("type") != "null")
        return Markup(" | ").join(kinds)
    if schema.get("type") == "array" and "items" in schema:
        return Markup("list of {}").format(type_name(schema["items"], links=links))
    if isinstance(schema.get("additionalProperties"), dict):
        return Markup("object of {}").format(type_name(schema["additionalProperties"], links=links))
    return escape(
        re.sub(r"^array$", "list", str(schema.get("title" if "properties" in schema else "type", "any")))
    )
