"""One line on any site: the loader, hostile hosts, the JavaScript API."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from assistant import config
from tests.browser.conftest import EMERGENCY, PHONE, Clinic, Visitor

pytestmark = pytest.mark.browser
WIDGET = config.ROOT / "widget"
STRICT = (
    "default-src 'none'; script-src {clinic}; connect-src {clinic}; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def served(clinic: Clinic, path: str) -> bytes:
    """Return a file's bytes as they travel to a browser."""
    request = urllib.request.Request(clinic.url + path, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return bytes(answer.read())


def test_weighs_next_to_nothing(clinic: Clinic) -> None:
    loader = len(served(clinic, "/widget.js"))
    rest = [WIDGET / "chat.css", *(WIDGET / "chat").glob("*.js")]
    sizes = [len(served(clinic, f"/widget/{path.relative_to(WIDGET)}")) for path in rest]
    assert loader <= 3_000
    assert loader + sum(sizes) <= 18_000


def test_serves_what_lies_in_the_folder(clinic: Clinic) -> None:
    assert gzip.decompress(served(clinic, "/widget.js")) == (WIDGET / "widget.js").read_bytes()


def test_does_nothing_before_the_visitor_acts(visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries()))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    visitor.visits()
    expect(visitor.launcher).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    ours = [url for url in asked if not url.startswith(visitor.site.url)]
    assert ours == [visitor.clinic.url + "/widget.js"]
    assert visitor.stored() == {}
    assert visitor.page.evaluate("shifts.length") == 0
    assert visitor.page.context.cookies() == []


def test_keeps_nothing_until_the_visitor_says_something(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.page.keyboard.press("Escape")
    assert visitor.stored() == {}


def test_asks_no_third_party_ever(visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    own = (visitor.site.url, visitor.clinic.url)
    assert [url for url in asked if not url.startswith(own)] == []


def test_loads_the_rest_ahead_when_the_visitor_points_at_it(visitor: Visitor) -> None:
    visitor.visits()
    with visitor.page.expect_response(re.compile(r"/widget/chat\.css")):
        visitor.launcher.hover()
    assert visitor.stored() == {}


def test_works_under_the_strictest_policy(visitor: Visitor) -> None:
    broken: list[str] = []
    visitor.page.on("console", lambda it: broken.append(it.text) if it.type == "error" else None)
    policy = STRICT.format(clinic=visitor.clinic.url)
    visitor.visits(headers={"Content-Security-Policy": policy})
    visitor.opens()
    visitor.says("does it hurt")
    expect(visitor.last).to_contain_text("numbing cream")
    colour = visitor.launcher.evaluate("(it) => getComputedStyle(it).backgroundColor")
    assert colour == "rgb(11, 110, 110)"
    assert [it for it in broken if "favicon" not in it and "404" not in it] == []


def test_survives_hostile_styles(visitor: Visitor) -> None:
    hostile = "body *, clinic-chat { display: none !important; color: red !important;"
    hostile += " opacity: 0 !important; transform: scale(.1) !important; z-index: -1 !important }"
    visitor.visits(head=f"<style>{hostile} * {{ all: unset !important }}</style>")
    visitor.opens()
    visitor.says("does it hurt")
    expect(visitor.last).to_be_visible()
    box = visitor.panel.bounding_box()
    assert box and box["width"] == pytest.approx(400, abs=2)
    colour = visitor.last.evaluate("(it) => getComputedStyle(it).color")
    assert colour == "rgb(27, 42, 41)"


def test_survives_patched_prototypes(visitor: Visitor) -> None:
    patches = """
      Array.prototype.toJSON = function () { return 'patched'; };
      Object.prototype.extra = function () {};
      Array.prototype.extra = function () {};
      Element.prototype.remove = Element.prototype.remove;
      Element.prototype.scrollTo = Element.prototype.show = Element.prototype.hide =
        Element.prototype.select = Element.prototype.replace = () => { throw Error('patched'); };
      HTMLDialogElement.prototype.show = () => { throw Error('patched'); };
      String.prototype.toJSON = function () { return '"' + this + '"'; };
    """
    visitor.visits(head=f"<script>{patches}</script>")
    visitor.opens()
    visitor.says("does it hurt")
    expect(visitor.last).to_contain_text("numbing cream")
    visitor.page.reload()
    expect(visitor.log).to_contain_text("numbing cream")


def test_works_inside_an_iframe(visitor: Visitor) -> None:
    visitor.visits(path="/framed")
    visitor.site.pages["/"] = (
        {},
        "<title>x</title><iframe src=/framed width=500 height=700></iframe>",
    )
    visitor.page.goto(visitor.site.url)
    frame = visitor.page.frame_locator("iframe")
    frame.locator(".launcher").click()
    frame.get_by_placeholder("Type your question").fill("does it hurt")
    frame.get_by_placeholder("Type your question").press("Enter")
    expect(frame.get_by_role("log")).to_contain_text("numbing cream")


def test_an_ad_blocker_leaves_the_telephone(visitor: Visitor) -> None:
    visitor.page.route("**/api/v1/**", lambda route: route.abort("blockedbyclient"))
    visitor.visits(f'data-phone="{PHONE}"')
    visitor.launcher.click()
    alert = visitor.page.get_by_role("alert")
    expect(alert.get_by_role("link", name=PHONE)).to_have_attribute("href", re.compile("^tel:"))
    expect(alert).to_contain_text(EMERGENCY)


def test_comes_back_after_an_offline_start(visitor: Visitor) -> None:
    visitor.visits(f'data-phone="{PHONE}"')
    expect(visitor.launcher).to_be_visible()
    visitor.page.context.set_offline(True)
    visitor.launcher.click()
    expect(visitor.page.get_by_role("link", name=PHONE)).to_be_visible()
    visitor.page.context.set_offline(False)
    expect(visitor.field).to_be_visible()


def test_comes_back_when_a_module_was_blocked_once(visitor: Visitor) -> None:
    blocked = True

    def gate(route: Route, _: Request) -> None:
        if blocked:
            route.abort()
        else:
            route.continue_()

    visitor.page.route("**/widget/chat/state.js", gate)
    visitor.visits()
    visitor.launcher.click()
    expect(visitor.page.get_by_role("alert")).to_contain_text(EMERGENCY)
    blocked = False
    visitor.opens()


def test_is_loaded_once_however_often_it_is_embedded(visitor: Visitor) -> None:
    script = f'<script async src="{visitor.clinic.url}/widget.js"></script>'
    visitor.visits(body=script + "<p>Welcome</p>" + script)
    visitor.page.wait_for_load_state("networkidle")
    expect(visitor.launcher).to_have_count(1)


def test_works_when_the_browser_does_not_say_which_script_runs(visitor: Visitor) -> None:
    visitor.visits(
        head="<script>Object.defineProperty(document, 'currentScript', {value: null})</script>"
    )
    visitor.opens()


def test_leaves_one_global(visitor: Visitor) -> None:
    visitor.site.pages["/bare"] = ({}, "<title>x</title>")
    visitor.page.goto(visitor.site.url + "/bare")
    before = visitor.page.evaluate("Object.getOwnPropertyNames(window)")
    visitor.visits()
    visitor.opens()
    after = visitor.page.evaluate("Object.getOwnPropertyNames(window)")
    assert set(after) - set(before) == {"ClinicChat"}


def test_javascript_opens_asks_closes_and_destroys(visitor: Visitor) -> None:
    visitor.visits()
    expect(visitor.launcher).to_be_visible()
    visitor.page.evaluate("ClinicChat.ask('does it hurt')")
    expect(visitor.log).to_contain_text("numbing cream")
    visitor.page.evaluate("ClinicChat.close()")
    expect(visitor.panel).to_be_hidden()
    visitor.page.evaluate("ClinicChat.open()")
    expect(visitor.panel).to_be_visible()
    visitor.page.evaluate("ClinicChat.destroy()")
    expect(visitor.page.locator("clinic-chat")).to_have_count(0)
    assert visitor.page.evaluate("'ClinicChat' in window") is False


def test_tells_the_page_without_personal_data(visitor: Visitor) -> None:
    visitor.page.add_init_script(
        "window.told = []; for (const name of ['opened', 'closed', 'replied', 'lead-sent'])"
        " document.addEventListener('clinic-chat:' + name, (e) => told.push([name, e.detail]))"
    )
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.page.keyboard.press("Escape")
    assert visitor.page.evaluate("told") == [
        ["opened", None],
        ["replied", {"kind": "answer", "entry": "pain"}],
        ["closed", None],
    ]


@pytest.mark.parametrize("target", ["#clinic-chat", "/other#clinic-chat"])
def test_any_link_to_it_opens_it(visitor: Visitor, target: str) -> None:
    visitor.visits(body=f'<a href="{target}">Chat with us</a>')
    expect(visitor.launcher).to_be_visible()
    visitor.page.get_by_role("link", name="Chat with us").click()
    expect(visitor.field).to_be_visible()


def test_a_page_opened_at_the_link_opens_it(visitor: Visitor) -> None:
    visitor.visits()
    visitor.page.goto("about:blank")
    visitor.page.goto(visitor.site.url + "/#clinic-chat")
    expect(visitor.field).to_be_visible()


def test_options_of_the_script_tag(visitor: Visitor) -> None:
    visitor.visits('data-label="Frag uns" data-position="left" data-accent="gold" data-z-index="7"')
    expect(visitor.page.get_by_role("button", name="Frag uns")).to_be_visible()
    box = visitor.launcher.bounding_box()
    assert box and box["x"] < 100
    style = visitor.launcher.evaluate("(it) => getComputedStyle(it).backgroundColor")
    assert style == "rgb(255, 215, 0)"
    layer = visitor.page.locator("clinic-chat").evaluate("(it) => getComputedStyle(it).zIndex")
    assert layer == "7"


def test_lives_inside_the_page_when_given_a_place(visitor: Visitor) -> None:
    visitor.visits('data-target="#here"', body='<div id="here"></div>')
    visitor.opens()
    place = visitor.page.locator("#here").bounding_box()
    panel = visitor.panel.bounding_box()
    assert place and panel and panel["width"] == pytest.approx(place["width"], abs=1)
    expect(visitor.page.locator("#here clinic-chat")).to_have_count(1)


ACCENTS = ["#0b6e6e", "yellow", "#777", "#000", "white", "hsl(330 90% 60%)", "oklch(.6 .2 260)"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", ACCENTS)
def test_any_accent_stays_readable(
    new_visitor: Callable[..., Visitor], accent: str, scheme: str
) -> None:
    visitor = new_visitor(color_scheme=scheme)
    visitor.visits(f'data-accent="{accent}"')
    visitor.opens()
    ratios = visitor.page.evaluate(CONTRAST, ["clinic-chat", ".send", ".bar .chip", ".note a"])
    assert min(ratios) >= 4.5, ratios


CONTRAST = """([host, ...selectors]) => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (colour) => {
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (colour) => {
    const [r, g, b] = [...rgb(colour)].map((c) => c / 255)
      .map((c) => (c > 0.04045 ? ((c + 0.055) / 1.055) ** 2.4 : c / 12.92));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const behind = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return colour === 'rgba(0, 0, 0, 0)' ? behind(node.parentElement) : colour;
  };
  return selectors.map((selector) => {
    const node = document.querySelector(host).shadowRoot.querySelector(selector);
    const [a, b] = [light(getComputedStyle(node).color), light(behind(node))];
    return Math.max(a / b, b / a);
  });
}"""


def test_an_older_loader_works_with_newer_modules(visitor: Visitor) -> None:
    old = (Path(__file__).parent / "loader-0.1.js").read_text()
    visitor.page.route(
        "**/widget.js", lambda route: route.fulfill(body=old, content_type="text/javascript")
    )
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    expect(visitor.last).to_contain_text("numbing cream")


def test_modules_put_up_with_what_newer_servers_add(visitor: Visitor, page: Page) -> None:
    def add(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["reply"]["blocks"] = [{"type": "video", "url": "https://x.example"}]
        body["reply"]["kind"] = "oracle"
        route.fulfill(response=answer, body=json.dumps(body))

    page.route("**/api/v1/messages", add)
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    expect(visitor.last).to_contain_text("numbing cream")


def test_no_module_makes_html_from_text() -> None:
    code = "".join(path.read_text() for path in WIDGET.rglob("*.js"))
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.cookie", "eval("):
        assert word not in code


SNIPPETS = re.findall(r"```html\n(.*?)```", (config.ROOT / "docs/embedding.md").read_text(), re.S)


@pytest.mark.parametrize("snippet", [it for it in SNIPPETS if "widget.js" in it])
def test_every_documented_snippet_works(visitor: Visitor, snippet: str) -> None:
    html = snippet.replace("https://chat.clinic.example", visitor.clinic.url)
    visitor.site.pages["/"] = ({}, f"<!doctype html><title>Clinic</title><h1>Clinic</h1>{html}")
    visitor.page.goto(visitor.site.url)
    visitor.opens()


def test_the_documented_policy_is_enough(visitor: Visitor) -> None:
    page = (config.ROOT / "docs/embedding.md").read_text()
    policy = re.search(r"^script-src .*$", page, re.M)
    assert policy
    allowed = policy[0].replace("https://chat.clinic.example", visitor.clinic.url)
    policy_and_more = f"default-src 'none'; {allowed}; require-trusted-types-for 'script'"
    visitor.visits(headers={"Content-Security-Policy": policy_and_more})
    visitor.opens()


def test_texts_and_keys_agree() -> None:
    """Every key the code asks for is in the texts, and none is there in vain."""
    replies = (config.ROOT / "knowledge/en/replies.toml").read_text()
    texts = set(tomllib.loads(replies)["widget"])
    code = "".join(path.read_text() for path in (WIDGET / "chat").glob("*.js"))
    names = set(re.findall(r"'([a-z_]+)'", code)) | set(re.findall(r"^  (\w+): \[", code, re.M))
    unknown = {key for key in texts if key not in names and key.removeprefix("form_") not in names}
    missing = set(re.findall(r"\bt\('(\w+)'", code)) - texts
    assert (unknown, missing) == (set(), set())
