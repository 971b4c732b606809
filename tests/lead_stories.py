"""What the tests of consultation requests share: an invented visitor and a clock."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import Flask

from assistant.records.consent import Consent
from assistant.records.contact import Phone
from assistant.records.leads import Leads, Request, Terms
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
