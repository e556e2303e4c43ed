from __future__ import annotations

from dataclasses import replace

import pytest

from index.catalog import ArticleRow, PassageRow
from ingest.articles import Lang, Source
from search.passage_link import passage_link

ARTICLE = ArticleRow(
    row=0,
    id="a",
    url="https://example.org/two-tower",
    host="example.org",
    title="双塔",
    author="",
    published="",
    site="",
    lang=Lang.ZH,
    source=Source.ORIGIN,
    starred=False,
    also_at=(),
    links=(),
    facets=(),
    passages=range(1),
)
PASSAGE = PassageRow(0, 0, 0, (), "two towers, one space", "")
WORDS = ":~:text=two%20towers%2C%20one%20space"


def test_a_heading_with_an_id_is_where_a_link_leads() -> None:
    assert passage_link(ARTICLE, replace(PASSAGE, anchor="loss")) == "https://example.org/two-tower#loss"


def test_an_id_that_is_no_plain_word_is_encoded() -> None:
    link = passage_link(ARTICLE, replace(PASSAGE, anchor="1.1 损失"))
    assert link == "https://example.org/two-tower#1.1%20%E6%8D%9F%E5%A4%B1"


def test_without_an_id_the_words_of_the_passage_lead_there() -> None:
    assert passage_link(ARTICLE, PASSAGE) == f"https://example.org/two-tower#{WORDS}"


def test_a_fragment_that_an_address_has_stays() -> None:
    article = replace(ARTICLE, url="https://example.org/#/two-tower")
    assert passage_link(article, PASSAGE) == f"https://example.org/#/two-tower{WORDS}"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/paper.PDF", "example.org"),
        ("https://arxiv.org/pdf/1706.03762", "arxiv.org"),
        ("https://www.youtube.com/watch?v=abc", "youtube.com"),
        ("https://www.bilibili.com/video/BV1", "bilibili.com"),
    ],
)
def test_documents_in_a_viewer_and_videos_have_no_words_to_look_for(url: str, host: str) -> None:
    assert passage_link(replace(ARTICLE, url=url, host=host), PASSAGE) == url


def test_what_a_list_says_of_a_page_does_not_stand_in_the_page() -> None:
    assert passage_link(replace(ARTICLE, source=Source.LISTING), PASSAGE) == ARTICLE.url


def test_a_page_that_is_gone_opens_as_the_archive_kept_it() -> None:
    gone = replace(ARTICLE, source=Source.ARCHIVE, archived="2019-02-03")
    link = passage_link(gone, PASSAGE)
    assert link == f"https://web.archive.org/web/20190203/https://example.org/two-tower#{WORDS}"
