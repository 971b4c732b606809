"""The consultation form: what it asks for, what it takes, and what it says back."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
import redis
from flask import Flask
from sqlalchemy import select

from assistant.records.storage.lead_models import ConsentText
from tests.conftest import MakeApp
from tests.lead_stories import Visitor


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


def set_clinic(visitor: Visitor, **facts: Any) -> None:
    """Change the clinic's file as it is read."""
    knowledge = visitor.desk.knowledge
    clinic = knowledge.clinic.model_copy(update=facts)
    visitor.desk.knowledge = knowledge.model_copy(update={"clinic": clinic})


def test_the_form_gets_the_consent_texts_and_the_version_of_what_it_shows(visitor: Visitor) -> None:
    form = visitor.opens_the_form()
    text = visitor.desk.knowledge.edition().replies.consent["text"]
    assert form["consent"]["version"] == hashlib.sha256(text.encode()).hexdigest()
    assert form["consent"]["blocks"][0]["type"] == "paragraph"
    assert form["marketing"]["blocks"]
    assert form["limits"] == {"name": 200, "message": 2000}


def test_a_request_gets_a_reference_and_is_in_the_inbox(visitor: Visitor) -> None:
    answer = visitor.asks(preferred_time=" after six ")
    assert answer.status_code == 201
    (lead,) = visitor.leads()
    assert answer.json == {
        "reference": lead.reference,
        "reply_time": None,
        "urgent": None,
        "hint": None,
    }
    assert (lead.status, lead.name, lead.preferred_time) == ("new", "Zelda Quartz", "after six")
    assert (lead.phone, lead.phone_typed) == ("+14165550134", "416-555 0134 ext 2")
    assert lead.received_at == visitor.clock.now


def test_a_page_is_kept_without_its_query(visitor: Visitor) -> None:
    visitor.asks()
    assert visitor.leads()[0].page == "https://clinic.example/hair"


def test_a_page_longer_than_any_real_one_is_cut_and_costs_no_request(visitor: Visitor) -> None:
    assert visitor.asks(page=f"https://clinic.example/{'a' * 60_000}").status_code == 201
    assert len(visitor.leads()[0].page or "") == 2000


@pytest.mark.parametrize("page", ["https://", "javascript:alert(1)", "https://[", "hair", "é" * 9])
def test_what_is_no_address_of_a_page_is_not_kept(visitor: Visitor, page: str) -> None:
    assert visitor.asks(page=page).status_code == 201
    assert visitor.leads()[0].page is None


def test_every_wrong_field_is_named_at_once_with_what_to_do(visitor: Visitor) -> None:
    body = visitor.fills_in(
        name=" ",
        phone="12",
        email="zelda@",
        message="x" * 2001,
        preferred_time="x" * 201,
        consent={"version": "x", "given": False},
    )
    answer = visitor.sends(body)
    assert answer.status_code == 422
    assert answer.json["type"].endswith("/validation")
    assert sorted(answer.json["errors"]) == [
        *("consent", "email", "message", "name", "phone", "preferred_time"),
    ]
    texts = set(visitor.desk.knowledge.edition().replies.form.values())
    assert set(answer.json["errors"].values()) <= texts
    assert "zelda@" not in answer.text
    assert visitor.leads() == []


def test_without_any_contact_one_is_asked_for(visitor: Visitor) -> None:
    answer = visitor.asks(phone=None, email="")
    assert list(answer.json["errors"]) == ["phone"]


def test_an_e_mail_address_alone_is_enough(visitor: Visitor) -> None:
    assert visitor.asks(phone=None, email="zelda@example.com").status_code == 201
    assert visitor.leads()[0].email == "zelda@example.com"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(416) 555-0134", "+14165550134"),
        ("0044 20 7946 0958", "+442079460958"),
        ("call 416.555.0134 after 6", "+14165550134"),
        ("٤١٦ ٥٥٥ ٠١٣٤", "+14165550134"),
    ],
)
def test_telephone_numbers_are_taken_as_people_write_them(
    visitor: Visitor, typed: str, kept: str
) -> None:
    assert visitor.asks(phone=typed).status_code == 201
    assert visitor.leads()[0].phone == kept


@pytest.mark.parametrize(
    "typed", ["555-0134", "1234", "call me", "+1 416 555 013", "9" * 40, "416 555 0134 " * 20]
)
def test_a_number_that_nobody_could_call_is_asked_for_again(visitor: Visitor, typed: str) -> None:
    assert list(visitor.asks(phone=typed).json["errors"]) == ["phone"]


def test_an_e_mail_address_may_be_as_long_as_mail_allows_and_no_longer(visitor: Visitor) -> None:
    domain = ".".join(["d" * 63, "d" * 63, "d" * 57, "com"])
    longest = f"{'z' * 64}@{domain}"
    assert len(longest) == 254
    assert visitor.asks(email=longest).status_code == 201
    assert visitor.leads()[0].email == longest
    for address in (f"{'z' * 64}@d{domain}", f"{'z' * 60_000}@example.com"):
        assert list(visitor.asks(email=address).json["errors"]) == ["email"]


@pytest.mark.parametrize(
    "address", ["=?utf-8?q?a=0Ab?=@example.com", "=?utf-8?q?ann=40clinic.example=2C?=@example.com"]
)
def test_an_address_that_mail_programs_read_as_another_one_is_asked_for_again(
    visitor: Visitor, address: str
) -> None:
    assert list(visitor.asks(email=address).json["errors"]) == ["email"]


def test_a_mistyped_provider_is_accepted_with_a_hint(visitor: Visitor) -> None:
    answer = visitor.asks(email="zelda@gmial.con")
    assert answer.status_code == 201
    assert answer.json["hint"]["field"] == "email"
    assert "zelda@gmail.com" in answer.json["hint"]["message"]
    assert visitor.leads()[0].email == "zelda@gmial.con"


@pytest.mark.parametrize("address", ["z@gmail.com", "z@mail.com", "z@ymail.com", "z@clinic.fr"])
def test_a_good_address_gets_no_hint(visitor: Visitor, address: str) -> None:
    assert visitor.asks(email=address).json["hint"] is None


def test_the_consent_text_is_kept_once_word_for_word(visitor: Visitor) -> None:
    visitor.asks()
    visitor.asks(marketing=True)
    first, second = visitor.leads()
    with visitor.desk.database.read() as session:
        kept = {text.version: text.text for text in session.scalars(select(ConsentText))}
    consent = visitor.desk.knowledge.edition().replies.consent
    assert kept == {
        first.consent_version: consent["text"],
        second.marketing_version: consent["marketing"],
    }
    assert first.marketing_version is None


def test_a_kept_consent_text_cannot_be_changed(visitor: Visitor) -> None:
    visitor.asks()
    with pytest.raises(ValueError, match="add a new one"), visitor.desk.database.write() as session:
        text = session.scalars(select(ConsentText)).one()
        text.text = "I agree to anything."


def test_consent_to_an_older_text_is_asked_for_again_with_the_current_one(visitor: Visitor) -> None:
    body = visitor.fills_in(consent={"version": "0" * 64, "given": True})
    key = "6f2d3f0e-5d0c-4c55-9d7e-1e6a8f7b2a10"
    answer = visitor.sends(body, key)
    assert answer.status_code == 409
    assert answer.json["consent"] == visitor.opens_the_form()["consent"]
    assert visitor.leads() == []
    body["consent"]["version"] = answer.json["consent"]["version"]
    assert visitor.sends(body, key).status_code == 201


def test_an_emergency_gets_its_card_no_promise_and_is_on_top_for_staff(visitor: Visitor) -> None:
    set_clinic(visitor, reply_time="within one working day")
    answer = visitor.asks(message="After the injection my throat is closing, I can't breathe")
    assert answer.status_code == 201
    assert answer.json["urgent"][0]["type"] == "card"
    assert answer.json["reply_time"] is None
    (lead,) = visitor.leads()
    assert (lead.urgent, lead.urgent_level, lead.queue) == (True, "now", 0)


def test_an_emergency_in_a_form_with_mistakes_gets_its_card_too(visitor: Visitor) -> None:
    answer = visitor.asks(name="", message="I can't breathe")
    assert answer.status_code == 422
    assert answer.json["urgent"][0]["level"] == "now"


def test_a_closed_clinic_says_when_it_opens(visitor: Visitor) -> None:
    set_clinic(visitor, reply_time="within one working day", hours={"monday": "9:00-17:00"})
    visitor.clock.now = dt.datetime(2026, 3, 7, 15, 0, tzinfo=dt.UTC)  # a Saturday
    promise = visitor.asks().json["reply_time"]
    assert "within one working day" in promise
    assert "Monday at 9:00" in promise
    visitor.clock.now = dt.datetime(2026, 3, 9, 13, 30, tzinfo=dt.UTC)  # 9:30 in Toronto
    assert "Monday" not in visitor.asks().json["reply_time"]


def test_the_chat_is_linked_only_when_the_visitor_includes_it(app: Flask) -> None:
    visitor = Visitor(app)
    chat = app.test_client().post("/api/v1/messages", json={"text": "does it hurt"}).json
    visitor.asks()
    visitor.asks(conversation=chat["conversation"], phone="416 555 0135")
    visitor.asks(conversation="stale", phone="416 555 0136")
    assert [lead.conversation_id is not None for lead in visitor.leads()] == [False, True, False]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"website": "https://spam.example"}, "trap"),
        ({"token": None}, "token"),
        ({"token": "bm90IG91cnM.c2lnbmF0dXJl"}, "token"),
    ],
)
def test_a_doubtful_request_is_held_and_answered_like_any_other(
    visitor: Visitor, changes: dict[str, Any], reason: str
) -> None:
    plain = visitor.asks(phone="416 555 0135")
    answer = visitor.asks(**changes)
    assert answer.status_code == 201
    assert answer.json.keys() == plain.json.keys()
    held = visitor.leads()[-1]
    assert (held.reference, held.status, held.held_reason) == (
        answer.json["reference"],
        "held",
        reason,
    )


def test_a_form_sent_within_two_seconds_is_held(visitor: Visitor) -> None:
    body = visitor.fills_in()
    body["token"] = visitor.opens_the_form()["token"]
    visitor.clock.forward(seconds=1.9)
    assert visitor.sends(body).status_code == 201
    assert visitor.leads()[0].held_reason == "speed"


def test_a_form_that_was_open_for_a_week_is_held(visitor: Visitor) -> None:
    body = visitor.fills_in()
    visitor.clock.forward(days=6.9)
    visitor.sends(body)
    visitor.clock.forward(days=1)
    visitor.sends(body)
    assert [lead.held_reason for lead in visitor.leads()] == [None, "token"]


def test_too_many_of_one_contact_are_held(make_app: MakeApp, database_url: str) -> None:
    visitor = Visitor(make_app(database_url, rate_limits="on"))
    for number in range(4):
        visitor.sends(visitor.fills_in(), address=f"192.0.2.{number}")
    assert [lead.held_reason for lead in visitor.leads()] == [None, None, None, "contact"]


def test_too_many_from_one_address_are_held(make_app: MakeApp, sqlite_url: str) -> None:
    visitor = Visitor(make_app(sqlite_url, rate_limits="on"))
    for number in range(7):
        assert visitor.asks(phone=f"416 555 {number:04}").status_code == 201
    assert [lead.held_reason for lead in visitor.leads()] == [None] * 5 + ["address"] * 2


def test_far_too_many_from_one_address_are_refused_with_a_time_to_come_back(
    make_app: MakeApp, sqlite_url: str
) -> None:
    visitor = Visitor(make_app(sqlite_url, rate_limits="on"))
    answers = [visitor.sends({}) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [422] * 60 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_an_emergency_gets_its_card_even_when_it_is_refused(
    make_app: MakeApp, sqlite_url: str
) -> None:
    visitor = Visitor(make_app(sqlite_url, rate_limits="on"))
    body = visitor.fills_in(message="I can't breathe")
    for _ in range(60):
        visitor.sends({})
    answer = visitor.sends(body)
    assert answer.status_code == 429
    assert answer.json["urgent"][0]["level"] == "now"


def test_a_flood_of_requests_is_told_whom_to_call_in_an_emergency(
    make_app: MakeApp, sqlite_url: str
) -> None:
    visitor = Visitor(make_app(sqlite_url, rate_limits="on"))
    for _ in range(60):
        visitor.sends({})
    for _ in range(180):
        answer = visitor.sends({"message": "I can't breathe"})
    assert "urgent" in answer.json
    answer = visitor.sends({"message": "I can't breathe"})
    assert (answer.status_code, "urgent" in answer.json) == (429, False)
    assert "call 112 or your local emergency number" in answer.json["detail"]


@pytest.mark.redis
def test_the_limits_hold_over_a_shared_redis_and_without_it(
    make_app: MakeApp, sqlite_url: str, redis_url: str
) -> None:
    one = Visitor(make_app(sqlite_url, rate_limits="on", redis_url=redis_url))
    other = Visitor(make_app(sqlite_url, rate_limits="on", redis_url=redis_url))
    for visitor, numbers in ((one, range(3)), (other, range(3, 6))):
        for number in numbers:
            visitor.sends(visitor.fills_in(phone=f"416 555 {number:04}"))
    assert [lead.held_reason for lead in one.leads()] == [None] * 5 + ["address"]
    away = Visitor(make_app(sqlite_url, rate_limits="on", redis_url="redis://127.0.0.1:9/0"))
    assert away.sends(away.fills_in(phone="416 555 0009")).status_code == 201
    assert one.leads()[-1].held_reason is None


@pytest.mark.redis
def test_no_address_is_kept_for_counting(
    make_app: MakeApp, sqlite_url: str, redis_url: str
) -> None:
    visitor = Visitor(make_app(sqlite_url, rate_limits="on", redis_url=redis_url))
    visitor.sends(visitor.fills_in(), address="203.0.113.9")
    with redis.Redis.from_url(redis_url) as counted:
        keys = [key.decode() for key in counted.scan_iter()]
    assert any("leads" in key for key in keys)
    assert not any("203.0.113.9" in key for key in keys)
