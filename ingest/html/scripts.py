"""Values that a page holds only in its scripts: constants, arguments and JSON, read without running anything."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ingest.html.markup import Element, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["article_bodies", "json_ld", "script_strings", "short_scripts", "strings", "unescaped"]

_DEPTH = 4  # of the lists and objects that are looked into; deeper ones hold no facts of an article
_ESCAPE = re.compile(r"\\(?:x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|(?P<c>.))", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\n", "t": "\t", "b": "", "f": "", "v": "", "0": ""}
# A name, then = or :, then a quoted string, perhaps as the argument of a decoder or the last of several or-ed values.
_STRING = r"(?:JsDecode\()?(?:\"(?P<d>(?:[^\"\\]|\\.)*)\"|'(?P<s>(?:[^'\\]|\\.)*)')"


def script_strings(text: str, name: str) -> Iterator[str]:
    """Yield the strings that are given to a name in scripts, in order, with their escapes undone.

    `name = "…"`, `name: '…'`, `"name":"…"` and `name: JsDecode('…')` are found; `text` may be a whole page.
    """
    pattern = re.compile(rf"(?<![\w$.]){re.escape(name)}[\"']?\s*[:=]\s*{_STRING}", re.DOTALL)
    for match in pattern.finditer(text):
        yield unescaped(match["d"] if match["d"] is not None else match["s"])


def short_scripts(root: Element, names: Sequence[str]) -> Iterator[str]:
    """Yield what constants of these names in the page's short scripts say: some sites have facts nowhere else."""
    scripts = "\n".join(
        str(script.text) for script in root.iter("script") if script.text and len(script.text) < 20_000
    )
    for name in names:
        yield from (text for text in script_strings(scripts, name) if len(text) < 60)


def strings(value: object, depth: int = _DEPTH) -> list[str]:
    """Return the strings in a value of JSON that is one or a list of them, in lists at most `depth` deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and depth:
        return [text for part in value for text in strings(part, depth - 1)]
    return []


def unescaped(text: str) -> str:
    r"""Return the value of a JavaScript string literal without its quotes: `\x0a`, `\u4e2d`, `\n`, `\'`."""

    def value(match: re.Match[str]) -> str:
        code = match["x"] or match["u"]
        return chr(int(code, 16)) if code else _CONTROL.get(match["c"], match["c"])

    # Pairs of surrogates written as two escapes are one character.
    return _ESCAPE.sub(value, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def json_ld(root: Element) -> Iterator[dict[str, object]]:
    """Yield the objects of the page's JSON-LD, those in `@graph` and in lists included; broken ones are passed over."""
    for script in root.iter("script"):
        if attribute(script, "type").lower() != "application/ld+json":
            continue
        try:
            # strict=False: line ends inside strings are common
            data = json.loads("".join(map(str, script.itertext())).strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _objects(data, _DEPTH)


def article_bodies(root: Element) -> list[str]:
    """Return what the page's JSON-LD gives as the whole text of its article."""
    return [
        body for fact in json_ld(root) if isinstance(body := fact.get("articleBody"), str) and len(body) > 200
    ]


def _objects(data: object, depth: int) -> Iterator[dict[str, object]]:
    if depth == 0:
        return
    if isinstance(data, list):
        for part in data:
            yield from _objects(part, depth - 1)
    elif isinstance(data, dict):
        yield data
        for name in ("@graph", "mainEntity"):
            yield from _objects(data.get(name), depth - 1)
