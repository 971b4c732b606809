"""The plain pages: every answer, a search that leaves no trace, the form with its errors."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.lead_stories import Clock, desk_of

PATH = "/help/en"
FILLED = {"name": "Robin Sample", "phone": "+1 416 555 0199", "consent": "on"}


def rows(app: Flask, table: str) -> int:
    with app.extensions["desk"].database.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def hidden(page: str) -> dict[str, str]:
    """Return what the form carries along: consent version, token and key."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_every_current_answer_has_an_anchor(app: Flask) -> None:
    page = app.test_client().get("/help").text
    for entry in app.extensions["desk"].knowledge.edition().entries:
        assert f'<article id="{entry.id}">' in page
        assert f'href="#{entry.id}"' in page


def test_an_answer_is_gone_the_day_after_its_review_date(app: Flask) -> None:
    desk = desk_of(app)
    entry = min(desk.knowledge.edition().entries, key=lambda entry: entry.review_by)
    noon = dt.datetime.combine(entry.review_by, dt.time(12), dt.UTC)
    pages = []
    for now in (noon, noon + dt.timedelta(days=1)):
        desk.now = Clock(now)
        pages.append(app.test_client().get(PATH).text)
    assert [f'<article id="{entry.id}">' in page for page in pages] == [True, False]


def test_each_visit_has_a_form_of_its_own(client: FlaskClient) -> None:
    first, second = (client.get(PATH) for _ in range(2))
    assert hidden(first.text)["key"] != hidden(second.text)["key"]
    assert first.headers["Cache-Control"] == "no-store"


def test_a_language_without_knowledge_has_no_page(client: FlaskClient) -> None:
    assert client.get("/help/en").status_code == 200
    assert client.get("/help/xx").status_code == 404


def test_search_engines_get_the_same_answers_under_a_strict_policy(client: FlaskClient) -> None:
    response = client.get(PATH)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.text, re.S)
    assert found
    page = json.loads(found[1])
    assert page["@type"] == "FAQPage"
    assert len(page["mainEntity"]) == response.text.count("<article id=")
    pain = next(it for it in page["mainEntity"] if it["name"] == "Does it hurt?")
    assert "numbing cream" in pain["acceptedAnswer"]["text"]
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in response.headers["Content-Security-Policy"]


def test_a_search_is_answered_and_leaves_no_trace(app: Flask) -> None:
    page = app.test_client().post(PATH, data={"question": "does it hurt"}).text
    assert 'id="answer"' in page
    assert "From: " in page
    assert rows(app, "conversations") == 0


def test_a_search_for_help_gets_the_urgent_care_card_first(client: FlaskClient) -> None:
    page = client.post(PATH, data={"question": "I can't breathe after the injection"}).text
    assert page.index('role="alert"') < page.index("<search>")


def test_an_unknown_question_is_led_to_a_person(client: FlaskClient) -> None:
    page = client.post(PATH, data={"question": "who won the football match"}).text
    assert '<a class="button" href="#request">' in page


def test_a_request_arrives_once_however_often_the_page_is_sent(app: Flask) -> None:
    client = app.test_client()
    form = {**FILLED, **hidden(client.get(PATH).text)}
    pages = [client.post(PATH + "/request", data=form).text for _ in range(2)]
    references = [re.search(r"Your reference: (\S+)<", page) for page in pages]
    assert references[0] and references[1]
    assert references[0][1] == references[1][1]
    assert rows(app, "leads") == 1


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(app: Flask) -> None:
    client = app.test_client()
    carried = hidden(client.get(PATH).text)
    typed = {"email": "nobody", "message": "Is Friday <free>?", **carried}
    response = client.post(PATH + "/request", data=typed)
    page = unescape(response.text)
    assert response.status_code == 422
    assert 'href="#name"' in page
    assert 'id="email-error"' in page
    assert "Is Friday &lt;free&gt;?" in response.text
    assert hidden(page)["key"] == carried["key"]
    assert rows(app, "leads") == 0


def test_a_broken_request_of_an_emergency_still_gets_the_card(client: FlaskClient) -> None:
    response = client.post(PATH + "/request", data={"message": "I can't breathe"})
    assert response.status_code == 422
    assert "card" in response.text
    assert 'role="alert"' in response.text


def test_a_changed_consent_is_shown_again(client: FlaskClient) -> None:
    carried = {**hidden(client.get(PATH).text), "version": "0" * 64}
    response = client.post(PATH + "/request", data={**FILLED, **carried})
    assert response.status_code == 409
    assert "consent text has changed" in response.text


def test_the_demo_embeds_the_widget_from_the_other_loopback_name(client: FlaskClient) -> None:
    response = client.get("/", base_url="http://localhost:8000")
    assert 'src="http://127.0.0.1:8000/widget.js"' in response.text
    policy = response.headers["Content-Security-Policy"]
    assert "script-src http://127.0.0.1:8000;" in policy
    assert "connect-src http://127.0.0.1:8000;" in policy


@pytest.mark.parametrize("host", ["x:99999", "x y", "*", "[z]", "user@clinic.example"])
def test_a_host_that_is_none_is_refused_and_never_an_error(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 400
    assert client.get("/help", headers={"Host": host}).status_code < 500
