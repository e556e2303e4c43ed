"""Where sentences stop and list items begin, as far as a line alone tells."""

from __future__ import annotations

import re

__all__ = ["BULLET", "ITEM", "stops"]

BULLET = re.compile(r"[•◦▪▫‣●○■□◆◇➢➤✓✔★☆∙⋅·–—*-]\s*(?=\S)")
"""The sign of a list item."""

ITEM = re.compile(
    r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)](?:\s+|(?=[\u3400-\u9fff]))"  # "1. ", "(a) ", "1)一"
    r"|\[\d{1,3}\]\s+|（\d{1,2}）\s*|\d{1,2}、|[①-⑳]\s*)(?=\S)"
)
"""The number of a list item."""

_STOP = re.compile(r"[.!?。！？:：;；…][\"'”’)\]）】」]*$")
_ABBREVIATION = re.compile(
    r"\b(?:eqs?|figs?|secs?|tab|no|vol|pp?|cf|vs|al|e\.g|i\.e|resp|approx|dr|mr|prof|st|[A-Z])\.$",
    re.IGNORECASE,
)


def stops(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    end = text[-12:]
    return _STOP.search(end) is not None and not _ABBREVIATION.search(end)
