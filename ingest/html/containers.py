"""Where articles stand in pages: the elements that blog engines, sites and standards make for them, and those they
make for everything else."""

from __future__ import annotations

import re

from ingest.html.markup import Element, attribute, class_names, own_tag, text_of, words

__all__ = ["container", "is_clutter"]

# Names of the element that holds the text of the article and nothing else, the surest first.
_BODIES = """
    js_content richtext rich_media_content post-richtext richcontent-inner articlebody article-body article__body
    post-body article-entry e-content entry-content post-content post__content article-content article_content
    blogpost-body cnblogs_post_body article-viewer markdown-body markdown_body md-content__inner
    notebook-container post-text s-prose mw-parser-output d-article theme-doc-markdown blog-content-box
    postcontent articlecontent article-main story-body main-content-body post_content artibody article_text
    content-article bd-article rst-content document ltx_page_main single-content td-post-content hexo-article
    post-article blog-post-content article-text article-detail post-main content_views
"""
_RANK = {name: rank for rank, name in enumerate(_BODIES.split())}
_ENOUGH = 140  # characters; a container with fewer is a teaser or a template

_CLUTTER_TAGS = words("nav aside footer form fieldset dialog button select menu")
_CLUTTER_ROLES = words("navigation complementary contentinfo search banner dialog alert menu menubar toolbar")
_CLUTTER = re.compile(
    r"(?:^|[\s_-])(?:"
    r"comments?(?:s|list|area|section|box|wrap)?|disqus|respond|reply|replies|gitalk|valine|utterances|livere|"
    r"share|sharing|social|sns|bdshare|addthis|sharedaddy|jiathis|"
    r"related|recommend(?:ed|ations?)?|suggest(?:ed|ions?)?|more-from|read-?more|also-?read|popular|trending|hot|most-?read|"
    r"side-?bar|widget|rail|aside|"
    r"nav|navbar|navigation|menu|breadcrumbs?|crumbs?|pager|pagination|paginate|prev|next|post-nav|"
    r"foot|footer|copyright|license|post-copyright|"
    r"tags?|tag-?cloud|tag-?list|categor(?:y|ies)|"
    r"toc|table-of-contents|toctree|sphinxsidebar|catalog|"
    r"ads?|advert(?:isement)?s?|sponsor(?:ed)?|promo(?:tion)?|banner|cookies?|consent|gdpr|popup|modal|overlay|"
    r"newsletter|subscribe|subscription|signup|sign-up|login|paywall|"
    r"author-?(?:bio|box|info|card|profile)|about-?author|bio|byline|post-?meta|entry-?meta|article-?meta|meta|"
    r"qrcode|reward|donate|appreciat\w*|"
    r"header|masthead|topbar|top-?bar|toolbar|search|hidden|print"
    r")(?:$|[\s_-])"
)


def container(root: Element) -> Element | None:
    """Return the known element that holds the article, or None if the page has none, or many as a list of teasers has."""
    found: dict[int, list[Element]] = {}
    for element in root.iter("div", "article", "section", "main", "td", "d-article", "span"):
        names = [*class_names(element), attribute(element, "id").lower()]
        ranks = [_RANK[name] for name in names if name in _RANK]
        if attribute(element, "itemprop").lower() == "articlebody":
            ranks.append(-1)
        if ranks:
            found.setdefault(min(ranks), []).append(element)
    for rank in sorted(found):
        long = [element for element in found[rank] if len(text_of(element)) >= _ENOUGH]
        outer = [element for element in long if not any(above in long for above in element.iterancestors())]
        if len(outer) == 1:
            return outer[0]
    return None


def is_clutter(element: Element) -> bool:
    """Whether an element is, by its tag, role or names, for something else than the text of the article."""
    if own_tag(element) in _CLUTTER_TAGS or attribute(element, "role").lower() in _CLUTTER_ROLES:
        return True
    if own_tag(element) in ("body", "html", "article", "main"):
        return False
    names = f"{attribute(element, 'class')} {attribute(element, 'id')}".lower()
    return len(names) > 1 and _CLUTTER.search(names) is not None
