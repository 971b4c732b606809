"""Exactly once, on disk, on both databases: repetitions, races, locks, and what staff are told."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from assistant.records.leads import triage
from tests.conftest import MakeApp
from tests.lead_stories import Visitor

KEY = "6f2d3f0e-5d0c-4c55-9d7e-1e6a8f7b2a10"
STAFF_ARE_TOLD = {
    "smtp_url": "smtp://127.0.0.1:9",
    "notify_email": "desk@clinic.example",
    "webhook_url": "https://hooks.example/clinic",
    "webhook_secret": "w" * 32,
}


def test_a_repetition_gets_what_the_first_one_got(both_app: Flask) -> None:
    visitor = Visitor(both_app)
    body = visitor.fills_in(email="zelda@gmial.con", message="My throat is closing")
    first = visitor.sends(body, KEY)
    visitor.clock.forward(hours=30)
    again = visitor.sends({**body, "token": visitor.opens_the_form()["token"]}, KEY.upper())
    assert (again.status_code, again.json) == (201, first.json)
    assert len(visitor.leads()) == 1


def test_a_used_key_with_another_body_is_refused(both_app: Flask) -> None:
    visitor = Visitor(both_app)
    body = visitor.fills_in()
    visitor.sends(body, KEY)
    answer = visitor.sends({**body, "message": "Another question"}, KEY)
    assert answer.status_code == 422
    assert answer.json["type"].endswith("/key-reused")
    assert len(visitor.leads()) == 1


def test_only_a_kept_request_uses_up_its_key(both_app: Flask) -> None:
    visitor = Visitor(both_app)
    assert visitor.sends(visitor.fills_in(name=""), KEY).status_code == 422
    assert visitor.sends(visitor.fills_in(), KEY).status_code == 201


def test_without_a_key_nothing_is_kept(both_app: Flask) -> None:
    visitor = Visitor(both_app)
    answer = visitor.sends(visitor.fills_in(), "not a uuid")
    assert list(answer.json["errors"]) == ["Idempotency-Key"]
    assert visitor.leads() == []


def test_many_at_once_with_one_key_are_one_lead(make_app: MakeApp, database_url: str) -> None:
    visitor = Visitor(make_app(database_url, **STAFF_ARE_TOLD))
    body = visitor.fills_in()

    def send(_: int) -> TestResponse:
        return visitor.sends(body, KEY)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["reference"] for answer in answers}) == 1
    assert len(visitor.leads()) == 1
    assert visitor.notifications() == ["email", "webhook"]


def test_a_second_request_of_the_same_person_is_a_lead_of_its_own(both_app: Flask) -> None:
    visitor = Visitor(both_app)
    visitor.asks()
    visitor.asks(message="One more question")
    first, second = visitor.leads()
    assert first.phone_index == second.phone_index


def test_a_locked_database_is_waited_for(app: Flask, tmp_path: Path) -> None:
    visitor = Visitor(app)
    body = visitor.fills_in()
    lock = sqlite3.connect(tmp_path / "test.sqlite3", check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, lock.rollback)
    release.start()
    assert visitor.sends(body).status_code == 201
    release.join()
    lock.close()


def test_a_database_that_stays_locked_gets_a_503_and_the_key_stays_good(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.records.leads.leads.PATIENCE_SECONDS", 0.2)
    visitor = Visitor(app)
    body = visitor.fills_in()
    lock = sqlite3.connect(tmp_path / "test.sqlite3")
    lock.execute("BEGIN IMMEDIATE")
    refused = visitor.sends(body, KEY)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    lock.rollback()
    lock.close()
    assert visitor.sends(body, KEY).status_code == 201


def test_a_held_request_is_told_to_staff_only_once_it_is_released(
    make_app: MakeApp, database_url: str
) -> None:
    visitor = Visitor(make_app(database_url, **STAFF_ARE_TOLD))
    reference = visitor.asks(website="spam").json["reference"]
    assert visitor.notifications() == []
    with visitor.desk.database.write() as session:
        lead = triage.edit(session, reference)
        triage.set_status(
            *(session, lead, "new"),
            actor=1,
            now=visitor.clock.now,
            channels=visitor.desk.leads.to_staff,
        )
    assert visitor.notifications() == ["email", "webhook"]


def test_a_held_request_is_deleted_after_a_week_with_everything_of_it(both_app: Flask) -> None:
    visitor = Visitor(both_app)
    visitor.asks(website="spam")
    visitor.asks(phone="416 555 0135")
    visitor.clock.forward(days=6.9)
    assert visitor.desk.leads.purge(visitor.clock.now) == 0
    visitor.clock.forward(days=0.2)
    assert visitor.desk.leads.purge(visitor.clock.now) == 1
    assert [lead.status for lead in visitor.leads()] == ["new"]


def test_a_confirmation_is_sent_to_an_address_once_a_day(
    make_app: MakeApp, database_url: str
) -> None:
    visitor = Visitor(make_app(database_url, **STAFF_ARE_TOLD, confirm_by_mail="on"))
    for _ in range(2):
        visitor.asks(email="zelda@example.com")
    assert visitor.notifications().count("confirmation") == 1
    visitor.clock.forward(days=1)
    visitor.asks(email="Zelda@Example.com")
    assert visitor.notifications().count("confirmation") == 2


def test_each_request_gets_its_own_unordered_reference(app: Flask) -> None:
    visitor = Visitor(app)
    references = [
        visitor.asks(phone=f"416 555 {number:04}").json["reference"] for number in range(20)
    ]
    assert len(set(references)) == 20
    assert references != sorted(references)
    assert all(len(found) == 8 for found in references)
