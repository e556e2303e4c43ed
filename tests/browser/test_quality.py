"""What is measured on the pages: accessibility by axe-core, weight on the wire, and that a key is answered at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_typing import BOX

KIBIBYTE = 1024
PATHS = (
    "/",
    "/?q=召回",
    "/?q=召回&explain=true&lang=zh",
    "/?q=召回&host=nowhere",
    "/?list=nlp-and-retrieval",
    "/state",
    "/docs",
)


@pytest.fixture(scope="session")
def axe():
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


def violations(axe, page) -> list[str]:
    found = axe.run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_no_violation(visit, served, axe, path, scheme):
    assert violations(axe, visit(served + path, color_scheme=scheme)) == []


@pytest.mark.parametrize("options", [{"viewport": {"width": 390, "height": 844}}, {"locale": "zh-CN"}])
def test_axe_finds_no_violation_on_a_phone_or_in_chinese(visit, served, axe, options):
    page = visit(f"{served}/?q=softmax", **options)
    assert violations(axe, page) == []
    page.locator(".facets summary").first.click()
    assert violations(axe, page) == []


def test_axe_finds_no_violation_in_an_article(visit, served, axe):
    page = visit(f"{served}/?q=蒸馏 温度")
    page.get_by_role("link", name="Read here").first.click()
    expect(page.locator(".text")).to_be_visible()
    assert violations(axe, page) == []


@pytest.mark.parametrize("path", ["/", "/?q=召回", "/state"])
def test_a_page_with_its_style_and_script_weighs_under_sixty_kibibytes(visit, served, path):
    page = visit(served + path)
    sizes = page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".map(entry => entry.decodedBodySize)"
    )
    assert len(sizes) >= 3
    assert sum(sizes) < 60 * KIBIBYTE


def test_one_key_costs_one_request(visit, served):
    page = visit(served)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(BOX).press("b")
    expect(page).to_have_title("b · 双塔")
    assert [url for url in asked if "/static/" not in url] == [f"{served}/?q=b&part=results"]
