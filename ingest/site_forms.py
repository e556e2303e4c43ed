"""The one address of a page on sites that give it several: a table of hosts, each with what identifies a page there.

Only what the sites themselves treat as one page is folded, so that the canonical address can be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ingest.address import Address

__all__ = ["blob_to_raw", "site_form", "target_of_redirector"]

_Rule = Callable[[Address], Address]

# The same site under another name: mobile hosts, hosts with and without "www.", second domains.
_SAME_SITE: Mapping[str, str] = {
    "bilibili.com": "www.bilibili.com",
    "browse.arxiv.org": "arxiv.org",
    "cn.arxiv.org": "arxiv.org",
    "export.arxiv.org": "arxiv.org",  # the same pages, for programs
    "jianshu.com": "www.jianshu.com",
    "juejin.im": "juejin.cn",  # moved in 2020
    "m.bilibili.com": "www.bilibili.com",
    "m.blog.csdn.net": "blog.csdn.net",
    "m.jianshu.com": "www.jianshu.com",
    "m.youtube.com": "www.youtube.com",
    "m.zhihu.com": "www.zhihu.com",
    "mobile.twitter.com": "twitter.com",
    "spaces.ac.cn": "kexue.fm",  # 科学空间 answers under both
    "www.arxiv.org": "arxiv.org",
    "www.github.com": "github.com",
    "www.kexue.fm": "kexue.fm",
    "www.spaces.ac.cn": "kexue.fm",
    "www.twitter.com": "twitter.com",
    "x.com": "twitter.com",
    "youtube.com": "www.youtube.com",
    "zhihu.com": "www.zhihu.com",
}

# Hosts that send every http request on to https. Elsewhere the two are different origins (RFC 9110 4.3) and the
# curator's choice stands: some old sites answer to http alone.
_HTTPS_ONLY = frozenset(
    {
        "ar5iv.labs.arxiv.org",
        "ar5iv.org",
        "arxiv.org",
        "blog.csdn.net",
        "doi.org",
        "gist.github.com",
        "github.com",
        "juejin.cn",
        "kexue.fm",
        "mp.weixin.qq.com",
        "raw.githubusercontent.com",
        "twitter.com",
        "www.bilibili.com",
        "www.jianshu.com",
        "www.youtube.com",
        "www.zhihu.com",
        "youtu.be",
        "zhuanlan.zhihu.com",
    }
)

# Pages that say "you are leaving us": host -> the parameter with the address that is meant.
_REDIRECTORS: Mapping[str, str] = {
    "link.csdn.net": "target",
    "link.jianshu.com": "t",
    "link.juejin.cn": "target",
    "link.zhihu.com": "target",
}

# Where the path alone is the page: whatever follows it only says how the reader came.
_PATH_IS_PAGE: Mapping[str, re.Pattern[str]] = {
    "blog.csdn.net": re.compile(r"/[^/]+/article/details/\d+"),
    "juejin.cn": re.compile(r"/post/\w+"),
    "twitter.com": re.compile(r"/\w+/status/\d+"),
    "www.jianshu.com": re.compile(r"/p/\w+"),
    "www.zhihu.com": re.compile(r"/question/\d+(?:/answer/\d+)?"),
    "zhuanlan.zhihu.com": re.compile(r"/p/\d+"),
}

_ARXIV_ID = re.compile(
    r"/(?:abs|pdf|html|ps|format|e-print|src)/(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?/?"
)
_ARXIV_DOI = re.compile(r"/10\.48550/arxiv\.(?P<id>\d{4}\.\d{4,5})", re.IGNORECASE)
_DEFAULT_BRANCHES = frozenset({"HEAD", "main", "master"})
_README = re.compile(r"readme(?:\.(?:md|markdown|mkd|rst|txt|org|adoc))?", re.IGNORECASE)


def site_form(address: Address) -> Address:
    """Return the form in which the address's own site names that page; unchanged where no rule is known."""
    host = _SAME_SITE.get(address.host, address.host)
    host = re.sub(r"^([a-z-]+)\.m\.(wikipedia\.org)$", r"\1.\2", host)
    scheme = "https" if host in _HTTPS_ONLY else address.scheme
    address = replace(address, host=host, scheme=scheme)
    if (pattern := _PATH_IS_PAGE.get(host)) and pattern.fullmatch(address.path.rstrip("/")):
        return _page(address, address.path.rstrip("/"))
    rule = _RULES.get(host)
    return rule(address) if rule else address


def target_of_redirector(address: Address) -> str:
    """Return the address (percent-encoded once) that a "you are leaving us" page leads to, or ""."""
    name = _REDIRECTORS.get(address.host)
    return address.value(name) if name else ""


def blob_to_raw(address: Address) -> Address | None:
    """Return where GitHub serves the bytes of a file, or of a repository's README; None for any other address."""
    if address.host != "github.com":
        return None
    match address.segments:
        case [owner, repository]:
            path = ("HEAD", "README.md")
        case [owner, repository, "blob", *path] if len(path) > 1:
            pass
        case _:
            return None
    return Address("https", "raw.githubusercontent.com", "/" + "/".join((owner, repository, *path)))


def _page(address: Address, path: str, *query: str) -> Address:
    return replace(address, path=path, query=query, fragment="")


def _arxiv(address: Address) -> Address:
    """Abstract, PDF, HTML and every version are one paper."""
    if match := _ARXIV_ID.fullmatch(address.path):
        return Address("https", "arxiv.org", f"/abs/{match['id']}")
    return address


def _doi(address: Address) -> Address:
    """ArXiv registers each paper's DOI under 10.48550."""
    if match := _ARXIV_DOI.fullmatch(address.path):
        return Address("https", "arxiv.org", f"/abs/{match['id']}")
    return address


def _bilibili(address: Address) -> Address:
    """A video is its number, and its part where it is not the first."""
    if re.fullmatch(r"/video/\w+/?", address.path):
        part = address.value("p")
        return _page(address, address.path.rstrip("/"), *([f"p={part}"] if part not in ("", "1") else []))
    return address


def _github(address: Address) -> Address:
    """A file is its `blob` page, a repository its root; the README of the default branch is what the root shows."""
    segments = address.segments
    if len(segments) < 2:
        return address
    owner, repository, *rest = segments
    root = ("", owner, repository.removesuffix(".git") or repository)
    match rest:
        case []:
            return _page(address, "/".join(root))
        case ["tree", branch] if branch in _DEFAULT_BRANCHES:
            return _page(address, "/".join(root))
        case ["tree", *_]:
            return _page(address, "/".join((*root, *rest)))
        case ["blob" | "raw" | "blame" | "edit", "refs", "heads", _, _, *_]:
            return _github(replace(address, path="/".join((*root, "blob", *rest[3:]))))
        case ["blob" | "raw" | "blame" | "edit", branch, name] if (
            branch in _DEFAULT_BRANCHES and _README.fullmatch(name)
        ):
            return _page(address, "/".join(root))
        case ["blob" | "raw" | "blame" | "edit", _, _, *_]:
            return _page(address, "/".join((*root, "blob", *rest[1:])))
        case _:
            return address


def _raw_github(address: Address) -> Address:
    """The bytes of a file on GitHub are the file."""
    match address.segments:
        case [owner, repository, *rest] if len(rest) >= 2:
            path = "/".join(("", owner, repository, "blob", *rest))
            return _github(replace(address, host="github.com", path=path))
        case _:
            return address


def _weixin(address: Address) -> Address:
    """A short address is its path; a long one is account, message, place in the message, and its signature."""
    if re.fullmatch(r"/s/[^/]+/?", address.path):
        return _page(address, address.path.rstrip("/"))
    kept = [(name, address.value(name)) for name in ("__biz", "mid", "idx", "sn")]
    if address.path.rstrip("/") == "/s" and kept[0][1] and kept[1][1]:
        # Base64 ends in "==", which some write percent-encoded
        return _page(address, "/s", *(f"{name}={value.replace('%3D', '=')}" for name, value in kept if value))
    return replace(address, fragment="")


def _youtube(address: Address) -> Address:
    if address.path == "/watch" and (video := address.value("v")):
        return _page(address, "/watch", f"v={video}")
    return address


def _youtu_be(address: Address) -> Address:
    match address.segments:
        case [video]:
            return Address("https", "www.youtube.com", "/watch", (f"v={video}",))
        case _:
            return address


_RULES: Mapping[str, _Rule] = {
    "ar5iv.labs.arxiv.org": _arxiv,
    "ar5iv.org": _arxiv,
    "arxiv.org": _arxiv,
    "doi.org": _doi,
    "github.com": _github,
    "mp.weixin.qq.com": _weixin,
    "raw.githubusercontent.com": _raw_github,
    "www.bilibili.com": _bilibili,
    "www.youtube.com": _youtube,
    "youtu.be": _youtu_be,
}
