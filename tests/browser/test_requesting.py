"""A consultation request from the chat: nothing typed is lost, and it arrives exactly once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Clinic, Site, Visitor

pytestmark = pytest.mark.browser


def opens_form(visitor: Visitor) -> None:
    visitor.opens()
    visitor.panel.locator(".bar").get_by_text("Talk to a person").click()
    expect(visitor.form.get_by_label("I agree")).to_be_visible()


def sends(visitor: Visitor) -> None:
    visitor.form.get_by_role("button", name="Send to the clinic").click()


def test_arrives_with_reference_reply_time_and_what_happens_next(visitor: Visitor) -> None:
    before = visitor.clinic.count("leads")
    visitor.page.add_init_script(
        "window.told = [];"
        "document.addEventListener('clinic-chat:lead-sent', (event) => told.push(event.detail))"
    )
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    sends(visitor)
    expect(visitor.last).to_contain_text("Your request has arrived")
    expect(visitor.last.locator("strong")).to_have_text(re.compile(r"\S{4,}"))
    expect(visitor.last).to_contain_text("gets back to you")
    expect(visitor.last).to_be_focused()
    expect(visitor.form).to_be_hidden()
    assert visitor.clinic.count("leads") == before + 1
    assert visitor.page.evaluate("told") == [None]
    assert "Robin Sample" not in visitor.stored()["clinic-chat"]


def test_is_prefilled_with_the_question(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.says("do you do eyebrow transplants")
    visitor.panel.locator(".bar").get_by_text("Talk to a person").click()
    expect(visitor.form.get_by_label("Your question")).to_have_value(
        "do you do eyebrow transplants"
    )


def test_shows_the_whole_consent_and_the_privacy_page_unticked(visitor: Visitor) -> None:
    visitor.visits()
    opens_form(visitor)
    expect(visitor.form).to_contain_text("What we keep:")
    expect(visitor.form).to_contain_text("Your choice:")
    privacy = visitor.form.get_by_role("link", name="How the clinic protects your data")
    expect(privacy).to_have_attribute("href", "https://clinic.example/privacy")
    for box in visitor.form.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()


def test_the_chat_goes_along_only_when_chosen(visitor: Visitor) -> None:
    visitor.visits()
    opens_form(visitor)
    expect(visitor.form.get_by_label("Send this chat along")).to_be_hidden()
    visitor.says("does it hurt")
    for chosen in (False, True):
        visitor.panel.locator(".bar").get_by_text("Talk to a person").click()
        visitor.fills_form()
        visitor.form.get_by_label("Send this chat along").set_checked(chosen)
        with visitor.page.expect_request("**/api/v1/leads") as sent:
            sends(visitor)
        assert bool(sent.value.post_data_json["conversation"]) is chosen
        expect(visitor.last).to_contain_text("Your request has arrived")


def test_errors_stand_in_a_summary_and_at_their_fields(visitor: Visitor) -> None:
    visitor.visits()
    opens_form(visitor)
    visitor.form.get_by_label("E-mail").fill("not an address")
    sends(visitor)
    summary = visitor.form.locator(".summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("button")).to_have_count(3)
    name = visitor.form.get_by_label("Your name")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description(re.compile("tell us your name"))
    expect(visitor.form.get_by_label("E-mail")).to_have_value("not an address")
    summary.get_by_role("button").first.click()
    expect(name).to_be_focused()
    name.fill("Robin")
    expect(summary.get_by_role("button")).to_have_count(2)


def test_a_corrected_request_goes_with_the_same_key(visitor: Visitor) -> None:
    keys: list[str] = []
    visitor.page.on(
        "request",
        lambda it: keys.append(it.headers["idempotency-key"]) if "/leads" in it.url else None,
    )
    visitor.visits()
    opens_form(visitor)
    sends(visitor)
    expect(visitor.form.locator(".summary")).to_be_focused()
    visitor.fills_form()
    sends(visitor)
    expect(visitor.last).to_contain_text("Your request has arrived")
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_what_was_typed_survives_reload_and_closing(visitor: Visitor) -> None:
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    visitor.form.get_by_label("Best time").fill("mornings")
    visitor.page.reload()
    expect(visitor.form.get_by_label("Your name")).to_have_value("Robin Sample")
    expect(visitor.form.get_by_label("Best time")).to_have_value("mornings")
    expect(visitor.form.get_by_label("I agree")).to_be_checked()
    visitor.form.get_by_role("button", name="Not now").click()
    visitor.panel.locator(".bar").get_by_text("Talk to a person").click()
    expect(visitor.form.get_by_label("Your name")).to_have_value("Robin Sample")


def test_clearing_the_chat_empties_the_form(visitor: Visitor) -> None:
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    visitor.panel.get_by_role("button", name="Clear this chat").click()
    visitor.panel.locator(".confirm").get_by_role("button", name="Clear this chat").click()
    expect(visitor.form).to_be_hidden()
    visitor.panel.locator(".bar").get_by_text("Talk to a person").click()
    expect(visitor.form.get_by_label("Your name")).to_have_value("")


def test_a_double_click_sends_once(visitor: Visitor) -> None:
    before = visitor.clinic.count("leads")
    sent: list[str] = []
    visitor.page.on("request", lambda it: sent.append(it.url) if "/leads" in it.url else None)
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    visitor.form.get_by_role("button", name="Send to the clinic").dblclick()
    expect(visitor.last).to_contain_text("Your request has arrived")
    assert len(sent) == 1
    assert visitor.clinic.count("leads") == before + 1


def test_written_offline_goes_out_once_when_online(visitor: Visitor) -> None:
    before = visitor.clinic.count("leads")
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    visitor.page.context.set_offline(True)
    sends(visitor)
    expect(visitor.form).to_contain_text("Your request is kept here")
    visitor.page.context.set_offline(False)
    expect(visitor.last).to_contain_text("Your request has arrived")
    assert visitor.clinic.count("leads") == before + 1


def test_a_reload_in_flight_sends_the_same_request_again(visitor: Visitor) -> None:
    before = visitor.clinic.count("leads")
    bodies: list[tuple[str, str | None]] = []

    def lose_answer(route: Route) -> None:
        bodies.append((route.request.headers["idempotency-key"], route.request.post_data))
        if len(bodies) == 1:
            route.fetch()  # it arrives, but the answer is lost
        else:
            route.continue_()

    visitor.page.route("**/api/v1/leads", lose_answer)
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    sends(visitor)
    expect(visitor.form).to_contain_text("Sending")
    visitor.page.wait_for_timeout(500)
    visitor.page.reload()
    expect(visitor.last).to_contain_text("Your request has arrived")
    assert bodies[0] == bodies[1]
    assert visitor.clinic.count("leads") == before + 1


def test_editing_after_a_lost_answer_makes_it_another_request(visitor: Visitor) -> None:
    keys: list[str] = []

    def lose_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.abort()
        else:
            route.continue_()

    visitor.page.route("**/api/v1/leads", lose_first)
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    sends(visitor)
    expect(visitor.form).to_contain_text("Your request is kept here")
    visitor.form.get_by_label("Your name").fill("Robin B. Sample")
    expect(visitor.form).not_to_contain_text("Your request is kept here")
    sends(visitor)
    expect(visitor.last).to_contain_text("Your request has arrived")
    assert keys[0] != keys[1]


def test_a_double_submit_with_the_server_killed_in_between_arrives_once(
    page: Page, site: Site, own_clinic: Clinic
) -> None:
    visitor = Visitor(page, site, own_clinic)
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()

    def kill_after_it_arrived(route: Route) -> None:
        route.fetch()
        own_clinic.kill()
        route.abort()

    page.route("**/api/v1/leads", kill_after_it_arrived, times=1)
    sends(visitor)
    expect(visitor.form).to_contain_text("Your request is kept here")
    sends(visitor)
    page.wait_for_timeout(300)
    own_clinic.start()
    expect(visitor.last).to_contain_text("Your request has arrived", timeout=30_000)
    assert own_clinic.count("leads") == 1
    assert own_clinic.count("outbox") <= 2


def test_a_changed_consent_is_shown_and_asked_for_again(visitor: Visitor) -> None:
    changed = {
        "type": "about:blank#consent-changed",
        "title": "changed",
        "status": 409,
        "consent": {
            "version": "f" * 64,
            "blocks": [{"type": "paragraph", "spans": [{"type": "text", "text": "A newer text."}]}],
        },
    }
    visitor.page.route(
        "**/api/v1/leads",
        lambda route: route.fulfill(
            status=409, json=changed, headers={"Access-Control-Allow-Origin": "*"}
        ),
        times=1,
    )
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    sends(visitor)
    expect(visitor.form).to_contain_text("A newer text.")
    expect(visitor.form).to_contain_text("consent text has changed")
    expect(visitor.form.get_by_label("I agree")).not_to_be_checked()
    expect(visitor.form.get_by_label("Your name")).to_have_value("Robin Sample")


def test_an_urgent_request_is_kept_and_answered_with_the_card(visitor: Visitor) -> None:
    before = visitor.clinic.count("leads")
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    visitor.form.get_by_label("Your question").fill("I can't breathe since the injection")
    sends(visitor)
    expect(visitor.panel.get_by_role("alert").get_by_role("heading")).to_be_visible()
    expect(visitor.log).to_contain_text("Your request has arrived")
    assert visitor.clinic.count("leads") == before + 1


def test_a_slip_in_the_address_is_pointed_out(visitor: Visitor) -> None:
    visitor.visits()
    opens_form(visitor)
    visitor.fills_form()
    visitor.form.get_by_label("E-mail").fill("robin@gmial.con")
    sends(visitor)
    expect(visitor.last).to_contain_text("Did you mean robin@gmail.com?")


def test_the_form_opens_offline_with_its_state_and_loads_later(visitor: Visitor) -> None:
    visitor.visits()
    visitor.opens()
    visitor.page.context.set_offline(True)
    visitor.panel.locator(".bar").get_by_text("Talk to a person").click()
    expect(visitor.form).to_contain_text("Getting the form")
    visitor.form.get_by_label("Your name").fill("Robin")
    visitor.page.context.set_offline(False)
    expect(visitor.form.get_by_label("I agree")).to_be_visible()
    expect(visitor.form.get_by_label("Your name")).to_have_value("Robin")
