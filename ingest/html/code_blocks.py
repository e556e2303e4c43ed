"""Code blocks of the common highlighters rewritten to plain `<pre><code class="language-x">`.

Extractors keep almost nothing of code that stands in a table beside its line numbers (Hexo, rouge, chroma, Pygments)
or that has a number at the head of every line, so this runs before any of them sees the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["rewrite_code"]

# Classes of what holds line numbers. Only elements whose text is nothing but numbers are taken for it.
_GUTTER = words(
    "gutter gl ln lnt lineno linenos line-no line-number line-numbers line_number linenumber linenumbers linenodiv "
    "hljs-ln-numbers hljs-ln-line-numbers blob-num pre-numbering rouge-gutter code-snippet__line-index "
    "line-numbers-rows line-numbers-wrapper lnos numbers c-line-number react-code-line-number"
)
_NUMBERS = re.compile(r"[\d\s]*")
# Tools laid over code, and the prompts of notebooks.
_TOOLS = words(
    "copy-code-btn copy-btn copybtn btn-copy code-copy code-copy-btn hljs-button copy clipboard-btn prompt "
    "input_prompt output_prompt code-toolbar__toolbar toolbar code-lang code__tools highlight-tools"
)
_CODE_CELL = words("code rouge-code lntd hljs-ln-code blob-code crayon-code")
_AROUND = words("figure div td table pre code section")
_BREAKING = words("div p li tr section")
_NO_LANGUAGE = words(
    "highlight highlighter highlighter-rouge hljs code block codehilite chroma prettyprint plain plaintext text txt none "
    "line-numbers linenums has-numbering sourcecode prism shiki nohighlight no-highlight undefined auto language lang "
    "toolbar default source"
)
_LANGUAGE = re.compile(r"(?:language|lang|highlight-source|highlight-text|brush)[-:](?P<name>[\w+#.-]+)")
_NAME = re.compile(r"[a-z][\w+#.-]{0,19}")


def rewrite_code(root: Element) -> None:
    """Rewrite, in place, every block of code below `root`."""
    for element in list(root.iter()):
        if _is_gutter(element) or _is_tool(element):
            drop(element)
    for table in list(root.iter("table")):
        if (rows := _code_rows(table)) is not None:
            replace_with(table, _plain("\n".join(rows), _language(table)))
    for container in list(root.iterfind(".//div[@class]")):
        # SyntaxHighlighter: lines are divs that hold pieces of code.
        if "syntaxhighlighter" in class_names(container):
            lines = [_text(line) for line in container.iter("div") if "line" in class_names(line)]
            if lines:
                replace_with(container, _plain("\n".join(lines), _language(container)))
    for pre in list(root.iter("pre")):
        if next(pre.iterancestors("pre"), None) is None:
            _rewrite_pre(pre)


def _rewrite_pre(pre: Element) -> None:
    if _is_prose(pre):
        pre.tag = "div"
        return
    code = _without_numbers(_text(pre))
    replace_with(_sole_wrapper(pre), _plain(code, _language(pre)))


def _sole_wrapper(pre: Element) -> Element:
    """Return the `code` element around a `pre` (invalid, but written by some), or the `pre` itself."""
    parent = pre.getparent()
    return parent if parent is not None and own_tag(parent) == "code" else pre


def _plain(code: str, language: str) -> Element:
    block, inner = new_element("pre", ""), new_element("code", code)
    if language:
        inner.set("class", f"language-{language}")
    block.append(inner)
    return block


def _is_gutter(element: Element) -> bool:
    if not own_tag(element) or not (_GUTTER.intersection(class_names(element)) or _is_numbered_line(element)):
        return False
    if not _NUMBERS.fullmatch("".join(map(str, element.itertext()))):
        return False
    return any(own_tag(above) in _AROUND for above in element.iterancestors())


def _is_numbered_line(element: Element) -> bool:
    return element.get("data-line-number") is not None and own_tag(element) in ("td", "span")


def _is_tool(element: Element) -> bool:
    if not own_tag(element) or not _TOOLS.intersection(class_names(element)):
        return False
    if len("".join(map(str, element.itertext())).strip()) > 20:
        return False
    return own_tag(element) != "pre" and next(element.iterdescendants("pre"), None) is None


def _code_rows(table: Element) -> list[str] | None:
    """Return the lines of a table that is nothing but code: one cell with all of it, or one row a line."""
    cells = [cell for cell in table.iter("td", "th") if next(cell.iterancestors("table"), None) is table]
    cells = [cell for cell in cells if "".join(map(str, cell.itertext())).strip() or len(cells) > 2]
    if not cells or not all(_holds_code(cell) for cell in cells):
        return None
    if len(cells) > 1 and any(True for cell in cells for _ in cell.iter("pre")):
        return None
    return [_text(cell).strip("\n") for cell in cells]


def _holds_code(cell: Element) -> bool:
    if _CODE_CELL.intersection(class_names(cell)):
        return True
    children = [child for child in cell if own_tag(child)]
    return len(children) == 1 and own_tag(children[0]) == "pre" and not (cell.text or "").strip()


def _text(element: Element) -> str:
    """Return code as it stands on the screen: a line end for every break and after every element that is a line."""
    pieces = list(_pieces(element))
    text = "".join(pieces)
    if "\n" not in text.strip():
        # Highlighters that leave the breaks to the style sheet: one element a line.
        for name in ("code", "span"):
            lines = [line for line in element.iter(name) if name == "code" or "line" in class_names(line)]
            if len(lines) > 1 and all(inner.getparent() is lines[0].getparent() for inner in lines):
                text = "\n".join("".join(_pieces(line)).strip("\n") for line in lines)
                break
    return text.replace("\u00a0", " ").replace("\u200b", "")


def _pieces(element: Element) -> Iterator[str]:
    if element.text:
        yield str(element.text)
    for child in element:
        tag = own_tag(child)
        if tag == "br":
            yield "\n"
        elif tag not in ("script", "style", "button", "textarea"):
            inner = "".join(_pieces(child))
            yield inner
            if tag in _BREAKING and not inner.endswith("\n"):
                yield "\n"
        if child.tail:
            yield str(child.tail)


def _is_prose(pre: Element) -> bool:
    """Whether a `pre` is only somebody's way to keep line breaks in ordinary text with paragraphs or pictures."""
    inner = {own_tag(child) for child in pre.iter()}
    return (
        bool(inner & {"h1", "h2", "h3", "h4", "section", "img", "table", "blockquote"})
        and "code" not in inner
    )


def _without_numbers(code: str) -> str:
    """Return code without the numbers 1, 2, 3 … (or n, n+1 …) that head every one of its lines."""
    lines = code.strip("\n").split("\n")
    heads = [re.match(r"\s*(\d+)(?:[.:|]?(?=\s)|$)", line) for line in lines]
    numbers = [int(head[1]) for head in heads if head]
    if len(lines) < 2 or len(numbers) < len(lines) or len({n - i for i, n in enumerate(numbers)}) != 1:
        return code
    rest = [line[head.end() :] for line, head in zip(lines, heads, strict=True) if head]
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join(line[margin:] for line in rest)


def _language(element: Element) -> str:
    """Return the language that a block, or what stands closely around or in it, names in its classes."""
    near = [element, *element.iterdescendants("code", "pre"), *list(element.iterancestors())[:4]]
    for candidate in near:
        written = f"{attribute(candidate, 'class')} {attribute(candidate, 'data-highlight-language')}".lower()
        if match := _LANGUAGE.search(re.sub(r"brush:\s*", "brush:", written)):
            name = match["name"]
            return "" if name in _NO_LANGUAGE else name
        data = (
            attribute(candidate, "data-lang")
            or attribute(candidate, "data-language")
            or attribute(candidate, "lang")
        ).lower()
        if (
            own_tag(candidate) in ("pre", "code", "figure")
            and _NAME.fullmatch(data)
            and data not in _NO_LANGUAGE
        ):
            return data
        names = class_names(candidate)
        if {"highlight", "hljs", "sourcecode"} & set(names):
            rest = [name for name in names if name not in _NO_LANGUAGE and _NAME.fullmatch(name)]
            if len(rest) == 1:
                return rest[0]
    return ""
