"""The sample site's articles as they lie in `pages/`: a comment with what is known of the page, then its body in HTML.

Every article was written for this project. What surrounds the body on the web (navigation, tag clouds, comments) is
for `site`, which renders these sources by the template of their folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGES", "Source", "sources"]

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True)
class Source:
    """One article before it is rendered."""

    path: str  # on the site, such as "/blog/two-tower.html"
    body: str  # HTML
    title: str
    template: str  # name of the template, without its ending; the folder's unless the source says otherwise
    author: str = ""
    account: str = ""  # of the WeChat-like pages
    chapter: str = ""  # of the documentation pages
    date: str = ""  # ISO 8601
    tags: tuple[str, ...] = ()
    lang: str = "zh-CN"  # as the page declares it
    charset: str = "utf-8"

    @property
    def label(self) -> str:
        """The charset as the page declares it: old Chinese pages say gb2312 and use whatever GB18030 has."""
        return "gb2312" if self.charset == "gb18030" else self.charset


def sources(folder: Path = PAGES) -> Iterator[Source]:
    """All HTML sources below `folder`, in order of path. Raises ValueError if one has no comment at its top."""
    for file in sorted(folder.rglob("*.html")):
        yield _source(f"/{file.relative_to(folder).as_posix()}", file.read_text("utf-8"))


def _source(path: str, text: str) -> Source:
    front, separator, body = text.removeprefix("<!--\n").partition("-->\n")
    if not separator:
        raise ValueError(f"{path} does not begin with a comment that names its title.")
    known = dict(line.split(": ", 1) for line in front.splitlines())
    tags = tuple(tag.strip() for tag in known.pop("tags", "").split(",") if tag.strip())
    template = known.pop("template", path.split("/")[1])
    return Source(path=path, body=body, template=template, tags=tags, **known)
