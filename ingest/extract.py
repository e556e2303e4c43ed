"""One fetched page to one article, or to the reason why there is none.

This is the room's judge of content: `charset` and the package `html` read HTML;
`pdf` and `text_files` read what is not; `notices` knows pages that only say that there is nothing. It does no I/O,
holds no state, and answers bad bytes with a Skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.articles import Article, Page, Skipped, SkipReason
from ingest.charset import decode
from ingest.html.code_blocks import rewrite_code
from ingest.html.formulas import rewrite_formulas
from ingest.html.gates import unspoken
from ingest.html.judges import article_blocks
from ingest.html.landing import landed
from ingest.html.latexml import rewrite_latexml
from ingest.html.markdown import blocks, join
from ingest.html.markup import parse, text_of
from ingest.html.metadata import Metadata, metadata
from ingest.html.notices import notice
from ingest.html.other_forms import other_forms
from ingest.html.wechat import WeChat, is_wechat, read_wechat
from ingest.html.zhihu import Zhihu, is_zhihu, read_zhihu
from ingest.json_articles import read_json_article
from ingest.kinds import Kind, kind_of
from ingest.language import detect_lang
from ingest.pdf import BrokenPdfError, read_pdf
from ingest.quality import quality_flags
from ingest.text_files import github_answer, name_of, read_markdown, read_notebook, read_plain

if TYPE_CHECKING:
    from ingest.settings import ExtractSettings

__all__ = ["VERSION", "extract"]

VERSION = "1"
"""Changes whenever the same bytes may give another article, so that kept pages are extracted again."""


_WORDS = re.compile(
    r"[\u3400-\u9fff]{2}|[^\W\d_]{3,}[\s_-]+(?:[^\W\d_]+[\s_-]+)*[^\W\d_]{3,}"
)  # in the name of a file


@dataclass(frozen=True, slots=True)
class _Found:
    """What a reader found, before it is judged."""

    text: str
    title: str = ""
    author: str = ""
    published: str = ""
    site: str = ""
    anchors: tuple[tuple[str, str], ...] = ()
    linked: float = 0.0  # share of the text in links
    elsewhere: tuple[str, ...] = ()  # other forms that the page names


def extract(page: Page, *, url: str, settings: ExtractSettings, hint: str = "") -> Article | Skipped:
    """Return the article of a page, or why it has none; never raises on what the page holds.

    `url` is the canonical address; `hint` is the reading list's title for it, used where the page itself has none.
    """
    match kind := kind_of(page):
        case Kind.HTML:
            found = _of_html(page, url, settings)
        case Kind.PDF:
            found = _of_pdf(page, url, hint)
        case Kind.JSON:
            found = _of_json(page, url)
        case Kind.OTHER:
            return Skipped(url, SkipReason.WRONG_TYPE, page.header("content-type") or "no readable type")
        case _:
            found = _of_text(page, url, kind)
    return found if isinstance(found, Skipped) else _judged(found, url, settings, hint)


def _of_pdf(page: Page, url: str, hint: str) -> _Found | Skipped:
    try:
        read = read_pdf(page.body)
    except BrokenPdfError as error:
        return Skipped(url, SkipReason.BROKEN_FILE, f"PDF: {error}")
    if not read.text.strip():
        return Skipped(url, SkipReason.EMPTY, f"a PDF of {read.pages} pages without text, probably scanned")
    # Notes without a title often have it in their file's name.
    name = name_of(url)
    title = read.title or hint or (name.replace("_", " ") if _WORDS.search(name) else "")
    return _Found(read.text, title, read.author, read.published, urlsplit(url).hostname or "")


def _of_text(page: Page, url: str, kind: Kind) -> _Found | Skipped:
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
    return _Found(
        read.text,
        title,
        read.author,
        read.published,
        urlsplit(url).hostname or "",
        linked=read.linked,
    )


def _of_json(page: Page, url: str) -> _Found | Skipped:
    read = read_json_article(decode(page.body, page.header("content-type")))
    root = parse(read.html) if read is not None else None
    if read is None or root is None:
        return Skipped(url, SkipReason.WRONG_TYPE, "JSON that holds no article")
    rewrite_formulas(root)
    rewrite_code(root)
    return _Found(join(blocks(root)), read.title, read.author, read.published, urlsplit(url).hostname or "")


def _of_html(page: Page, url: str, settings: ExtractSettings) -> _Found | Skipped:
    text = decode(page.body, page.header("content-type"))
    root = parse(text)
    if root is None:
        return Skipped(url, SkipReason.EMPTY, "a page without any markup")
    facts = metadata(root, url)
    elsewhere = other_forms(root, page.url)
    wechat = read_wechat(text, root) if is_wechat(url) or is_wechat(page.url) else None
    zhihu = read_zhihu(root, url) if is_zhihu(url) else None
    unscripted = " ".join(text_of(element) for element in root.iter("noscript"))[:2000]
    rewrite_latexml(root)
    rewrite_formulas(root)
    rewrite_code(root)
    parts = blocks(root)
    if wechat is not None and wechat.content is not None:
        kept = blocks(wechat.content)
    else:
        kept = article_blocks(root, parts, url, facts.title)
    if zhihu is not None and zhihu.content is not None and len(join(kept)) < settings.min_chars:
        kept = blocks(zhihu.content)
    body = join(kept)
    from_elsewhere = ""  # text that is not among the blocks
    if wechat is not None and wechat.share:
        from_elsewhere = wechat.share
    elif facts.abstract and facts.abstract[:100] not in body:
        # The landing page of a paper: beside its abstract it has only what leads to the paper.
        from_elsewhere = facts.abstract
    body = from_elsewhere or body
    found = landed(page.requested, page.url, prose=len(body))
    # WeChat's notices have no element for the text, so where there is a text it is an article's.
    in_place = wechat is not None and wechat.content is not None and len(body) >= settings.min_chars
    if not found and not from_elsewhere and not in_place:
        found = notice(facts.head_title, parts, kept, unscripted)
        if not found and len(body) < settings.min_chars:
            found = unspoken(text, root, page.url)
    if found:
        return Skipped(url, found.reason, found.detail, elsewhere=elsewhere)
    if wechat is not None:
        facts = _with_wechat(facts, wechat)
    if zhihu is not None:
        facts = _with_zhihu(facts, zhihu)
    return _Found(
        body,
        facts.title,
        facts.author,
        facts.published,
        facts.site,
        anchors=tuple((part.words, part.anchor) for part in kept if part.anchor),
        linked=sum(part.linked for part in kept) / max(1, sum(len(part.words) for part in kept)),
        elsewhere=elsewhere,
    )


def _with_wechat(facts: Metadata, wechat: WeChat) -> Metadata:
    return replace(
        facts,
        title=wechat.title or facts.title,
        author=wechat.author or facts.author,
        published=wechat.published or facts.published,
        site=wechat.account or facts.site,
    )


def _with_zhihu(facts: Metadata, zhihu: Zhihu) -> Metadata:
    return replace(
        facts,
        title=zhihu.title or facts.title,
        author=zhihu.author or ("" if zhihu.several else facts.author),
        published=zhihu.published or facts.published,
    )


def _judged(found: _Found, url: str, settings: ExtractSettings, hint: str) -> Article | Skipped:
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
