"""What is to be known of an article's worth before it is read: flags that search may weigh and people may filter by.

They are read off the Markdown, so they mean the same for a web page, a PDF and a README.
"""

from __future__ import annotations

import re

__all__ = ["quality_flags"]

_SHORT = 400  # characters, white space aside
_LINKED = 0.5  # share of the text in links from which an article is a list of links
# Share of the text in whole sentences, code, tables and formulas below which there is little but labels: of 1,170
# articles of the real web the six below it are a table of contents, a repository's file list, captions and the like.
_PROSE = 0.2
_LONG = 80  # characters; a paragraph of that length is prose, whatever it ends with
_SENTENCE = re.compile(r"[.!?…:。！？：;；][\"'”’)）\]」』*_]*$")
_NO_SENTENCE = ("```", "~~~", "|", "$$")  # code, tables and formulas have none, and are text all the same


def quality_flags(text: str, linked: float) -> tuple[str, ...]:
    """Return the flags of an article: "short", "link_list", "boilerplate".

    `text` is Markdown; `linked` the share of its characters that are links on the page.
    """
    holds = (
        ("short", len(re.sub(r"\s", "", text)) < _SHORT),
        ("link_list", linked > _LINKED),
        ("boilerplate", _prose(text) < _PROSE),
    )
    return tuple(flag for flag, does in holds if does)


def _prose(text: str) -> float:
    """Return the share of a text's characters in blocks that say something."""
    whole = prose = 0
    fence = ""
    for block in re.split(r"\n{2,}", text):
        opens = re.match(r"\s*(```+|~~~+)", block)
        inside = bool(fence)
        if opens and not fence and block.count(opens[1]) % 2:
            fence = opens[1]
        elif fence and fence in block:
            fence = ""
        says = inside or block.lstrip().startswith(_NO_SENTENCE) or len(block) >= _LONG
        says = says or any(_SENTENCE.search(line) for line in block.split("\n"))
        whole += len(block)
        prose += len(block) * says
    return prose / whole if whole else 1.0
