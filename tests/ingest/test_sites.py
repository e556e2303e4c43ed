"""Sites with better addresses are asked there first, and several answers make one article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Article, Lang
from ingest.sites import Parts, combine, parts_of

RAW = "https://raw.githubusercontent.com"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        (
            "https://arxiv.org/abs/1706.03762",
            (
                ("https://arxiv.org/abs/1706.03762",),
                ("https://arxiv.org/html/1706.03762", "https://arxiv.org/pdf/1706.03762"),
            ),
        ),
        (
            "https://arxiv.org/abs/cs/0112017",
            (
                ("https://arxiv.org/abs/cs/0112017",),
                ("https://arxiv.org/html/cs/0112017", "https://arxiv.org/pdf/cs/0112017"),
            ),
        ),
    ],
)
def test_a_paper_has_two_parts(url: str, parts: Parts) -> None:
    assert parts_of(url) == parts


@pytest.mark.parametrize(
    ("url", "sources"),
    [
        (
            "https://github.com/o/r",
            (
                f"{RAW}/o/r/HEAD/README.md",
                "https://api.github.com/repos/o/r/readme",
                "https://github.com/o/r",
            ),
        ),
        (
            "https://github.com/o/r/blob/main/%E7%AC%94%E8%AE%B0/a.md",
            (
                f"{RAW}/o/r/main/%E7%AC%94%E8%AE%B0/a.md",
                "https://github.com/o/r/blob/main/%E7%AC%94%E8%AE%B0/a.md",
            ),
        ),
        (
            "https://github.com/o/r/tree/main/docs",
            (f"{RAW}/o/r/main/docs/README.md", "https://github.com/o/r/tree/main/docs"),
        ),
        ("https://github.com/o/r/wiki", (f"{RAW}/wiki/o/r/Home.md", "https://github.com/o/r/wiki")),
        ("https://github.com/o/r/wiki/A-B", (f"{RAW}/wiki/o/r/A-B.md", "https://github.com/o/r/wiki/A-B")),
        (
            "https://gist.github.com/o/abc123",
            ("https://gist.githubusercontent.com/o/abc123/raw", "https://gist.github.com/o/abc123"),
        ),
        (
            "https://nbviewer.org/github/o/r/blob/master/a.ipynb",
            (f"{RAW}/o/r/master/a.ipynb", "https://nbviewer.org/github/o/r/blob/master/a.ipynb"),
        ),
        (
            "https://gitee.com/o/r/blob/master/a.md",
            ("https://gitee.com/o/r/raw/master/a.md", "https://gitee.com/o/r/blob/master/a.md"),
        ),
        (
            "https://gitlab.com/g/s/r/-/blob/main/a.md",
            ("https://gitlab.com/g/s/r/-/raw/main/a.md", "https://gitlab.com/g/s/r/-/blob/main/a.md"),
        ),
        (
            "https://huggingface.co/o/m",
            ("https://huggingface.co/o/m/raw/main/README.md", "https://huggingface.co/o/m"),
        ),
        (
            "https://zhuanlan.zhihu.com/p/1",
            ("https://zhuanlan.zhihu.com/p/1", "https://zhuanlan.zhihu.com/api/articles/1"),
        ),
        (
            "https://www.zhihu.com/question/1/answer/2",
            (
                "https://www.zhihu.com/question/1/answer/2",
                "https://www.zhihu.com/api/v4/answers/2?include=content,created_time,question,author",
            ),
        ),
        ("https://www.sohu.com/a/1_2", ("https://www.sohu.com/a/1_2", "https://m.sohu.com/a/1_2")),
        *(
            (url, (url,))
            for url in (
                *(
                    "https://github.com/o",
                    "https://github.com/o/r/issues/1",
                    "https://a.test/",
                    "https://gitee.com/",
                ),
                *(
                    "https://huggingface.co/blog/bert",
                    "https://www.zhihu.com/question/1",
                    "https://www.sohu.com/",
                ),
                *("https://arxiv.org/list/cs.IR/recent", "https://gist.github.com/o"),
            )
        ),
    ],
)
def test_the_sources_of_an_address(url: str, sources: tuple[str, ...]) -> None:
    assert parts_of(url) == (sources,)


@given(
    st.sampled_from(
        ["arxiv.org", "github.com", "gitee.com", "gitlab.com", "huggingface.co", "zhuanlan.zhihu.com"]
    ),
    st.text(max_size=40),
)
def test_every_address_has_a_source(host: str, path: str) -> None:
    parts = parts_of(f"https://{host}/{path.replace('[', '').replace(']', '')}")
    assert all(parts)


def test_an_abstract_page_and_a_pdf_are_one_article() -> None:
    url = "https://arxiv.org/abs/1"
    page = Article(url, "Title", "The abstract.", Lang.EN, author="A. Author", published="2017-06-12")
    paper = Article(
        url, "untitled", "The body of the paper. " * 9, Lang.EN, author="wrong", quality=("short",)
    )
    both = combine([page, paper])
    assert (both.title, both.author, both.published) == ("Title", "A. Author", "2017-06-12")
    assert both.text == f"The abstract.\n\n{paper.text}"


def test_an_abstract_that_the_paper_repeats_is_not_said_twice() -> None:
    page = Article("https://arxiv.org/abs/1", "T", "The ab-\nstract.")
    paper = Article("https://arxiv.org/abs/1", "", "Title. The abstract. And more.")
    assert combine([page, paper]).text == paper.text


def test_nothing_cannot_be_combined() -> None:
    with pytest.raises(ValueError, match="no article"):
        combine([])
