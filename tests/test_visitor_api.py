"""The visitor API, as a widget meets it."""

from __future__ import annotations

import json
import logging
import sqlite3
import uuid
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from assistant.records.conversations import TOKEN
from tests.conftest import MakeApp

MESSAGES = "/api/v1/messages"
EMERGENCY = "I can't breathe since the injection"
LONG_STORY = "my hair got thinner and thinner over the years, I do not know why, " * 20


def ask(client: FlaskClient, question: str, **more: Any) -> Any:
    response = client.post(MESSAGES, json={"text": question, **more})
    assert response.status_code == 200, response.text
    return response.json


def detail(response: TestResponse) -> Any:
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert response.json["status"] == response.status_code
    return response.json


def rows(app: Flask, table: str) -> int:
    with app.extensions["desk"].database.read() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def test_a_question_gets_the_clinics_answer_with_its_source(client: FlaskClient) -> None:
    body = ask(client, "does it hurt")
    assert body["language"] == "en"
    reply = body["reply"]
    assert set(reply) == {"kind", "blocks", "answers", "suggestions", "offer_form"}
    assert reply["kind"] == "answer"
    answer = reply["answers"][0]
    assert answer["entry"] == "pain"
    assert set(answer["source"]) == {"title", "section", "url"}
    assert 0 <= answer["confidence"] <= 1


def test_a_chosen_entry_is_answered(client: FlaskClient) -> None:
    response = client.post(MESSAGES, json={"choose": "pain"})
    assert response.json is not None
    assert response.json["reply"]["answers"][0]["entry"] == "pain"


def test_an_entry_that_does_not_exist_cannot_be_chosen(client: FlaskClient) -> None:
    assert detail(client.post(MESSAGES, json={"choose": "no-such-entry"}))["status"] == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "   "},
        {"text": "a", "choose": "pain"},
        {"text": 5},
        {"text": ["does it hurt"]},
        {"text": "does it hurt", "conversation": "short"},
        {"text": "does it hurt", "conversation": "é" * 43},
        {"text": "does it hurt", "conversation": "a" * 44},
        {"text": "x" * 4001},
        {"text": "does it hurt", "language": 5},
    ],
)
def test_a_body_that_is_not_acceptable_is_told_why(body: object, client: FlaskClient) -> None:
    problem = detail(client.post(MESSAGES, json=body))
    assert problem["status"] == 422
    assert problem["errors"]


def test_an_error_names_the_field_and_never_repeats_what_was_sent(client: FlaskClient) -> None:
    response = client.post(MESSAGES, json={"text": "does it hurt", "conversation": "canary"})
    assert set(detail(response)["errors"]) == {"conversation"}
    assert "canary" not in response.text


def test_lengths_count_code_points_after_trimming(client: FlaskClient) -> None:
    assert client.post(MESSAGES, json={"text": "  " + "😀" * 500 + "\n"}).status_code == 200
    assert client.post(MESSAGES, json={"text": "😀" * 501}).status_code == 422


def test_empty_optional_fields_are_absent_and_unknown_ones_ignored(client: FlaskClient) -> None:
    body = {"conversation": "", "choose": "", "language": "", "page": "", "colour": "blue"}
    assert ask(client, "does it hurt", **body)["reply"]["kind"] == "answer"


def test_a_language_without_knowledge_falls_back(client: FlaskClient) -> None:
    assert ask(client, "does it hurt", language="tlh")["language"] == "en"
    assert ask(client, "does it hurt", language="EN-ca")["language"] == "en"


def test_a_conversation_goes_on_under_its_token(both_client: FlaskClient) -> None:
    first = ask(both_client, "how long does a session take")
    assert TOKEN.fullmatch(first["conversation"])
    second = ask(both_client, "does it hurt", conversation=first["conversation"])
    assert second["conversation"] == first["conversation"]
    assert uuid.UUID(second["message"]) != uuid.UUID(first["message"])


def test_two_misses_in_a_row_lead_to_a_person(both_client: FlaskClient) -> None:
    first = ask(both_client, "what is the weather on the moon")
    second = ask(both_client, "who won the chess game", conversation=first["conversation"])
    assert second["reply"]["kind"] == "unknown"
    assert second["reply"]["offer_form"] is True


def test_an_unknown_token_starts_a_new_conversation(client: FlaskClient) -> None:
    started = ask(client, "does it hurt", conversation="A" * 43)
    assert started["conversation"] not in (None, "A" * 43)


def test_an_emergency_gets_its_card_first(client: FlaskClient) -> None:
    reply = ask(client, f"{EMERGENCY} and how much does it cost")["reply"]
    assert reply["kind"] == "emergency"
    assert reply["blocks"][0]["type"] == "card"


def test_a_long_message_is_only_checked_for_red_flags(client: FlaskClient) -> None:
    assert client.post(MESSAGES, json={"text": LONG_STORY}).status_code == 422
    assert ask(client, f"{LONG_STORY}. {EMERGENCY}")["reply"]["kind"] == "emergency"


def test_a_sender_over_the_limit_still_gets_the_urgent_care_card(
    make_app: MakeApp, sqlite_url: str
) -> None:
    client = make_app(sqlite_url, rate_limits="on").test_client()
    responses = [client.post(MESSAGES, json={"text": "does it hurt"}) for _ in range(31)]
    assert {response.status_code for response in responses[:30]} == {200}
    assert detail(responses[30])["status"] == 429
    assert 1 <= int(responses[30].headers["Retry-After"]) <= 60
    assert ask(client, EMERGENCY)["reply"]["kind"] == "emergency"


def test_a_flood_is_not_read_and_its_refusal_says_whom_to_call(
    make_app: MakeApp, sqlite_url: str
) -> None:
    client = make_app(sqlite_url, rate_limits="on").test_client()
    for _ in range(30 + 180):
        last = client.post(MESSAGES, json={"text": EMERGENCY})
    assert last.status_code == 200
    for refused in (
        client.post(MESSAGES, json={"text": EMERGENCY}),
        client.post("/help/en", data={"question": EMERGENCY}),
    ):
        assert refused.status_code == 429
        assert "call 112 or your local emergency number" in unescape(refused.text)
    elsewhere = {"REMOTE_ADDR": "198.51.100.9"}
    answer = client.post(MESSAGES, json={"text": EMERGENCY}, environ_overrides=elsewhere)
    assert answer.status_code == 200


def test_limits_can_be_switched_off(client: FlaskClient) -> None:
    codes = {client.post(MESSAGES, json={"text": "hi"}).status_code for _ in range(40)}
    assert codes == {200}


def test_limits_count_the_visitor_behind_a_trusted_proxy(
    make_app: MakeApp, sqlite_url: str
) -> None:
    client = make_app(sqlite_url, rate_limits="on", trusted_proxies=1).test_client()

    def status(visitor: str) -> int:
        headers = {"X-Forwarded-For": f"203.0.113.99, {visitor}"}
        return client.post(MESSAGES, json={"text": "hi"}, headers=headers).status_code

    assert [status("198.51.100.1") for _ in range(31)][-1] == 429
    assert status("198.51.100.2") == 200


@pytest.mark.parametrize(
    ("protos", "secure"),
    [("https", True), ("https, http", True), ("http", False), ("http, https, https", True)],
)
def test_two_trusted_proxies_are_read_from_the_end(
    make_app: MakeApp, sqlite_url: str, protos: str, secure: bool
) -> None:
    """A made-up first value, the visitor's own, the nearer proxy's neighbour; proto as it comes."""
    client = make_app(sqlite_url, rate_limits="on", trusted_proxies=2).test_client()

    def post(visitor: str, made_up: str) -> TestResponse:
        forwarded = f"{made_up}, {visitor}, 203.0.113.99"
        headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": protos}
        return client.post(MESSAGES, json={"text": "hi"}, headers=headers)

    answers = [post("198.51.100.1", f"192.0.2.{number}") for number in range(31)]
    assert answers[-1].status_code == 429
    assert post("198.51.100.2", "192.0.2.1").status_code == 200
    assert ("Strict-Transport-Security" in answers[0].headers) == secure


@pytest.mark.parametrize(
    ("address", "last"),
    [
        ({"headers": {"X-Forwarded-For": "198.51.100.{n}"}}, 429),
        ({"environ_overrides": {"REMOTE_ADDR": "2001:db8::{n}"}}, 429),
        ({"environ_overrides": {"REMOTE_ADDR": "::ffff:192.0.2.{n}"}}, 200),
    ],
    ids=[
        "a made-up forwarding is no address",
        "an IPv6 line is one",
        "IPv4 written as IPv6 is not",
    ],
)
def test_whose_messages_count_together(
    make_app: MakeApp, sqlite_url: str, address: dict[str, dict[str, str]], last: int
) -> None:
    client = make_app(sqlite_url, rate_limits="on").test_client()
    statuses = []
    for n in range(31):
        sent = {key: {k: v.format(n=n) for k, v in of.items()} for key, of in address.items()}
        statuses.append(client.post(MESSAGES, json={"text": "hi"}, **sent).status_code)
    assert statuses == [200] * 30 + [last]


def test_an_address_with_a_port_is_no_error(make_app: MakeApp, sqlite_url: str) -> None:
    client = make_app(sqlite_url, rate_limits="on", trusted_proxies=1).test_client()
    headers = {"X-Forwarded-For": "198.51.100.1:50312"}
    assert client.post(MESSAGES, json={"text": "hi"}, headers=headers).status_code == 200


def test_limits_go_on_when_redis_does_not_answer(make_app: MakeApp, sqlite_url: str) -> None:
    app = make_app(sqlite_url, rate_limits="on", redis_url="redis://127.0.0.1:1/0")
    client = app.test_client()
    statuses = [client.post(MESSAGES, json={"text": "hi"}).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_answers_go_on_while_the_database_is_locked(app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    token = ask(client, "does it hurt")["conversation"]
    other = sqlite3.connect(tmp_path / "test.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    body = ask(client, "how long does a session take", conversation=token)
    other.rollback()
    other.close()
    assert (body["conversation"], body["message"]) == (None, None)
    assert body["reply"]["kind"] == "answer"
    assert rows(app, "exchanges") == 1


def test_answers_and_cards_go_on_without_a_database(make_app: MakeApp) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    client = make_app(url, migrate=False).test_client()
    body = ask(client, "does it hurt", conversation="A" * 43)
    assert (body["conversation"], body["message"]) == (None, None)
    assert body["reply"]["kind"] == "answer"
    assert ask(client, EMERGENCY)["reply"]["kind"] == "emergency"
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json is not None
    assert ready.json["parts"]["database"] == "unreachable"


def test_erasing_needs_the_database_and_says_when_to_come_back(make_app: MakeApp) -> None:
    client = make_app("postgresql://nobody@127.0.0.1:1/none", migrate=False).test_client()
    response = client.post("/api/v1/conversation/erase", json={"conversation": "A" * 43})
    assert detail(response)["status"] == 503
    assert response.headers["Retry-After"]


def test_suggestions_help_while_typing_and_keep_nothing(app: Flask) -> None:
    response = app.test_client().post("/api/v1/suggestions", json={"q": "pri"})
    assert response.json is not None
    found = response.json["suggestions"]
    assert 1 <= len(found) <= 3
    assert set(found[0]) == {"entry", "question"}
    assert rows(app, "conversations") == 0


@pytest.mark.parametrize("q", ["p", "x" * 101, None])
def test_suggestions_take_two_to_a_hundred_characters(q: object, client: FlaskClient) -> None:
    assert detail(client.post("/api/v1/suggestions", json={"q": q}))["status"] == 422


def test_feedback_is_kept_with_its_message(both_app: Flask) -> None:
    client = both_app.test_client()
    asked = ask(client, "does it hurt")
    body = {"conversation": asked["conversation"], "message": asked["message"], "helpful": False}
    assert client.post("/api/v1/feedback", json=body).status_code == 204
    with both_app.extensions["desk"].database.read() as session:
        assert session.scalar(text("SELECT helpful FROM exchanges")) in (False, 0)


def test_feedback_on_a_message_of_another_conversation_is_refused(
    both_client: FlaskClient,
) -> None:
    mine, other = ask(both_client, "does it hurt"), ask(both_client, "what does it cost")
    body = {"conversation": mine["conversation"], "message": other["message"], "helpful": True}
    assert detail(both_client.post("/api/v1/feedback", json=body))["status"] == 404


def test_a_visitor_erases_the_whole_conversation(both_app: Flask) -> None:
    client = both_app.test_client()
    token = ask(client, "does it hurt")["conversation"]
    ask(client, "what does it cost", conversation=token)
    for _ in range(2):  # the second time it is unknown, which is as good
        erased = client.post("/api/v1/conversation/erase", json={"conversation": token})
        assert erased.status_code == 204
    assert (rows(both_app, "conversations"), rows(both_app, "exchanges")) == (0, 0)


def test_nothing_is_kept_before_the_first_message(app: Flask) -> None:
    client = app.test_client()
    for path in ("/", "/api/v1/widget", "/api/v1/openapi.json", "/healthz", "/readyz"):
        response = client.get(path)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
    assert rows(app, "conversations") == 0


def test_the_widgets_texts_are_cacheable(client: FlaskClient) -> None:
    response = client.get("/api/v1/widget?language=en")
    assert response.json is not None
    assert response.json["greeting"]
    assert response.json["starters"]
    assert response.json["direction"] == "ltr"
    assert response.cache_control.max_age == 300
    again = client.get("/api/v1/widget", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_the_widget_gets_null_for_what_the_clinic_left_empty(client: FlaskClient) -> None:
    response = client.get("/api/v1/widget")
    assert response.json is not None
    clinic = response.json["clinic"]
    assert "" not in clinic.values()
    assert clinic["emergency_number"]


def test_allowed_sites_and_no_others_may_call_from_a_browser(
    make_app: MakeApp, sqlite_url: str
) -> None:
    client = make_app(sqlite_url, allowed_origins="https://clinic.example").test_client()

    def allowed(origin: str) -> str | None:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        preflight = client.options(MESSAGES, headers=headers)
        assert "Access-Control-Allow-Credentials" not in preflight.headers
        return preflight.headers.get("Access-Control-Allow-Origin")

    assert allowed("https://clinic.example") == "https://clinic.example"
    for origin in ("https://evil.example", "https://clinic.example.evil.example", "null"):
        assert allowed(origin) is None


def test_the_wait_after_too_many_is_readable_on_other_sites(
    make_app: MakeApp, sqlite_url: str
) -> None:
    client = make_app(sqlite_url, allowed_origins="https://clinic.example").test_client()
    response = client.post(
        MESSAGES, json={"text": "hi"}, headers={"Origin": "https://clinic.example"}
    )
    assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]
    assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize("path", ["/", "/api/v1/widget", "/nothing", "/api/v1/nothing"])
def test_every_response_is_guarded(path: str, client: FlaskClient) -> None:
    headers = client.get(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_logs_hold_one_line_a_request_and_nothing_personal(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="assistant"):
        token = ask(client, "does the canary hurt", page="https://clinic.example/?q=canary")
        client.get(f"/api/v1/widget?language=en&canary={token['conversation']}")
    lines = [json.dumps(record.fields) for record in caplog.records]  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert json.loads(lines[0]).keys() == {"method", "route", "status", "ms", "request"}
    for private in ("canary", token["conversation"], "127.0.0.1"):
        assert private not in "".join(lines)


def test_the_api_describes_itself(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    assert document["openapi"].startswith("3.1")
    told = {"messages", "suggestions", "feedback", "conversation/erase", "widget"}
    assert {f"/api/v1/{path}" for path in told} <= set(document["paths"])


def test_the_apis_description_is_sent_once_while_it_stays_the_same(client: FlaskClient) -> None:
    tag = client.get("/api/v1/openapi.json").headers["ETag"]
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_server_is_alive_and_ready(both_client: FlaskClient) -> None:
    assert both_client.get("/healthz").json == {"status": "ok"}
    ready = both_client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json == {
        "status": "ok",
        "parts": {"knowledge": "ok", "database": "ok", "schema": "ok"},
    }


def test_the_help_page_answers_without_a_script(app: Flask) -> None:
    page = app.test_client().post("/help/en", data={"question": "does it hurt"}).text
    assert "From: " in page
    assert rows(app, "conversations") == 0


def test_the_help_page_shows_a_question_as_text(client: FlaskClient) -> None:
    assert "a &lt;b&gt; c" in client.post("/help/en", data={"question": "a <b> c"}).text


def test_the_help_page_shows_the_urgent_care_card(client: FlaskClient) -> None:
    assert 'class="card" role="alert"' in client.post("/help/en", data={"question": EMERGENCY}).text
