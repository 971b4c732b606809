"""The conversation as visitors have it: asking, misses, emergencies, what the browser keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import PHONE, Clinic, Visitor

pytestmark = pytest.mark.browser
DAY = 24 * 3600 * 1000
NONSENSE = ("who won the football match", "how do I file my taxes")


def test_greets_and_offers_starters(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    expect(visitor.panel).to_contain_text("automated assistant")
    starters = visitor.panel.get_by_role("group", name="People often ask").get_by_role("button")
    question = starters.first.inner_text()
    starters.first.click()
    expect(visitor.log.locator(".you")).to_contain_text(question)
    expect(visitor.last).to_contain_text("From:")
    expect(starters.first).to_be_hidden()


def test_always_shows_what_it_is_and_how_to_reach_people(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    for _ in range(2):
        expect(visitor.panel.locator(".note")).to_contain_text("not medical advice. Emergency: 112")
        expect(visitor.panel.locator(".bar").get_by_text("Talk to a person")).to_be_visible()
        call = visitor.panel.get_by_role("link", name=PHONE)
        expect(call).to_have_attribute("href", "tel:+14165550134")
        visitor.says("does it hurt")


def test_answers_with_time_source_and_related_questions(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    expect(visitor.last.locator("time")).to_have_text(re.compile(r"\d:\d\d"))
    expect(visitor.last).to_contain_text("From: ")
    related = visitor.last.get_by_role("group").get_by_role("button")
    question = related.first.inner_text()
    related.first.click()
    expect(visitor.log.locator(".you").last).to_contain_text(question)


def test_shows_the_message_at_once_and_that_it_is_waiting(visitor: Visitor) -> None:
    held: list[Route] = []
    visitor.page.route("**/api/v1/messages", lambda route: held.append(route))
    visitor.visits()
    visitor.opens()
    typing = visitor.panel.locator(".typing")
    expect(typing).to_be_hidden()
    visitor.field.fill("does it hurt")
    visitor.field.press("Enter")
    expect(visitor.log.locator(".you")).to_contain_text("does it hurt")
    expect(typing).to_be_visible()
    held[0].continue_()
    expect(visitor.last).to_contain_text("numbing cream")
    expect(typing).to_be_hidden()


def test_suggests_while_typing_and_is_worked_by_arrow_keys(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.field.press_sequentially("how much")
    options = visitor.panel.get_by_role("option")
    expect(options.first).to_be_visible()
    visitor.field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    question = options.first.inner_text()
    visitor.field.press("Enter")
    expect(visitor.log.locator(".you")).to_contain_text(question)
    expect(options.first).to_be_hidden()


def test_suggestions_are_never_in_the_way(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.field.press_sequentially("does it hurt")
    expect(visitor.panel.get_by_role("option").first).to_be_visible()
    visitor.field.press("Escape")
    expect(visitor.panel.get_by_role("option").first).to_be_hidden()
    expect(visitor.panel).to_be_visible()
    visitor.field.press_sequentially("?")
    expect(visitor.panel.get_by_role("option").first).to_be_visible()
    visitor.field.press("Enter")
    expect(visitor.log.locator(".you")).to_contain_text("does it hurt?")


def test_shift_and_enter_break_the_line(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.field.press_sequentially("hello")
    visitor.field.press("Shift+Enter")
    visitor.field.press_sequentially("does it hurt")
    expect(visitor.field).to_have_value("hello\ndoes it hurt")
    expect(visitor.log.locator(".you")).to_have_count(0)


def test_counts_near_the_limit_and_gives_a_refused_message_back(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.field.fill("x" * 400)
    expect(visitor.panel.locator(".count")).to_be_hidden()
    visitor.field.fill("x" * 480)
    expect(visitor.panel.locator(".count")).to_have_text("20 characters left")
    visitor.field.fill("x " * 260)
    expect(visitor.panel.locator(".count")).to_contain_text("19 characters too many")
    visitor.field.press("Enter")
    visitor.panel.get_by_role("button", name="Change it").click()
    expect(visitor.field).to_have_value(re.compile("^x x x"))
    expect(visitor.log.locator(".you")).to_have_count(0)


def test_a_message_too_long_to_answer_is_looked_at_for_emergencies(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.field.fill("It began on Monday. " * 40 + "Now I can't breathe")
    visitor.field.press("Enter")
    expect(visitor.panel.get_by_role("alert").get_by_role("heading")).to_be_visible()


def test_asks_whether_it_helped_and_what_to_do_if_not(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    with visitor.page.expect_request("**/api/v1/feedback") as sent:
        visitor.last.get_by_role("button", name="No", exact=True).click()
    assert sent.value.post_data_json["helpful"] is False
    visitor.last.get_by_role("button", name="Ask in other words").click()
    expect(visitor.field).to_have_value("does it hurt")
    visitor.last.get_by_role("button", name="Talk to a person").click()
    expect(visitor.form.get_by_label("Your question")).to_have_value("does it hurt")


def test_says_thanks_when_it_helped(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.last.get_by_role("button", name="Yes").click()
    expect(visitor.last).to_contain_text("Thanks")


def test_two_misses_bring_the_form_not_a_loop(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says(NONSENSE[0])
    expect(visitor.form).to_be_hidden()
    visitor.says(NONSENSE[1])
    expect(visitor.form).to_be_visible()
    visitor.form.get_by_role("button", name="Not now").click()
    visitor.says("what is the capital of France")
    expect(visitor.form).to_be_hidden()
    expect(visitor.last.get_by_role("button", name="Talk to a person")).to_be_visible()


def test_none_of_the_suggestions_counts_as_a_miss(visitor: Visitor) -> None:
    def near(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["reply"].update(
            kind="suggest", answers=[], suggestions=[{"entry": "pain", "question": "Does it hurt?"}]
        )
        route.fulfill(response=answer, body=json.dumps(body))

    visitor.page.route("**/api/v1/messages", near)
    visitor.visits()
    visitor.opens()
    for words in ("numb", "number"):
        visitor.says(words)
        visitor.last.get_by_role("button", name="None of these").click()
        expect(visitor.last).to_contain_text("other words")
    expect(visitor.form).to_be_visible()


def test_an_emergency_card_is_first_pinned_and_tapped_to_call(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.page.locator("clinic-chat .bar").get_by_text("Talk to a person").click()
    expect(visitor.form).to_be_visible()
    visitor.field.fill("I can't breathe after my injection")
    visitor.field.press("Enter")
    card = visitor.panel.get_by_role("alert")
    expect(card.get_by_role("heading")).to_be_visible()
    assert card.evaluate("(it) => it.parentElement.firstElementChild === it")
    expect(card.get_by_role("link").first).to_have_attribute("href", re.compile("^tel:"))
    expect(visitor.form).to_be_hidden()
    visitor.page.reload()
    expect(card.get_by_role("heading")).to_be_visible()
    card.get_by_role("button", name="Continue the chat").click()
    expect(card).to_be_empty()
    expect(visitor.form).to_be_visible()


def test_the_chat_survives_a_change_of_page(visitor: Visitor) -> None:
    visitor.visits(path="/other")
    visitor.visits(body='<a href="/other">On</a>')
    visitor.opens()
    visitor.says("does it hurt")
    visitor.page.get_by_role("link", name="On").click()
    visitor.page.wait_for_url("**/other")
    expect(visitor.log).to_contain_text("numbing cream")
    visitor.says("how long does that take")
    assert visitor.log.locator(".you").count() == 2


def test_a_closed_chat_stays_closed_on_the_next_page(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.panel.get_by_role("button", name="Close").click()
    visitor.page.reload()
    expect(visitor.launcher).to_be_visible()
    expect(visitor.panel).to_be_hidden()


def test_two_tabs_stay_in_step(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    other = Visitor(visitor.page.context.new_page(), visitor.site, visitor.clinic)
    other.page.goto(visitor.site.url)
    other.opens()
    visitor.says("does it hurt")
    expect(other.log).to_contain_text("numbing cream")
    other.says("how much is it")
    expect(visitor.log.locator(".you")).to_have_count(2)
    visitor.panel.get_by_role("button", name="Clear this chat").click()
    visitor.panel.locator(".confirm").get_by_role("button", name="Clear this chat").click()
    expect(other.log).to_be_empty()


def test_clearing_erases_here_and_on_the_server(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    before = visitor.clinic.count("exchanges")
    visitor.says("does it hurt")
    assert visitor.clinic.count("exchanges") == before + 1
    visitor.panel.get_by_role("button", name="Clear this chat").click()
    with visitor.page.expect_response("**/api/v1/conversation/erase"):
        visitor.panel.locator(".confirm").get_by_role("button", name="Clear this chat").click()
    expect(visitor.log).to_be_empty()
    visitor.page.wait_for_function("Object.keys(localStorage).length === 0")
    assert visitor.clinic.count("exchanges") == before


def test_clearing_offline_erases_on_the_server_later(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.page.context.set_offline(True)
    visitor.panel.get_by_role("button", name="Clear this chat").click()
    visitor.panel.locator(".confirm").get_by_role("button", name="Clear this chat").click()
    expect(visitor.log).to_be_empty()
    with visitor.page.expect_response("**/api/v1/conversation/erase") as erased:
        visitor.page.context.set_offline(False)
    assert erased.value.status == 204


def test_nothing_is_left_in_the_browser_after_a_day(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.page.keyboard.press("Escape")
    assert "clinic-chat" in visitor.stored()
    visitor.page.clock.install()
    visitor.page.clock.fast_forward(DAY + 60_000)
    visitor.page.reload()
    expect(visitor.launcher).to_be_visible()
    assert visitor.stored() == {}


def test_what_is_younger_than_a_day_stays(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.page.evaluate(
        """() => { const kept = JSON.parse(localStorage['clinic-chat']);
        kept.log[0].at -= 864e5; localStorage['clinic-chat'] = JSON.stringify(kept); }"""
    )
    visitor.page.reload()
    expect(visitor.log).to_contain_text("numbing cream")
    expect(visitor.log.locator(".you")).to_have_count(0)
    assert "does it hurt" not in visitor.stored()["clinic-chat"]


BLOCKED = """for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, {get() { throw new DOMException('', 'SecurityError'); }});"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceeded'); };"


@pytest.mark.parametrize("fault", [BLOCKED, FULL], ids=["blocked", "full"])
def test_works_without_storage(visitor: Visitor, fault: str) -> None:
    visitor.page.add_init_script(fault)
    visitor.visits()
    visitor.opens()
    visitor.says("does it hurt")
    visitor.says("how much is it")
    expect(visitor.log.locator(".you")).to_have_count(2)


def test_a_message_written_offline_goes_out_when_online(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.page.context.set_offline(True)
    visitor.field.fill("does it hurt")
    visitor.field.press("Enter")
    expect(visitor.log).to_contain_text("Not sent yet")
    visitor.page.context.set_offline(False)
    expect(visitor.last).to_contain_text("numbing cream")
    expect(visitor.log).not_to_contain_text("Not sent yet")


def test_a_failed_message_is_tried_again_by_itself_and_by_hand(visitor: Visitor) -> None:
    answers = [503, 503, 200]

    def fail(route: Route) -> None:
        status = answers.pop(0)
        if status == 200:
            route.continue_()
        else:
            route.fulfill(status=status, body="{}", headers={"Access-Control-Allow-Origin": "*"})

    visitor.page.route("**/api/v1/messages", fail)
    visitor.visits()
    visitor.opens()
    visitor.field.fill("does it hurt")
    visitor.field.press("Enter")
    visitor.log.get_by_role("button", name="Try again").click()
    expect(visitor.last).to_contain_text("numbing cream")
    assert answers == []


def test_a_reload_in_flight_sends_the_message_again(visitor: Visitor) -> None:
    visitor.page.route("**/api/v1/messages", lambda route: None, times=1)
    visitor.visits()
    visitor.opens()
    visitor.field.fill("does it hurt")
    visitor.field.press("Enter")
    expect(visitor.log.locator(".you")).to_be_visible()
    visitor.page.reload()
    expect(visitor.last).to_contain_text("numbing cream")
    expect(visitor.log.locator(".you")).to_have_count(1)


def test_speaks_the_language_of_the_script_tag(
    new_visitor: Callable[..., Visitor], clinic: Clinic
) -> None:
    visitor = new_visitor()
    visitor.visits('data-language="he"')
    visitor.opens()
    expect(visitor.panel).to_have_attribute("dir", "rtl")
    with visitor.page.expect_response("**/api/v1/messages") as answered:
        visitor.says("does it hurt")
    assert answered.value.json()["language"] == "he"
