"""Draws docs/widget-states.jpg: every state of the widget, to be looked at.

.venv/bin/python -m benchmarks.screenshots
"""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

from assistant import config
from benchmarks.widget import clinic, site

DESK: dict[str, Any] = {"viewport": {"width": 500, "height": 780}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True}
LOOKS: list[tuple[str, dict[str, Any]]] = [
    ("desktop", DESK),
    ("desktop, dark", {**DESK, "color_scheme": "dark"}),
    ("phone", PHONE),
    ("phone, dark", {**PHONE, "color_scheme": "dark"}),
    ("phone, right to left", PHONE),
]


def main() -> None:
    """Walk through the states in each look and put the pictures on one sheet."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with site() as pages, clinic(pages[0]) as ours, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        url, page = pages
        page["body"] = f"<script async src={ours}/widget.js data-phone='+1 416 555 0134'></script>"
        rows = "".join(row(browser, url, *look) for look in LOOKS)
        sheet = browser.new_page(viewport={"width": 2400, "height": 800})
        sheet.set_content(f"<body style='font: 16px sans-serif; background: #c9d2d0'>{rows}")
        target = config.ROOT / "docs" / "widget-states.jpg"
        sheet.screenshot(path=target, full_page=True, type="jpeg", quality=72)
        browser.close()


def row(browser: Browser, url: str, name: str, settings: dict[str, Any]) -> str:
    """Return one look's pictures as HTML."""
    page = browser.new_context(**settings).new_page()
    if "right" in name:
        page.route("**/api/v1/widget*", _mirror)
    page.goto(url)
    shots: list[str] = []

    def shoot(state: str) -> None:
        page.wait_for_timeout(400)
        picture = base64.b64encode(page.screenshot(type="jpeg", quality=85)).decode()
        shots.append(
            "<figure style='display: inline-block; margin: 6px'>"
            f"<img width=200 src='data:image/jpeg;base64,{picture}'><figcaption>{state}</figure>"
        )

    walk(page, shoot)
    page.context.close()
    return f"<h2>{name}</h2><div>{''.join(shots)}</div>"


def _mirror(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "direction": "rtl"})


def walk(page: Page, shoot: Callable[[str], None]) -> None:
    """Go through every state, taking its picture."""
    field = page.get_by_placeholder("Type your question")
    send = page.get_by_role("button", name="Send to the clinic")

    def say(words: str) -> None:
        field.fill(words)
        field.press("Enter")
        page.wait_for_timeout(500)

    shoot("launcher")
    page.locator(".launcher").click()
    field.wait_for()
    shoot("greeting")
    field.press_sequentially("how much")
    page.get_by_role("option").first.wait_for()
    shoot("suggestions")
    say("does it hurt")
    shoot("answer")
    say("hair")
    shoot("suggest")
    say("who won the football match")
    shoot("unknown")
    say("I can't breathe after my injection")
    shoot("emergency")
    page.get_by_role("button", name="Continue the chat").click()
    say("does it hurt")
    page.locator(".bar button").click()
    page.get_by_label("I agree").wait_for()
    shoot("form")
    send.click()
    page.wait_for_timeout(500)
    shoot("errors")
    page.get_by_label("Your name").fill("Robin Sample")
    page.get_by_role("textbox", name="Phone").fill("+1 416 555 0199")
    page.get_by_label("I agree").check()
    page.context.set_offline(True)
    send.click()
    page.get_by_text("Your request is kept here").wait_for()
    shoot("offline")
    page.context.set_offline(False)
    page.get_by_text("Your request has arrived").wait_for()
    shoot("sent")


if __name__ == "__main__":
    main()
