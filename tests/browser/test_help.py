"""Without JavaScript, and the demo page as `make run` shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Clinic, Visitor

pytestmark = pytest.mark.browser


def test_everything_works_without_javascript(new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(java_script_enabled=False)
    page, before = visitor.page, visitor.clinic.count("leads")
    visitor.site.pages["/"] = (
        {},
        f'<title>x</title><noscript><a href="{visitor.clinic.url}/help">Questions</a></noscript>',
    )
    page.goto(visitor.site.url)
    page.get_by_role("link", name="Questions").click()
    page.get_by_role("searchbox").fill("does it hurt")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#answer")).to_contain_text("numbing cream")
    page.get_by_role("button", name="Send to the clinic").click()
    expect(page.locator(".summary")).to_be_visible()
    page.get_by_label("Your name").fill("Robin Sample")
    page.get_by_role("textbox", name="Phone").fill("+1 416 555 0199")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Send to the clinic").click()
    expect(page.locator(".receipt")).to_contain_text("Your request has arrived")
    assert visitor.clinic.count("leads") == before + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "he"])
def test_axe_finds_nothing_on_the_help_page(
    new_visitor: Callable[..., Visitor], clinic: Clinic, language: str, scheme: str
) -> None:
    page = new_visitor(color_scheme=scheme, viewport={"width": 360, "height": 700}).page
    page.goto(f"{clinic.url}/help/{language}")
    page.get_by_role("button", name="Send to the clinic").click()
    expect(page.locator(".summary")).to_be_focused()
    violations = Axe().run(page).response["violations"]
    assert [(it["id"], [node["html"] for node in it["nodes"]]) for it in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_demo_page_talks_to_its_other_origin(page: Page, clinic: Clinic) -> None:
    errors: list[str] = []
    page.on("console", lambda it: errors.append(it.text) if it.type == "error" else None)
    page.goto(clinic.url)
    page.get_by_role("link", name="Ask ").click()
    field = page.get_by_placeholder("Type your question")
    field.fill("does it hurt")
    field.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("numbing cream")
    assert [it for it in errors if "favicon" not in it and "404" not in it] == []
