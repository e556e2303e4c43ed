"""A saved page goes to the link it belongs to, and to no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Link, Listing
from ingest.saved.matching import Match, Matcher

WECHAT = "https://mp.weixin.qq.com/s/SbB40tES2MrfoNaIPima5A"
ZHIHU = "https://zhuanlan.zhihu.com/p/123456789"
BLOG = "https://blog.a.test/2020/03/04/two-tower.html"
OTHER = "https://b.test/x"
TITLES = {
    WECHAT: "双塔召回模型的前世今生（上篇）",
    ZHIHU: "双塔召回模型",
    BLOG: "Two-tower models: what, why & how?",
    OTHER: "这里",
}


def listing(url: str, *titles: str) -> Listing:
    return Listing(url, tuple(Link(url, url, title, "list") for title in titles))


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(listing(url, title) for url, title in TITLES.items())


@pytest.mark.parametrize(
    ("addresses", "url"),
    [
        ((WECHAT + "?scene=21#rd",), WECHAT),
        (("https://nowhere.test/", ZHIHU + "?utm_source=x"), ZHIHU),
        (("https://nowhere.test/", "ftp://x", "https://["), None),
    ],
)
def test_by_the_address_that_it_notes(matcher: Matcher, addresses: tuple[str, ...], url: str | None) -> None:
    assert matcher.by_address(addresses) == (Match(url, "address") if url else None)


@pytest.mark.parametrize(
    ("stem", "url"),
    [
        ("双塔召回模型的前世今生（上篇）", WECHAT),
        ("双塔召回模型的前世今生(上篇) (2024_1_2 10_22_33)", WECHAT),
        ("双塔召回模型 - 知乎", ZHIHU),
        ("双塔召回模型的前世", WECHAT),  # cut short; of the other title it is more than the whole
        ("Two-tower models_ what, why & how_", BLOG),
        ("ＴＷＯ－ＴＯＷＥＲ　ＭＯＤＥＬＳ what why how", BLOG),
        ("mp.weixin.qq.com_s_SbB40tES2MrfoNaIPima5A", WECHAT),
        ("https%3A%2F%2Fblog.a.test%2F2020%2F03%2F04%2Ftwo-tower.html", BLOG),
        ("zhihu-123456789", ZHIHU),
        ("知乎 123456789 (1)", ZHIHU),
        ("这里", None),  # says nothing
        ("index", None),
        ("", None),
    ],
)
def test_by_the_name_of_its_file(matcher: Matcher, stem: str, url: str | None) -> None:
    found = matcher.by_name(stem)
    assert (found and found.url) == url


def test_a_page_about_another_is_not_taken_for_it(matcher: Matcher) -> None:
    about, elsewhere = "评双塔召回模型的前世今生（上篇）", ("http://other.test/review",)
    assert matcher.by_title(about, elsewhere) is None
    assert matcher.by_name(about, elsewhere) is None
    assert matcher.by_title(TITLES[WECHAT], elsewhere) == Match(WECHAT, "title")  # a repost
    # A long address of the same site, of which the list has the short one.
    own = ("https://mp.weixin.qq.com/s?__biz=x&mid=1&idx=1",)
    assert matcher.by_name("双塔召回模型的前世今生（上篇） 2024", own) == Match(WECHAT, "name")


def test_a_title_that_two_links_have_tells_neither() -> None:
    matcher = Matcher(
        [listing("https://a.test/1", "Sampled softmax"), listing("https://b.test/2", "sampled Softmax!")]
    )
    assert matcher.by_title("Sampled Softmax") is None
    assert matcher.by_name("Sampled Softmax") is None


def test_a_page_is_found_by_its_own_title(matcher: Matcher) -> None:
    assert matcher.by_title("双塔召回模型 ") == Match(ZHIHU, "title")


@given(st.text(max_size=40))
def test_no_name_raises(stem: str) -> None:
    Matcher([listing(WECHAT, TITLES[WECHAT])]).by_name(stem)
