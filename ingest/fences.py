"""A block of code as Markdown writes it: behind a fence that nothing in it ends (CommonMark 0.31, section 4.5)."""

from __future__ import annotations

import re

__all__ = ["fenced"]

_FENCE = re.compile(r"^[ \t]*(`{3,})", re.MULTILINE)


def fenced(code: str, language: str = "") -> str:
    """Return a block of code between fences longer than any in it."""
    longest = max(map(len, _FENCE.findall(code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"
