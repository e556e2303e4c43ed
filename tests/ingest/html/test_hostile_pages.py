"""What a page holds may be broken in any place: what is sound in it is read all the same."""

from __future__ import annotations

import json

import pytest

from ingest.articles import Article, Page
from ingest.extract import extract
from ingest.html.dates import iso_date
from ingest.html.markdown import blocks
from ingest.html.markup import parse
from ingest.settings import ExtractSettings

PROSE = "".join(
    f"<p>Sentence {n} about the two towers and how they are trained and served.</p>" for n in range(9)
)
URL = "https://a.test/2020/two-towers.html"


def read(head: str, body: str, content_type: str = "text/html; charset=utf-8") -> Article:
    html = f"<html><head>{head}</head><body><article>{body}{PROSE}</article></body></html>"
    page = Page(URL, URL, 200, (("content-type", content_type),), html.encode("utf-8", "surrogatepass"), 0.0)
    found = extract(page, url=URL, settings=ExtractSettings())
    assert isinstance(found, Article), found
    found.text.encode()
    found.title.encode()
    return found


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<h2 class="post-title"><a href="http://[::1">Two towers</a></h2>'),
        ("", '<h1><a href="http://[server-ip]/">Two towers</a></h1>'),
        (
            "",
            '<div itemscope><meta itemprop="url" content="http://[bad"><time itemprop="datePublished">x</time></div>',
        ),
        ("", '<img class="latex" src="https://latex.codecogs.com/[x">'),
        ("", '<img src="http://[bad/equation?tex=x^2">'),
        ("", "<p>&#xd83d; &#xfffe; &#1; and <b>more</b>&#1;</p>"),
        ('<meta property="og:title" content="Towers &#xd83d;">', ""),
        (
            f'<script type="application/ld+json">{json.dumps({"@type": "Article", "headline": "Towers " + chr(0xD83D)})}</script>',
            "",
        ),
        ('<meta name="date" content="Mon, 01 Jan 99999999999999999999 00:00:00 GMT">', ""),
        *(
            (
                f'<script type="application/ld+json">{{"@type":"Article","author":{"[" * n}"x"{"]" * n}}}</script>',
                "",
            )
            for n in (300, 800, 950, 3000)
        ),
    ],
)
def test_one_broken_thing_costs_no_page(head: str, body: str) -> None:
    assert "Sentence 3 about the two towers" in read(head, body).text


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "undefined", "unicode_escape", "rot13", "utf-7", "x-none"]
)
def test_a_charset_that_is_none_costs_no_page(charset: str) -> None:
    assert "Sentence 3" in read("", "<p>双塔</p>", f"text/html; charset={charset}").text


def test_no_year_is_too_far_off() -> None:
    assert iso_date("Mon, 01 Jan 99999999999999999999 00:00:00 GMT") == ""


def test_blank_lines_in_code_are_no_fence() -> None:
    root = parse("<body><pre>" + "a\n\n   ```\nb\n" + "</pre></body>")
    (block,) = blocks(root)
    assert block.text.startswith("````\n")
