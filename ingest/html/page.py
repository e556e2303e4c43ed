"""One page of HTML to what it holds: its article and its facts, or the notice that it shows in place of one.

Here the package's parts are put in a row: what is drawn is rewritten to what it means, blocks are cut and judged, sites
that keep their text elsewhere are asked for it there, and at last it is asked whether all this is an article.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.articles import Page, Skipped, SkipReason
from ingest.charset import decoded
from ingest.found import Found
from ingest.html.code_blocks import rewrite_code
from ingest.html.formulas import rewrite_formulas
from ingest.html.gates import unspoken
from ingest.html.judges import article_blocks
from ingest.html.landing import landed
from ingest.html.latexml import rewrite_latexml
from ingest.html.markdown import blocks, join
from ingest.html.markup import parse, text_of
from ingest.html.metadata import Metadata, metadata
from ingest.html.noscript import unwrap_noscript
from ingest.html.notices import notice
from ingest.html.other_forms import other_forms
from ingest.html.wechat import WeChat, is_wechat, read_wechat
from ingest.html.zhihu import Zhihu, is_zhihu, read_zhihu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.html.markdown import Block
    from ingest.settings import ExtractSettings
    from ingest.trace import Trace

__all__ = ["read_page"]


def read_page(page: Page, url: str, settings: ExtractSettings, trace: Trace | None = None) -> Found | Skipped:
    """Return what a page of HTML holds, or what it says in place of an article; never raises on what it holds.

    `url` is the canonical address of the article, which the page may have been had for by way of another.
    """
    text, codec = decoded(page.body, page.header("content-type"))
    root = parse(text)
    if root is None:
        return Skipped(url, SkipReason.EMPTY, "a page without any markup")
    if trace is not None:
        trace.say("characters", codec)
    facts = metadata(root, url)
    # A page that is gone and sends its readers home names no other form of itself.
    elsewhere = tuple(
        form
        for form in other_forms(root, page.url)
        if not any(landed(place, form, prose=0) for place in (page.requested, page.url))
    )
    wechat = read_wechat(text, root) if is_wechat(url) or is_wechat(page.url) else None
    zhihu = read_zhihu(root, url) if is_zhihu(url) else None
    unscripted = " ".join(text_of(element) for element in root.iter("noscript"))[:2000]
    unwrap_noscript(root)
    rewrite_latexml(root)
    rewrite_formulas(root)
    rewrite_code(root)
    parts = blocks(root)
    if wechat is not None and wechat.content is not None:
        kept, how = blocks(wechat.content), "WeChat's #js_content"
    else:
        kept, how = article_blocks(root, parts, url, facts.title, trace), ""
    if zhihu is not None and zhihu.content is not None and len(join(kept)) < settings.min_chars:
        kept, how = blocks(zhihu.content), "the data that Zhihu's page has for its scripts"
    body = join(kept)
    apart = ""  # text that is not among the blocks
    if wechat is not None and wechat.share:
        apart, how = wechat.share, "the text of a WeChat share, from a script"
    elif facts.abstract and facts.abstract[:100] not in body:
        # The landing page of a paper: beside its abstract it has only what leads to the paper.
        apart, how = facts.abstract, "the abstract in the metadata of a paper's landing page"
    body = apart or body
    if trace is not None:
        _tell(trace, how, parts, kept, body)
    found = landed(page.requested, page.url, prose=len(body))
    # WeChat's notices have no element for the text, so where there is a text it is an article's.
    in_place = wechat is not None and wechat.content is not None and len(body) >= settings.min_chars
    if not found and not apart and not in_place:
        found = notice(facts.head_title, parts, kept, unscripted)
        if not found and len(body) < settings.min_chars:
            found = unspoken(text, root, page.url)
    if found:
        return Skipped(url, found.reason, found.detail, elsewhere=elsewhere)
    if wechat is not None:
        facts = _with_wechat(facts, wechat)
    if zhihu is not None:
        facts = _with_zhihu(facts, zhihu)
    return Found(
        body,
        facts.title,
        facts.author,
        facts.published,
        facts.site,
        anchors=tuple((part.words, part.anchor) for part in kept if part.anchor),
        linked=sum(part.linked for part in kept) / max(1, sum(len(part.words) for part in kept)),
        elsewhere=elsewhere,
    )


def _tell(trace: Trace, how: str, parts: Sequence[Block], kept: Sequence[Block], body: str) -> None:
    if how:
        trace.say("text from", how)
    trace.say("kept", f"{len(kept)} of {len(parts)} blocks, {len(body):,} characters")
    if not trace.dropped:  # the judges have not been asked
        owners = {id(part.head.owner) for part in kept}
        for part in parts:
            if id(part.head.owner) not in owners:
                trace.drop(part.words, "outside of the text")


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
