"""The canonical form of an address: two links to one page have one form, two pages never do.

Spelling is `address`'s, what identifies a page on a known site `site_forms`'s; here stand the rules for all sites.
Order and case of what remains are kept, and so are a final slash, "www." and http: servers may tell them apart, and
the canonical address is one to ask for, not only one to compare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import SplitResult, unquote, urldefrag, urljoin, urlsplit

from ingest.address import Address
from ingest.site_forms import blob_to_raw, site_form, target_of_redirector

__all__ = [
    "absolute",
    "as_linked",
    "canonical",
    "host_of",
    "hostname",
    "joined",
    "raw_file",
    "resolve",
    "split",
]

# Parameters that say how the reader came, not what is read. Gathered from Firefox's query stripping list
# (services/settings, "query-stripping"), AdGuard's URL Tracking filter and ClearURLs' rules, and from what WeChat,
# Alibaba, CSDN, Zhihu and Bilibili add when a page is shared.
_TRACKING = frozenset(
    {
        "_hsenc", "_hsmi", "_openstat", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igsh", "igshid",
        "mc_cid", "mc_eid", "mkt_tok", "msclkid", "oly_anon_id", "oly_enc_id", "ref_src", "srsltid", "ttclid",
        "twclid", "vero_id", "wbraid", "wickedid", "yclid",  # mail, ads, Google, Meta, X
        "isappinstalled", "nsukey", "wechat_redirect", "wx_header", "wxshare_count",  # WeChat
        "spm", "spm_id_from",  # Alibaba, CSDN, Bilibili
        "share_from", "share_medium", "share_plat", "share_session_id", "share_source", "vd_source",  # Bilibili
        "ops_request_misc", "utm_relevant_index",  # CSDN
        "from_voters_page", "hb_wx_block",  # Zhihu
        "pk_campaign", "pk_cid", "pk_content", "pk_keyword", "pk_kwd", "pk_medium", "pk_source", "pk_vid",  # Piwik
        "jsessionid", "phpsessid",  # sessions
    }
)  # fmt: skip
# Names that others use for what identifies a page, such as a request or a shared document.
_TRACKING_OF_SITE: Mapping[str, frozenset[str]] = {
    "1688.com": frozenset({"scm"}),
    "aliyun.com": frozenset({"scm"}),
    "bilibili.com": frozenset({"share_tag", "share_token", "share_uid", "unique_k"}),
    "csdn.net": frozenset({"biz_id", "request_id", "scm"}),
    "taobao.com": frozenset({"scm"}),
    "tmall.com": frozenset({"scm"}),
    "zhihu.com": frozenset({"share_code"}),
}
_TRACKING_PREFIXES = ("utm_", "mtm_", "matomo_", "hsa_", "depth_1-utm_")
# `from` identifies pages elsewhere; with these values it is WeChat's own mark of where a page was opened.
_OPENED_FROM = frozenset(
    {"groupmessage", "message", "singlemessage", "timeline", "wechat_session", "wechat_timeline"}
)
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_NESTED_REDIRECTORS = 5


def canonical(url: str) -> str:
    """Return the canonical form of an address; the form of a form is itself.

    Raises ValueError when it is malformed, or not of http or https.
    """
    return str(site_form(_of_page(url)))


def as_linked(url: str) -> str:
    """Return the address as it was linked, less tracking and fragment: what to ask for when the canonical form fails.

    A mirror, an archive or a picky server may know a page only under the site parameters that `canonical` drops.
    Raises ValueError as `canonical` does.
    """
    return str(_of_page(url))


def host_of(url: str) -> str:
    """Return the host in lower case, without port and leading "www."; "" when the address is malformed."""
    try:
        host = Address.parse(url).host
    except ValueError:
        return ""
    return re.sub(r":\d+$", "", host).removeprefix("www.")


def split(url: str) -> SplitResult:
    """Return the parts of an address; all of them empty when it is malformed, as links in pages may be."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def hostname(url: str) -> str:
    """Return the host as it stands in an address, in lower case and without port; "" when it is malformed."""
    return split(url).hostname or ""


def absolute(base: str, reference: str) -> str:
    """Return the address that a reference on the page `base` means (RFC 3986 5.2); a malformed one as it is."""
    try:
        return urljoin(base, reference.strip())
    except ValueError:
        return reference


def joined(base: str, reference: str) -> str:
    """Return the address, without fragment, that a reference on the page `base` means (RFC 3986 5.2).

    What is malformed stays as it is, for whoever asks for it to say so.
    """
    try:
        return urldefrag(absolute(base, reference)).url
    except ValueError:
        return reference


def resolve(reference: str, base: str) -> str:
    """Return the address that a relative reference means on the page `base` (RFC 3986 5.2).

    In a file on GitHub it is relative to that file, and to the repository's root when it begins with a slash
    (as GitHub renders it); a repository's address stands for its README.
    Raises ValueError when `base` is not an http or https address.
    """
    page = Address.parse(base)
    if page.host == "raw.githubusercontent.com":
        page = site_form(page)  # the bytes of a file are that file
    match page.segments if page.host in ("github.com", "www.github.com") else ():
        case [owner, repository]:
            page = replace(page, path=f"/{owner}/{repository}/blob/HEAD/")
        case [owner, repository, "blob" | "tree" | "raw" as kind, branch, *rest]:
            root = f"/{owner}/{repository}/blob/{branch}/"
            if reference.startswith("/") and not reference.startswith("//"):
                page, reference = replace(page, path=root), reference.lstrip("/")
            else:
                is_folder = bool(rest) and (kind == "tree" or page.path.endswith("/"))
                page = replace(page, path=root + "/".join(rest) + ("/" if is_folder else ""))
        case _:
            pass
    return urljoin(str(page), reference.replace("\\", "/"))


def raw_file(url: str) -> str:
    """Return where the text of a GitHub file or README is served; any other address is returned as it is."""
    try:
        raw = blob_to_raw(Address.parse(canonical(url)))
    except ValueError:
        return url
    return str(raw) if raw else url


def _of_page(url: str) -> Address:
    """The address behind redirectors, without what never identifies a page."""
    address = Address.parse(url)
    for _ in range(_NESTED_REDIRECTORS):
        target = target_of_redirector(address)
        if not target:
            break
        try:
            address = Address.parse(unquote(target))
        except ValueError:
            break  # the redirector itself is then all that can be asked for
    return replace(
        address,
        path=_SESSION.sub("", address.path),
        query=tuple(piece for piece in address.query if not _is_tracking(piece, address.host)),
        fragment=_route(address.fragment),
    )


def _is_tracking(piece: str, host: str) -> bool:
    name, _, value = piece.partition("=")
    name = name.lower()
    site = ".".join(host.split(".")[-2:])
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES) or name in _TRACKING_OF_SITE.get(site, ()):
        return True
    return value in _OPENED_FROM and name in ("from", "source")


def _route(fragment: str) -> str:
    """Keep a fragment only where it is a route that a script shows as a page of its own: "#!/a", "#/a".

    Docsify writes the place within such a page as "?id=".
    """
    route = fragment.partition("?id=")[0]
    return route if re.match(r"!?/.|!.", route) and route != "!/" else ""
