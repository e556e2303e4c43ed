"""One fetched page to one article, or to the reason why there is none.

This is the room's judge of content: what a body is, who reads it, and whether what was found is an article. The package
`html` reads pages, `pdf`, `text_files` and `json_articles` what is none. It does no I/O, holds no state, and answers
bad bytes with a Skipped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.articles import Article, Page, Skipped, SkipReason
from ingest.charset import decode
from ingest.found import Found
from ingest.html.code_blocks import rewrite_code
from ingest.html.formulas import rewrite_formulas
from ingest.html.markdown import blocks, join
from ingest.html.markup import parse
from ingest.html.page import read_page
from ingest.json_articles import read_json_article
from ingest.kinds import Kind, kind_of
from ingest.language import detect_lang
from ingest.pdf import BrokenPdfError, read_pdf
from ingest.quality import quality_flags
from ingest.text_files import github_answer, name_of, read_markdown, read_notebook, read_plain

if TYPE_CHECKING:
    from ingest.settings import ExtractSettings
    from ingest.trace import Trace

__all__ = ["VERSION", "extract"]

_SURROGATE = re.compile("[\ud800-\udfff]")

VERSION = "3"
"""Changes whenever the same bytes may give another article, so that kept pages are extracted again."""


_WORDS = re.compile(
    r"[\u3400-\u9fff]{2}|[^\W\d_]{3,}[\s_-]+(?:[^\W\d_]+[\s_-]+)*[^\W\d_]{3,}"
)  # in the name of a file


def extract(
    page: Page, *, url: str, settings: ExtractSettings, hint: str = "", trace: Trace | None = None
) -> Article | Skipped:
    """Return the article of a page, or why it has none; never raises on what the page holds.

    `url` is the canonical address; `hint` is the reading list's title for it, used where the page itself has none; a
    `trace` is told how the article was found.
    """
    kind = kind_of(page)
    if trace is not None:
        declared = page.header("content-type") or "no declared type"
        trace.say("source", " → ".join(dict.fromkeys((page.requested, page.url))))
        trace.say("read as", f"{kind} ({declared}, {len(page.body):,} bytes)")
    match kind:
        case Kind.HTML:
            found = read_page(page, url, settings, trace)
        case Kind.PDF:
            found = _of_pdf(page, url, hint)
        case Kind.JSON:
            found = _of_json(page, url)
        case Kind.OTHER:
            return Skipped(url, SkipReason.WRONG_TYPE, page.header("content-type") or "no readable type")
        case _:
            found = _of_text(page, url, kind)
    return found if isinstance(found, Skipped) else _judged(_whole(found), url, settings, hint)


def _of_pdf(page: Page, url: str, hint: str) -> Found | Skipped:
    try:
        read = read_pdf(page.body)
    except BrokenPdfError as error:
        return Skipped(url, SkipReason.BROKEN_FILE, f"PDF: {error}")
    if not read.text.strip():
        return Skipped(
            url, SkipReason.EMPTY, f"a PDF of {read.pages} pages without prose: scanned, or a drawing"
        )
    # Notes without a title often have it in their file's name.
    name = name_of(url)
    title = read.title or hint or (name.replace("_", " ") if _WORDS.search(name) else "")
    return Found(read.text, title, read.author, read.published, urlsplit(url).hostname or "")


def _of_text(page: Page, url: str, kind: Kind) -> Found | Skipped:
    name = name_of(page.url)
    text = decode(page.body, page.header("content-type"))
    if kind is Kind.GITHUB:
        answer = github_answer(page.body)
        if answer is None:
            return Skipped(url, SkipReason.WRONG_TYPE, "an answer of GitHub's interface that holds no file")
        file_name, text = answer
        name, _, ending = file_name.rpartition(".")
        kind = Kind.MARKDOWN if ending.lower() in ("md", "markdown") else Kind.PLAIN
    match kind:
        case Kind.NOTEBOOK:
            read = read_notebook(text)
        case Kind.MARKDOWN:
            read = read_markdown(text)
        case _:
            read = read_plain(text)
    if read is None:
        return Skipped(url, SkipReason.BROKEN_FILE, "a notebook that cannot be read")
    # A README is named after its repository.
    title = read.title or (name_of(url) if name.lower() in ("readme", "index", "") else name)
    return Found(
        read.text,
        title,
        read.author,
        read.published,
        urlsplit(url).hostname or "",
        linked=read.linked,
    )


def _of_json(page: Page, url: str) -> Found | Skipped:
    read = read_json_article(decode(page.body, page.header("content-type")))
    root = parse(read.html) if read is not None else None
    if read is None or root is None:
        return Skipped(url, SkipReason.WRONG_TYPE, "JSON that holds no article")
    rewrite_formulas(root)
    rewrite_code(root)
    return Found(join(blocks(root)), read.title, read.author, read.published, urlsplit(url).hostname or "")


def _whole(found: Found) -> Found:
    """Return what was found with its characters whole: scripts and JSON may hold half an emoji, which no file can."""
    return replace(
        found,
        text=_paired(found.text),
        title=_paired(found.title),
        author=_paired(found.author),
        site=_paired(found.site),
        anchors=tuple((_paired(heading), _paired(anchor)) for heading, anchor in found.anchors),
    )


def _paired(text: str) -> str:
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _judged(found: Found, url: str, settings: ExtractSettings, hint: str) -> Article | Skipped:
    text = found.text.strip()
    length = len(re.sub(r"\s", "", text))
    if length < settings.min_chars:
        return Skipped(url, SkipReason.EMPTY, f"{length} characters of text", elsewhere=found.elsewhere)
    title = " ".join(found.title.split()) or hint or _first_line(text)
    lang = detect_lang(f"{title}\n{text}")
    return Article(
        url=url,
        title=title,
        text=text,
        lang=lang,
        author=found.author,
        published=found.published,
        site=found.site,
        quality=quality_flags(text, found.linked),
        anchors=found.anchors,
    )


def _first_line(text: str) -> str:
    lines = (line for line in text.split("\n") if line.strip(" #>-*`|") and not line.startswith("|"))
    line = next(lines, "").strip("#>-*` ")
    return line if len(line) <= 100 else line[:99].rstrip() + "…"
