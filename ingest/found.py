"""What a reader found in a page or file, before `extract` judges whether it is an article."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """A text, and what the page says of itself; each "" where it does not."""

    text: str
    title: str = ""
    author: str = ""
    published: str = ""
    site: str = ""
    anchors: tuple[tuple[str, str], ...] = ()
    linked: float = 0.0  # share of the text in links
    elsewhere: tuple[str, ...] = ()  # other forms that the page names
