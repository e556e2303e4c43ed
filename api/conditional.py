"""Answers that are sent only where they changed: an ETag for each generation, and 304 to who has it already.

The same address gives the same answer until a new generation, other settings, newly trained trees or another version
of the program come; only timings differ, so the tag is a weak one (RFC 9110, section 8.8.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.serving import Serving

__all__ = ["answered", "entity_tag"]


def entity_tag(serving: Serving) -> str:
    """The tag of everything that is answered from one generation with one group of settings."""
    return f'W/"{serving.engine.generation.id}-{_digest_of(serving)}"'


def answered(
    request: Request, serving: Serving, make: Callable[[], object], headers: Mapping[str, str] | None = None
) -> Response:
    """What `make` returns, as JSON; or 304, without making it, where the client has it already."""
    tag = entity_tag(serving)
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"etag": tag})
    body = msgspec.json.encode(make())
    return Response(body, headers={"etag": tag, **(headers or {})}, media_type="application/json")


def _has(if_none_match: str, tag: str) -> bool:
    """Weak comparison (RFC 9110, section 8.8.3.2)."""
    given = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return "*" in given or tag.removeprefix("W/") in given


def _digest_of(serving: Serving) -> str:
    return _digest(msgspec.json.encode((serving.engine.settings, serving.settings.server, serving.prerank)))


@cache
def _digest(ranked_by: bytes) -> str:
    return hashlib.sha256(version("shuangta").encode() + ranked_by).hexdigest()[:8]
