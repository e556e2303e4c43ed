"""Pages that answer 200 and say that there is nothing are known; articles about such pages are not taken for them."""

from __future__ import annotations

import pytest

from ingest.articles import SkipReason
from ingest.html.notices import notice


@pytest.mark.parametrize(
    ("reason", "title", "visible"),
    [
        (SkipReason.DELETED, "", "该内容已被发布者删除 微信公众平台运营中心"),
        (SkipReason.DELETED, "", "The content has been deleted by the author. Weixin"),
        (SkipReason.DELETED, "账号已迁移", "账号已迁移 该公众号已迁移至新的账号，原账号已回收。 访问文章"),
        (SkipReason.DELETED, "CSDN", "抱歉，文章已被删除或不存在 404 | 页面不存在 返回首页"),
        (SkipReason.VIOLATION, "", "此内容因违规无法查看 由用户投诉并经平台审核 我要反馈"),
        (SkipReason.VIOLATION, "", "此帐号已被屏蔽, 内容无法查看"),
        (SkipReason.ANTI_BOT, "", "环境异常 当前环境异常，完成验证后即可继续访问。 去验证"),
        (SkipReason.ANTI_BOT, "Just a moment...", "Enable JavaScript and cookies to continue"),
        (SkipReason.ANTI_BOT, "安全验证 - 知乎", "系统监测到您的网络环境存在异常"),
        (SkipReason.LOGIN_WALL, "知乎", "登录知乎，问答你关心的问题 未注册手机验证后自动登录"),
        (SkipReason.LOGIN_WALL, "Forum", "You must be logged in to view this page."),
        (SkipReason.DEAD_LINK, "404 Page not found · My blog", "Home Archive About"),
        (SkipReason.DEAD_LINK, "Blog", "Oops! The page you are looking for could not be found."),
        (SkipReason.DEAD_LINK, "example.com", "This domain is for sale. Buy this domain"),
        (SkipReason.DEAD_LINK, "", "链接已过期"),
        (SkipReason.TEMPORARY, "", "该内容暂时无法查看"),
        (SkipReason.TEMPORARY, "Site", "503 Service Unavailable"),
    ],
)
def test_a_page_that_says_it_has_nothing_is_known(reason: SkipReason, title: str, visible: str) -> None:
    found = notice(title, visible, article_length=0)
    assert found is not None
    assert found.reason is reason
    assert found.detail


@pytest.mark.parametrize(
    ("title", "visible"),
    [
        (
            "How captchas work",
            "Please complete the captcha, says the page. " + "Prose about captchas goes on and on. " * 60,
        ),
        ("404 Not Found 的处理", "讲讲怎样处理页面不存在的情形。" * 120),
    ],
)
def test_an_article_about_notices_is_an_article(title: str, visible: str) -> None:
    assert notice(title, visible, article_length=len(visible)) is None


def test_a_short_note_is_an_article() -> None:
    assert notice("双塔模型", "双塔模型把用户和物品分别编码。训练时用批内负例。", article_length=24) is None
