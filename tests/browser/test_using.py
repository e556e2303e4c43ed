"""The page in use: facets, more, reasons, keyboard; without a script, on a phone, in two languages and colour schemes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from api.rebuilding import index_only
from api.wiring import open_store
from tests.api.corpus import NOW
from tests.api.serving import serving
from tests.browser.test_typing import BOX, TITLES, asked

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


# ── narrowing and going on ───────────────────────────────────────────────────────────────────────────────────


def test_a_facet_narrows_keeps_the_keyboard_where_it_is_and_can_be_taken_off(visit, served):
    page = visit(f"{served}/?q=召回")
    page.locator(".facets summary").filter(has_text="Language").click()
    choice = page.locator("[data-key=lang-en]")
    count = int(choice.locator("b").inner_text())
    choice.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chips .chip")).to_have_count(1)
    assert asked(page) == {"q": ["召回"], "lang": ["en"]}
    expect(page.locator("[data-key=lang-en]")).to_be_focused()
    expect(page.locator(".count")).to_contain_text(f"of {count} articles")
    page.locator(BOX).fill("ranking")
    expect(page).to_have_title("ranking · 双塔")
    assert asked(page) == {"q": ["ranking"], "lang": ["en"]}
    page.get_by_label("Remove the filter English").click()
    expect(page.locator(".chips")).to_have_count(0)
    page.go_back()
    expect(page.locator(".chips .chip")).to_have_count(1)


def test_more_results_are_added_below_and_focus_goes_to_the_first_of_them(visit, few):
    with serving(few) as client:
        page = visit(f"{str(client.base_url).rstrip('/')}/?q=search ranking")
        expect(page.locator(TITLES)).to_have_count(3)
        page.get_by_role("link", name="More results").click()
        expect(page.locator(TITLES)).to_have_count(6)
        expect(page.locator(TITLES).nth(3)).to_be_focused()
        ids = page.locator(".hit").evaluate_all("hits => hits.map(hit => hit.dataset.id)")
        assert len(set(ids)) == 6


def test_an_open_page_goes_on_with_a_new_generation_and_never_mixes_two(visit, few):
    with serving(few) as client:
        page = visit(f"{str(client.base_url).rstrip('/')}/?q=search ranking")
        before = page.locator("#told").get_attribute("data-generation")
        with open_store(few) as store, store.exclusive():
            listings = list(store.listings())
            store.put_listings(listings[: len(listings) // 2])
        index_only(few, clock=lambda: NOW)
        page.get_by_role("link", name="More results").click()
        expect(page.locator("#told")).not_to_have_attribute("data-generation", before)
        expect(page.locator(TITLES)).to_have_count(3)
        page.locator(BOX).fill("倒排索引")
        expect(page).to_have_title("倒排索引 · 双塔")


def test_the_reasons_of_one_result_open_and_close_in_place(visit, served):
    page = visit(f"{served}/?q=负采样")
    why = page.get_by_role("link", name="Why this result").first
    why.click()
    explained = page.locator(".explained")
    expect(explained).to_have_count(1)
    expect(explained).to_contain_text("BM25")
    expect(explained.locator("rect").first).to_be_visible()
    assert asked(page) == {"q": ["负采样"]}
    why.click()
    expect(explained).to_have_count(0)


def test_an_article_is_opened_here_at_its_passage(visit, served):
    page = visit(f"{served}/?q=softmax 温度")
    page.get_by_role("link", name="Read here").first.click()
    expect(page.locator(".text .here").first).to_be_in_viewport()


def test_more_like_this_names_what_it_is_like(visit, served):
    page = visit(f"{served}/?q=HNSW")
    title = page.locator(TITLES).first.inner_text()
    page.get_by_role("link", name="More like this").first.click()
    expect(page.get_by_role("heading", name=f"Articles like {title}")).to_be_visible()
    assert page.locator(TITLES).count() > 3


# ── keyboard ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_keyboard_is_enough(visit, served):
    page = visit(f"{served}/?q=倒排索引")
    page.locator("body").click(position={"x": 5, "y": 400})
    page.keyboard.press("/")
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(TITLES).nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(TITLES).nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(BOX)).to_have_value("")
    expect(page.get_by_role("heading", name="Reading lists", exact=True)).to_be_visible()


def test_a_slash_within_a_query_is_a_slash(visit, served):
    page = visit(served)
    page.locator(BOX).press_sequentially("a/b")
    expect(page.locator(BOX)).to_have_value("a/b")


def test_escape_closes_an_open_facet_and_returns_to_it(visit, served):
    page = visit(f"{served}/?q=召回")
    summary = page.locator(".facets summary").first
    summary.click()
    page.keyboard.press("Escape")
    expect(page.locator(".facets details[open]")).to_have_count(0)
    expect(summary).to_be_focused()


def test_enter_opens_what_is_selected(visit, served):
    page = visit(f"{served}/?new=true&q=倒排索引")
    page.locator(TITLES).first.evaluate(
        "link => link.addEventListener('click', event => { event.preventDefault(); window.opened = link.href; })"
    )
    page.locator(BOX).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("window.opened") == page.locator(TITLES).first.get_attribute("href")


# ── other readers ────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_script_everything_is_still_there(visit, served):
    page = visit(served, java_script_enabled=False)
    page.locator(BOX).fill("召回")
    page.locator(BOX).press("Enter")
    expect(page.locator(TITLES).first).to_be_visible()
    page.locator(".facets summary").filter(has_text="Language").click()
    page.locator("[data-key=lang-zh]").click()
    expect(page.locator(".chips .chip")).to_have_count(1)
    page.locator(BOX).fill("粗排")
    page.get_by_role("button", name="Search").click()
    assert asked(page) == {"q": ["粗排"], "lang": ["zh"]}
    page.get_by_role("link", name="Why this result").first.click()
    expect(page.locator(".explained").first).to_be_visible()
    page.get_by_role("link", name="Read here").first.click()
    expect(page.locator(".text")).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/?q=召回&explain=true", "/state", "/docs", "/?list=none"])
def test_nothing_is_wider_than_a_phone(visit, served, path):
    page = visit(served + path, **PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["viewport"]["width"]


def test_a_facet_opens_within_the_phone(visit, served):
    page = visit(f"{served}/?q=召回", **PHONE)
    page.locator(".facets summary").filter(has_text="Section").tap()
    box = page.locator(".facets details[open] ul").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["viewport"]["width"]


def test_the_page_speaks_chinese_to_a_chinese_browser_and_english_when_switched(visit, served):
    page = visit(f"{served}/?q=召回", locale="zh-CN")
    expect(page.get_by_role("link", name="在此阅读").first).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="Read here").first).to_be_visible()
    assert asked(page) == {"q": ["召回"]}
    page.get_by_role("link", name="State").click()
    expect(page.get_by_role("heading", name="State")).to_be_visible()


def lightness(page) -> float:
    rgb = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", rgb)[:3])) / 3


def test_the_colours_follow_the_system_and_can_be_switched(visit, served):
    page = visit(served, color_scheme="dark")
    assert lightness(page) < 60
    page.get_by_role("link", name="light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert lightness(page) > 200
    page.get_by_role("link", name="as the system").click()
    expect(page.locator("html[data-theme]")).to_have_count(0)
    assert lightness(page) < 60
