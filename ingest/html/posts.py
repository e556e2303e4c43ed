"""Which elements of a thread hold the text of its posts: names that the engines of forums give them.

The names are those of Discourse, phpBB, vBulletin, XenForo, Discuz!, Invision, NodeBB, SMF, MyBB, wpForo, Kunena, bbPress,
Flarum, Vanilla, Stack Exchange, Zhihu, Tieba, Reddit and Hacker News, and what is common to the names of all others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.html.markup import Element, attribute, class_names, own_tag, text_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["POST_TYPES", "is_beside_a_post", "is_reply", "is_sure", "posts"]

POST_TYPES = words("DiscussionForumPosting QAPage Question Answer Comment")
"""What schema.org calls a post."""

# Names that engines give the text of a post, and nobody else.
_BODIES = words(
    "bbwrapper bbp-reply-content bbp-topic-content commtext cooked d_post_content js-post-body "
    "js-post__content-text kmsg lzl_content_main messagecontent postmessage richcontent-inner t_f usertext-body "
    "wpforo-post-content zm-editable-content"
)
_BODY_IDS = re.compile(r"post_?message_\d+|msg_\d+")
# Names that say as much on a page that is a thread.
_LIKELY = re.compile(
    r"(?:post|message|msg|reply|replies|comment|answer|question|topic|thread|discussion|user)s?[-_]*"
    r"(?:body|contents?|contentwrap|content-text|text|message|copy|prose|richtext|markdown)(?:-?\d+)?$"
)
_AROUND_POSTS = re.compile(
    r"(?:^|[\s_-])(?:side-?bar|related|recommend\w*|similar|suggest\w*|popular|hot|latest|recent|"
    r"breadcrumbs?)(?:$|[\s_-])"
)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:signature|sig|user-?sign|avatar|user-?info|post-?profile|author-?(?:info|box|card)|user-?card|badges?|"
    r"last-?edit(?:ed)?|edited-?by|edit-?info|pstatus|reactions?|like-?s?|likes?|votes?|voting|actions?|buttons?|controls?|"
    r"tool-?bar|share|sharing|report|menu|attribution|attachments?-?info|locked|admin-?tools|"
    r"(?:comment|post|reply|message)-?(?:user|author|date|time|meta|score|count|number))(?:$|[\s_-])"
)
_PLAIN = words("content text body markdown entry message prose")
_CORE = 0.6  # share of the text of a post from which a part of it stands for it
_MOST_OF = 0.2  # share of an element's text from which a post inside it stands for it


def posts(root: Element, *, declared: bool) -> tuple[Element, ...]:
    """Return the elements that hold a post each, in the order of the page.

    `declared` tells that the page is known to be a thread: on any other, only names that nobody but an engine gives count.
    """
    found = [
        element
        for element in root.iter("div", "td", "article", "section", "span", "li")
        if _is_post(element, declared)
    ]
    clear = [element for element in found if not any(_is_around(above) for above in element.iterancestors())]
    # A name such as has-sidebar may also be that of the frame of everything.
    return tuple(_innermost(clear if 2 * _length(clear) >= _length(found) else found))


def is_beside_a_post(element: Element) -> bool:
    """Whether an element inside a post is none of its text: a signature, a count, a row of buttons."""
    if own_tag(element) in ("footer", "form", "nav", "aside"):
        return True
    names = f"{attribute(element, 'class')} {attribute(element, 'id')}".lower()
    return len(names) > 1 and _BESIDE.search(names) is not None


def is_reply(body: Element | None) -> bool:
    """Whether a post is, by its name, one that answers another."""
    names = class_names(body) if body is not None else []
    return not _BODIES.intersection(names) and any(
        re.search("reply|replies|comment|answer", name) for name in names
    )


def is_sure(element: Element) -> bool:
    """Whether a name of an element is one that only an engine gives a post."""
    if _BODIES.intersection(class_names(element)) or _BODY_IDS.fullmatch(attribute(element, "id").lower()):
        return True
    return (
        attribute(element, "data-role").lower() == "commentcontent"
        or attribute(element, "component") == "post/content"
    )


def _is_post(element: Element, declared: bool) -> bool:
    if is_sure(element):
        return True
    if attribute(element, "itemprop").lower() == "text" and declared:
        scopes = (attribute(above, "itemtype") for above in element.iterancestors())
        return (scope := next(filter(None, scopes), "")) == "" or scope.rsplit("/")[-1] in POST_TYPES
    return declared and any(_LIKELY.search(name) for name in class_names(element))


def _is_around(element: Element) -> bool:
    if own_tag(element) in ("nav", "aside", "footer", "dialog"):
        return True
    names = f"{attribute(element, 'class')} {attribute(element, 'id')}".lower()
    if own_tag(element) in ("body", "html"):
        return False
    return "widget" in names.split() or _AROUND_POSTS.search(names) is not None


def _innermost(found: list[Element]) -> list[Element]:
    """Return the elements without those around them that are only the frame of one post, or of many."""
    inside: dict[Element, list[Element]] = {element: [] for element in found}
    for element in found:
        for above in element.iterancestors():
            if above in inside:
                inside[above].append(element)
    left_out: set[Element] = set()
    for element, inner in inside.items():
        if not inner:
            continue
        leaves = [one for one in inner if not inside[one]]
        sure = any(_BODIES.intersection(class_names(one)) for one in leaves)
        if sure or len(leaves) > 1 or _length(leaves) >= _MOST_OF * len(text_of(element)):
            left_out.add(element)
        else:
            left_out.update(inner)
    return [_block_of(_core(element)) for element in found if element not in left_out and text_of(element)]


def _core(body: Element) -> Element:
    """Return the element in a body that holds most of its text under a name as plain as "content", or the body."""
    size = len(text_of(body))
    plain = [
        element for element in body.iterdescendants("div", "td") if _PLAIN.intersection(class_names(element))
    ]
    return next((element for element in plain if len(text_of(element)) >= _CORE * size), body)


def _block_of(element: Element) -> Element:
    """Return the nearest element that is no part of a line: what a line is made of cannot be told from the rest of it."""
    while own_tag(element) == "span" and element.getparent() is not None:
        element = element.getparent()
    return element


def _length(elements: Sequence[Element]) -> int:
    return sum(len(text_of(element)) for element in elements)
