"""Addresses: what is one page has one form (RFC 3986 section 6, and what sites say of themselves)."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.urls import as_linked, canonical, host_of, hostname, joined, raw_file, resolve

SHARED = Path(__file__).resolve().parents[2].parent / "shared"

PAPER = "https://arxiv.org/abs/1706.03762"
REPOSITORY = "https://github.com/wzhe06/Reco-papers"
FILE = "https://github.com/o/r/blob/master/%E6%8E%A8%E8%8D%90/FM(1).md"
MESSAGE = "https://mp.weixin.qq.com/s?__biz=MzIxMzkwNjM2NQ==&mid=2247504279&idx=1&sn=8d02ecbd"

ALIASES = {
    PAPER: [
        "http://arxiv.org/abs/1706.03762v5",
        "https://arxiv.org/pdf/1706.03762.pdf",
        "https://arxiv.org/pdf/1706.03762v1",
        "https://www.arxiv.org/abs/1706.03762?context=cs",
        "https://export.arxiv.org/abs/1706.03762",
        "https://arxiv.org/html/1706.03762v7#S3",
        "https://ar5iv.labs.arxiv.org/html/1706.03762",
        "https://doi.org/10.48550/arXiv.1706.03762",
    ],
    "https://arxiv.org/abs/hep-th/9901001": ["http://arxiv.org/pdf/hep-th/9901001v2.pdf"],
    REPOSITORY: [
        "http://www.github.com/wzhe06/Reco-papers/",
        "https://github.com/wzhe06/Reco-papers.git",
        "https://github.com/wzhe06/Reco-papers#readme",
        "https://github.com/wzhe06/Reco-papers?tab=readme-ov-file",
        "https://github.com/wzhe06/Reco-papers/tree/master",
        "https://github.com/wzhe06/Reco-papers/blob/main/README.md",
        "https://raw.githubusercontent.com/wzhe06/Reco-papers/HEAD/README.md",
    ],
    FILE: [
        "https://github.com/o/r/blob/master/推荐/FM(1).md",
        "https://github.com/o/r/blob/master/%e6%8e%a8%e8%8d%90/FM%281%29.md",
        "https://github.com/o/r/raw/master/推荐/FM(1).md",
        "https://github.com/o/r/blob/master//推荐/FM(1).md?raw=true",
        "https://github.com/o/r/raw/refs/heads/master/推荐/FM(1).md",
        "https://raw.githubusercontent.com/o/r/master/推荐/FM(1).md",
        "https://raw.githubusercontent.com/o/r/refs/heads/master/推荐/FM(1).md?token=A",
    ],
    MESSAGE: [
        "http://mp.weixin.qq.com/s?sn=8d02ecbd&idx=1&mid=2247504279&__biz=MzIxMzkwNjM2NQ%3D%3D",
        f"{MESSAGE}&chksm=97ad3745&scene=21#wechat_redirect",
        f"{MESSAGE}&mpshare=1&srcid=0101&from=timeline#rd",
    ],
    "https://mp.weixin.qq.com/s/MZ7qaq9RFS_DeZMmDaGrvA": [
        "http://mp.weixin.qq.com/s/MZ7qaq9RFS_DeZMmDaGrvA?scene=1&click_id=5",
    ],
    "https://zhuanlan.zhihu.com/p/33397147": [
        "https://zhuanlan.zhihu.com/p/33397147?utm_source=wechat_session&utm_medium=social",
        "http://zhuanlan.zhihu.com/p/33397147/?from_voters_page=true",
        "https://link.zhihu.com/?target=https%3A//zhuanlan.zhihu.com/p/33397147",
    ],
    "https://www.zhihu.com/question/20455227/answer/370658612": [
        "https://zhihu.com/question/20455227/answer/370658612?utm_psn=1",
        "http://m.zhihu.com/question/20455227/answer/370658612",
    ],
    "https://blog.csdn.net/weixin_42175217/article/details/105442777": [
        "https://blog.csdn.net/weixin_42175217/article/details/105442777?request_id=1&biz_id=0",
        "https://blog.csdn.net/weixin_42175217/article/details/105442777?spm=1001.2101.3001.4242&utm_medium=x",
    ],
    "https://www.bilibili.com/video/BV17441137fa": [
        "https://www.bilibili.com/video/BV17441137fa/?spm_id_from=333.788.videocard.11",
        "https://m.bilibili.com/video/BV17441137fa?p=1",
        "https://www.bilibili.com/video/BV17441137fa?share_token=1&unique_k=2",
    ],
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ": ["https://youtu.be/dQw4w9WgXcQ?si=abc"],
    "https://kexue.fm/archives/7575": ["http://spaces.ac.cn/archives/7575"],
    "https://en.wikipedia.org/wiki/BM25": ["https://en.m.wikipedia.org/wiki/BM25"],
    "https://www.csdn.net/x": ["https://www.csdn.net/x?request_id=1"],
    "http://example.org/b/c?b=1": [
        "http://example.org/b/c?b=1&pk_campaign=x&pk_kwd=y",
        "HTTP://Example.ORG:80/a/../b/./c?utm_source=x&b=1#top",
        "  http://example.org/b/c?b=1\u200b\n",
        "http：//example.org/b/c?b=1",
        "http://user:secret@example.org/b/c?b=1",
        "http://example.org./b/c?&b=1&",
        "http:\\\\example.org\\b\\c?b=1",
        "http://example.org/b/c;jsessionid=0A1?b=1&fbclid=2",
    ],
    "http://xn--fsqu00a.xn--0zwm56d/": ["http://例子.测试", "http://例子。测试/"],
    "https://example.org/~a/100%25": ["https://example.org/%7Ea/100%"],
}

DIFFERENT = [
    ("https://example.org/a", "https://example.org/a/"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a", "http://example.org/a"),
    ("https://example.org/a?page=1", "https://example.org/a?page=2"),
    ("https://example.org/a?from=3", "https://example.org/a"),
    ("https://example.org/a?request_id=1", "https://example.org/a?request_id=2"),
    ("https://example.org/a?biz_id=1", "https://example.org/a?biz_id=2"),
    ("https://example.org/a?pk_id=1", "https://example.org/a?pk_id=2"),
    ("https://example.org/a?scm=git", "https://example.org/a?scm=svn"),
    ("https://docs.example.org/d?share_token=1", "https://docs.example.org/d?share_token=2"),
    ("https://example.org/#/chapter1", "https://example.org/#/chapter2"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://github.com/o/r", "https://github.com/o/r/issues"),
    ("https://github.com/o/r", "https://github.com/o/r/blob/master/docs/README.md"),
    ("https://github.com/o/r/blob/v1/README.md", "https://github.com/o/r"),
    ("https://www.zhihu.com/question/1", "https://www.zhihu.com/question/1/answer/2"),
    (MESSAGE, MESSAGE.replace("idx=1", "idx=2")),
    ("https://www.bilibili.com/video/BV1H441187js?p=2", "https://www.bilibili.com/video/BV1H441187js"),
]

MALFORMED = [
    "",
    "example.org/a",
    "https://",
    "https:///",
    "https://bad host.example.org/x",
    "ftp://ftp.example.org/pub/x.txt",
    "mailto:a@example.org",
    "javascript:alert(1)",
    "https://example.org:99999/",
    "https://[::1/",
    "https://a..b/",
    "https://0x7f.1/",
    "https://例\ud800子/",
]


@pytest.mark.parametrize(("form", "written"), [(form, url) for form, urls in ALIASES.items() for url in urls])
def test_two_spellings_of_a_page_have_one_form(form: str, written: str) -> None:
    assert canonical(written) == form


@pytest.mark.parametrize("form", ALIASES)
def test_the_form_of_a_form_is_itself(form: str) -> None:
    assert canonical(form) == form


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_pages_keep_two_forms(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("url", MALFORMED)
def test_a_malformed_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(url)
    assert host_of(url) == ""


def test_a_route_in_the_fragment_is_kept_without_the_place_in_it() -> None:
    assert canonical("https://a.example/notes/#/c1/s2?id=top") == "https://a.example/notes/#/c1/s2"
    assert canonical("https://a.example/#!/page") == "https://a.example/#!/page"
    assert canonical("https://a.example/notes/#/") == "https://a.example/notes/"


@pytest.mark.parametrize("url", ["http://[::1/", "http://a]b/", "//[", "http://[v1.x]:99999/"])
def test_a_malformed_address_raises_nothing_where_only_its_host_or_a_place_is_wanted(url: str) -> None:
    assert hostname(url) in ("", "v1.x")
    assert joined("https://a.test/x", url)
    assert joined(url, "/x")


def test_what_was_linked_is_kept_to_be_asked_for_less_tracking() -> None:
    assert as_linked(f"{MESSAGE}&chksm=97ad&scene=21&utm_source=x#rd") == f"{MESSAGE}&chksm=97ad&scene=21"


def test_the_host_is_without_port_and_www() -> None:
    assert host_of("https://WWW.Example.org:8080/x") == "example.org"
    assert host_of("http://[::1]:80/") == "[::1]"


@pytest.mark.parametrize(
    ("reference", "base", "address"),
    [
        (
            "./推荐/FM.md",
            "https://github.com/o/r/blob/master/",
            "https://github.com/o/r/blob/master/推荐/FM.md",
        ),
        (
            "b.md",
            "https://github.com/o/r/blob/master/docs/a.md",
            "https://github.com/o/r/blob/master/docs/b.md",
        ),
        ("/b.md", "https://github.com/o/r/blob/master/docs/a.md", "https://github.com/o/r/blob/master/b.md"),
        ("b.md", "https://github.com/o/r", "https://github.com/o/r/blob/HEAD/b.md"),
        ("b.md", "https://github.com/o/r/tree/main", "https://github.com/o/r/blob/main/b.md"),
        ("b.md", "https://github.com/o/r/tree/main/docs", "https://github.com/o/r/blob/main/docs/b.md"),
        (
            "/b.md",
            "https://raw.githubusercontent.com/o/r/dev/docs/a.md",
            "https://github.com/o/r/blob/dev/b.md",
        ),
        (
            "b.md",
            "https://raw.githubusercontent.com/o/r/refs/heads/dev/a.md",
            "https://github.com/o/r/blob/dev/b.md",
        ),
        (
            "b.md",
            "https://raw.githubusercontent.com/o/r/HEAD/README.md",
            "https://github.com/o/r/blob/HEAD/b.md",
        ),
        ("../b", "https://a.example/x/y/z", "https://a.example/x/b"),
        ("/b", "https://a.example/x/", "https://a.example/b"),
    ],
)
def test_a_relative_reference_is_resolved_as_its_site_renders_it(
    reference: str, base: str, address: str
) -> None:
    assert canonical(resolve(reference, base)) == canonical(address)


def test_a_list_on_github_is_read_as_its_raw_file() -> None:
    assert (
        raw_file("https://github.com/o/r/blob/main/a.md") == "https://raw.githubusercontent.com/o/r/main/a.md"
    )
    assert raw_file("https://github.com/o/r") == "https://raw.githubusercontent.com/o/r/HEAD/README.md"
    assert raw_file("https://a.example/list.md") == "https://a.example/list.md"


hosts = st.sampled_from(
    [
        "example.org",
        "例子.测试",
        "github.com",
        "raw.githubusercontent.com",
        "arxiv.org",
        "mp.weixin.qq.com",
        "link.zhihu.com",
        "www.bilibili.com",
        "youtu.be",
    ]
)
pieces = st.sampled_from(
    [
        "a",
        "abs",
        "blob",
        "raw",
        "master",
        "README.md",
        "..",
        ".",
        "%2e%2E",
        "推荐",
        "p",
        "s",
        "refs",
        "heads",
        "",
        "1706.03762v2",
        "x.git",
        "tree",
        "video",
        "%",
        "%41",
        "target=https%3A//github.com/o/r/raw/m/f",
    ]
)


@given(st.text(max_size=60), hosts, st.lists(pieces, max_size=7), st.text(max_size=20))
@example("", "link.zhihu.com", [""], "target=https%253A%252F%252Fgithub.com")
def test_any_text_gives_a_form_that_is_its_own_or_value_error(
    text: str, host: str, path: list[str], query: str
) -> None:
    for url in (text, f"https://{text}", f"https://{host}/{'/'.join(path)}?{query}#{text}"):
        try:
            form = canonical(url)
        except ValueError:
            continue
        assert canonical(form) == form
        assert form.isascii()
        assert " " not in form


@pytest.mark.shared
def test_no_two_pages_of_the_mirror_have_one_form() -> None:
    expected = SHARED / "mirror" / "expected.jsonl"
    if not expected.exists():
        pytest.skip("the team's shared data is not here")
    pages: dict[str, set[str]] = defaultdict(set)
    for line in expected.read_text(encoding="utf-8").splitlines():
        url = json.loads(line)["url"]
        try:
            pages[canonical(url)].add(
                url.partition("&chksm")[0]
            )  # WeChat's checksum is of the share, not the page
        except ValueError:
            assert json.loads(line)["reason"] == "malformed"
    assert len(pages) > 1300
    assert [urls for urls in pages.values() if len(urls) > 1] == []
