"""The inbox: which leads there are, in the order in which they want attention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Tuple, func, select, tuple_
from sqlalchemy.orm import Session

from assistant.records.leads.leads import Contacts
from assistant.records.storage.encryption import Keyring
from assistant.records.storage.lead_models import OPEN, STATUSES, Lead

PAGE = 50


@dataclass(frozen=True, slots=True)
class View:
    """Which leads to show; what is None or empty does not restrict."""

    statuses: tuple[str, ...] = OPEN
    urgent: bool | None = None
    assigned_to: int | None = None
    unanswered_since: dt.datetime | None = None
    """Only those still without a first response that came before this: the overdue ones
    (`Opening.before` gives the moment)."""
    received_from: dt.datetime | None = None
    received_until: dt.datetime | None = None
    phone: str | None = None
    """In E.164."""
    email: str | None = None

    def conditions(self, keyring: Keyring) -> list[ColumnElement[bool]]:
        """Return the view as conditions on Lead, for a query of any kind."""
        found: list[ColumnElement[bool]] = []
        if self.statuses:
            found.append(_is_one_of(self.statuses))
        if self.urgent is not None:
            found.append(Lead.urgent.is_(self.urgent))
        if self.assigned_to is not None:
            found.append(Lead.assigned_to == self.assigned_to)
        if self.unanswered_since is not None:
            # Only a new one is unanswered: every other open status is a response.
            found += [Lead.status == "new", Lead.received_at <= self.unanswered_since]
        if self.received_from is not None:
            found.append(Lead.received_at >= self.received_from)
        if self.received_until is not None:
            found.append(Lead.received_at < self.received_until)
        if self.phone or self.email:
            found.append(Contacts(keyring, self.phone, self.email).same())
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lead stands in the inbox: by queue, then the longest waiting first."""

    queue: int
    received_at: dt.datetime
    id: int

    @classmethod
    def of(cls, lead: Lead) -> Place:
        """Return the place of a lead, to go on from."""
        return cls(lead.queue, lead.received_at, lead.id)


ORDER = (Lead.queue, Lead.received_at, Lead.id)


def page(
    session: Session,
    keyring: Keyring,
    view: View,
    *,
    after: Place | None = None,
    before: Place | None = None,
    size: int = PAGE,
) -> list[Lead]:
    """Return the leads that follow `after`, or those that lead up to `before`, in inbox order.

    Going on from a place instead of a number keeps pages stable while leads come and go.
    """
    query = select(Lead).where(*view.conditions(keyring)).limit(size)
    if before is not None:
        here = tuple_(*ORDER) < _values(before)
        descending = [column.desc() for column in ORDER]
        return list(session.scalars(query.where(here).order_by(*descending)))[::-1]
    if after is not None:
        query = query.where(tuple_(*ORDER) > _values(after))
    return list(session.scalars(query.order_by(*ORDER)))


def count(session: Session, keyring: Keyring, view: View) -> int:
    """Return how many leads the view has."""
    query = select(func.count()).select_from(Lead).where(*view.conditions(keyring))
    return session.scalar(query) or 0


def counts(session: Session, statuses: Sequence[str] = STATUSES) -> dict[str, int]:
    """Return how many leads have each of these statuses; one without leads is left out."""
    of_these = select(Lead.status, func.count()).where(Lead.status.in_(statuses))
    rows = session.execute(of_these.group_by(Lead.status))
    return dict(rows.all())


def find(session: Session, reference: str) -> Lead | None:
    """Return the lead of that reference (see `reference.parse`), or None."""
    return session.scalar(select(Lead).where(Lead.reference == reference))


def same_contact(session: Session, keyring: Keyring, lead: Lead) -> list[Lead]:
    """Return the other requests with the same telephone number or e-mail, newest first.

    Spam and held ones are among them.
    """
    same = Contacts(keyring, lead.phone, lead.email).same()
    others = select(Lead).where(same, Lead.id != lead.id).order_by(Lead.received_at.desc())
    return list(session.scalars(others))


def repeated(session: Session, leads: Sequence[Lead]) -> set[int]:
    """Return the ids of those among `leads` whose contact sent more than one request."""
    again: set[int] = set()
    for column in (Lead.phone_index, Lead.email_index):
        indexes = {getattr(lead, column.key) for lead in leads} - {None}
        many = set(
            session.scalars(
                select(column).where(column.in_(indexes)).group_by(column).having(func.count() > 1)
            )
        )
        again |= {lead.id for lead in leads if getattr(lead, column.key) in many}
    return again


def _is_one_of(statuses: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition on the status.

    One is looked up in its index. Several are said as what is left out, because a list of them
    would tempt SQLite to look each up and sort, where the inbox's own index is in order already.
    """
    if len(statuses) == 1:
        return Lead.status == statuses[0]
    return Lead.status.not_in([status for status in STATUSES if status not in statuses])


def up_to(place: Place) -> ColumnElement[bool]:
    """Return the condition that a lead stands at a place or before it."""
    return tuple_(*ORDER) <= _values(place)


def _values(place: Place) -> Tuple:
    return tuple_(place.queue, place.received_at, place.id, types=[c.type for c in ORDER])
