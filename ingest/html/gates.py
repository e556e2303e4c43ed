"""Pages without an article that do not say so in words: what their scripts and frames are for, and where they stand.

Gates against robots are often a script in an empty page; parked domains are often a frame. An address can tell too:
sites send readers of what is gone to their first page or to `/404`, and others to where one signs in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

from ingest.articles import SkipReason
from ingest.html.markup import attribute, own_tag
from ingest.html.notices import Notice

if TYPE_CHECKING:
    from ingest.html.markup import Element

__all__ = ["landing", "unspoken"]

# Only in the page that is the gate itself: what such services add to ordinary pages is not here.
_GATES = re.compile(
    r"""
    _cf_chl_opt | /cdn-cgi/challenge-platform/h/ | cf-browser-verification         # Cloudflare
    | captcha-delivery\.com | id=["']cmsg["']                                      # DataDome
    | id=["']px-captcha["'] | captcha\.px-cdn\.net | captcha\.perimeterx\.net      # HUMAN, once PerimeterX
    | _Incapsula_Resource\?SWUDNSAI | _Incapsula_Resource\?CWUDNSAI | Incapsula\ incident\ ID    # Imperva
    | sucuri_cloudproxy_js                                                         # Sucuri
    | sec-if-cpt-container | bm-verify=                                            # Akamai
    | \.awswaf\.com/[^"']{0,200}/(?:challenge|captcha)\.js | AwsWafIntegration\.    # AWS WAF
    | aliyun_waf_aa | acw_sc__v[23] | _____tmd_____ | x5secdata                    # Alibaba
    | TCaptcha(?:-global)?\.js | waf_captcha                                       # Tencent
    | zh-zse-ck | zse-ck/v\d                                                       # Zhihu
    | __jsl_clearance                                                              # 加速乐
    | verifycenter/captcha | __ac_nonce                                            # ByteDance
    | wappass\.baidu\.com/static/captcha                                           # Baidu
    | ddos-guard\.net/\.well-known | /\.within\.website/x/cmd/anubis | _kpsdk_      # DDoS-Guard, Anubis, Kasada
    """,
    re.VERBOSE,
)
_PARKING = re.compile(
    r"(?:^|\.)(?:sedoparking\.com|sedo\.com|parkingcrew\.net|bodis\.com|dan\.com|afternic\.com|hugedomains\.com|parklogic\.com|"
    r"above\.com|skenzo\.com|ztomy\.com|undeveloped\.com|domainmarket\.com|buydomains\.com|parked-content\.godaddy\.com|"
    r"4\.cn|ename\.(?:com|net)|juming\.com|mi\.aliyun\.com|wanwang\.aliyun\.com|dnspod\.cn|22\.cn|domain\.cn)$"
)
_PARKED = re.compile(r"window\.park\s*=|/parking-lander/|/_fd\?|parkingcrew|sedoparking|data-adblockkey=")
# Tencent's 公益404, which Chinese blogs show in place of a page that is gone.
_MISSING_CHILDREN = re.compile(r"qq\.com/404/search_children|volunteer\.cdn-go\.cn/404/")
_REFRESH = re.compile(r"\s*\d*\s*[;,]\s*url\s*=\s*[\"']?(?P<target>[^\"'\s>]+)", re.IGNORECASE)
_LOCATION = re.compile(
    r"\blocation(?:\.href)?\s*(?:=|\.(?:replace|assign)\()\s*[\"'](?P<target>(?:https?:)?/[^\"'\s]+)[\"']",
    re.IGNORECASE,
)
_DEEP = 2  # slashes in a path from which it is that of one page, whatever its last segment
_LITTLE_SOURCE = 5000  # characters
_HOME = re.compile(r"/*(?:index|default|home|main)?(?:\.(?:html?|php|aspx?|jsp))?", re.IGNORECASE)
_OF_ONE_PAGE = re.compile(
    r"\d{3}|\.(?:html?|php|aspx?|jsp|shtml|md|pdf)$|[^\x00-\x7f]{4}|[a-z]-[a-z]+-[a-z]", re.IGNORECASE
)
_ERROR = re.compile(
    r"/(?:40[34]|410|(?:page-?)?not-?found|error(?:s|page)?|404page)(?:\.\w+)?/?$|/404(?:[/.]|$)",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"/(?:log[-_]?in|sign[-_]?in|logon|sso|cas/login|oauth2?/authorize|passport)(?:[/.;]|$)", re.IGNORECASE
)
_LOGIN_HOSTS = re.compile(r"^(?:passport|login|signin|sso|accounts?|auth|cas|idp)\.", re.IGNORECASE)
_CHECK = re.compile(
    r"/(?:antispider|unhuman|captcha|verify_?human|wap_?verify|sorry/index)(?:[/.?]|$)", re.IGNORECASE
)


def unspoken(page: str, root: Element, url: str) -> Notice | None:
    """Return what a page with hardly any text is for, or None if nothing is known of it. `page` is its source."""
    if gate := _GATES.search(page):
        return Notice(SkipReason.ANTI_BOT, f"a page that runs a check for robots ({gate[0].strip()[:40]})")
    for element in root.iter("iframe", "frame", "script", "a", "meta"):
        address = attribute(element, "src") or attribute(element, "href") or attribute(element, "content")
        host = (
            urlsplit(address).hostname
            if own_tag(element) != "meta" and address.startswith(("http", "//"))
            else ""
        )
        if host and _PARKING.search(host):
            return Notice(SkipReason.PARKED, f"a page that leads to {host}")
    if parked := _PARKED.search(page):
        return Notice(SkipReason.PARKED, f"a parked domain ({parked[0]})")
    if _MISSING_CHILDREN.search(page):
        return Notice(
            SkipReason.DEAD_LINK, "a page for what is not found, with the search for missing children"
        )
    target = _sent_on(page, root, url)
    if target and urldefrag(target).url != urldefrag(url).url:
        sent = landing(url, target, prose=0)
        return sent or Notice(SkipReason.MIGRATED, f"a page that only sends its readers on to {target}")
    return None


def _sent_on(page: str, root: Element, url: str) -> str:
    """Return where a page sends browsers at once, by its head or by a script that does little else, or ""."""
    for meta in root.iter("meta"):
        content = attribute(meta, "content")
        if attribute(meta, "http-equiv").lower() == "refresh" and (match := _REFRESH.match(content)):
            return str(urljoin(url, match["target"]))
    if len(page) < _LITTLE_SOURCE and (match := _LOCATION.search(page)):
        return str(urljoin(url, match["target"]))
    return ""


def landing(asked: str, reached: str, *, prose: int) -> Notice | None:
    """Return what it means to have been sent from one address to another, or None if it means nothing.

    Sent home is sent away: a site that answers for one of its pages with its first page has lost that page. Only on
    the same site, as short addresses lead to first pages too, and only from what is surely the address of one page.
    The other landings count with `prose`, the characters of text in the page, below what explains a gate.
    """
    if asked == reached:
        return None
    before, after = urlsplit(asked), urlsplit(reached)
    if _PARKING.search(after.hostname or ""):
        return Notice(SkipReason.PARKED, f"sent to {after.hostname}")
    if (
        _site(before.hostname) == _site(after.hostname)
        and _is_home(after.path, after.query)
        and after.fragment == ""
    ):
        path = unquote(before.path).strip("/")
        last = path.rpartition("/")[2]
        of_one_page = _OF_ONE_PAGE.search(last) is not None or path.count("/") >= _DEEP
        if (of_one_page and not _HOME.fullmatch(last)) or (
            _HOME.fullmatch(path) and _names_page(before.query)
        ):
            return Notice(SkipReason.DEAD_LINK, "sent to the first page of the site")
    if prose >= _GATE_TEXT or (before.path == after.path and before.hostname == after.hostname):
        return None
    if _ERROR.search(after.path):
        return Notice(SkipReason.DEAD_LINK, f"sent to {after.path}")
    if _CHECK.search(after.path):
        return Notice(SkipReason.ANTI_BOT, f"sent to {after.hostname}{after.path}")
    if _LOGIN.search(after.path) or _LOGIN_HOSTS.search(after.hostname or ""):
        return Notice(SkipReason.LOGIN_WALL, f"sent to {after.hostname}{after.path}")
    return None


_GATE_TEXT = 600  # characters


def _is_home(path: str, query: str) -> bool:
    return _HOME.fullmatch(path) is not None and not _names_page(query)


def _names_page(query: str) -> bool:
    """Whether a query says which page of a site is meant: `?p=12`, `?id=9`."""
    return any(re.search(r"\d", value) for _, value in parse_qsl(query))


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.").removeprefix("m.")
