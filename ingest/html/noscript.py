"""Pages that show their text only to readers without scripts, as some forums do for search engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.html.markup import Element

__all__ = ["unwrap_noscript"]

_ENOUGH = 500  # characters; a notice to switch scripts on has fewer
_TEXT = ".//text()[not(parent::script or parent::style or parent::template)]"


def unwrap_noscript(root: Element) -> None:
    """Make ordinary elements of a page's `<noscript>`, where they hold more text than all the rest of the page."""
    found = list(root.iter("noscript"))
    inside = sum(map(_length, found))
    if inside >= _ENOUGH and 2 * inside > _length(root):
        for element in found:
            element.tag = "div"


def _length(element: Element) -> int:
    return sum(len(str(text).strip()) for text in element.xpath(_TEXT))
