"""On the page of a thread the posts are the article; under an article, comments are not."""

from __future__ import annotations

import json

import pytest

from ingest.articles import Article, Page
from ingest.extract import extract
from ingest.settings import ExtractSettings

TITLE = "How do I sample negatives for a two-tower model?"
POSTS = [
    "I train a two-tower model on clicks and wonder which items to take as negatives for each of the users.",
    "Take the other items of the batch, and correct the scores by how often each of them is drawn at all.",
    "We mix those with a few that the last model ranked high; recall went up by four points within a week.",
]
FORUM = "https://forum.example.org/"
BLOG = "https://blog.example.org/2021/negatives.html"


def text(html: str, url: str) -> str:
    page = Page(url, url, 200, (("content-type", "text/html; charset=utf-8"),), html.encode(), 0.0)
    found = extract(page, url=url, settings=ExtractSettings())
    return found.text if isinstance(found, Article) else ""


def page(posts: str, head: str = "", body: str = "") -> str:
    """A page with a header, a sidebar and a footer that have more to say than the posts."""
    links = "".join(
        f'<li><a href="/{n}">Another thread about ranking, number {n}</a></li>' for n in range(12)
    )
    return f"""<html><head><title>{TITLE}</title>{head}</head><body {body}><header><a href="/">Home</a></header>
<h1>{TITLE}</h1>{posts}<aside class="sidebar"><h3>Latest</h3><ul>{links}</ul></aside>
<footer><p>We use cookies to make this site better. You can change your settings at any time, or else go on reading.</p>
</footer></body></html>"""


def post(name: str, body: str, *, attributes: str = "") -> str:
    return f"""<div class="row"><div class="user-info"><a href="/u/1">river_rat</a><span>Joined 2019</span><span>312 posts</span></div>
<div class="{name}" {attributes}><p>{body}</p></div><div class="actions"><a href="#">Like</a><a href="#">Quote</a></div></div>"""


@pytest.mark.parametrize(
    ("name", "head", "body", "path"),
    [
        ("cooked", '<meta name="generator" content="Discourse 3.3.0">', "", "t/negatives/421"),
        ("content", "", 'class="section-viewtopic"', "viewtopic.php?t=1588"),
        ("post_body", "", "", "showthread.php?tid=12"),
        ("bbWrapper", "", "", "threads/negatives.138/"),
        ("post-body", '<meta name="generator" content="Flarum">', "", "d/15448"),
        ("kmsg", "", 'class="com_kunena view-topic"', "support/168431-negatives"),
        ("bbp-reply-content", "", 'class="bbpress single-topic"', "boards/negatives/"),
        ("wpforo-post-content", "", "", "community/negatives/"),
        ("Message userContent", '<meta name="generator" content="Vanilla">', "", "discussion/99/negatives"),
        ("js-post__content-text", '<meta name="generator" content="vBulletin 5.6.3">', "", "x/48939-negatives"),
        ("t_f", '<meta name="generator" content="Discuz! X3.4">', "", "forum.php?mod=viewthread&tid=38672"),
    ],
)  # fmt: skip
def test_the_posts_of_each_engine_are_the_article(name: str, head: str, body: str, path: str) -> None:
    wrapped = "".join(post(name, words) for words in POSTS)
    if name == "content":  # phpBB's own name is plain, and stands in one that is not
        wrapped = "".join(f'<div class="postbody">{post(name, words)}</div>' for words in POSTS)
    assert text(page(wrapped, head, body), FORUM + path).split("\n\n") == POSTS


def test_posts_without_names_are_siblings_with_a_date_and_prose() -> None:
    posts = "".join(
        f'<li class="css-7styu"><div><a href="/u/{n}">user{n}</a></div><div>{n} days ago</div><div><p>{words}</p></div></li>'
        for n, words in enumerate(POSTS, 2)
    )
    assert text(page(f"<ul>{posts}</ul>"), FORUM + "questions/77").split("\n\n") == POSTS


def test_posts_that_schema_org_marks_are_found_by_that() -> None:
    opening = f'<div itemprop="text"><p>{POSTS[0]}</p></div>'
    answers = "".join(
        f'<div itemprop="suggestedAnswer" itemscope itemtype="https://schema.org/Answer"><span>17</span><div itemprop="text"><p>{words}</p></div></div>'
        for words in POSTS[1:]
    )
    html = page(
        f'<div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question">{opening}{answers}</div>'
    )
    assert text(html, "https://example.org/77").split("\n\n") == POSTS


def test_posts_that_only_json_ld_holds_are_read_from_it() -> None:
    facts = {
        "@type": "QAPage",
        "mainEntity": {
            "@type": "Question",
            "text": f"<p>{POSTS[0]}</p>",
            "acceptedAnswer": {"@type": "Answer", "text": POSTS[1]},
            "suggestedAnswer": [{"@type": "Answer", "text": POSTS[2]}],
        },
    }
    head = f'<script type="application/ld+json">{json.dumps(facts)}</script>'
    assert text(page("<div id=app></div>", head), "https://example.org/77").split("\n\n") == POSTS


def test_posts_that_only_readers_without_scripts_see_are_read() -> None:
    long = [words * 4 for words in POSTS]
    posts = "".join(f"<article><div><h3>rat</h3></div><div class='Post-body'><p>{words}</p></div></article>" for words in long)  # fmt: skip
    html = f'<html><head><title>{TITLE}</title></head><body><div id="app"></div><noscript id="flarum-content"><h1>{TITLE}</h1>{posts}</noscript></body></html>'
    assert text(html, FORUM + "d/15448").split("\n\n") == long


def test_a_signature_is_no_part_of_a_post() -> None:
    signed = (
        f"<p>{words}</p><div class='signature'>Free advice from a designer since 2013.</div>"
        for words in POSTS
    )
    html = page("".join(f'<div class="postcontent">{words}</div>' for words in signed))
    assert text(html, FORUM + "showthread.php?t=3").split("\n\n") == POSTS


def test_who_wrote_a_comment_and_when_is_no_part_of_it() -> None:
    comments = "".join(
        f'<div class="comment-body"><span class="comment-copy">{words}</span>'
        '<div class="comment-user">– Thilo</div><div class="comment-date">Jul 3, 2009 at 0:34</div></div>'
        for words in POSTS[1:]
    )
    html = page(f'<div class="js-post-body"><p>{POSTS[0]}</p></div>{comments}')
    assert text(html, "https://example.org/questions/77/negatives").split("\n\n") == POSTS


def test_the_opening_post_may_have_no_name_where_the_replies_have_one() -> None:
    opening = f"<div class='css-1'><p>{POSTS[0]} {POSTS[1]}</p></div>"
    replies = "".join(post("reply-content", words) for words in POSTS[1:])
    found = text(page(opening + replies), FORUM + "topic/1666").split("\n\n")
    assert found[1:] == POSTS[1:]


ARTICLE = "".join(f"<p>{words} {more}</p>" for words, more in zip(POSTS, POSTS[1:] + POSTS[:1], strict=True))
COMMENTS = [
    "Thanks for this post, it is just what I had been looking for all of last week!",
    "Great write-up, though I would have liked to see how it does on other data as well.",
]


@pytest.mark.parametrize(
    ("url", "head"),
    [
        (BLOG, ""),
        (BLOG, '<meta name="generator" content="WordPress 6.5.3">'),
        # An article at an address that looks like a forum's, and one with questions that it answers itself.
        ("https://community.example.org/topics/7", '<script type="application/ld+json">{"@type": "BlogPosting"}</script>'),
        (BLOG, '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "acceptedAnswer": {"@type": "Answer", "text": "Yes."}}]}</script>'),
        ("https://community.example.org/blog/7", ""),
    ],
)  # fmt: skip
def test_the_comments_under_an_article_are_not_its_text(url: str, head: str) -> None:
    comments = "".join(
        f'<li class="comment"><b>anna</b> <time>2021-05-0{n}</time><div class="comment-content"><p>{words}</p></div></li>'
        for n, words in enumerate(COMMENTS, 1)
    )
    html = page(
        f'<article><div class="entry-content">{ARTICLE}</div></article><div id="comments" class="comments-area"><h2>2 Comments</h2><ol class="comment-list">{comments}</ol></div>',
        head,
    )
    found = text(html, url)
    assert POSTS[0] in found
    assert not any(words in found for words in COMMENTS)


def test_an_article_at_the_address_of_a_forum_is_an_article() -> None:
    found = text(page(f'<div class="post-content">{ARTICLE}</div>'), "https://example.org/topics/7")
    assert all(words in found for words in POSTS)
