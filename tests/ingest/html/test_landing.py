"""Where a request ends says whether there is a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import SkipReason
from ingest.html.landing import landed

POST = "https://blog.a.test/2019/05/two-tower.html"


@pytest.mark.parametrize(
    ("requested", "final", "reason"),
    [
        (POST, "https://blog.a.test/login?next=/2019/05/two-tower.html", SkipReason.LOGIN_WALL),
        (POST, "https://passport.a.test/sso/check", SkipReason.LOGIN_WALL),
        ("https://www.zhihu.com/question/1", "https://www.zhihu.com/signin?next=%2F", SkipReason.LOGIN_WALL),
        (
            "https://www.zhihu.com/question/1",
            "https://www.zhihu.com/account/unhuman?type=unhuman",
            SkipReason.ANTI_BOT,
        ),
        (POST, "https://blog.a.test/captcha/?url=x", SkipReason.ANTI_BOT),
        (POST, "https://blog.a.test/404.html", SkipReason.DEAD_LINK),
        (POST, "https://blog.a.test/not-found", SkipReason.DEAD_LINK),
        (POST, "https://blog.a.test/", SkipReason.DEAD_LINK),
        ("http://www.a.test/article/details/52744845", "https://a.test/index.html", SkipReason.DEAD_LINK),
        ("https://a.test/p/召回与粗排的样本选择偏差问题", "https://m.a.test/", SkipReason.DEAD_LINK),
    ],
)
def test_some_places_say_that_there_is_no_page(requested: str, final: str, reason: SkipReason) -> None:
    found = landed(requested, final, prose=0)
    assert found is not None
    assert found.reason is reason


@pytest.mark.parametrize(
    ("requested", "final"),
    [
        (POST, POST),
        (POST, POST + "?from=feed"),
        (POST, "https://a.test/posts/two-tower/"),
        (POST, "https://a.test/posts/login-with-oauth/"),
        ("https://a.test/login", "https://a.test/login/"),  # whoever links to a login means it
        ("https://a.test/errors/404", "https://a.test/errors/404/"),
        ("https://t.test/x", "https://blog.a.test/"),  # a short link to a blog
        ("https://a.test/courses/nlp/", "https://nlp.b.test/"),
        ("https://a.test/zh/", "https://a.test/"),
        ("https://a.test/", "https://www.a.test/"),
        ("https://a.test/post/12345.html", "https://a.test/?p=12345"),
    ],
)
def test_other_places_are_pages(requested: str, final: str) -> None:
    assert landed(requested, final, prose=0) is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_address_raises(one: str, other: str) -> None:
    landed(f"https://a.test/{one}", f"https://a.test/{other}", prose=0)
