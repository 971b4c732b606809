"""The outbox: notifications wait here until they are sent, through failures and restarts.

A sender claims a row with a lease, sends, and only then marks it. If it dies in between, the
lease runs out and the row is sent again under the same id: at least once, never lost.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.records.storage.database import Database, DatabaseUnavailableError
from assistant.records.storage.lead_models import Lead, OutboxRow

CONFIRMATION = "confirmation"
"""The channel that tells the visitor; all others tell staff."""

_log = logging.getLogger(__name__)


class DeliveryError(Exception):
    """A notification that could not be sent now; the message holds nothing personal."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to try again: exponential backoff with jitter, in seconds."""

    first: float = 30
    longest: float = 600
    give_up: float = 72 * 3600
    lease: float = 300
    """Longer than any delivery takes: within it no second sender has the row."""
    idle: float = 2

    def pause(self, attempts: int, chance: float) -> dt.timedelta:
        """Return how long to wait after `attempts` failures; `chance` is 0 to 1."""
        full = min(self.longest, self.first * 2 ** min(attempts - 1, 20))
        return dt.timedelta(seconds=full * (0.5 + chance / 2))


@dataclass(frozen=True, slots=True)
class Notice:
    """What a channel may know of a lead; `email` is the visitor's, for a confirmation."""

    event_id: uuid.UUID
    reference: str
    urgent: bool
    received_at: dt.datetime
    language: str
    email: str | None


class Channel(Protocol):
    """One way to tell somebody."""

    @property
    def name(self) -> str:
        """The channel's name in the outbox."""

    def send(self, notice: Notice) -> None:
        """Deliver; raises DeliveryError."""


def enqueue(
    session: Session, lead: Lead, channels: Iterable[str], now: dt.datetime, schedule: Schedule
) -> None:
    """Add a row for each channel; there is at most one per lead and channel, ever."""
    for channel in channels:
        session.add(
            OutboxRow(
                lead_id=lead.id,
                channel=channel,
                event_id=uuid.uuid4(),
                status="pending",
                attempts=0,
                due_at=now,
                give_up_at=now + dt.timedelta(seconds=schedule.give_up),
            )
        )


def told(session: Session, lead: Lead) -> set[str]:
    """Return the channels that have a row for this lead already."""
    return set(session.scalars(select(OutboxRow.channel).where(OutboxRow.lead_id == lead.id)))


class Sender:
    """Sends what is due by one channel; any number of senders may run at once."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        *,
        now: Callable[[], dt.datetime],
        schedule: Schedule | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._channel = channel
        self._now = now
        self._schedule = schedule or Schedule()
        self._chance = chance

    @property
    def channel(self) -> str:
        """The name of its channel."""
        return self._channel.name

    def run(self, stop: Event) -> None:
        """Send until `stop` is set; a database that is away is waited for."""
        while not stop.is_set():
            try:
                sent = self.send_next()
            except DatabaseUnavailableError:
                sent = False
            except Exception:
                # Whatever it is, the row stays in the outbox and its lease paces the next try.
                _log.exception("the outbox sender of %s stumbled", self._channel.name)
                sent = False
            if not sent:  # also spares a server that is down one try after the other
                stop.wait(self._schedule.idle)

    def send_next(self) -> bool:
        """Try the row that has been due the longest; return whether one was sent.

        Raises DatabaseUnavailableError.
        """
        claimed = self._claim()
        if claimed is None:
            return False
        row_id, lease, notice = claimed
        try:
            self._channel.send(notice)
        except DeliveryError as error:
            self._failed(row_id, lease, str(error))
            return False
        except Exception as error:  # a fault of ours must end in the list that staff see, too
            self._failed(row_id, lease, type(error).__name__)
            return False
        self._sent(row_id, lease)
        return True

    def _claim(self) -> tuple[int, uuid.UUID, Notice] | None:
        now = self._now()
        with self._database.write() as session:
            row = session.scalar(
                select(OutboxRow)
                .where(
                    OutboxRow.channel == self._channel.name,
                    OutboxRow.status == "pending",
                    OutboxRow.due_at <= now,
                )
                .order_by(OutboxRow.due_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return None
            row.lease = lease = uuid.uuid4()
            row.due_at = now + dt.timedelta(seconds=self._schedule.lease)
            return row.id, lease, _notice(session, row)

    def _sent(self, row_id: int, lease: uuid.UUID) -> None:
        with self._database.write(patience=30) as session:
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.id == row_id, OutboxRow.lease == lease)
                .values(
                    status="sent",
                    sent_at=self._now(),
                    lease=None,
                    error=None,
                    attempts=OutboxRow.attempts + 1,
                )
            )

    def _failed(self, row_id: int, lease: uuid.UUID, error: str) -> None:
        now = self._now()
        with self._database.write(patience=30) as session:
            row = session.scalar(
                select(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.lease == lease)
            )
            if row is None:
                return
            row.attempts += 1
            row.lease = None
            row.error = error[:200]
            row.due_at = now + self._schedule.pause(row.attempts, self._chance())
            if row.due_at >= row.give_up_at:
                row.status = "failed"
        _log.warning("a notification by %s failed: %s", self._channel.name, error)


def failed(session: Session, limit: int = 200) -> list[tuple[OutboxRow, str]]:
    """Return the notifications that were given up, newest first, each with its reference."""
    rows = session.execute(
        select(OutboxRow, Lead.reference)
        .join(Lead, Lead.id == OutboxRow.lead_id)
        .where(OutboxRow.status == "failed")
        .order_by(OutboxRow.due_at.desc())
        .limit(limit)
    )
    return [(row, reference) for row, reference in rows]


def resend(session: Session, row_id: int, now: dt.datetime) -> bool:
    """Put a given-up notification back for another 72 hours; False when it is not one."""
    schedule = Schedule()
    changed = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.status == "failed")
        .values(
            status="pending",
            attempts=0,
            due_at=now,
            give_up_at=now + dt.timedelta(seconds=schedule.give_up),
        )
        .returning(OutboxRow.id)
    )
    return changed.first() is not None


def _notice(session: Session, row: OutboxRow) -> Notice:
    facts = (Lead.reference, Lead.urgent, Lead.received_at, Lead.language)
    of_lead = Lead.id == row.lead_id
    reference, urgent, received_at, language = session.execute(select(*facts).where(of_lead)).one()
    email = None
    if row.channel == CONFIRMATION:
        email = session.scalar(select(Lead.email).where(of_lead))
    return Notice(row.event_id, reference, urgent, received_at, language, email)
