"""Pages without an article that do not say so in words: what their scripts and frames are for.

Gates against robots are often a script in an empty page, parked domains a frame; and some pages only send readers on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.articles import SkipReason
from ingest.html.landing import is_parking, landed
from ingest.html.markup import attribute, own_tag
from ingest.html.notices import Notice
from ingest.html.other_forms import sent_on
from ingest.urls import hostname

if TYPE_CHECKING:
    from ingest.html.markup import Element

__all__ = ["unspoken"]

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
_PARKED = re.compile(r"window\.park\s*=|/parking-lander/|/_fd\?|parkingcrew|sedoparking|data-adblockkey=")
# Tencent's 公益404, which Chinese blogs show in place of a page that is gone.
_MISSING_CHILDREN = re.compile(r"qq\.com/404/search_children|volunteer\.cdn-go\.cn/404/")


def unspoken(page: str, root: Element, url: str) -> Notice | None:
    """Return what a page with hardly any text is for, or None if nothing is known of it. `page` is its source."""
    if gate := _GATES.search(page):
        return Notice(SkipReason.ANTI_BOT, f"a page that runs a check for robots ({gate[0].strip()[:40]})")
    for element in root.iter("iframe", "frame", "script", "a", "meta"):
        address = attribute(element, "src") or attribute(element, "href") or attribute(element, "content")
        host = hostname(address) if own_tag(element) != "meta" else ""
        if host and is_parking(host):
            return Notice(SkipReason.PARKED, f"a page that leads to {host}")
    if parked := _PARKED.search(page):
        return Notice(SkipReason.PARKED, f"a parked domain ({parked[0]})")
    if _MISSING_CHILDREN.search(page):
        return Notice(
            SkipReason.DEAD_LINK, "a page for what is not found, with the search for missing children"
        )
    if target := next(sent_on(root, url), ""):
        sent = landed(url, target, prose=0)
        return sent or Notice(SkipReason.MIGRATED, f"a page that only sends its readers on to {target}")
    return None
