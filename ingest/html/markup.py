"""HTML text to a tree of elements, and the few questions about elements that several modules ask.

Parsing is libxml2's through lxml; a tree that comes from here is bounded in depth, so that it can be walked by
recursion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree, html

if TYPE_CHECKING:
    from collections.abc import Iterator
from typing import Any, TypeAlias

__all__ = [
    "Element",
    "attribute",
    "class_names",
    "columns",
    "drop",
    "new_element",
    "own_tag",
    "parse",
    "replace_with",
    "text_of",
    "words",
]

Element: TypeAlias = Any  # lxml.html.HtmlElement, for which there are no types

_MAX_DEPTH = 120  # real pages stay below 60
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_LETTER = re.compile(r"[\W_]+")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]")
_SPACE = re.compile(r"\s+")


def parse(text: str) -> Element | None:
    """Return the root element of a page, or None if there is no markup in the text. Comments are left out."""
    # libxml2 believes a meta element over the encoding it is given unless the bytes are UTF-8 and say so.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    data = text.encode("utf-8", "replace")
    try:
        root = html.document_fromstring(data, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    _flatten(root)
    _clean(root)
    return root


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set: how tables of names are written in this room."""
    return frozenset(text.split())


def own_tag(element: Element) -> str:
    """Return the tag in lower case; "" for what is not an element (entities, stray instructions)."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """Return an attribute without white space around it, or ""."""
    return str(element.get(name) or "").strip()


def class_names(element: Element) -> list[str]:
    """Return the classes of an element in lower case."""
    return attribute(element, "class").lower().split()


def text_of(element: Element) -> str:
    """Return all text in an element, white space folded."""
    return _SPACE.sub(" ", "".join(map(str, element.itertext()))).strip()


def columns(text: str) -> int:
    """Return the width of a text in columns of a terminal: a Chinese, Japanese or Korean character takes two."""
    return len(text) + len(_WIDE.findall(text))


def drop(element: Element) -> None:
    """Remove an element with all that is in it; the text behind it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def new_element(tag: str, text: str) -> Element:
    """Return a new element with some text in it, less the characters that a tree cannot hold."""
    made = html.Element(tag)
    made.text = _NOT_XML.sub("", text)
    return made


def replace_with(old: Element, new: Element) -> None:
    """Put `new` in the place of `old`; the text behind it stays."""
    parent = old.getparent()
    if parent is None:
        return
    new.tail = old.tail
    old.tail = None
    parent.replace(old, new)


def _clean(root: Element) -> None:
    """Take out the characters that references such as `&#1;` put into a tree, and that it would refuse to be given back."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.text and _NOT_XML.search(element.text):
            element.text = _NOT_XML.sub("", element.text)
        if element.tail and _NOT_XML.search(element.tail):
            element.tail = _NOT_XML.sub("", element.tail)


def _flatten(root: Element) -> None:
    """Let every element at the deepest level allowed hold the text of all below it."""
    for element in list(_at_depth(root, _MAX_DEPTH)):
        text = " ".join(map(str, element.itertext()))
        for child in list(element):
            element.remove(child)
        element.text = _NOT_XML.sub("", text)


def _at_depth(root: Element, depth: int) -> Iterator[Element]:
    level = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        if event == "start" and level == depth and len(element):
            yield element
