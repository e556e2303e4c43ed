"""RFC 9309, section by section."""

from __future__ import annotations

import asyncio

import pytest

from ingest.articles import Page, Skipped, SkipReason
from ingest.robots import MAX_BYTES, Robots, product_token, rules_of
from ingest.settings import CrawlSettings

AT = "https://a.test/robots.txt"


def robots_txt(text: str) -> Page:
    return Page(AT, AT, 200, (), text.encode(), 0.0)


def forbidden(text: str, path: str) -> bool:
    return rules_of(robots_txt(text), "shuangta").forbids(f"https://a.test{path}", "shuangta") is not None


def test_a_group_for_us_counts_before_the_group_for_all() -> None:  # 2.2.1
    text = "User-agent: *\nDisallow: /\n\nUser-agent: Shuangta\nDisallow: /private\n"
    assert not forbidden(text, "/public")
    assert forbidden(text, "/private/a")


def test_the_longest_rule_wins() -> None:  # 2.2.2
    text = "User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"
    assert not forbidden(text, "/example/page/a")
    assert forbidden(text, "/example/page/disallowed.gif")


def test_wildcards_and_the_end_mark_are_understood() -> None:  # 2.2.3
    text = "User-agent: *\nDisallow: /*.php$\n"
    assert forbidden(text, "/a/b.php")
    assert not forbidden(text, "/a/b.php5")


def test_percent_encoding_does_not_hide_a_path() -> None:  # 2.2.2
    assert forbidden("User-agent: *\nDisallow: /私有\n", "/%E7%A7%81%E6%9C%89/a")


def test_a_byte_order_mark_hides_no_rule() -> None:  # 2.2: a file of UTF-8, which editors begin with a mark
    assert forbidden("\ufeffUser-agent: *\nDisallow: /private\n", "/private")


@pytest.mark.parametrize(
    "reason",
    [SkipReason.DEAD_LINK, SkipReason.FORBIDDEN, SkipReason.REDIRECT_LOOP, SkipReason.MALFORMED_URL],
)
def test_a_file_that_is_not_there_allows_everything(reason: SkipReason) -> None:  # 2.3.1.3
    assert rules_of(Skipped(AT, reason), "shuangta").forbids("https://a.test/x", "shuangta") is None


def test_a_server_in_trouble_forbids_everything() -> None:  # 2.3.1.4
    refusal = rules_of(Skipped(AT, SkipReason.TEMPORARY, "503", retry_at=9.0), "shuangta").forbids(
        "https://a.test/x", "shuangta"
    )
    assert refusal is not None
    assert (refusal.reason, refusal.url, refusal.retry_at) == (SkipReason.ROBOTS, "https://a.test/x", 9.0)


@pytest.mark.parametrize("reason", [SkipReason.HOST_UNKNOWN, SkipReason.TIMEOUT, SkipReason.BAD_CERTIFICATE])
def test_a_host_that_cannot_be_reached_is_told_as_that(reason: SkipReason) -> None:
    refusal = rules_of(Skipped(AT, reason, "why"), "shuangta").forbids("https://a.test/x", "shuangta")
    assert refusal is not None
    assert refusal.reason is reason


def test_what_is_not_a_robots_file_allows_everything() -> None:
    assert not forbidden("<!DOCTYPE html><html><body>Disallow: everything</body></html>", "/a")
    assert not forbidden("\x00\xff\n:::\nDisallow /\n", "/a")


def test_the_delay_is_read() -> None:
    assert rules_of(robots_txt("User-agent: *\nCrawl-delay: 2.5\n"), "shuangta").crawl_delay == 2.5
    assert rules_of(robots_txt("User-agent: *\nCrawl-delay: soon\n"), "shuangta").crawl_delay == 0.0


def test_at_least_500_kibibytes_are_read() -> None:  # 2.5
    assert MAX_BYTES >= 500 * 1024


def test_our_name_is_the_product_of_the_user_agent() -> None:
    assert product_token(CrawlSettings().user_agent) == "shuangta"


def test_one_file_is_read_once_for_all_pages_of_an_origin() -> None:  # 2.4
    read = []

    async def reading(url: str) -> Page | Skipped:
        read.append(url)
        await asyncio.sleep(0)
        return robots_txt("")

    async def ask() -> None:
        robots = Robots("shuangta", reading)
        pages = ["https://a.test/1", "https://a.test/2", "http://a.test/1", "https://a.test:8443/1"]
        await asyncio.gather(*(robots.rules(url) for url in pages * 3))

    asyncio.run(ask())
    assert sorted(read) == [
        "http://a.test/robots.txt",
        "https://a.test/robots.txt",
        "https://a.test:8443/robots.txt",
    ]
