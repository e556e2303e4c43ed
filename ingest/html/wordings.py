"""What pages without an article say: the words of sites, servers, gates and registrars, by what they mean.

`HEADLINES` are all that a title or heading says, `SENTENCES` open one. Both are written in simplified Chinese and lower
case, for text that went through `simple`. Where and how firmly they are believed is for `notices`.
"""

from __future__ import annotations

import re

from ingest.articles import SkipReason

__all__ = ["GATES", "HEADLINES", "SENTENCES", "simple"]

# Of the characters in these tables, those that traditional Chinese writes otherwise, and the three spellings of 账.
_TRADITIONAL = (
    "內發佈刪帳號遷無違規頁網這個請驗證碼環異當訪問頻錄後繼續閱讀權設隱參數錯誤鏈過暫時維護係統轉註冊銷關閉審對應則戶們妳沒據壞確認機實屬專題貼嚴鎖凍結"
    "訂購買費會員僅開啟點擊輸動帐賬絡務書視頻該連際測監製備圖檔單項歡還為從給讓於產傳選擇類種長導級準將處"
)
_SIMPLIFIED = (
    "内发布删账号迁无违规页网这个请验证码环异当访问频录后继续阅读权设隐参数错误链过暂时维护系统转注册销关闭审对应则户们你没据坏确认机实属专题贴严锁冻结"
    "订购买费会员仅开启点击输动账账络务书视频该连际测监制备图档单项欢还为从给让于产传选择类种长导级准将处"
)
_ONE_FOR_ONE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def simple(text: str) -> str:
    """Return the text as the tables are written, character for character, so that places in both are the same."""
    return text.translate(_ONE_FOR_ONE).replace("’", "'")


def _compiled(
    table: tuple[tuple[SkipReason, tuple[str, ...]], ...],
) -> tuple[tuple[SkipReason, re.Pattern[str]], ...]:
    return tuple((reason, re.compile("|".join(words), re.IGNORECASE)) for reason, words in table)


_THING = (
    r"(?:网页|页面|文章|内容|博文|博客|随笔|帖子|主题|回答|问题|专栏|文件|链接|网址|地址|资源|视频|日记|微博|贴子|贴|信息|稿件|"
    r"作品|笔记|想法|商品|宝贝|新闻|图文|话题|图片|东西)"
)
_THIS = r"(?:该|此|这个|这篇|这条|本|当前|指定的|(?:你|您)?(?:所|要|想|想要|请求|试图|需要)?(?:访问|查看|浏览|请求|查找|寻找|打开|找|要|输入)的)"
_PERHAPS = r"(?:似乎|可能|好像|也许|暂时|已经?|被|或|目前|当前)*"
_GONE = (
    r"(?:不存在|找不到|不见|没有找到|没找到|未找到|无法找到|走丢|丢失|丢|失效|失踪|消失|飞走|迷路|跑丢|不在|下线|下架|移除|移走|移动|删除|"
    r"不可用|无法访问|无法打开|无法显示|打不开|出错)"
)
_SOMEBODY = r"(?:原?作者|发布者|用户|博主|楼主|主人|UP主|发帖人|创建者|发布人)"
_CUT_OFF = r"(?:删除|隐藏|撤回|下架|移除|删掉)"
_EN_THING = (
    r"(?:the |this |that |your |requested )*(?:page|file|post|article|document|url|content|address|topic|thread|blog|link|resource|item|"
    r"story|product|website|site|entry)"
)
_EN_SOUGHT = r"(?:,? (?:that |which )?you(?:'\w+)?(?: [\w']+){1,5}?)?"
_EN_GONE = (
    r"(?:not (?:be )?(?:found|exist|available|here)|\w*n't (?:be |currently |seem to )?(?:found|exist|available|here)|"
    r"no longer (?:exists?|available|here)|been (?:removed|deleted|moved|renamed)|removed|deleted|unavailable|(?:gone )?missing|gone|broken|lost)"
)


# Gates and servers whose pages explain themselves at length: believed whatever else is on the page.
GATES = _compiled(
    (
        (
            SkipReason.ANTI_BOT,
            (
                r"just a moment\.*",
                r"请稍候[.…]*",
                r"un momento[.…]*",
                r"un instant[.…]*",
                r"einen moment,? bitte[.…]*",
                r"attention required!?(?: \| cloudflare)?",
                r"access denied \| .{1,60} used cloudflare to restrict access",
                r"access to this page has been denied\.?",
                r"pardon our interruption[.…]*",
                r"ddos-guard",
                r"vercel security checkpoint",
                r"making sure you'?re not a bot!?",
                r"are you a robot\??|are you (?:a )?human\??|(?:please )?verify you are (?:a )?human",
                r"you are being redirected[.…]*",
                r"checking your browser.{0,40}",
                r"百度安全验证|滑动验证页面|验证码中间页",
                r"请求被(?:拦截|阻断)|访问被(?:拦截|阻断)|(?:web)?防火墙拦截.{0,10}",
                r"请完成安全验证.{0,10}",
            ),
        ),
        (
            SkipReason.DEAD_LINK,
            (
                r"welcome to (?:nginx|openresty|tengine|caddy|centos|your new (?:website|domain|server)).{0,40}",
                r"apache2? .{0,20}default page.{0,20}",
                r"(?:test page for|apache http server test page).{0,60}",
                r"(?:http server|nginx)?\s*test page.{0,10}powered by.{0,40}",
                r"iis(?: windows server| ?\d+(?:\.\d)?)",
                r"(?:default web ?site page|web server'?s default page|default plesk page|domain default page)",
                r"恭喜.{0,4}站点创建成功.{0,4}|没有找到站点",
                r"account suspended|this account has been suspended|website suspended|site suspended",
                r"(?:该)?网站(?:尚)?未备案.{0,10}|未备案提示.{0,10}|备案提示|网站(?:暂时)?无法访问|网站访问报错",
            ),
        ),
        (
            SkipReason.PARKED,
            (
                r"(?:the )?(?:domain(?: name)? )?\S+\.[a-z]{2,} (?:is|may be) (?:for sale|parked|available).{0,30}",
                r"(?:this )?domain(?: name)? (?:is |may be )?(?:for sale|parked|expired).{0,30}",
                r"\S+\.[a-z]{2,} - (?:domain name for sale|this website is for sale!?).{0,60}",
                r"(?:\S+\.[a-z]{2,}\s?)?(?:域名|网站)(?:出售|转让|交易|停放|已过期|到期|过期).{0,12}",
                r"\S+\.[a-z]{2,}(?:正在|可以)?(?:出售|转让)(?:中)?.{0,12}",
                r"hugedomains(?:\.com)?(?: - .{0,60})?|parked domain.{0,40}",
            ),
        ),
    )
)

HEADLINES = _compiled(
    (
        (
            SkipReason.ANTI_BOT,
            (
                r"(?:human|bot|robot|captcha|browser|security|identity|client) (?:verification|check|challenge)",
                r"(?:安全|人机|滑动|访问|身份|请求|浏览器|图形|真人)(?:验证|校验|检查|检测)(?:页面|中心|中)?[.…]*|验证码",
                r"(?:waf|网站防火墙|(?:创宇|安全|云)盾|安全狗).{0,20}",
            ),
        ),
        (
            SkipReason.DEAD_LINK,
            (
                r"(?:http )?(?:error )?40[4]|410(?: gone)?|gone",
                r"(?:http )?(?:error|错误|状态码?)\s*(?:code)?[:：]?\s*404.{0,20}",
                r"404\W*(?:error|错误|页面|页|提示|page|file|not found|(?:page|file|url|post|article) (?:was )?not found|未找到|找不到.{0,6}|页面不存在|.{0,4}不存在|对不起|抱歉|oops.?)",
                r"(?:(?:the )?(?:requested )?(?:page|file|url|document|post|article|content|resource|topic|thread|blog|site) )?(?:was )?not found(?: \(?(?:error )?(?:#|http )?404\)?)?",
                r"(?:the |this |that )?(?:page|file|post|article|topic|document) (?:can'?t|cannot|could not|couldn'?t) be found",
                r"(?:the |this |that )?(?:page|post|article) (?:does not|doesn'?t|no longer) exists?",
                r"nothing (?:was )?found(?: here)?|no (?:such )?page(?: found)?|(?:oops|whoops|uh[- ]?oh)\W{1,3}(?:that )?page (?:can'?t be|not) found",
                r"(?:抱歉|对不起|很抱歉|哎呀|糟糕)?\W*(?:您|你)?(?:要找的|访问的|要访问的|请求的)?(?:网页|页面|文章|内容|博文|帖子|文件|主题)(?:已|已经|似乎|好像|可能)?(?:不存在|未找到|没有找到|没找到|找不到|走丢|丢失|不见|失踪|失效|不在)了?",
                r"(?:找不到|未找到|没有找到|无法找到)(?:该|此|这个|您要的|你要的)?(?:网页|页面|文章|内容|文件|网站)",
                r"出错(?:了|啦).?|页面出错了?|访问出错|您访问的页面出错了",
                r"seite nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|página não encontrada|pagina non trovata|страница не найдена",
                r"ページが見つかりません(?:でした)?|お探しのページ.{0,16}|페이지를 찾을 수 없습니다",
            ),
        ),
        (
            SkipReason.FORBIDDEN,
            (
                r"(?:http )?(?:error )?403(?:\W*(?:forbidden|access denied|禁止访问|拒绝访问|error))?|forbidden|access (?:is )?(?:denied|forbidden|restricted)",
                r"禁止访问|拒绝访问|访问被拒绝|访问受限|没有权限|无权访问|request rejected|not authorized|unauthorized|permission denied",
            ),
        ),
        (
            SkipReason.LOGIN_WALL,
            (
                r"(?:用户|账号|会员|统一|密码|扫码|手机)?(?:登录|登陆)(?:页面|页|中心|界面|系统|/注册|注册)?|登录后.{2,8}",
                r"统一身份认证(?:平台|系统|中心)?|单点登录",
                r"(?:sign|log) ?[io]n(?: (?:to|or|-) .{1,40})?|login(?: page)?|single sign-on|authentication required",
                r"sina visitor system",
            ),
        ),
        (
            SkipReason.TEMPORARY,
            (
                r"(?:网站|系统|服务器?|站点)(?:正在)?(?:维护|升级|繁忙|错误|出错|异常)(?:中|公告|通知|了)?|维护(?:公告|通知|中)|系统开小差了?",
                r"(?:http )?(?:error )?50[0234]\W*(?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|错误)?",
                r"internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out",
                r"(?:site |scheduled |server |down for |under )?maintenance(?: mode| break| in progress)?|site under maintenance|we'?ll be (?:right )?back(?: soon)?|be right back",
                r"(?:wordpress\W*)?(?:database )?error|error establishing a database connection|web server is down|something went wrong",
            ),
        ),
        (SkipReason.EMPTY, (r"index of /.{0,200}|before you continue.{0,40}",)),
    )
)

SENTENCES = _compiled(
    (
        (
            SkipReason.MIGRATED,
            (
                r"(?:该|此|这个)?(?:公众号|账号|博客|专栏|小程序)(?:已|已经|处于账号)(?:被)?迁移",
                r"(?:this|the) (?:official )?account (?:has been|is being|was) (?:migrated|transferred)",
                r"(?:this|the) (?:page|site|blog|article|post|document|content) (?:has|have) (?:been )?(?:permanently )?moved to (?:https?:|www\.|\S+\.[a-z]{2,}\b|an? new|our new|the new|its new)",
                r"(?:本站|本博客|本网站|该博客|此博客|博客|网站|本文)(?:已|已经)(?:搬家|搬迁|迁移|迁至|搬到|搬至|转移)",
            ),
        ),
        (
            SkipReason.LINK_EXPIRED,
            (
                rf"(?:{_THIS}|预览|临时|分享)?(?:链接|分享|地址|网址)(?:的文件)?(?:已|已经)(?:过期|失效|被取消)",
                r"(?:this|the|your) (?:preview |share |temporary )?(?:link|url) (?:has |is |was )?(?:already )?(?:expired|no longer valid)",
            ),
        ),
        (
            SkipReason.PRIVATE,
            (
                r"(?:根据作者|由于(?:作者|用户|博主)的?)(?:的)?(?:隐私)?设置.{0,4}无法查看",
                r"unable to view (?:this|the) content due to (?:the )?author'?s? privacy",
                rf"{_THIS}?{_THING}(?:已|已经)?(?:被)?(?:作者|博主|用户|主人)?(?:设置为|设为|转为|设成了?|改为)(?:私密|隐私|仅作者可见|仅自己可见|不公开)",
                rf"{_THIS}?{_THING}(?:为|是)?(?:私密|仅作者可见|仅自己可见|仅粉丝可见|未公开)",
                r"(?:您|你)?(?:暂)?(?:没有|无)权限?(?:访问|查看|阅读)",
                rf"{_THIS}?(?:博客|{_THING})(?:受密码保护|已加密|需要密码)|(?:请|需要)输入(?:访问|阅读)?密码",
                r"(?:this|the) (?:post|page|content|article|site|blog|video|document|account|repository) (?:is|has been (?:made|set to)) (?:private|password[- ]protected|marked private)",
                r"this blog is open to invited readers only|this content is password protected",
                r"you (?:do not|don'?t) have (?:permission|access) to (?:view|access|read|see) (?:this|the)\b",
                r"you need (?:permission|access) to (?:view|access|open)|request access to",
            ),
        ),
        (
            SkipReason.VIOLATION,
            (
                rf"(?:{_THIS}?(?:{_THING}|账号|公众号|网站|用户))?(?:因|由于|涉嫌|疑似)+(?:其)?(?:涉嫌|内容)?(?:违规|违反|违法|侵权|抄袭|不实)",
                rf"{_THIS}?(?:{_THING}|账号|公众号).{{0,16}}(?:涉嫌|违规|违反.{{0,20}}规|侵权)",
                rf"{_THIS}(?:内容)?(?:发送失败|无法查看)",
                r"(?:此|该|这个)(?:账号|公众号|用户)(?:已|已经)?(?:被)?(?:永久)?(?:屏蔽|封禁|冻结|封停|停用|限制)",
                r"(?:此|该)内容被(?:多人)?投诉|由用户投诉并经平台审核",
                r"根据(?:相关|有关)?法律法规(?:和政策)?.{0,12}(?:不予显示|无法显示|无法查看|已被?屏蔽|部分搜索结果)",
                rf"(?:由于|因)?(?:涉及|存在|含有)(?:违规|违法|敏感|侵权).{{0,6}}{_THIS}?{_THING}?(?:不可见|无法显示|无法查看|不予显示)",
                rf"应(?:相关|有关)?法律法规.{{0,10}}{_THIS}?{_THING}?(?:不予显示|无法显示|无法查看|不可见)",
                rf"{_THIS}{_THING}?(?:因|由于).{{0,10}}(?:原因|要求|问题).{{0,6}}(?:不可见|无法查看|无法显示|被?删除|下架)",
                r"unable to view (?:this|the) content because it violat",
                r"(?:this|the) (?:content|article|post|account|page) .{0,40}(?:violat(?:es|ed|ing)|(?:removed|blocked|unavailable|disabled|suspended) (?:due to|for|because)|been (?:reported|blocked|banned|suspended))",
                r"violating relevant laws and regulations",
                r"(?:sorry, )?this (?:post|comment) (?:has been|was) removed by (?:the )?(?:moderators|reddit)",
                r"this account is under investigation or was found in violation",
            ),
        ),
        (
            SkipReason.DELETED,
            (
                rf"(?:{_THIS})?{_THING}{_PERHAPS}(?:由)?{_SOMEBODY}(?:自行|本人)?{_CUT_OFF}",
                rf"{_THIS}{_THING}?(?:已经?)(?:被)?(?:管理员|版主|系统|站长)?{_CUT_OFF}",
                rf"{_THING}(?:已经?)(?:被)?(?:管理员|版主|系统|站长)?(?:删除|下架|撤回)",
                rf"{_SOMEBODY}(?:已经?)(?:自行)?{_CUT_OFF}",
                r"(?:此|该|这个)?(?:账号|公众号|用户|作者)(?:已经?)(?:自主|主动)?(?:注销|销户|删除)",
                r"th(?:is|e) (?:content|post|article|story|answer|video|question|page|tweet|file|item) (?:has been|was|is) (?:deleted|removed|withdrawn) by (?:its|the) (?:author|owner|user|publisher|uploader|person who)",
                r"this account has been (?:deleted|deactivated|closed|cancell?ed)|user deactivated or deleted their account",
                r"the authors? (?:has |have )?deleted this (?:story|post|article|site|medium story|content)",
                r"(?:sorry, )?(?:the )?blog at \S+ has been removed",
            ),
        ),
        (
            SkipReason.ANTI_BOT,
            (
                r"(?:当前)?(?:网络)?环境(?:存在)?异常",
                r"(?:您|你)?(?:的)?当前请求存在异常|(?:您|你)的(?:访问|请求|操作|IP)(?:行为)?(?:存在|出现)?(?:异常|可疑)",
                r"(?:系统)?(?:监|检)测到(?:您|你)?(?:的)?(?:网络|有?异常|访问|存在|当前)",
                r"(?:您|你)?(?:的)?(?:访问|操作|请求)(?:过于|太过?)频繁",
                r"(?:请|需要)(?:先)?(?:完成|进行|输入|通过|点击|拖动|按住).{0,14}(?:验证|校验|验证码|滑块)",
                r"(?:please wait while )?your request is being verified|we'?re verifying your browser|why do i have to complete a captcha",
                r"(?:请)?(?:在下方|在下面)?输入(?:下方|图中|图片中)?的?验证码.{0,6}继续",
                r"此验证码用于确认|为了?(?:您|你)的账号安全|为保证(?:您|你)的正常访问|用户您好.{0,20}(?:频繁|异常)",
                r"(?:很抱歉.?)?由于您访问的URL有可能对网站造成安全威胁|您的请求(?:带有|包含)(?:不合法|恶意)参数",
                r"checking (?:if the site connection is secure|your browser before accessing)",
                r"(?:please )?(?:verify|confirm)(?:ing)? (?:that )?you(?: are|'re) (?:a )?(?:human|not a (?:ro)?bot)|prove (?:you'?re|your|you are) human",
                r"(?:please )?enable (?:javascript|js|cookies) and (?:cookies|disable any ad blocker)",
                r"(?:sorry, )?you have been blocked|you'?ve been blocked by",
                r"(?:our systems have detected )?unusual (?:traffic|activity) from your (?:computer )?network",
                r"please (?:complete|solve|pass) (?:the|this|a) (?:security check|captcha|challenge)",
                r"press (?:&|and) hold to confirm",
                r"ddos protection by|request unsuccessful\. incapsula|the requested url was rejected|as you were browsing,? something about your browser",
                r"the current environment is abnormal|your (?:access to this site|ip(?: address)?) has been (?:limited|blocked|banned)",
                r"access (?:to this page )?has been denied because we believe you are using automation",
                r"to discuss automated access to amazon data|enter the characters you see below",
            ),
        ),
        (
            SkipReason.PAYWALL,
            (
                r"(?:此|该|本|以下)(?:文章?|内容|专栏|章节|课程|部分)?(?:为|是|属于)(?:付费|会员|VIP|收费)(?:专享|专属|内容|文章|专栏)?",
                r"(?:付费|购买|开通(?:VIP|会员|盐选会员)|订阅(?:专栏)?|成为会员)(?:后|即可|以|才能|才可)(?:可)?(?:阅读|查看|解锁|继续)",
                r"(?:this|the) (?:post|article|story|content|page|issue) is (?:only )?(?:for|available (?:only )?to) (?:paid|paying|premium|members|subscribers)",
                r"(?:create an account|become a member|upgrade|subscribe)(?: now)? to (?:read|continue|unlock|access|keep reading)",
                r"to (?:read|continue reading|keep reading|access) (?:this|the full).{0,40}(?:subscribe|become a member|subscription)",
                r"the author made this story available to medium members only",
                r"this content is for (?:members|subscribers|paying)",
            ),
        ),
        (
            SkipReason.LOGIN_WALL,
            (
                r"登录知乎.?问答(?:你|您)关心的问题|未注册手机验证后自动登录",
                r"(?:请|需要|您需要|你需要|必须|抱歉.?您?需要)(?:先)?登[录陆](?:后|以|之后)?.{0,6}?(?:查看|继续|浏览|访问|阅读|操作|使用|$)",
                r"登[录陆](?:后|以|即可|之后|才能)(?:才能|才可以?|可以?|方可|再|即可)?(?:查看|继续|浏览|访问|阅读|使用)",
                r"(?:该|此|本|当前)(?:博客|博文|随笔|文章|内容|页面).{0,8}仅(?:对)?登[录陆]用户可见",
                r"(?:您|你)(?:尚未|还没有?|还未)登[录陆]|没有权限.{0,4}(?:您|你)所在的用户组",
                r"请在(?:微信|手机|APP|客户端)(?:客户端|中|内)?(?:打开|查看|阅读)",
                r"please open (?:the|this) link in (?:the )?(?:wechat|weixin)",
                r"join \w+ to (?:see|view|read) (?:more|this)",
                r"(?:please )?(?:log|sign) ?in (?:or (?:register|sign up|create an account) )?to (?:continue|view|read|see|access)\b",
                r"you (?:must|need to|have to) (?:be logged in|log in|sign in|login|register)",
                r"(?:this|the) (?:page|content|topic|forum) (?:requires|is only available to) (?:you to (?:log|sign) in|registered|logged[- ]in)",
            ),
        ),
        (
            SkipReason.PARKED,
            (
                r"(?:the |this )?(?:web ?site |premium )?domain(?: name)?(?: \S+\.[a-z]{2,})? (?:is|may be|has) (?:for sale|listed for sale|parked|expired|available (?:for purchase|at))",
                r"(?:buy|inquire about|get|make an offer on|interested in) this domain",
                r"\S+\.[a-z]{2,} (?:is for sale|may be for sale|is parked|has expired|is a totally awesome idea)",
                r"the owner of \S+ (?:is offering|has put) it (?:up )?for sale",
                r"(?:此|该|本|您正在访问的|您访问的)?域名\s*(?:\S+\.[a-z]{2,})?\s*(?:正在|可以?|欢迎|已|被注册并|已被注册并)*(?:出售|转让|过期|到期|停放|停止解析|被注册商)",
                r"(?:购买|咨询|联系购买)(?:此|该|这个)域名|点击(?:这里)?购买此?域名",
                r"this (?:page|web page|domain) is parked|this webpage (?:was generated by the domain owner|is parked)|related searches",
            ),
        ),
        (
            SkipReason.DEAD_LINK,
            (
                rf"{_THIS}{_THING}?{_PERHAPS}{_GONE}",
                rf"(?:网页|页面|文章|内容|博文|帖子|主题|文件|该页|随笔){_PERHAPS}(?:不存在|没有找到|未找到|走丢|无法找到|失效|丢失|不见|下线|移除|无法访问|打不开)",
                rf"(?:找不到|未找到|没有找到|没找到|无法找到)(?:与.{{0,20}})?(?:{_THIS})?{_THING}",
                r"(?:你|您)似乎来到了没有知识(?:存在)?的荒原|视频去哪了|啊叻.{0,4}(?:视频|页面)不见了",
                r"参数(?:错误|不正确|有误|无效)|(?:非法|无效|错误)的?(?:参数|请求|链接|地址)",
                r"(?:incorrect|invalid|wrong) (?:parameters?|request|link|url)\b|parameter error",
                rf"{_EN_THING}{_EN_SOUGHT}(?: [\w']+){{0,4}}? {_EN_GONE}",
                r"(?:we |i )?(?:could(?:n't| not)|can(?:'t|not| not)) (?:seem to )?(?:find|locate) (?:the|that|this|what|anything|a page|your)\b(?: [\w']+){0,8}",
                r"we (?:\w+ )?lost (?:the|that|this|your) page|this is somewhat embarrassing(?:, isn't it)?",
                r"no (?:results|posts|pages|articles|entries|content) (?:were |was )?(?:found|matched)(?: your criteria)?",
                r"(?:there is |there's )?nothing (?:was )?(?:found )?(?:here|at this (?:location|address))",
                r"you'?ve followed a broken link|we'?ve got some broken links",
                r"you just hit a route that doesn'?t exist|but if you don'?t change your direction|out of nothing, something",
                r"(?:该|此|本)?(?:网站|站点|博客|店铺)(?:已|已经)(?:被)?(?:关闭|停止|暂停|过期|到期|关停|停用)",
                r"no such (?:page|file|article|user|app|thread)|there isn'?t a github pages site here|this is not the (?:web )?page you are looking for",
                r"(?:the site configured at|looks like) this (?:address|domain) (?:does not contain|isn'?t connected)",
                r"this (?:site|blog|account|page|website) (?:has been|is) (?:suspended|closed|deleted|disabled|archived|no longer available)",
                r"if you are the owner of this website, please contact your hosting provider",
                r"(?:该|此)?网站(?:尚)?(?:未|没有)(?:根据.{0,20})?备案|您的请求在web服务器中没有找到对应的站点",
            ),
        ),
        (
            SkipReason.TEMPORARY,
            (
                r"(?:该|此|这个)?(?:文章|内容|页面|回答)(?:正在|还在)?(?:审核中|待审核)|(?:该|此)?内容(?:暂时|暂)(?:无法|不能)查看",
                r"系统(?:出错|错误|繁忙|异常)",
                r"(?:服务器|系统|网站|本站|站点)(?:正在|进行)?(?:升级|日常|系统)?(?:维护|升级|繁忙|开小差)",
                r"(?:this |the |our |we are |we'?re |site |website |service )*(?:is |are )?(?:temporarily|currently) (?:unavailable|offline|down|undergoing)",
                r"(?:this |the |our )?(?:site |website )?(?:is )?(?:currently )?(?:under|down for) (?:scheduled |planned |routine )?maintenance",
                r"(?:an? )?(?:looks like )?something went wrong|数据库(?:连接)?(?:错误|出错|失败)|(?:an? )?(?:internal server error|bad gateway|service unavailable|gateway time-?out)|error establishing a database connection",
                r"(?:请)?(?:稍后(?:再试|重试|再来))|(?:please )?try again (?:later|in a few)",
            ),
        ),
        (
            SkipReason.EMPTY,
            (
                r"(?:you need to|please|sorry,? .{0,40}|we'?re sorry but .{0,60}|this (?:site|page|app) requires (?:you to )?|requires )?(?:enable|turn on|activate) javascript\b",
                r".{0,40}(?:requires|doesn'?t work (?:properly )?without|needs|need) javascript\b",
                r"(?:请|您需要|需要)(?:先)?(?:启用|开启|打开|允许)(?:您的)?(?:浏览器的?)?\s?(?:java|js)(?:script)?",
                r"(?:we|this (?:site|website)) uses? cookies|we value your privacy|(?:本|我们的)?网站使用\s?cookies?|我们使用\s?cookies?",
            ),
        ),
    )
)
