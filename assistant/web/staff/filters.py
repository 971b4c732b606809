"""The list's filters: read from the page's address, which is all there is to a view."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from assistant.records import contact
from assistant.records.leads import reference
from assistant.records.leads.inbox import Place, View
from assistant.records.storage.lead_models import OPEN, STATUSES

ALL = tuple(status for status in STATUSES if status != "held")
GROUPS = {"open": OPEN, **{status: (status,) for status in STATUSES}, "all": ALL}
_LONGEST_SEARCH = 100
_PLACE = re.compile(r"([0-9])~([0-9]{4}-[0-9T:.-]+Z)~([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filters:
    """What one view of the list shows, as it stands in the address."""

    group: str = "open"
    urgent: bool = False
    mine: bool = False
    overdue: bool = False
    received_from: dt.date | None = None
    received_until: dt.date | None = None
    search: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    """What could not be read, by field, with what to write instead."""

    @classmethod
    def read(cls, query: MultiDict[str, str]) -> Filters:
        """Return the filters of an address; what cannot be read is named and left out."""
        wrong: dict[str, str] = {}
        days = {name: _day(query.get(name, ""), name, wrong) for name in ("from", "until")}
        group = query.get("status", "open")
        return cls(
            group=group if group in GROUPS else "open",
            urgent=query.get("urgent") == "yes",
            mine=query.get("mine") == "yes",
            overdue=query.get("overdue") == "yes",
            received_from=days["from"],
            received_until=days["until"],
            search=query.get("q", "").strip()[:_LONGEST_SEARCH],
            wrong=wrong,
        )

    def query(self, **changes: str | None) -> str:
        """Return the address's query with some of it changed; None takes a part away."""
        parts: dict[str, str | None] = {
            "status": None if self.group == "open" else self.group,
            "urgent": "yes" if self.urgent else None,
            "mine": "yes" if self.mine else None,
            "overdue": "yes" if self.overdue else None,
            "from": str(self.received_from or ""),
            "until": str(self.received_until or ""),
            "q": self.search or None,
        }
        parts.update(changes)
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether anything but the status restricts the list."""
        return bool(self.query(status=None))

    def view(
        self, *, member: int, overdue_since: dt.datetime, zone: ZoneInfo, region: str
    ) -> tuple[View, Search]:
        """Return the view that the database knows, and what remains to be searched for."""
        search = Search.read(self.search, region)
        view = View(
            statuses=() if search.reference else GROUPS[self.group],
            urgent=True if self.urgent else None,
            assigned_to=member if self.mine else None,
            unanswered_since=overdue_since if self.overdue else None,
            received_from=_midnight(self.received_from, zone),
            received_until=_midnight(self.received_until and _next_day(self.received_until), zone),
            phone=search.phone,
            email=search.email,
        )
        return view, search


@dataclass(frozen=True, slots=True)
class Search:
    """What was searched for: a reference, an exact contact, or words of name and message."""

    reference: str | None = None
    phone: str | None = None
    email: str | None = None
    words: tuple[str, ...] = ()

    @classmethod
    def read(cls, typed: str, region: str) -> Search:
        """Return what was meant; a number without country code is one of `region`."""
        if not typed:
            return cls()
        if found := reference.parse(typed):
            return cls(reference=found, words=tuple(typed.casefold().split()))
        if "@" in typed:
            try:
                return cls(email=contact.email(typed))
            except contact.ContactError:
                return cls(words=tuple(typed.casefold().split()))
        if sum(c.isdigit() for c in typed) >= 7:
            try:
                return cls(phone=contact.phone(typed, region).e164)
            except contact.ContactError:
                pass
        return cls(words=tuple(typed.casefold().split()))


def read_place(text: str | None) -> Place | None:
    """Return the place that an address goes on from; None when it has none or a broken one."""
    match = _PLACE.fullmatch(text or "")
    if match is None:
        return None
    queue, moment, number = match.groups()
    try:
        return Place(int(queue), dt.datetime.fromisoformat(moment), int(number))
    except ValueError:
        return None


def read_version(text: str) -> int:
    """Return the version of a request that a form was made for; -1 when it is not one."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def write_place(place: Place) -> str:
    """Return a place as it stands in an address."""
    moment = place.received_at.astimezone(dt.UTC).replace(tzinfo=None)
    return f"{place.queue}~{moment.isoformat()}Z~{place.id}"


def _day(typed: str, name: str, wrong: dict[str, str]) -> dt.date | None:
    if not typed.strip():
        return None
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError:
        wrong[name] = "Write the day as year-month-day, such as 2026-03-31."
        return None


def _next_day(day: dt.date) -> dt.date | None:
    return None if day == dt.date.max else day + dt.timedelta(days=1)


def _midnight(day: dt.date | None, zone: ZoneInfo) -> dt.datetime | None:
    if day is None:
        return None
    try:
        return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
    except OverflowError:
        return None
