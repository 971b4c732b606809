"""What the tests of consultation requests share: an invented visitor and a clock."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from assistant.records.contact import Phone
from assistant.records.leads.consent import Consent
from assistant.records.leads.leads import Leads, Request, Terms
from assistant.records.storage.lead_models import Lead, OutboxRow
from assistant.web.desk import Desk

MONDAY = dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC)
TERMS = Terms(Consent("I agree that the clinic may call me.", "en"), Consent("Send me news.", "en"))


def desk_of(app: Flask) -> Desk:
    """Return the application's desk."""
    found: Desk = app.extensions["desk"]
    return found


def request(**changes: Any) -> Request:
    """Return a checked request of an invented visitor."""
    fields: dict[str, Any] = {
        "name": "Zelda Quartz",
        "phone": Phone("+14165550134", "416-555 0134 ext 2"),
        "email": "zelda@example.com",
        "preferred_time": "after six",
        "message": "My hair is thinning.",
        "language": "en",
        "page": "https://clinic.example/hair",
        "conversation": None,
        "agreed_to": TERMS.consent.version,
        "marketing": False,
        "urgent_level": None,
        "held_reason": None,
    }
    return Request(**{**fields, **changes})


def take(leads: Leads, now: dt.datetime = MONDAY, **changes: Any) -> str:
    """Take one request and return its reference."""
    asked = request(**changes)
    receipt = leads.take(uuid.uuid4(), repr(asked), asked, TERMS, {}, now)
    return str(receipt["reference"])


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self, now: dt.datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **time: float) -> None:
        """Let time pass: `forward(seconds=3)`."""
        self.now += dt.timedelta(**time)


class Visitor:
    """Somebody who opens the form, takes a while, and sends it."""

    def __init__(self, app: Flask) -> None:
        self.clock = Clock()
        self.desk = desk_of(app)
        self.desk.now = self.clock
        self._client = app.test_client()

    def opens_the_form(self, **query: str) -> dict[str, Any]:
        """Return what the form gets."""
        answer = self._client.get("/api/v1/form", query_string=query)
        assert answer.status_code == 200
        assert isinstance(answer.json, dict)
        return answer.json

    def fills_in(self, **changes: Any) -> dict[str, Any]:
        """Return a body as the form would send it, 20 seconds after it was opened."""
        form = self.opens_the_form()
        self.clock.forward(seconds=20)
        body: dict[str, Any] = {
            "name": "Zelda Quartz",
            "phone": "416-555 0134 ext 2",
            "email": None,
            "preferred_time": None,
            "message": "My hair is thinning.",
            "language": "en",
            "consent": {"version": form["consent"]["version"], "given": True},
            "marketing": False,
            "conversation": None,
            "page": "https://clinic.example/hair?name=zelda#form",
            "token": form["token"],
            "website": "",
        }
        return {**body, **changes}

    def sends(
        self,
        body: dict[str, Any],
        key: str | None = None,
        address: str = "192.0.2.7",
        host: str = "localhost",
    ) -> TestResponse:
        """Return the answer to a body under an idempotency key, by default a new one."""
        return self._client.post(
            "/api/v1/leads",
            json=body,
            headers={"Idempotency-Key": key or str(uuid.uuid4()), "Host": host},
            environ_base={"REMOTE_ADDR": address},
        )

    def asks(self, **changes: Any) -> TestResponse:
        """Fill the form in, send it, and return the answer."""
        return self.sends(self.fills_in(**changes))

    def leads(self) -> list[Lead]:
        """Return every lead that was kept, in the order of arrival."""
        with self.desk.database.read() as session:
            return list(session.scalars(select(Lead).order_by(Lead.id)))

    def notifications(self) -> list[str]:
        """Return the channels of the outbox, one for each row."""
        with self.desk.database.read() as session:
            return sorted(session.scalars(select(OutboxRow.channel)))
