"""Better addresses for what a list links to: the raw file instead of the page around it, the paper beside its abstract.

Only the site's own open forms are named here; what a page itself names as its other form is `html.other_forms`'s, and
archives are the visitor's last resort. Several answers for one address become one article in `combine`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.spelling import squeezed
from ingest.urls import hostname

if TYPE_CHECKING:
    from ingest.articles import Article

__all__ = ["Parts", "combine", "parts_of"]

Parts = tuple[tuple[str, ...], ...]
"""What makes up one article: for each part of it the addresses where it can be had, the best first."""

_RAW_GITHUB = "https://raw.githubusercontent.com"


def parts_of(url: str) -> Parts:
    """Return where the article of a canonical address can be had; the address itself, where no site's form is known."""
    rule = _SITES.get(hostname(url))
    if rule is None:
        return ((url,),)
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return rule(url, segments) or ((url,),)


def combine(articles: Sequence[Article]) -> Article:
    """Return one article from what the parts of one address gave, in the order of `parts_of`.

    The first is believed in what it says of itself; the longest text is the text, with the first one before it where
    that is an abstract the longest does not hold. Raises ValueError without any article.
    """
    if not articles:
        raise ValueError("there is no article to combine")
    first = articles[0]
    longest = max(articles, key=lambda article: len(article.text))
    text = longest.text
    if longest is not first and squeezed(first.text)[:200] not in squeezed(text[:20_000]):
        text = f"{first.text}\n\n{text}"
    return replace(
        first,
        title=_first(article.title for article in articles),
        author=_first(article.author for article in articles),
        published=_first(article.published for article in articles),
        site=_first(article.site for article in articles),
        text=text,
        lang=longest.lang,
        quality=longest.quality,
        anchors=longest.anchors,
    )


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")


# ── what is known of sites: an address and the segments of its path -> its parts, or None ────────────────────────

_ARXIV_ID = re.compile(r"[\w.-]+(?:/\d{7})?")


def _arxiv(_: str, segments: Sequence[str]) -> Parts | None:
    """The abstract beside the paper. Its HTML has formulas in TeX, which a PDF has not; old papers lack it."""
    paper = "/".join(segments[1:])
    if segments[:1] not in (["abs"], ["pdf"], ["html"]) or not _ARXIV_ID.fullmatch(paper):
        return None
    site = "https://arxiv.org"
    return (f"{site}/abs/{paper}",), (f"{site}/html/{paper}", f"{site}/pdf/{paper}")


def _github(url: str, segments: Sequence[str]) -> Parts | None:
    match segments:
        case [owner, repository]:
            # The interface knows a README under any name and in any branch, but answers only so many times an hour.
            readme = f"{_RAW_GITHUB}/{owner}/{repository}/HEAD/README.md"
            return ((readme, f"https://api.github.com/repos/{owner}/{repository}/readme", url),)
        case [owner, repository, "blob", branch, *path] if path:
            return (("/".join((_RAW_GITHUB, owner, repository, branch, *path)), url),)
        case [owner, repository, "tree", branch, *path] if path:
            return (("/".join((_RAW_GITHUB, owner, repository, branch, *path, "README.md")), url),)
        case [owner, repository, "wiki", *page] if len(page) < 2:
            name = page[0] if page else "Home"
            return ((f"{_RAW_GITHUB}/wiki/{owner}/{repository}/{name}.md", url),)
        case _:
            return None


def _gist(url: str, segments: Sequence[str]) -> Parts | None:
    return (
        ((f"https://gist.githubusercontent.com/{'/'.join(segments)}/raw", url),)
        if len(segments) == 2
        else None
    )


def _shown_notebook(url: str, segments: Sequence[str]) -> Parts | None:
    """nbviewer and Colab show files of GitHub."""
    match segments:
        case ["github", owner, repository, "blob", *path] if len(path) > 1:
            return (("/".join((_RAW_GITHUB, owner, repository, *path)), url),)
        case _:
            return None


def _gitee(url: str, segments: Sequence[str]) -> Parts | None:
    match segments:
        case [owner, repository]:
            return ((f"https://gitee.com/{owner}/{repository}/raw/HEAD/README.md", url),)
        case [owner, repository, "blob", branch, *path] if path:
            return (("/".join(("https://gitee.com", owner, repository, "raw", branch, *path)), url),)
        case _:
            return None


def _gitlab(url: str, segments: Sequence[str]) -> Parts | None:
    if "/-/blob/" in url:
        return ((url.replace("/-/blob/", "/-/raw/", 1), url),)
    return ((f"{url}/-/raw/HEAD/README.md", url),) if len(segments) == 2 else None


def _hugging_face(url: str, segments: Sequence[str]) -> Parts | None:
    match segments:
        case ["datasets" | "spaces", _, _] | [_, _] if segments[0] not in (
            "blog",
            "papers",
            "docs",
            "learn",
            "collections",
        ):
            return ((f"{url}/raw/main/README.md", url),)
        case [_, _, "blob", *_] | ["datasets" | "spaces", _, _, "blob", *_]:
            return ((url.replace("/blob/", "/raw/", 1), url),)
        case _:
            return None


def _zhihu(url: str, segments: Sequence[str]) -> Parts | None:
    match segments:
        case ["question", _, "answer", number] | ["answer", number]:
            fields = "content,created_time,question,author"
            return ((url, f"https://www.zhihu.com/api/v4/answers/{number}?include={fields}"),)
        case ["p", number]:
            return ((url, f"https://zhuanlan.zhihu.com/api/articles/{number}"),)
        case _:
            return None


def _mobile(host: str) -> Callable[[str, Sequence[str]], Parts | None]:
    """The same path at the site's host for phones, whose pages have the text where the large ones have scripts."""

    def rule(url: str, segments: Sequence[str]) -> Parts | None:
        return (
            ((url, urlsplit(url)._replace(scheme="https", netloc=host).geturl()),)
            if len(segments) > 1
            else None
        )

    return rule


_SITES: Mapping[str, Callable[[str, Sequence[str]], Parts | None]] = {
    "arxiv.org": _arxiv,
    "colab.research.google.com": _shown_notebook,
    "gist.github.com": _gist,
    "gitee.com": _gitee,
    "github.com": _github,
    "gitlab.com": _gitlab,
    "huggingface.co": _hugging_face,
    "nbviewer.jupyter.org": _shown_notebook,
    "nbviewer.org": _shown_notebook,
    "www.163.com": _mobile("m.163.com"),
    "www.sohu.com": _mobile("m.sohu.com"),
    "www.zhihu.com": _zhihu,
    "zhuanlan.zhihu.com": _zhihu,
}
