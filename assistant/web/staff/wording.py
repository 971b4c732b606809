"""How the staff pages put moments, waits and statuses into words."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import phonenumbers
from flask import Flask, g
from markupsafe import Markup

from assistant.answering.blocks import parse
from assistant.records.leads.triage import CLOSED_REASONS
from assistant.records.storage.lead_models import OPEN, Lead
from assistant.web.desk import desk
from assistant.web.staff.blueprint import staff

STATUSES = {
    "new": "New",
    "attempted": "Attempted",
    "reached": "Reached",
    "booked": "Booked",
    "closed": "Closed",
    "spam": "Spam",
    "held": "Held",
}
REASONS = {
    "no-answer": "no answer",
    "not-suitable": "not suitable",
    "price": "price",
    "elsewhere": "went elsewhere",
    "duplicate": "duplicate",
    "other": "other reason",
}
LEVELS = {
    "now": "shown the emergency card",
    "today": "told to be seen today",
    "crisis": "shown the crisis card",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def init_app(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        moment=moment,
        day=day,
        wait=wait,
        state=state,
        duration=duration,
        telephone=telephone,
        blocks=parse,
    )
    assert tuple(REASONS) == CLOSED_REASONS  # noqa: S101  (each reason has its words)


@staff.context_processor
def words() -> dict[str, object]:
    """Return what every staff template may use."""
    return {
        "member": g.get("member"),
        "clinic": desk().knowledge.clinic,
        "statuses": STATUSES,
        "reasons": REASONS,
        "levels": LEVELS,
        "is_overdue": is_overdue,
        "now": desk().now(),
    }


def moment(when: dt.datetime) -> Markup:
    """Return a moment in the clinic's time, the nearer the shorter."""
    local = when.astimezone(desk().zone)
    today = desk().today()
    clock = f"{local:%H:%M}"
    if local.date() == today:
        text = f"today {clock}"
    elif local.date() == today - dt.timedelta(days=1):
        text = f"yesterday {clock}"
    else:
        year = f" {local.year}" if local.year != today.year else ""
        text = f"{local.day} {local:%b}{year} {clock}"
    full = local.isoformat(timespec="minutes")
    return Markup('<time datetime="{}">{}</time>').format(full, text)


def day(date: dt.date) -> str:
    """Return a day such as "Mon 2 Mar"."""
    return f"{date:%a} {date.day} {date:%b}"


def telephone(e164: str) -> str:
    """Return a telephone number as people of the clinic's country read it."""
    return _telephone(e164, desk().knowledge.clinic.country)


@lru_cache(maxsize=512)
def _telephone(e164: str, country: str) -> str:
    number = phonenumbers.parse(e164, None)
    home = phonenumbers.country_code_for_region(country)
    style = phonenumbers.PhoneNumberFormat
    form = style.NATIONAL if number.country_code == home else style.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def duration(span: dt.timedelta | None) -> str:
    """Return a span in its two largest units: "2 d 3 h", "45 min"."""
    if span is None:
        return "none yet"
    seconds = max(int(span.total_seconds()), 0)
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        minutes = seconds % _HOUR // _MINUTE
        return f"{seconds // _HOUR} h {minutes} min" if minutes else f"{seconds // _HOUR} h"
    hours = seconds % _DAY // _HOUR
    return f"{seconds // _DAY} d {hours} h" if hours else f"{seconds // _DAY} d"


def wait(lead: Lead) -> str:
    """Return how long a request waited for the first response, or waits since it came."""
    return duration((lead.first_response_at or desk().now()) - lead.received_at)


def is_overdue(lead: Lead) -> bool:
    """Return whether a request waits longer than the clinic means to let anybody wait."""
    waits = lead.first_response_at is None and lead.status in OPEN
    if "overdue_since" not in g:
        g.overdue_since = desk().overdue_since()
    return bool(waits and lead.received_at <= g.overdue_since)


def state(value: str | None) -> str:
    """Return a status as the history keeps it ("closed/price") in words."""
    status, _, reason = (value or "").partition("/")
    name = STATUSES.get(status, status)
    return f"{name} ({REASONS.get(reason, reason)})" if reason else name
