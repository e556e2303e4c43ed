"""Pages that answer 200 but say that there is no article: notices, walls, checks for robots, soft 404s.

The wording decides, and only on pages that have little else to say: an article about captchas is an article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.articles import SkipReason

__all__ = ["Notice", "notice"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What such a page says."""

    reason: SkipReason
    detail: str  # the words it was known by


_SHORT = 600  # characters of visible text beyond which a page is more than a notice
_SENTENCES: tuple[tuple[SkipReason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile("|".join(wordings), re.IGNORECASE))
    for reason, wordings in (
        (
            SkipReason.DELETED,
            (
                r"该内容已被发布者删除",
                r"this content has been deleted by the author",
                r"the content has been deleted by the author",
                r"(?:文章|内容|帖子|回答|页面|主题)(?:已|已经)?被(?:作者|发布者|用户)(?:自行)?(?:删除|隐藏)",
                r"抱歉，?(?:该|此|你访问的|您访问的)?(?:文章|内容)已(?:被)?删除",
                r"(?:该|此)?文章已被删除或(?:不存在|转为私密)",
                r"此[帐账]号已(?:自主)?注销",
                r"(?:公众号|[帐账]号)已迁移",
                r"this account has been (?:deleted|migrated)",
                r"根据作者隐私设置，无法查看",
                r"该(?:回答|文章|问题)已(?:被)?删除",
                r"this (?:post|article|story|answer) (?:has been|was) (?:deleted|removed) by (?:its|the) (?:author|owner)",
                r"the author (?:has )?deleted this",
            ),
        ),
        (
            SkipReason.VIOLATION,
            (
                r"此内容因违规无法查看",
                r"此内容发送失败无法查看",
                r"此[帐账]号已被(?:屏蔽|封禁|冻结)",
                r"此内容被投诉且经审核",
                r"(?:涉嫌|因)违反(?:相关|有关)?法律法规",
                r"violat(?:es|ing) (?:relevant|applicable) laws and regulations",
                r"(?:该|此)(?:内容|文章|回答|问题).{0,12}(?:违规|违反.{0,20}规[定范])",
                r"unable to view this content because it violates",
                r"content .{0,30}(?:removed|unavailable) due to (?:a )?(?:violation|legal)",
            ),
        ),
        (
            SkipReason.ANTI_BOT,
            (
                r"环境异常.{0,40}(?:验证|异常)",
                r"(?:您|你)?当前请求存在异常，暂时限制本次访问",
                r"(?:系统)?(?:监|检)测到(?:您|你)的网络(?:环境)?(?:中?存在)?异常",
                r"访问(?:过于|太过?)频繁",
                r"请(?:完成|进行|输入).{0,12}(?:安全验证|验证码|人机验证)",
                r"此验证码用于确认.{0,20}不是自动程序",
                r"用户您好.{0,20}(?:访问过于频繁|异常访问)",
                r"checking (?:if the site connection is secure|your browser before accessing)",
                r"verify(?:ing)? (?:that )?you are (?:a )?human",
                r"(?:please )?enable javascript and cookies to continue",
                r"attention required! \| cloudflare",
                r"sorry, you have been blocked",
                r"unusual traffic from your computer network",
                r"are you a robot\?",
                r"please (?:complete|solve) (?:the|this) captcha",
                r"pardon our interruption",
                r"ddos protection by",
                r"access (?:to this page )?has been denied because we believe you are using automation",
            ),
        ),
        (
            SkipReason.LOGIN_WALL,
            (
                r"登录知乎，问答你关心的问题",
                r"(?:请|需要|您需要|你需要)先?登[录陆]后?(?:才能|才可以|可以|方可|再|即可)?(?:查看|继续|浏览|访问|阅读)",
                r"登录(?:后|以)(?:查看|继续|阅读)(?:全文|更多|内容|完整)?",
                r"你尚未登录.{0,20}(?:权限|查看)",
                r"(?:log|sign) ?in (?:or (?:register|sign up) )?to (?:continue|view|read|see) (?:this|the|reading)?",
                r"you (?:must|need to) (?:be logged in|log in|sign in)",
                r"未注册手机验证后自动登录",
            ),
        ),
        (
            SkipReason.DEAD_LINK,
            (
                r"链接已过期",
                r"(?:this|the) link (?:has|is) expired",
                r"^\W*参数错误",
                r"invalid (?:parameters?|request)\W*$",
                r"(?:你|您)?(?:要找|访问|查看|请求|浏览)的(?:页面|内容|文章|网页|资源)(?:似乎)?(?:不存在|已删除|找不到|不见了|没有找到|已经?不在)",
                r"(?:页面|网页|文章|内容|帖子|主题|文件|该页)(?:不存在|没有找到|未找到|走丢了|无法找到|已失效)",
                r"(?:找不到|未找到|没有找到)(?:此|该|您(?:要|访问|请求)的|你(?:要|访问|请求)的)?(?:页面|网页|内容|文件|文章)",
                r"404\s*(?:[-–—|:·.!]\s*)?(?:page |file |error|not found|错误|页面|找不到|未找到|您|抱歉|oops|that)",
                r"(?:error|错误)\s*(?:code\s*)?[:：]?\s*404",
                r"(?:page|file|post|article|document|url|content)\b.{0,60}?(?:not found|does(?: not|n['’]t) exist|(?:could|can)(?: not|n['’]t|not) be found|no longer (?:exists|available)|has been (?:removed|deleted|moved))",
                r"we (?:could|can)(?: not|n['’]t) find (?:the|that|this|what) ?(?:page|file)?",
                r"nothing (?:was )?found (?:here|at this location)",
                r"(?:该|此|本)?(?:网站|站点|博客|店铺|域名)(?:已|已经)(?:关闭|停止|暂停|过期|到期|出售)",
                r"no such (?:page|file|article|user)",
                r"there isn['’]t a github pages site here",
                r"(?:domain|website) (?:name )?(?:is )?(?:for sale|has expired|is parked|may be for sale)",
                r"(?:buy|inquire about|get) this domain",
                r"related searches.{0,200}privacy policy",
                r"此域名(?:正在)?(?:出售|转让)|域名(?:出售|转让)",
                r"this (?:site|blog|account|page) (?:has been|is) (?:suspended|closed|deleted|disabled|archived or suspended)",
            ),
        ),
        (
            SkipReason.TEMPORARY,
            (
                r"该内容暂时无法查看",
                r"^\W*系统(?:出错|错误|繁忙)",
                r"(?:服务器|系统|网站)(?:正在)?(?:维护|升级|繁忙|开小差)",
                r"(?:temporarily|currently) (?:unavailable|down for maintenance)",
                r"under (?:scheduled )?maintenance",
                r"(?:internal server error|bad gateway|service unavailable|gateway time-?out)",
                r"error establishing a database connection",
                r"(?:请|please )(?:稍后(?:再试|重试)|try again later)",
            ),
        ),
    )
)
_TITLE_404 = re.compile(
    r"^\W*(?:404\b|error 404|page not found|not found\b|页面不存在|页面未找到|找不到页面|页面没有找到|出错了)"
    r"|(?:\b404 not found|page not found|404错误|页面不存在|404页面?)\W*(?:$|[|·\-–—_])",
    re.IGNORECASE,
)
_TITLE_CHECK = re.compile(
    r"^\W*(?:just a moment|attention required|安全验证|验证码|人机验证|滑动验证|are you a robot|security check)",
    re.IGNORECASE,
)


def notice(title: str, visible: str, *, article_length: int) -> Notice | None:
    """Return what a page says in place of an article, or None if it has one.

    `title` is that of its head, `visible` all text on it with white space folded, `article_length` how many
    characters an extractor would take from it.
    """
    if _TITLE_404.search(title) and len(visible) < 4 * _SHORT and not _reads_like_prose(article_length):
        return Notice(SkipReason.DEAD_LINK, title.strip()[:120])
    if _TITLE_CHECK.search(title) and article_length < _SHORT:
        return Notice(SkipReason.ANTI_BOT, title.strip()[:120])
    if len(visible) > 3 * _SHORT or _reads_like_prose(article_length):
        return None
    said = f"{title} {visible}" if title not in visible else visible
    for reason, pattern in _SENTENCES:
        if match := pattern.search(said):
            start = max(0, match.start() - 10)
            return Notice(reason, said[start : match.end() + 40].strip()[:120])
    return None


def _reads_like_prose(article_length: int) -> bool:
    return article_length > _SHORT
