"""The first page: what waits, how fast people are answered, how many requests come."""

from __future__ import annotations

import datetime as dt

from flask import render_template
from flask.typing import ResponseReturnValue

from assistant.records.leads import inbox, statistics
from assistant.records.leads.inbox import View
from assistant.records.notifications import outbox
from assistant.web.desk import desk
from assistant.web.staff import identity
from assistant.web.staff.blueprint import staff

_DAYS = 30
_WEEK = 7


@staff.get("/", endpoint="overview")
def overview_page() -> ResponseReturnValue:
    """Show the figures of today and of the last 30 days."""
    days = [desk().today() - dt.timedelta(days=back) for back in range(_DAYS - 1, -2, -1)]
    midnights = [_midnight(day) for day in days]
    monday = desk().today() - dt.timedelta(days=desk().today().weekday())
    this_week, last_week = _midnight(monday), _midnight(monday - dt.timedelta(days=_WEEK))
    with desk().database.read() as rows:
        keyring = desk().keyring
        page = {
            "counts": inbox.counts(rows, ("new", "held")),
            "newest": statistics.newest(rows),
            "urgent": inbox.count(rows, keyring, View(urgent=True)),
            "overdue": inbox.count(rows, keyring, View(unanswered_since=desk().overdue_since())),
            "mine": inbox.count(rows, keyring, View(assigned_to=identity.member().id)),
            "failed": len(outbox.failed(rows)),
            "this_week": statistics.median_response(rows, desk().opening, this_week, desk().now()),
            "last_week": statistics.median_response(rows, desk().opening, last_week, this_week),
            "per_day": list(zip(days, statistics.per_day(rows, midnights), strict=False)),
            "next": inbox.page(rows, keyring, View(), size=5),
        }
    return render_template("staff/overview.html", **page)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), desk().zone).astimezone(dt.UTC)
