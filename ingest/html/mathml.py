r"""Presentation MathML to TeX, for formulas that come without their source, as MathJax 3 and 4 leave them.

The structure becomes commands and braces; letters and signs stay the characters that they are (`α`, `≤`), which the TeX
engines of today read. After chapter 3 of MathML 3 (W3C, 2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.html.markup import Element, attribute, own_tag, text_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["tex_of"]

_LEFT_OUT = words("annotation annotation-xml mspace mphantom maligngroup malignmark none mprescripts")
_LIMITS = frozenset("∑∏∐⋃⋂⋁⋀⨁⨂∫∬∮") | {
    "lim",
    "max",
    "min",
    "sup",
    "inf",
    "argmax",
    "argmin",
    "arg max",
    "arg min",
}
_ACCENTS = {"^": "hat", "ˆ": "hat", "~": "tilde", "˜": "tilde", "¯": "bar", "‾": "overline", "→": "vec", "˙": "dot", "¨": "ddot"}  # fmt: skip
_INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064\u200b")
_NAMES = words("lim max min sup inf log ln exp sin cos tan det dim ker gcd Pr arg")


def tex_of(math: Element) -> str:
    """Return a `<math>` element as TeX without delimiters; "" for an empty one."""
    return " ".join(_row(math).split())


def _row(element: Element) -> str:
    return " ".join(filter(None, (_tex(child) for child in element)))


def _tex(element: Element) -> str:
    tag = own_tag(element).rpartition(":")[2]
    if tag in _LEFT_OUT or not tag:
        return ""
    parts = [child for child in element if own_tag(child)]
    match tag, len(parts):
        case (("mi" | "mn" | "mo" | "ms"), _):
            return _token(text_of(element))
        case "mtext", _:
            text = text_of(element)
            return f"\\text{{{text}}}" if text else ""
        case "msup", 2:
            return f"{_base(parts[0])}^{_braced(parts[1])}"
        case "msub", 2:
            return f"{_base(parts[0])}_{_braced(parts[1])}"
        case "msubsup", 3:
            return f"{_base(parts[0])}_{_braced(parts[1])}^{_braced(parts[2])}"
        case "mfrac", 2:
            return f"\\frac{_braced(parts[0])}{_braced(parts[1])}"
        case "msqrt", _:
            return f"\\sqrt{{{_row(element)}}}"
        case "mroot", 2:
            return f"\\sqrt[{_tex(parts[1])}]{_braced(parts[0])}"
        case (("munder" | "mover" | "munderover"), (2 | 3)):
            return _under_and_over(tag, parts)
        case "mtable", _:
            rows = " \\\\ ".join(" & ".join(_row(cell) for cell in row) for row in parts)
            return f"\\begin{{matrix}} {rows} \\end{{matrix}}"
        case "mfenced", _:
            start, end = (
                attribute(element, name) or usual for name, usual in (("open", "("), ("close", ")"))
            )
            return f"{start} {' , '.join(filter(None, map(_tex, parts)))} {end}"
        case "semantics", _:
            return _tex(parts[0]) if parts else ""
        case _:
            return _row(element)


def _under_and_over(tag: str, parts: Sequence[Element]) -> str:
    base, *others = parts
    scripts = dict(
        zip("_^" if tag == "munderover" else "_" if tag == "munder" else "^", others, strict=False)
    )
    if text_of(base).translate(_INVISIBLE).strip() in _LIMITS:
        return _tex(base) + "".join(f"{mark}{_braced(script)}" for mark, script in scripts.items())
    tex = _braced(base)
    for mark, script in scripts.items():
        if mark == "^" and (accent := _ACCENTS.get(text_of(script))):
            tex = f"\\{accent}{tex}"
        else:
            tex = f"{{\\{'over' if mark == '^' else 'under'}set{_braced(script)}{tex}}}"
    return tex


def _base(element: Element) -> str:
    tex = _tex(element)
    return tex if own_tag(element) in ("mi", "mn", "mo") else f"{{{tex}}}"


def _braced(element: Element) -> str:
    return f"{{{_tex(element)}}}"


def _token(text: str) -> str:
    text = text.translate(_INVISIBLE).strip()
    if text in _NAMES:
        return f"\\{text}"
    return f"\\{text}" if text in ("{", "}", "%", "&", "#", "$", "_") else text
