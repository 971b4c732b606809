"""The staff area in a real browser: the first account, a morning's work by keyboard, and axe."""

from __future__ import annotations

import csv
import json
import re
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Clinic, Site

pytestmark = pytest.mark.browser
PASSWORD = "otter lantern maple"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 375, "height": 780}, "has_touch": True, "is_mobile": True},
    "forced": {"forced_colors": "active"},
}


class Office:
    """A clinic whose first account was made in the browser, by the link that the server prints."""

    def __init__(self, clinic: Clinic, browser: Browser) -> None:
        self.clinic = clinic
        self._token = ""
        context = browser.new_context()
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        printed = clinic.printed.read_text()
        link = re.search(r"http://\S+/staff/link/\S+", printed)
        assert link, printed
        self._make_account(link[0])
        self.signed_in = context.storage_state()
        context.close()

    def _make_account(self, link: str) -> None:
        page = self.page
        page.goto(link)
        page.get_by_label("Your e-mail address").fill("ann@example.com")
        page.get_by_label("Your name").fill("Ann Sample")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The same password again").fill(PASSWORD)
        page.get_by_role("button", name="Make the account").click()
        page.get_by_text("I cannot scan it").click()
        self.secret = (page.locator("code.secret").text_content() or "").replace(" ", "")
        page.get_by_label("Code", exact=True).fill(pyotp.TOTP(self.secret).now())
        page.get_by_role("button", name="Turn it on").click()
        codes = page.locator(".codes code")
        codes.first.wait_for()
        self.codes = codes.all_text_contents()
        page.get_by_role("link", name="I have kept them").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()

    def receives(self, name: str, message: str = "My hair is thinning.") -> str:
        """Send a request as the widget does and return its reference."""
        if not self._token:
            self._form = self._asks("/api/v1/form")
            self._token = self._form["token"]
            time.sleep(2.1)  # a form sent faster than that is held for a look
        phone = f"+1 416 555 01{uuid.uuid4().int % 100:02}"
        body = {
            "name": name, "phone": phone, "message": message, "token": self._token, "website": "",
            "consent": {"version": self._form["consent"]["version"], "given": True},
            "marketing": False, "language": "en",
        }  # fmt: skip
        return str(self._asks("/api/v1/leads", body)["reference"])

    def _asks(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.clinic.url + path, data, headers)
        with urllib.request.urlopen(request) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, knowledge: Path, site: Site, browser: Browser
) -> Iterator[Office]:
    """A clinic of this module's own, its first account made."""
    clinic = Clinic(tmp_path_factory.mktemp("office"), knowledge, site.url)
    clinic.start()
    try:
        yield Office(clinic, browser)
    finally:
        clinic.kill()


@pytest.fixture
def ann(office: Office, new_context: Callable[..., BrowserContext]) -> Page:
    """The browser of an admin who is signed in."""
    expect.set_options(timeout=15_000)
    page = new_context(storage_state=office.signed_in, base_url=office.clinic.url).new_page()
    page.set_default_timeout(15_000)
    return page


def row(page: Page, name: str) -> Any:
    """Return the row of the list with that name."""
    return page.locator(".request").filter(has_text=name)


def test_the_first_account_has_ten_recovery_codes(office: Office) -> None:
    assert len(set(office.codes)) == 10


def test_signing_in_takes_password_and_code(
    office: Office, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(base_url=office.clinic.url).new_page()
    page.goto("/staff/leads?status=new")
    page.get_by_label("E-mail address").fill("ann@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    # The code of the half minute to come: the present one may have been used already.
    page.get_by_label("Code").fill(pyotp.TOTP(office.secret).at(int(time.time()) + 30))
    page.get_by_label("Code").press("Enter")
    expect(page).to_have_url(f"{office.clinic.url}/staff/leads?status=new")


def test_three_requests_are_worked_through_by_keyboard(office: Office, ann: Page) -> None:
    names = [f"Keys {number}" for number in ["One", "Two", "Three"]]
    for name in names:
        office.receives(name)
    ann.goto("/staff/leads?q=keys")
    ann.keyboard.press("j")
    expect(row(ann, "Keys One").locator(".open")).to_be_focused()
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("heading", name="Keys One")).to_be_visible()
    for status in ("Attempted", "Reached"):
        ann.wait_for_load_state()
        ann.keyboard.press("e")
        ann.keyboard.press("ArrowRight")
        ann.keyboard.press("Enter")
        expect(ann.locator(".title .chip").first).to_have_text(status)
    ann.wait_for_load_state()
    ann.keyboard.press("u")
    expect(ann.get_by_role("heading", name="Requests")).to_be_visible()
    ann.wait_for_load_state()
    ann.keyboard.press("j")
    expect(row(ann, "Keys Two").locator(".open")).to_be_focused()
    ann.keyboard.press("x")
    ann.keyboard.press("j")
    ann.keyboard.press("k")
    ann.keyboard.press("j")
    ann.keyboard.press("e")
    expect(ann.get_by_label("Set the ticked ones to")).to_be_focused()
    ann.keyboard.type("Booked")
    ann.keyboard.press("Tab")
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("status")).to_have_text("2 requests set.")
    ann.goto("/staff/leads?status=booked")
    for name in names[1:]:
        expect(row(ann, name)).to_be_visible()


def test_typing_a_note_is_typing_and_keys_can_be_switched_off(office: Office, ann: Page) -> None:
    ann.goto(f"/staff/leads/{office.receives('Note Taker')}")
    ann.keyboard.press("n")
    ann.keyboard.type("jk? e u")
    expect(ann.get_by_label("Note")).to_have_value("jk? e u")
    ann.get_by_role("heading", name="Note Taker").click()
    ann.keyboard.press("?")
    ann.get_by_label("Use these keys on this device").uncheck()
    ann.get_by_role("button", name="Close").click()
    ann.keyboard.press("?")
    expect(ann.get_by_role("dialog")).to_be_hidden()


def test_the_second_of_two_keeps_what_was_typed(office: Office, ann: Page) -> None:
    path = f"/staff/leads/{office.receives('Two Hands')}"
    ann.goto(path)
    other = ann.context.new_page()
    other.goto(path)
    other.get_by_label("Reached").check()
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator(".title .chip").first).to_have_text("Reached")
    ann.get_by_label("Attempted").check()
    ann.get_by_label("Note").fill("No answer at noon")
    ann.get_by_role("button", name="Save", exact=True).click()
    expect(ann.get_by_role("alert")).to_contain_text("New → Reached, by Ann Sample")
    expect(ann.get_by_label("Note")).to_have_value("No answer at noon")
    expect(ann.get_by_label("Attempted")).to_be_checked()
    ann.get_by_role("button", name="Save", exact=True).click()
    expect(ann.locator(".history")).to_contain_text("No answer at noon")


def test_the_filtered_list_is_exported(office: Office, ann: Page) -> None:
    office.receives("=Export Me")
    ann.goto("/staff/leads?q=export")
    with ann.expect_download() as download:
        ann.get_by_role("link", name="Export", exact=True).click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["'=Export Me"]


def test_a_new_request_shows_by_itself_and_the_title_counts_it(office: Office, ann: Page) -> None:
    ann.clock.install()
    ann.goto("/staff/leads?status=new")
    before = int(re.sub(r"\D", "", ann.title().split(")")[0]) or 0)
    office.receives("Just Arrived")
    ann.clock.run_for(16_000)
    expect(row(ann, "Just Arrived")).to_be_visible()
    expect(ann).to_have_title(re.compile(rf"^\({before + 1}\) Requests"))


def test_everything_works_without_javascript(
    office: Office, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(
        storage_state=office.signed_in, base_url=office.clinic.url, java_script_enabled=False
    )
    page = context.new_page()
    reference = office.receives("No Script")
    page.goto("/staff/leads")
    page.get_by_role("link", name="No Script").click()
    page.get_by_label("Closed", exact=True).check()
    page.get_by_label("Reason, when closed").select_option("Price")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"{reference} is saved")
    page.get_by_role("button", name=re.compile("^Undo: New → Closed")).click()
    expect(page.locator(".title .chip").first).to_have_text("New")


def test_nothing_breaks_the_pages_own_content_policy(office: Office, ann: Page) -> None:
    said: list[str] = []
    ann.on("console", lambda message: said.append(message.text))
    ann.on("pageerror", lambda error: said.append(str(error)))
    for path in _paths(office):
        ann.goto(path)
    harmless = re.compile(r"\[DOM\]|status of 404")
    assert [text for text in said if not harmless.search(text)] == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page(
    office: Office, new_context: Callable[..., BrowserContext], look: str
) -> None:
    context = new_context(storage_state=office.signed_in, base_url=office.clinic.url, **LOOKS[look])
    page, found = context.new_page(), {}
    for path in _paths(office):
        page.goto(path)
        found[path] = _violations(page)
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{path} scrolls sideways by {width}"
    context.clear_cookies()
    for path in ("/staff/sign-in", "/staff/link/over"):
        page.goto(path)
        found[path] = _violations(page)
    assert {path: problems for path, problems in found.items() if problems} == {}


def _paths(office: Office) -> list[str]:
    urgent = office.receives("Red Flag", "Since the session my throat is closing")
    return [
        "/staff/", "/staff/leads", "/staff/leads?status=held", "/staff/leads?q=nothing+at+all",
        f"/staff/leads/{urgent}", "/staff/account", "/staff/people", "/staff/notifications",
        "/staff/nowhere",
    ]  # fmt: skip


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{it['id']}: {[node['html'] for node in it['nodes']]}" for it in found]
