"""Where else a page says that its text can be had."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.html.markup import parse
from ingest.html.other_forms import other_forms

URL = "https://a.test/old/post.html"


def named(head: str, body: str = "") -> tuple[str, ...]:
    root = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    return other_forms(root, URL)


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<meta http-equiv="refresh" content="0; url=/new/post.html">', "https://a.test/new/post.html"),
        ("<META HTTP-EQUIV=Refresh CONTENT=\"3;URL='https://b.test/x#part'\">", "https://b.test/x"),
        ('<meta http-equiv="refresh" content="0;https://b.test/x">', "https://b.test/x"),
        (
            '<base href="https://c.test/d/"><meta http-equiv="refresh" content="0; url=x">',
            "https://c.test/d/x",
        ),
        ('<link rel="amphtml" href="post.amp">', "https://a.test/old/post.amp"),
        (
            '<link rel="alternate" media="only screen and (max-width: 640px)" href="https://m.a.test/post">',
            "https://m.a.test/post",
        ),
        ("<script>window.location.href = 'https://b.test/x';</script>", "https://b.test/x"),
        ('<script>location.replace("/x")</script>', "https://a.test/x"),
    ],
)
def test_a_page_names_its_other_form(head: str, address: str) -> None:
    assert named(head) == (address,)


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="refresh" content="300">',  # reloads itself
        '<meta http-equiv="refresh" content="300; url=/next">',
        f'<meta http-equiv="refresh" content="0; url={URL}#top">',
        '<meta http-equiv="refresh" content="0; url=javascript:alert(1)">',
        '<meta http-equiv="refresh" content="0; url=http://[">',
        '<link rel="alternate" type="application/rss+xml" href="/feed">',
        '<link rel="alternate" hreflang="en" href="/en/post">',
        "<script>window.location.href = base + '/x';</script>",
    ],
)
def test_what_is_no_other_form_is_left(head: str) -> None:
    assert named(head) == ()


def test_a_script_that_leaves_is_believed_only_on_a_page_without_text() -> None:
    leave = "<script>if (isPhone) { location.href = '/m' }</script>"
    assert named(leave) == ("https://a.test/m",)
    assert named(leave, f"<p>{'words ' * 200}</p>") == ()


@given(st.text(max_size=60))
def test_nothing_that_a_page_names_raises(text: str) -> None:
    quoted = text.replace('"', "'")
    for address in named(
        f'<meta http-equiv="refresh" content="{quoted}"><link rel="amphtml" href="{quoted}">'
    ):
        assert address.startswith(("http://", "https://"))
