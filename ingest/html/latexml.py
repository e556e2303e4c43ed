"""Papers that LaTeXML made of TeX, as arXiv and ar5iv show them: their equations, footnotes and references.

LaTeXML (https://math.nist.gov/~BMiller/LaTeXML/) sets equations in tables of its own and footnotes in the middle of
the sentences that have them, and keeps the TeX of every formula in `alttext`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.html.markup import Element, attribute, class_names, drop, new_element, replace_with, words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["rewrite_latexml"]

_LEFT_OUT = words(
    "ltx_note ltx_bibliography ltx_page_footer ltx_page_navbar ltx_page_header ltx_toc ltx_role_refnum ltx_dates"
)
_STYLE = re.compile(r"^\\(?:display|text)style\s*")


def rewrite_latexml(root: Element) -> None:
    """Rewrite, in place, what LaTeXML made below `root`; any other page stays as it is.

    Call it before formulas are rewritten. The list of references goes, as it goes from a PDF.
    """
    made = [
        element for element in root.iter() if any(name.startswith("ltx_") for name in class_names(element))
    ]
    for element in made:
        if element.tag == "table" and "ltx_eqn_table" in class_names(element):
            rows = list(filter(None, map(_row, element.iter("tr"))))
            if rows:
                replace_with(element, new_element("div", "$$" + r" \\ ".join(rows) + "$$"))
        elif _LEFT_OUT.intersection(class_names(element)):
            drop(element)


def _row(row: Element) -> str:
    """Return the TeX of one line of an equation, whose parts LaTeXML aligns in cells."""
    return " ".join(_formulas(row))


def _formulas(row: Element) -> Iterator[str]:
    for math in row.iter("math"):
        if next(math.iterancestors("math"), None) is None and (tex := attribute(math, "alttext")):
            yield _STYLE.sub("", tex)
