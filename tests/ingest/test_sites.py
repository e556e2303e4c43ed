"""Sites with better addresses are asked there first, and several answers make one article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Article, Lang
from ingest.sites import combine, sources_for

RAW = "https://raw.githubusercontent.com"


@pytest.mark.parametrize(
    ("url", "sources"),
    [
        (
            "https://arxiv.org/abs/1706.03762",
            ("https://arxiv.org/abs/1706.03762", "https://arxiv.org/pdf/1706.03762"),
        ),
        (
            "https://arxiv.org/abs/cs/0112017",
            ("https://arxiv.org/abs/cs/0112017", "https://arxiv.org/pdf/cs/0112017"),
        ),
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
        ("https://github.com/o", ("https://github.com/o",)),
        ("https://github.com/o/r/issues/1", ("https://github.com/o/r/issues/1",)),
        ("https://zhuanlan.zhihu.com/p/1", ("https://zhuanlan.zhihu.com/p/1",)),
    ],
)
def test_the_sources_of_an_address(url: str, sources: tuple[str, ...]) -> None:
    assert sources_for(url) == sources


@given(st.text(max_size=40))
def test_every_address_has_a_source(path: str) -> None:
    assert sources_for(f"https://github.com/{path.replace('[', '').replace(']', '')}")


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
