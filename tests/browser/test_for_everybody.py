"""Accessibility: axe in every state, the keyboard alone, small screens, contrast, direction."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
PHONE_SCREEN = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "phone": PHONE_SCREEN,
}


def violations(page: Page) -> list[str]:
    """Return what axe finds, each with the elements it is about."""
    page.wait_for_timeout(350)  # while the panel appears, half-transparent text has no contrast
    found = Axe().run(page).response["violations"]
    return [f"{it['id']}: {[node['html'] for node in it['nodes']]}" for it in found]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_any_state(new_visitor: Callable[..., Visitor], look: str) -> None:
    visitor = new_visitor(**LOOKS[look])
    found: dict[str, list[str]] = {}
    visitor.visits()
    expect(visitor.launcher).to_be_visible()
    found["launcher"] = violations(visitor.page)
    visitor.opens()
    found["greeting"] = violations(visitor.page)
    visitor.field.press_sequentially("does it")
    expect(visitor.panel.get_by_role("option").first).to_be_visible()
    visitor.field.press("ArrowDown")
    found["suggestions"] = violations(visitor.page)
    visitor.says("does it hurt and how much is it")
    found["answers"] = violations(visitor.page)
    visitor.last.get_by_role("button", name="No", exact=True).click()
    visitor.field.fill("x " * 300)
    visitor.field.press("Enter")
    expect(visitor.panel.get_by_role("button", name="Change it")).to_be_visible()
    found["refused"] = violations(visitor.page)
    visitor.says("who won the football match")
    visitor.says("how do I file my taxes")
    expect(visitor.form).to_be_visible()
    found["unknown and form"] = violations(visitor.page)
    visitor.form.get_by_role("button", name="Send to the clinic").click()
    expect(visitor.form.locator(".summary")).to_be_focused()
    found["errors"] = violations(visitor.page)
    visitor.fills_form()
    visitor.page.context.set_offline(True)
    visitor.form.get_by_role("button", name="Send to the clinic").click()
    expect(visitor.form).to_contain_text("Your request is kept here")
    found["offline"] = violations(visitor.page)
    visitor.page.context.set_offline(False)
    expect(visitor.last).to_contain_text("Your request has arrived")
    found["sent"] = violations(visitor.page)
    visitor.panel.get_by_role("button", name="Clear this chat").click()
    found["clearing"] = violations(visitor.page)
    visitor.field.fill("I can't breathe")
    visitor.field.press("Enter")
    expect(visitor.panel.get_by_role("alert").get_by_role("heading")).to_be_visible()
    found["emergency"] = violations(visitor.page)
    assert {state: it for state, it in found.items() if it} == {}


def test_axe_finds_nothing_when_the_chat_cannot_be_reached(visitor: Visitor) -> None:
    visitor.page.route("**/api/v1/**", lambda route: route.abort())
    visitor.visits('data-phone="+1 416 555 0134"')
    visitor.launcher.click()
    expect(visitor.page.get_by_role("alert")).not_to_be_empty()
    assert violations(visitor.page) == []


def test_the_whole_way_by_keyboard_alone(visitor: Visitor) -> None:
    keys = visitor.page.keyboard
    visitor.visits()
    expect(visitor.launcher).to_be_visible()
    keys.press("Tab")
    expect(visitor.launcher).to_be_focused()
    keys.press("Enter")
    expect(visitor.field).to_be_focused()
    keys.type("does it hurt")
    keys.press("Enter")
    expect(visitor.last).to_contain_text("numbing cream")
    expect(visitor.field).to_be_focused()
    person = visitor.panel.locator(".bar").get_by_role("button")
    for _ in range(3):
        if not person.evaluate("(it) => it.matches(':focus')"):
            keys.press("Shift+Tab")
    keys.press("Enter")
    expect(visitor.form.get_by_role("heading")).to_be_focused()
    for words in ("Robin Sample", "+1 416 555 0199", "", "", ""):
        keys.press("Tab")
        keys.type(words)
    expect(visitor.form.get_by_label("I agree")).to_be_visible()
    for box in ("chat", "consent"):
        while not visitor.form.locator(f"#{box}").evaluate("(it) => it.matches(':focus')"):
            keys.press("Tab")
    keys.press("Space")
    send = visitor.form.get_by_role("button", name="Send to the clinic")
    while not send.evaluate("(it) => it.matches(':focus')"):
        keys.press("Tab")
    keys.press("Enter")
    expect(visitor.last).to_contain_text("Your request has arrived")
    keys.press("Escape")
    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()


def test_at_a_desktop_the_page_stays_usable(visitor: Visitor) -> None:
    visitor.visits(body="<h1>Clinic</h1><button>Elsewhere</button>")
    visitor.opens()
    visitor.page.get_by_role("button", name="Elsewhere").click()
    expect(visitor.panel).to_be_visible()
    assert visitor.panel.evaluate("(it) => it.matches(':modal')") is False


def test_says_who_spoke(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    expect(visitor.log.locator(".you")).to_contain_text("You said")
    expect(visitor.last).to_contain_text("Assistant said")
    expect(visitor.log).to_have_attribute("role", "log")


SMALL = """(root) => [...root.querySelectorAll('button, a, textarea, input, [role=option]')]
  .filter((it) => it.checkVisibility() && it.id !== 'website')
  .map((it) => it.type === 'checkbox' ? it.parentElement : it)
  .map((it) => [it.getBoundingClientRect(), it.outerHTML])
  .filter(([box]) => box.width < 44 || box.height < 44)
  .map(([box, html]) => `${box.width} x ${box.height} ${html}`)"""


# What is set, not what runs: an animation of a fifth of a second may be over when it is looked for.
MOVING = """panel => [panel, ...panel.querySelectorAll('*')]
  .flatMap(it => ['', '::before', '::after'].map(part => [getComputedStyle(it, part), it, part]))
  .filter(([style]) => style.animationName !== 'none' || style.scrollBehavior !== 'auto'
    || parseFloat(style.transitionDuration))
  .map(([, it, part]) => it.outerHTML + part)"""


@pytest.mark.parametrize("screen", [{}, PHONE_SCREEN], ids=["desktop", "phone"])
def test_targets_measure_at_least_44_pixels(
    new_visitor: Callable[..., Visitor], screen: dict[str, Any]
) -> None:
    visitor = new_visitor(**screen)
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.panel.locator(".bar").get_by_text("Talk to a person").click()
    expect(visitor.form.get_by_label("I agree")).to_be_visible()
    visitor.form.get_by_role("button", name="Send to the clinic").click()
    expect(visitor.form.locator(".summary")).to_be_focused()
    small = visitor.panel.evaluate(SMALL)
    in_a_sentence = re.compile(r'^[\d.]+ x [\d.]+ <a href="https://clinic.example/privacy"')
    assert [it for it in small if not in_a_sentence.match(it)] == []


def test_fits_320_pixels_without_scrolling_sideways(new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(viewport={"width": 320, "height": 568})
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt and how much is it")
    visitor.says("who won the football match")
    visitor.panel.locator(".bar").get_by_text("Talk to a person").click()
    expect(visitor.form.get_by_label("I agree")).to_be_visible()
    assert sideways(visitor) == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_works_at_400_percent_zoom(new_visitor: Callable[..., Visitor]) -> None:
    """1280 by 1024 pixels at 400 % are 320 by 256."""
    visitor = new_visitor(viewport={"width": 320, "height": 256})
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.last.scroll_into_view_if_needed()
    expect(visitor.last).to_be_in_viewport()
    visitor.field.scroll_into_view_if_needed()
    expect(visitor.field).to_be_in_viewport(ratio=0.9)
    assert sideways(visitor) == []


THROAT = "my throat is closing up since the injections"


def alarmed(
    new_visitor: Callable[..., Visitor], size: tuple[int, int], message: str = THROAT
) -> Visitor:
    """Return a visitor who sees the urgent-care card in a window of that size."""
    visitor = new_visitor(viewport=dict(zip(("width", "height"), size, strict=True)))
    visitor.visits()
    visitor.opens()
    visitor.says(message)
    return visitor


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((360, 740), THROAT),
        ((1100, 760), THROAT),
        ((390, 780), THROAT),
        ((360, 740), "I want to die"),
        ((360, 740), "there is pus where you injected me on Friday"),
    ],
)
def test_a_card_leaves_room_to_write(
    new_visitor: Callable[..., Visitor], size: tuple[int, int], message: str
) -> None:
    visitor = alarmed(new_visitor, size, message)
    expect(visitor.panel.get_by_role("button", name="Continue the chat")).to_be_in_viewport(ratio=1)
    bottom = "(it) => it.getBoundingClientRect().bottom"
    assert visitor.field.evaluate(bottom) < visitor.panel.evaluate(bottom)


@pytest.mark.parametrize("size", [(390, 480), (1100, 500)])
def test_beside_a_card_in_a_low_window_everything_can_be_scrolled_to(
    new_visitor: Callable[..., Visitor], size: tuple[int, int]
) -> None:
    visitor = alarmed(new_visitor, size)
    visitor.field.scroll_into_view_if_needed()
    expect(visitor.field).to_be_in_viewport(ratio=0.9)


def sideways(visitor: Visitor) -> list[str]:
    """Return the elements of the panel that are wider than the window."""
    found: list[str] = visitor.panel.evaluate(
        """(panel) => [...panel.querySelectorAll('*')]
        .filter((it) => it.checkVisibility() && !it.closest('.unseen, .website'))
        .filter((it) => it.getBoundingClientRect().right > innerWidth + 1
                     || it.getBoundingClientRect().left < -1)
        .map((it) => it.outerHTML.slice(0, 80))"""
    )
    return found


def test_bears_wider_text_spacing(visitor: Visitor) -> None:
    """WCAG 1.4.12: nothing is cut off with these distances."""
    visitor.visits()
    visitor.opens()
    visitor.page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important;'
          + 'word-spacing: .16em !important } p { margin-bottom: 2em !important }');
        document.querySelector('clinic-chat').shadowRoot.adoptedStyleSheets.push(sheet); }"""
    )
    visitor.says("does it hurt")
    cut = visitor.panel.evaluate(
        """(panel) => [...panel.querySelectorAll('button, p, .us, h2, h3')]
        .filter((it) => it.checkVisibility() && !it.matches('.unseen'))
        .filter((it) => it.scrollWidth > it.clientWidth + 2
                     || it.scrollHeight > it.clientHeight + 4)
        .map((it) => it.outerHTML.slice(0, 80))"""
    )
    assert cut == []


def test_moves_nothing_for_those_who_asked_for_it(new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(reduced_motion="reduce")
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    assert visitor.page.evaluate("document.getAnimations().length") == 0
    assert visitor.panel.evaluate(MOVING) == []


def test_mirrors_for_a_right_to_left_language(new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor()
    visitor.visits('data-language="he"', head="<style>html { direction: rtl }</style>")
    visitor.opens()
    visitor.says("does it hurt")
    launcher_side = visitor.panel.bounding_box()
    said = visitor.log.locator(".said").bounding_box()
    reply = visitor.last.bounding_box()
    send = visitor.panel.get_by_role("button", name="Send").bounding_box()
    field = visitor.field.bounding_box()
    assert launcher_side and said and reply and send and field
    assert launcher_side["x"] < 100
    assert said["x"] < reply["x"]
    assert send["x"] < field["x"]


def test_covers_the_screen_of_a_phone_and_keeps_the_focus(
    new_visitor: Callable[..., Visitor],
) -> None:
    visitor = new_visitor(**PHONE_SCREEN)
    visitor.visits(body='<h1>Clinic</h1><a href="/x">Elsewhere</a>')
    visitor.opens()
    visitor.panel.evaluate("(it) => Promise.all(it.getAnimations().map((one) => one.finished))")
    assert visitor.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 780}
    assert visitor.panel.evaluate("(it) => it.matches(':modal')") is True
    for _ in range(30):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement?.textContent") != "Elsewhere"
    size = visitor.field.evaluate("(it) => parseFloat(getComputedStyle(it).fontSize)")
    assert size >= 16


def test_the_back_button_closes_the_chat_not_the_page(new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(**PHONE_SCREEN)
    visitor.visits(path="/before")
    visitor.visits()
    visitor.opens()
    visitor.page.go_back()
    expect(visitor.panel).to_be_hidden()
    assert visitor.page.url == visitor.site.url + "/"
    visitor.opens()
    visitor.panel.get_by_role("button", name="Close").click()
    expect(visitor.panel).to_be_hidden()
    visitor.page.go_back()
    visitor.page.wait_for_url("**/before")


def test_an_on_screen_keyboard_does_not_cover_the_field(
    new_visitor: Callable[..., Visitor],
) -> None:
    """A keyboard shrinks the visual viewport; Chromium on a desk can only be told that it did."""
    visitor = new_visitor(**PHONE_SCREEN)
    visitor.visits()
    visitor.opens()
    visitor.page.evaluate(
        """() => { Object.defineProperty(visualViewport, 'height', {value: 420});
        visualViewport.dispatchEvent(new Event('resize')); }"""
    )
    box = visitor.field.bounding_box()
    assert box and box["y"] + box["height"] <= 420


def test_turning_a_phone_keeps_the_chat_open(new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(**PHONE_SCREEN)
    visitor.visits()
    visitor.opens()
    visitor.page.set_viewport_size({"width": 780, "height": 390})
    expect(visitor.panel).to_be_visible()
    expect(visitor.panel).to_have_js_property("open", True)
    assert visitor.panel.evaluate("(it) => it.matches(':modal')") is False
