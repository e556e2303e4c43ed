"""Pages that answer 200 and say that there is nothing are known, in the site's usual frame; articles about such pages,
and beside such words, are articles. The pages are written here, in the wordings that sites use.
"""

from __future__ import annotations

import pytest

from ingest.articles import Article, Page, Skipped, SkipReason
from ingest.extract import extract
from ingest.settings import ExtractSettings

URL = "https://www.example.com/posts/2021-two-towers.html"
SCRIPT = (
    "<script>window.__CONFIG__ = {" + ",".join(f'"k{n}":"{n * 7919}"' for n in range(400)) + "};</script>"
)
NAV = (
    "<header><a class='logo' href='/'>某某的博客</a><nav><ul>"
    + "".join(f"<li><a href='/c/{n}'>机器学习与推荐系统 Category {n}</a></li>" for n in range(60))
    + "</ul></nav></header>"
)
FOOTER = "<footer><p>Copyright © 2021 某某. All rights reserved. 京ICP备00000000号</p></footer>"


def framed(title: str, notice: str) -> str:
    """A notice between the site's navigation and footer."""
    return f"<!DOCTYPE html><html><head><title>{title}</title>{SCRIPT}</head><body>{NAV}<main>{notice}</main>{SCRIPT}{FOOTER}</body></html>"


def bare(title: str, notice: str) -> str:
    """A notice alone, hidden among scripts."""
    return f"<!DOCTYPE html><html><head><title>{title}</title>{SCRIPT * 12}</head><body>{notice}{SCRIPT * 12}</body></html>"


def wechat(heading: str, text: str = "") -> str:
    return bare(
        "",
        f"<div class='weui-msg'><div class='weui-msg__text-area'><h2 class='weui-msg__title'>{heading}</h2><p class='weui-msg__desc'>{text}</p></div></div>"
        "<div hidden>： ， ， ， 。 视频 小程序 赞 ，轻点两下取消赞 在看 ，轻点两下取消在看</div>",
    )


def judged(body: str, url: str = URL, requested: str = "") -> Article | Skipped:
    page = Page(
        requested or url, url, 200, (("content-type", "text/html; charset=utf-8"),), body.encode(), 0.0
    )
    return extract(page, url=requested or url, settings=ExtractSettings())


R = SkipReason
NOTICES = [
    # WeChat, in both scripts and its English interface
    (R.DELETED, wechat("该内容已被发布者删除")),
    (R.DELETED, wechat("該內容已被發佈者刪除")),
    (R.DELETED, wechat("The content has been deleted by the author.")),
    (R.DELETED, wechat("此帐号已自主注销，内容无法查看")),
    (R.DELETED, wechat("此賬號已自主註銷，內容無法查看")),
    (R.VIOLATION, wechat("此内容因违规无法查看", "由用户投诉并经平台审核，涉嫌过度营销、骚扰用户，查看对应规则")),
    (R.VIOLATION, wechat("此內容因違規無法查看", "此內容因涉嫌違反相關法律法規和政策發送失敗，無法查看")),
    (R.VIOLATION, wechat("Unable to view this content because it violates regulations")),
    (R.VIOLATION, wechat("此帐号已被屏蔽, 内容无法查看")),
    (R.VIOLATION, wechat("此内容被投诉且经审核涉嫌侵权，无法查看。")),
    (R.VIOLATION, wechat("此内容发送失败无法查看", "此内容因涉嫌违反相关法律法规和政策发送失败，无法查看")),
    (R.VIOLATION, wechat("该公众号已被封禁")),
    (R.MIGRATED, wechat("账号已迁移", "该公众号已迁移至新的账号，原账号已回收。若需访问原文章链接，请点击下方按钮。")),
    (R.MIGRATED, wechat("This account has been migrated", "The original account has been recycled.")),
    (R.LINK_EXPIRED, wechat("链接已过期")),
    (R.LINK_EXPIRED, wechat("鏈接已過期")),
    (R.LINK_EXPIRED, wechat("The link has expired")),
    (R.DEAD_LINK, wechat("参数错误")),
    (R.TEMPORARY, wechat("该内容暂时无法查看")),
    (R.TEMPORARY, wechat("系统出错")),
    (R.PRIVATE, wechat("根据作者隐私设置，无法查看该内容")),
    (R.ANTI_BOT, wechat("环境异常", "当前环境异常，完成验证后即可继续访问。<a>去验证</a>")),
    (R.ANTI_BOT, wechat("操作过于频繁，请稍后再试")),
    (R.LOGIN_WALL, wechat("请在微信客户端打开链接")),
    # Zhihu
    (R.DEAD_LINK, bare("知乎 - 有问题，就会有答案", "<p>你似乎来到了没有知识存在的荒原</p><a>去往首页</a>")),
    (R.DELETED, bare("知乎", "<p>该回答已被删除</p><p>查看其他回答</p>")),
    (R.VIOLATION, bare("知乎", "<p>该内容涉嫌违反法律法规及《知乎社区规范》，已被屏蔽</p>")),
    (R.ANTI_BOT, bare("安全验证 - 知乎", "<p>系统监测到您的网络环境存在异常，为保证您的正常访问，请点击下方验证按钮进行验证。</p><button>开始验证</button>")),
    (R.ANTI_BOT, '<html><head><meta charset="utf-8"/><meta id="zh-zse-ck" content="004_abc"><script src="https://static.zhihu.com/zse-ck/v4/x.js"></script></head><body></body></html>'),
    (R.ANTI_BOT, bare("403", "<p>您当前请求存在异常，暂时限制本次访问。</p>")),
    (R.LOGIN_WALL, bare("知乎 - 有问题，就会有答案", "<h1>登录知乎，问答你关心的问题</h1><p>未注册手机验证后自动登录，注册即代表同意《知乎协议》</p>")),
    (R.ANTI_BOT, '{"error":{"message":"您当前请求存在异常，暂时限制本次访问。如有疑问，您可以通过手机摇一摇或登录后私信知乎小管家反馈。","code":40362}}'),
    # other Chinese sites
    (R.DELETED, framed("CSDN - 专业开发者社区", "<h1>抱歉，文章已被博主删除</h1><p>您可以返回首页看看其他内容</p>")),
    (R.PRIVATE, framed("CSDN博客", "<p>抱歉，该文章已被作者设置为私密</p>")),
    (R.DEAD_LINK, framed("404", "<p>抱歉，你访问的页面不存在</p>")),
    (R.DEAD_LINK, framed("简书", "<h1>您要找的页面不存在</h1><p>可能是因为您的链接地址有误、该文章已经被作者删除或转为私密状态。</p>")),
    (R.TEMPORARY, framed("简书", "<p>该文章正在审核中，请稍后再来</p>")),
    (R.LOGIN_WALL, framed("某某 - 博客园", "<p>该博客内容仅登录用户可见</p>")),
    (R.PRIVATE, framed("某某 - 博客园", "<p>请输入阅读密码：</p><form><input type='password'></form>")),
    (R.DEAD_LINK, framed("掘金", "<p>抱歉，您访问的文章不存在</p>")),
    (R.DELETED, framed("搜狐", "<p>抱歉，该文章已被删除</p>")),
    (R.DEAD_LINK, framed("出错啦! - bilibili.com", "<p>啊叻？视频不见了？</p>")),
    (R.DELETED, framed("贴吧404", "<p>很抱歉，该贴已被删除。</p>")),
    (R.DEAD_LINK, framed("提示信息 - 某某论坛", "<div class='alert'><p>抱歉，指定的主题不存在或已被删除或正在被审核</p></div>")),
    (R.LINK_EXPIRED, framed("网盘", "<p>啊哦，分享的文件已经被取消了，下次要早点哟</p>")),
    (R.DEAD_LINK, framed("某某的博客", "<h1>糟糕，页面不见了</h1><p>看看别的吧</p>")),
    (R.DEAD_LINK, framed("出錯了", "<h1>找不到網頁</h1><p>您要找的頁面可能已經移除。</p>")),
    (R.TEMPORARY, framed("系统维护", "<p>网站正在维护中，请稍后再试。</p>")),
    (R.DEAD_LINK, bare("", "<script src='//www.qq.com/404/search_children.js' homePageUrl='/'></script>")),
    # soft 404s of engines and hosts, in English and others
    (R.DEAD_LINK, framed("Page not found – My Blog", "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. Maybe try one of the links below or a search?</p>")),
    (R.DEAD_LINK, framed("404: This page could not be found.", "<h1>404</h1><h2>This page could not be found.</h2>")),
    (R.DEAD_LINK, framed("Page Not Found | Docs", "<h1>Page Not Found</h1><p>We could not find what you were looking for.</p><p>Please contact the owner of the site that linked you to the original URL and let them know their link is broken.</p>")),
    (R.DEAD_LINK, framed("404 - Not found", "<h1>404 - Not found</h1>")),
    (R.DEAD_LINK, framed("VuePress", "<h1>404</h1><blockquote>Looks like we've got some broken links.</blockquote>")),
    (R.DEAD_LINK, framed("Site not found · GitHub Pages", "<h1>404</h1><p><strong>There isn't a GitHub Pages site here.</strong></p><p>If you're trying to publish one, read the full documentation to learn how to set up GitHub Pages for your repository, organization, or user account.</p>")),
    (R.DEAD_LINK, framed("My blog", "<p>Sorry, the page you were looking for in this blog does not exist.</p>")),
    (R.DEAD_LINK, framed("Tumblr", "<p>There's nothing here.</p><p>Whatever you were looking for doesn't currently exist at this address.</p>")),
    (R.DEAD_LINK, framed("404 Not Found", "<h1>Not Found</h1><p>The requested URL /x was not found on this server.</p><hr><address>Apache/2.4 Server at example.com Port 80</address>")),
    (R.DEAD_LINK, framed("Seite nicht gefunden", "<h1>Seite nicht gefunden</h1>")),
    (R.DELETED, framed("Medium", "<p>The author deleted this Medium story.</p>")),
    (R.DELETED, framed("Medium", "<h1>410</h1><p>User deactivated or deleted their account.</p>")),
    (R.PRIVATE, framed("My blog", "<p>This blog is open to invited readers only</p>")),
    (R.PAYWALL, framed("A story", "<p>Create an account to read the full story.</p><p>The author made this story available to Medium members only.</p>")),
    (R.PAYWALL, framed("A post", "<p>This post is for paid subscribers</p><p>Already a paid subscriber? Sign in</p>")),
    (R.LOGIN_WALL, framed("Sign in to your account", "<p>Enter your user name and password.</p>")),
    (R.LOGIN_WALL, framed("统一身份认证平台", "<p>请输入学号和密码，忘记密码请联系信息中心。</p>")),
    (R.LOGIN_WALL, framed("Forum", "<p>You must be logged in to view this topic.</p>")),
    # gates
    (R.ANTI_BOT, bare("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={cvId:'3'};</script>")),
    (R.ANTI_BOT, bare("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><h2>You are unable to access example.com</h2><h2>Why have I been blocked?</h2><p>" + "This website is using a security service to protect itself from online attacks. " * 12 + "</p>")),
    (R.ANTI_BOT, "<html><head><title>example.com</title></head><body><p id='cmsg'>Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','cid':'A','host':'geo.captcha-delivery.com'}</script></body></html>"),
    (R.ANTI_BOT, bare("Access to this page has been denied", "<div id='px-captcha'></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>")),
    (R.ANTI_BOT, "<html><head><META NAME='robots' CONTENT='noindex,nofollow'></head><body><iframe src='/_Incapsula_Resource?SWUDNSAI=9&incident_id=1'>Request unsuccessful. Incapsula incident ID: 1</iframe></body></html>"),
    (R.ANTI_BOT, bare("You are being redirected...", "<noscript>Javascript is required. Please enable javascript before you are allowed to see this page.</noscript><script>sucuri_cloudproxy_js='';</script>")),
    (R.ANTI_BOT, bare("", "<script src='https://abc.token.awswaf.com/abc/challenge.js'></script>")),
    (R.ANTI_BOT, "<html><head></head><body><script>var arg1='0A1B';setCookie('acw_sc__v2', x);</script></body></html>"),
    (R.ANTI_BOT, bare("滑动验证页面", "<p>请按住滑块，拖动到最右边</p>")),
    (R.ANTI_BOT, bare("百度安全验证", "<p>网络不给力，请稍后重试</p>")),
    (R.ANTI_BOT, bare("Making sure you&#39;re not a bot!", "<h1>Making sure you're not a bot!</h1><p>You are seeing this because the administrator of this website has set up a check against the scourge of AI companies aggressively scraping websites.</p>")),
    (R.FORBIDDEN, bare("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access \"http://www.example.com/\" on this server.</p><p>Reference #18.abc</p>")),
    # domains and servers
    (R.PARKED, bare("example.com", "<h1>example.com is for sale</h1><p>Buy this domain from our partner.</p>")),
    (R.PARKED, bare("example.com", "<iframe src='https://www.sedoparking.com/example.com'></iframe>")),
    (R.PARKED, bare("example.com - 域名出售", "<p>您正在访问的域名可以转让！如需购买请联系。</p>")),
    (R.PARKED, bare("域名已过期", "<p>该域名已过期，请尽快续费。</p>")),
    (R.PARKED, "<html data-adblockkey='x'><head></head><body><script>window.park = 'eyJ1';</script></body></html>"),
    (R.DEAD_LINK, bare("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working. Further configuration is required.</p>")),
    (R.DEAD_LINK, bare("Apache2 Ubuntu Default Page: It works", "<p>" + "This is the default welcome page used to test the correct operation of the Apache2 server. " * 25 + "</p>")),
    (R.DEAD_LINK, bare("没有找到站点", "<p>您的请求在Web服务器中没有找到对应的站点！</p>")),
    (R.DEAD_LINK, bare("恭喜，站点创建成功！", "<h1>恭喜, 站点创建成功！</h1><p>这是默认index.html，本页面由系统自动生成</p>")),
    (R.DEAD_LINK, bare("网站未备案提示", "<p>该网站未根据工信部相关法律进行备案，暂时无法访问。</p>")),
    (R.DEAD_LINK, bare("Account Suspended", "<h1>Account Suspended</h1><p>This Account has been suspended. Contact your hosting provider for more information.</p>")),
    (R.TEMPORARY, bare("Site", "<h1>503 Service Unavailable</h1><p>No server is available to handle this request.</p>")),
    (R.TEMPORARY, bare("Maintenance", "<p>Our site is currently undergoing scheduled maintenance. We should be back shortly.</p>")),
    (R.EMPTY, bare("React App", "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div>")),
    (R.EMPTY, bare("Index of /files", "<h1>Index of /files</h1><pre><a href='a.txt'>a.txt</a> 2020-01-01 1K</pre>")),
    (R.EMPTY, bare("News", "<p>We value your privacy</p><p>We and our partners store and access information on a device, such as cookies.</p>")),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "body"), NOTICES)
def test_a_page_that_says_it_has_nothing_is_known(reason: SkipReason, body: str) -> None:
    found = judged(body)
    assert isinstance(found, Skipped), found.text
    assert (found.reason, bool(found.detail)) == (reason, True), found.detail


PROSE = [
    "双塔模型把用户和物品分别编码成向量，再用内积衡量它们之间的相关程度。",
    "训练时常用批内负例，因为同一批里其他样本的物品可以直接拿来当作负例。",
    "不过热门物品会被当作负例太多次，所以要按它们出现的频率做一次修正。",
    "上线以后，物品向量提前算好放进索引，用户向量在请求到来时再算。",
]
SHORT = "".join(f"<p>{sentence}</p>" for sentence in PROSE)
LONG = SHORT * 8
ENGLISH = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "A retrieval tower maps a query to a vector, and an item tower maps an item to a vector of the same size.",
        "Both are trained with negatives from the batch, which are corrected for how often an item occurs.",
        "At serving time the vectors of items lie in an index, and only the query is encoded when it arrives.",
    )
)
ABOUT = [
    "打开一篇收藏的文章，只看到“该内容已被发布者删除”几个字，是很多人的经历。",
    "这种情况下可以去搜索引擎的缓存和网页存档里找，有时还能找到转载的副本。",
    "如果显示的是“此内容因违规无法查看”，就说明是平台处理的，一般没有办法恢复。",
]
POST = "<article><h1>{}</h1>{}</article>"
ARTICLES = [
    # about such pages
    framed("公众号文章被删除了怎么办", POST.format("公众号文章被删除了怎么办", "".join(f"<p>{s}</p>" for s in ABOUT))),
    framed("该内容已被发布者删除怎么恢复", POST.format("该内容已被发布者删除怎么恢复", SHORT)),
    framed("环境异常，完成验证后即可继续访问：怎么解决", POST.format("环境异常，完成验证后即可继续访问：怎么解决", SHORT + SHORT)),
    framed("404 Not Found - HTTP | Docs", POST.format("404 Not Found", "<p>The HTTP 404 Not Found client error response status code indicates that the server cannot find the requested resource.</p>" + ENGLISH * 3)),
    framed("404 Not Found 的处理", POST.format("404 Not Found 的处理", LONG)),
    framed("How captchas work", POST.format("How captchas work", "<p>“Please complete the captcha”, says the page.</p>" + ENGLISH)),
    framed("验证码", POST.format("验证码", "<p>验证码是一种区分用户是计算机和人的公共全自动程序。</p>" + LONG)),
    framed("人机验证技术综述", POST.format("人机验证技术综述", "<p>请完成下面的验证，是网站最常说的一句话。</p>" + LONG)),
    framed("Why the domain is for sale", POST.format("Why my old domain is for sale", "<p>For ten years I kept a site that nobody read.</p>" + ENGLISH)),
    framed("nginx 入门", POST.format("nginx 入门", "<p>装好之后打开浏览器，会看到 Welcome to nginx! 这一页。</p>" + SHORT)),
    framed("Maintenance of recommender systems", POST.format("Maintenance of recommender systems", ENGLISH)),
    framed("登录态的设计", POST.format("登录态的设计", "<p>用户登录后，服务器发给浏览器一个会话标识。</p>" + SHORT)),
    framed("我的博客搬家了", POST.format("我的博客搬家了", "<p>用了五年的主机到期，这次把全部文章换到了静态站点。</p>" + LONG)),
    framed("说说被删除的文章", POST.format("说说被删除的文章", "<p>上周有一篇文章发出不到一小时就没了，很多读者来问。</p>" + SHORT)),
    framed("Error handling in Go", POST.format("Error handling in Go", "<p>Errors are values. If the file was not found, the function returns one.</p>" + ENGLISH)),
    framed("付费内容的定价", POST.format("付费内容的定价", "<p>付费内容应该卖多少钱，取决于读者能从中得到什么。</p>" + SHORT)),
    framed("cookies 与隐私", POST.format("cookies 与隐私", "<p>第三方网站使用它们跟踪读者，浏览器正在逐步禁止。</p>" + SHORT)),
    # beside such words
    framed("双塔", POST.format("双塔", SHORT) + "<aside class='login-box'><h3>登录</h3><p>登录后查看更多精彩内容</p></aside>"),
    framed("双塔", "<div class='passport-login-tip'><p>请先登录后查看评论</p></div>" + POST.format("双塔", SHORT)),
    framed("双塔_某某的博客-CSDN博客", POST.format("双塔", SHORT) + "<div class='hide-article-box'><p>登录后复制</p><p>关注博主即可阅读全文</p><p>最低0.47元/天 解锁文章</p></div>"),
    framed("Two towers", POST.format("Two towers", ENGLISH) + "<div class='cookie'><p>We use cookies to improve your experience. We value your privacy.</p></div>"),
    framed("Two towers", "<div class='cookie-banner'><p>This site uses cookies to improve your experience.</p></div>" + POST.format("Two towers", ENGLISH)),
    framed("Two towers", POST.format("Two towers", ENGLISH) + "<div id='comments'><p>You must be logged in to post a comment.</p></div>"),
    framed("Two towers", "<noscript>Please enable JavaScript to view the comments.</noscript>" + POST.format("Two towers", ENGLISH)),
    framed("双塔", POST.format("双塔", SHORT) + "<section><h2>相关推荐</h2><p>该回答已被删除</p></section>"),
    framed("Two towers", POST.format("Two towers", ENGLISH) + "<script>(function(){var s='/cdn-cgi/challenge-platform/scripts/jsd/main.js'})()</script>"),
    framed("双塔", POST.format("双塔", f"<p>{PROSE[0]}{PROSE[1]}<a href='/p/2'>下一篇讲怎样修正热门物品的频率，再下一篇讲索引</a></p>") + "<noscript>Please enable JavaScript to view the comments powered by Disqus.</noscript>"),
    # short
    framed("双塔模型", POST.format("双塔模型", SHORT)),
    framed("随笔", POST.format("随笔", "<p>" + "".join(PROSE[:3]) + "</p>")),
    framed("Note", POST.format("Note", ENGLISH)),
    bare("", f"<div id='js_content' style='visibility:hidden'>{SHORT}</div>"),
]  # fmt: skip


@pytest.mark.parametrize("body", ARTICLES)
def test_what_only_speaks_of_a_notice_or_stands_beside_one_is_an_article(body: str) -> None:
    found = judged(body)
    assert isinstance(found, Article), (found.reason, found.detail)


TEASERS = "<div class='widget'><h3>最新文章</h3>" + "".join(
    f"<div><a href='/p/{n}'>双塔 {n}</a><p>{PROSE[n % 4]}</p></div><div><a href='/q/{n}'>Towers {n}</a><p>The {n}th tower maps a query to a vector of the same size.</p></div>"
    for n in range(8)
)  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "Sorry, this page isn’t available.",
        "Hmm, this page doesn't exist.",
        "The page you were looking for doesn't exist.",
        "We can't seem to find the page you're looking for.",
        "This is somewhat embarrassing, isn’t it? It seems we can’t find what you’re looking for.",
        "The resource you are looking for might have been removed, had its name changed, or is temporarily unavailable.",
        "The requested article is unavailable.",
        "Oh no! This page has gone missing.",
        "Looks like you've followed a broken link or entered a URL that doesn't exist on this site.",
        "您访问的页面飞走了",
        "很抱歉，你访问的文章已经下线",
        "您浏览的页面暂时找不到",
        "抱歉，没有找到您要的内容",
        "该页面不存在，3秒后返回首页",
        "對不起，您要瀏覽的頁面不存在",
        "你所查找的页面可能已被移除或暂时不可用",
    ],
)
@pytest.mark.parametrize("others", ["", TEASERS])
def test_a_page_is_gone_when_it_says_so_above_nothing_or_above_teasers(statement: str, others: str) -> None:
    found = judged(framed("某某的博客", f"<div><p>{statement}</p></div>{others}"))
    assert isinstance(found, Skipped)
    assert found.reason is SkipReason.DEAD_LINK


@pytest.mark.parametrize(
    "opening",
    [
        "找不到文件时，先检查路径。",
        "访问过于频繁时，服务器会返回 429。",
        "请输入验证码，是注册时常见的一步。",
        "账号已迁移的用户需要重新登录，下面介绍迁移的实现。",
        "文章已被删除，评论也没了，但故事还在。",
        "内容因违规被删除的情况越来越多，于是有了检测模型。",
        "本文为付费专栏试读。",
        "The page is not found in memory, so a fault is raised.",
        "This page has been moved to the disk by the kernel.",
        "This post is private in the sense of cryptography.",
        "An internal server error has many causes. We list ten.",
        "Please enable JavaScript, said the page, and I wondered why.",
    ],
)
def test_an_article_may_open_with_the_words_of_a_notice(opening: str) -> None:
    text = SHORT if opening[0] > "z" else ENGLISH
    found = judged(framed("札记", POST.format("札记", f"<p>{opening}</p>{text}")))
    assert isinstance(found, Article), (found.reason, found.detail)


def test_a_preview_long_enough_to_be_found_by_is_an_article() -> None:
    preview = POST.format("Two towers", ENGLISH) + "<p>This post is for paid subscribers</p>"
    assert isinstance(judged(framed("Two towers", preview)), Article)


HOME = framed("某某的博客", "<article><h2><a href='/p/1'>第一篇</a></h2>" + LONG + "</article>")


@pytest.mark.parametrize(
    ("requested", "reached", "sent_home"),
    [
        ("https://example.com/2019/03/two-towers.html", "https://www.example.com/", True),
        ("http://example.com/article/12345", "https://example.com/index.html", True),
        ("https://example.com/?p=12", "https://example.com/", True),
        ("https://example.com/2016/03/01/towers/", "https://example.com", True),
        ("https://example.com/blog/", "https://example.com/", False),
        ("https://example.com/", "https://example.com/index.html", False),
        ("https://example.com/index.html", "https://www.example.com/", False),
        ("https://example.com/book/index.html", "https://example.com/", False),
        ("https://example.com/v2/", "https://example.com/", False),
        ("https://t.example.org/a1b2", "https://example.com/", False),  # a short address of a first page
        ("https://example.com/2019/03/two-towers.html", "https://example.com/two-towers", False),
        ("https://example.com/2019/03/two-towers.html", "https://example.com/?p=12", False),
    ],
)
def test_a_page_sent_to_the_first_page_of_its_site_is_gone(
    requested: str, reached: str, sent_home: bool
) -> None:
    found = judged(HOME, reached, requested)
    assert (isinstance(found, Skipped) and found.reason is SkipReason.DEAD_LINK) is sent_home


@pytest.mark.parametrize(
    ("reached", "reason"),
    [
        ("https://passport.example.com/?next=x", SkipReason.LOGIN_WALL),
        ("https://example.com/users/sign_in?back=x", SkipReason.LOGIN_WALL),
        ("https://example.com/404.html", SkipReason.DEAD_LINK),
        ("https://weixin.example.com/antispider/?from=x", SkipReason.ANTI_BOT),
        ("https://www.hugedomains.com/domain_profile.cfm?d=example.com", SkipReason.PARKED),
    ],
)
def test_where_a_reader_was_sent_tells_what_the_page_is(reached: str, reason: SkipReason) -> None:
    found = judged(bare("Example", "<p>Welcome.</p>"), reached, "https://example.com/a/two-towers.html")
    assert isinstance(found, Skipped)
    assert found.reason is reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('<meta http-equiv="refresh" content="0; url=https://new.example.com/towers">', SkipReason.MIGRATED),
        ("<script>window.location.href = 'https://new.example.com/towers';</script>", SkipReason.MIGRATED),
        ("<script>location.replace('/users/login?next=x')</script>", SkipReason.LOGIN_WALL),
        ('<meta http-equiv="refresh" content="3;URL=/">', SkipReason.DEAD_LINK),
        ('<meta http-equiv="refresh" content="30">', SkipReason.EMPTY),
    ],
)
def test_a_page_that_only_sends_its_readers_on_says_where_to(body: str, reason: SkipReason) -> None:
    found = judged(f"<html><head>{body}</head><body></body></html>")
    assert isinstance(found, Skipped)
    assert found.reason is reason
