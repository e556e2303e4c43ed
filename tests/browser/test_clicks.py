"""Opening a result in a real browser: kept where the user turned it on, and not a byte sent where not."""

from __future__ import annotations

import re

import msgspec
import pytest
from playwright.sync_api import expect

from api.settings import Settings
from api.wiring import CLICKS, click_log
from search.settings import ClickSettings
from tests.api.serving import serving
from tests.browser.test_typing import BOX, TITLES


@pytest.fixture
def keeping(few: Settings) -> Settings:
    search = msgspec.structs.replace(few.search, clicks=ClickSettings(enabled=True))
    return msgspec.structs.replace(few, search=search)


def ids(page) -> tuple[str, ...]:
    return tuple(page.locator(".hit").evaluate_all("hits => hits.map(hit => hit.dataset.id)"))


def stay(page) -> None:
    """Links to articles lead to the sample site; whether it answers is no matter here."""
    page.evaluate(
        "document.addEventListener('click', event => "
        "event.target.closest('h2 a, .path a') && event.preventDefault())"
    )


def test_opened_results_are_kept_with_their_ranks_across_pages_and_typing(visit, keeping):
    with serving(keeping) as client:
        page = visit(f"{str(client.base_url).rstrip('/')}/?q=search ranking")
        expect(page.locator(TITLES)).to_have_count(3)
        page.get_by_role("link", name="More results").click()
        expect(page.locator(TITLES)).to_have_count(6)
        stay(page)
        shown = ids(page)
        with page.expect_response("**/clicks") as told:
            page.locator(TITLES).nth(4).click()
        assert told.value.status == 204
        page.locator(BOX).fill("负采样")
        expect(page).to_have_title("负采样 · 双塔")
        # Going on to the article here leaves the page; what is told goes out all the same.
        with page.expect_request("**/clicks"):
            page.get_by_role("link", name="Read here").first.click()
        expect(page).to_have_url(re.compile("/read/"))
    first, second = click_log(keeping).read()
    assert (first.query, first.rank, first.shown) == ("search ranking", 5, shown)
    assert (second.query, second.rank) == ("负采样", 1)


def test_a_middle_click_opens_too_and_other_links_of_a_result_do_not(visit, keeping):
    with serving(keeping) as client:
        page = visit(f"{str(client.base_url).rstrip('/')}/?q=召回")
        page.get_by_role("link", name="Why this result").first.click()
        expect(page.locator(".explained")).to_have_count(1)
        with page.expect_response("**/clicks"), page.context.expect_page() as tab:
            page.get_by_role("link", name="Read here").nth(1).click(button="middle")
        tab.value.close()
        page.get_by_role("link", name="More like this").first.click()
        expect(page).to_have_url(re.compile("like="))
    assert [each.rank for each in click_log(keeping).read()] == [2]


def test_as_it_comes_nothing_is_sent(visit, few):
    with serving(few) as client:
        page = visit(f"{str(client.base_url).rstrip('/')}/?q=召回")
        sent = []
        page.on("request", lambda request: sent.append((request.method, request.url)))
        stay(page)
        page.locator(TITLES).first.click()
        page.get_by_role("link", name="Read here").first.click()
        expect(page).to_have_url(re.compile("/read/"))
        assert {method for method, _ in sent} == {"GET"}
        assert not [url for _, url in sent if "click" in url]
    assert not (few.data_path / CLICKS).exists()
