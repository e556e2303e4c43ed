"""Formulas of the common renderers rewritten to `$…$` and `$$…$$` with their TeX source.

MathJax keeps it in scripts, KaTeX and MathML in annotations, Zhihu and many blogs in the `alt` of a picture; MathML
alone is written as TeX. What is drawn beside the source (previews, SVG, spans of glyphs) is removed.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

from ingest.html.markup import (
    Element,
    attribute,
    class_names,
    drop,
    new_element,
    own_tag,
    replace_with,
    words,
)
from ingest.html.mathml import tex_of
from ingest.urls import split

__all__ = ["rewrite_formulas"]

_DRAWN = words(
    "mathjax mathjax_preview mathjax_display mathjax_svg mathjax_svg_display mathjax_chtml mjx-chtml mjxc-display "
    "mathjax_processed mjx-assistive-mml"
)
_SOURCES_OF_PICTURES = re.compile(
    r"/equation\?tex=|latex\.codecogs|codecogs\.com/|mimetex|mathtex|texrendr|chart\?cht=tx|/latex(?:\.php)?[?/]|"
    r"/math/render/|/tex\?|jianshu\.com/math\?"
)
_TEX_PARAMETERS = ("tex", "latex", "formula", "chl")
_TEX_CLASSES = words(
    "latex tex math equation mathimg mwe-math-fallback-image-inline mwe-math-fallback-image-display ztext-math"
)
_LOOKS_LIKE_TEX = re.compile(r"[\\^_={}]|^[A-Za-z]$")
_STYLE_WRAPPER = re.compile(r"\{\\(?:display|text)style\s*(.*)\}", re.DOTALL)
_DELIMITED = re.compile(
    r"^(?:\\\((?P<i>.*)\\\)|\\\[(?P<d>.*)\\\]|\$\$(?P<dd>.*)\$\$|\$(?P<ii>.*)\$)$", re.DOTALL
)


def rewrite_formulas(root: Element) -> None:
    """Rewrite, in place, every formula below `root` of which the page holds the TeX source, or MathML."""
    for script in list(root.iter("script")):
        kind = attribute(script, "type").lower()
        if kind.startswith("math/tex"):
            _put(script, "".join(map(str, script.itertext())), display="mode=display" in kind)
    for math in list(root.iter("math")):
        if tex := _annotation(math) or tex_of(math):
            outer = _renderer(math)
            display = attribute(math, "display") == "block" or any(
                "katex-display" in class_names(above) for above in outer.iter()
            )
            _put(outer, tex, display=display)
    for element in list(root.iter()):
        tag = own_tag(element)
        if tag in ("dt-math", "d-math"):
            _put(element, "".join(map(str, element.itertext())), display=element.get("block") is not None)
        elif tag == "img" and (tex := _tex_of_picture(element)):
            _put(element, tex, display=tex.endswith("\\\\") or "\\tag" in tex)
        elif (
            tag == "span" and "ztext-math" in class_names(element) and (tex := attribute(element, "data-tex"))
        ):
            _put(element, tex, display="\\\\" in tex)
        elif tag in ("span", "div") and {"math", "arithmatex"} & set(class_names(element)):
            _unwrap(element)
        elif _DRAWN.intersection(class_names(element)) or tag == "mjx-container":
            drop(element)


def _put(element: Element, tex: str, *, display: bool) -> None:
    """Put a formula in the place of an element."""
    tex = tex.strip().replace("% <![CDATA[", "").replace("%]]>", "").strip()
    if match := _DELIMITED.match(tex):
        display = display or match["d"] is not None or match["dd"] is not None
        tex = next(group for group in match.groups() if group is not None).strip()
    if not tex:
        drop(element)
    elif display:
        replace_with(element, new_element("div", f"$${tex}$$"))
    else:
        replace_with(element, new_element("span", f"${' '.join(tex.split())}$"))


def _annotation(math: Element) -> str:
    """Return the TeX source that MathML carries in an annotation or, without one, in its alttext."""
    for note in math.iter("annotation"):
        if "tex" in attribute(note, "encoding").lower():
            tex = "".join(map(str, note.itertext())).strip()
            break
    else:
        tex = attribute(math, "alttext")
    wrapped = _STYLE_WRAPPER.fullmatch(tex)
    return wrapped[1].strip() if wrapped else tex


def _renderer(math: Element) -> Element:
    """Return the outermost element that only shows this formula."""
    outer = math
    for above in math.iterancestors("span", "div", "mjx-container"):
        names = " ".join(class_names(above))
        if re.search(r"katex|mwe-math|mathjax|mjx", names) or own_tag(above) == "mjx-container":
            outer = above
        elif own_tag(above) == "div":
            break
    return outer


def _tex_of_picture(picture: Element) -> str:
    """Return the TeX source of a picture of a formula: what its address or its alternative text spells."""
    source = (
        attribute(picture, "src") or attribute(picture, "data-src") or attribute(picture, "data-original")
    )
    known = bool(_SOURCES_OF_PICTURES.search(source)) or picture.get("eeimg") is not None
    alternative = attribute(picture, "alt") or attribute(picture, "title")
    if known or _TEX_CLASSES.intersection(class_names(picture)):
        if _LOOKS_LIKE_TEX.search(alternative) or (known and alternative):
            wrapped = _STYLE_WRAPPER.fullmatch(alternative)
            return wrapped[1].strip() if wrapped else alternative
        query = dict(parse_qsl(split(source).query))
        if tex := next((query[name] for name in _TEX_PARAMETERS if query.get(name)), ""):
            return tex
        if "codecogs" in source:
            return unquote(split(source).query)
    return ""


def _unwrap(element: Element) -> None:
    r"""Turn the `\(…\)` that pandoc, Sphinx and Markdown renderers leave for a script into `$…$`."""
    for number in element.findall("span[@class]"):
        if "eqno" in class_names(number):
            drop(number)
    if len(element) == 0 and (match := _DELIMITED.match((element.text or "").strip())):
        _put(element, match[0], display=own_tag(element) == "div")
