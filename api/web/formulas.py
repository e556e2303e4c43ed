"""TeX as MathML, which every browser sets by itself; a formula that cannot be read stays TeX.

What authors write between dollar signs is as foreign as the rest of a page: only the elements and attributes of
MathML that say how to set a formula are let through.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["formula", "tex_of"]

_DELIMITED = re.compile(r"\A(?:\$\$(.*)\$\$|\$(.*)\$|\\\[(.*)\\\]|\\\((.*)\\\))\Z", re.DOTALL)
# Known to every author, but not to the converter.
_ARG = re.compile(r"\\arg(?![a-zA-Z])")
# Definitions can be nested until they explode.
_DEFINITION = re.compile(r"\\(?:re)?newcommand|\\newenvironment|\\def(?![a-zA-Z])|\\let(?![a-zA-Z])")
_LONGEST = 2000  # characters; nobody reads a longer one in a list of results
_ELEMENTS = frozenset(
    [
        "math",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "mrow",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "mpadded",
        "mphantom",
        "menclose",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mtable",
        "mtr",
        "mtd",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "accent",
        "columnalign",
        "columnspacing",
        "depth",
        "display",
        "displaystyle",
        "fence",
        "form",
        "height",
        "linethickness",
        "lspace",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "notation",
        "rowspacing",
        "scriptlevel",
        "separator",
        "stretchy",
        "voffset",
        "width",
    ]
)


def tex_of(written: str) -> str:
    r"""The TeX within its delimiters (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`); anything else as it stands."""
    bare = written.strip()
    delimited = _DELIMITED.match(bare)
    return next(inner for inner in delimited.groups() if inner is not None).strip() if delimited else bare


def formula(tex: str, *, displayed: bool) -> Markup:
    """One formula, without its delimiters, as MathML; as TeX in `<code>` where it cannot be converted."""
    return _mathml(tex, displayed) or Markup('<code class="tex">{}</code>').format(tex)


# The same formulas stand in passage after passage of an article.
@lru_cache(maxsize=4096)
def _mathml(tex: str, displayed: bool) -> Markup | None:
    from latex2mathml.converter import convert_to_element

    if len(tex) > _LONGEST or _DEFINITION.search(tex):
        return None
    try:
        element = convert_to_element(
            _ARG.sub(r"\\operatorname{arg}", tex), display="block" if displayed else "inline"
        )
    except Exception:  # noqa: BLE001 - on text that is no TeX the converter fails in every way there is
        return None
    if not _cleaned(element):
        return None
    if displayed:
        element.set("tabindex", "0")  # a long one is scrolled, by keyboard too
    return Markup(ET.tostring(element, encoding="unicode"))  # noqa: S704 - serialized from checked elements


def _cleaned(element: Element) -> bool:
    """Strip attributes that are not for setting; false when an element, or a command left over, says it went wrong."""
    for node in element.iter():
        # The converter writes characters as references, which would be escaped once more.
        node.text = unescape(node.text or "")
        if node.tag not in _ELEMENTS or "\\" in node.text or node.tail:
            return False
        for name in [name for name in node.attrib if name not in _ATTRIBUTES]:
            del node.attrib[name]
    return True
