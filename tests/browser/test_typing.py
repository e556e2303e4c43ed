"""Results while one types, and what that must not cost: the caret, the history, an announcement too many."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

TITLES = ".hit h2 a"
BOX = "input[name=q]"


def asked(page) -> dict[str, list[str]]:
    """What the address says."""
    return parse_qs(urlsplit(page.url).query)


def test_results_come_while_one_types_and_the_address_follows(visit, served):
    page = visit(served)
    page.locator(BOX).press_sequentially("负采样")
    expect(page.locator(TITLES).first).to_contain_text("采样")
    expect(page).to_have_title("负采样 · 双塔")
    assert asked(page) == {"q": ["负采样"]}


def test_focus_and_caret_stay_where_they_are(visit, served):
    page = visit(f"{served}/?q=BM 排序")
    box = page.locator(BOX)
    box.evaluate("box => { box.focus(); box.setSelectionRange(2, 2); }")
    page.keyboard.type("25")
    expect(page).to_have_title("BM25 排序 · 双塔")
    assert box.evaluate("box => [document.activeElement === box, box.selectionStart]") == [True, 4]


def test_what_is_typed_last_is_what_is_shown_however_late_earlier_answers_come(visit, served):
    page = visit(served)
    held = []

    def hold_the_first(route):
        if "q=tf" in route.request.url and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/*part=results*", hold_the_first)
    with page.expect_request(re.compile("q=tf&")):
        page.locator(BOX).fill("tf")
    page.locator(BOX).fill("pagerank")
    expect(page.locator(TITLES).first).to_contain_text(re.compile("pagerank", re.IGNORECASE))
    held[0].abort()
    expect(page).to_have_title("pagerank · 双塔")


def test_an_input_method_is_left_to_compose(visit, served):
    page = visit(served)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    session = page.context.new_cdp_session(page)
    page.locator(BOX).focus()
    for composing in ("s", "sh", "shuang'ta"):
        session.send("Input.imeSetComposition", {"text": composing, "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "双塔"})
    expect(page).to_have_title("双塔 · 双塔")
    assert [asked_for for asked_for in requests if "shuang" in asked_for] == []


def test_back_leads_to_where_typing_began_and_forward_to_where_it_ended(visit, served):
    page = visit(f"{served}/?q=召回")
    before = page.locator(TITLES).first.inner_text()
    page.locator(BOX).press("End")
    page.locator(BOX).press_sequentially(" HNSW")
    expect(page).to_have_title("召回 HNSW · 双塔")
    page.go_back()
    expect(page).to_have_title("召回 · 双塔")
    expect(page.locator(BOX)).to_have_value("召回")
    expect(page.locator(TITLES).first).to_have_text(before)
    page.go_forward()
    expect(page.locator(BOX)).to_have_value("召回 HNSW")


def test_the_number_of_results_is_announced(visit, served):
    page = visit(served)
    page.locator(BOX).fill("倒排索引")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ articles found for “倒排索引”$"))


def test_a_suggestion_fills_the_box_and_is_asked_at_once(visit, served):
    page = visit(served)
    page.locator(BOX).press_sequentially("searc")
    suggestion = page.locator(".suggestions a[data-fill]").first
    expected = suggestion.get_attribute("data-fill")
    suggestion.click()
    expect(page.locator(BOX)).to_have_value(expected)
    expect(page.locator(BOX)).to_be_focused()
    expect(page).to_have_title(f"{expected} · 双塔")


def test_an_answer_that_is_no_page_is_said_and_what_is_shown_stays(visit, served):
    page = visit(f"{served}/?q=softmax", expects="502 (Bad Gateway)")
    shown = page.locator(".hit").count()
    page.route(
        "**/*part=results*",
        lambda route: route.fulfill(
            status=502, content_type="application/problem+json", body='{"status": 502}'
        ),
    )
    page.locator(BOX).press_sequentially(" x")
    expect(page.locator("#failed")).to_contain_text("does not answer")
    assert page.locator(".hit").count() == shown
    assert "502" not in page.locator("#results").inner_text()


def test_a_server_that_went_away_is_said_and_what_is_shown_stays(visit, served):
    page = visit(f"{served}/?q=召回", expects="net::ERR_FAILED")
    page.route("**/*part=results*", lambda route: route.abort())
    page.locator(BOX).press_sequentially("x")
    expect(page.locator("#failed")).to_contain_text("does not answer")
    assert page.locator(TITLES).count() > 0
