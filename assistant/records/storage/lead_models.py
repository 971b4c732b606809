"""The tables of consultation requests: what visitors sent, and what became of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    Uuid,
    false,
)
from sqlalchemy import event as orm_event
from sqlalchemy.orm import Mapped, mapped_column

from assistant.records.storage.encryption import EncryptedText
from assistant.records.storage.models import Base

OPEN = ("new", "attempted", "reached")
DONE = ("booked", "closed", "spam")
STATUSES = (*OPEN, *DONE, "held")
"""`held` is doubtful and waits for a look by staff; the others are a request's normal way."""

_QUEUE = """CASE
 WHEN status = 'held' THEN 4
 WHEN status IN ('booked', 'closed', 'spam') THEN 3
 WHEN status = 'reached' THEN 2
 WHEN urgent THEN 0
 WHEN status = 'new' THEN 1
 ELSE 2 END"""


class ConsentText(Base):
    """A text that visitors agreed to, word for word, under its SHA-256; never changed."""

    __tablename__ = "consent_texts"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(35))
    first_used_at: Mapped[dt.datetime]


class Lead(Base):
    """One consultation request; what says who the person is and why is encrypted."""

    __tablename__ = "leads"
    __table_args__ = (
        # The inbox's order for each of its filters, and what its counts look at.
        Index(None, "queue", "received_at", "id", "status"),
        Index(None, "status", "queue", "received_at", "id", "urgent", "assigned_to"),
        Index(None, "assigned_to", "queue", "received_at", "id", "status"),
        Index(None, "urgent", "queue", "received_at", "id", "status"),
        # The overview's days and response times.
        Index(None, "received_at", "status", "first_response_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    """What visitor and staff call it by: random, Crockford's base 32."""
    status: Mapped[str] = mapped_column(String(10))
    closed_reason: Mapped[str | None] = mapped_column(String(30))
    held_reason: Mapped[str | None] = mapped_column(String(10))
    urgent: Mapped[bool]
    urgent_level: Mapped[str | None] = mapped_column(String(10))
    """The level of the card that the visitor was shown: now, today or crisis."""
    queue: Mapped[int] = mapped_column(SmallInteger, Computed(_QUEUE, persisted=True))
    """The order of the inbox: 0 urgent, 1 new, 2 under way, 3 done, 4 held."""

    name: Mapped[str] = mapped_column(EncryptedText("leads.name"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("leads.phone"))
    """In E.164; `phone_typed` has the extension and whatever else was typed."""
    phone_typed: Mapped[str | None] = mapped_column(EncryptedText("leads.phone_typed"))
    email: Mapped[str | None] = mapped_column(EncryptedText("leads.email"))
    preferred_time: Mapped[str | None] = mapped_column(EncryptedText("leads.preferred_time"))
    message: Mapped[str | None] = mapped_column(EncryptedText("leads.message"))
    phone_index: Mapped[str | None] = mapped_column(String(32), index=True)
    email_index: Mapped[str | None] = mapped_column(String(32), index=True)

    consent_version: Mapped[str] = mapped_column(ForeignKey("consent_texts.version"))
    marketing_version: Mapped[str | None] = mapped_column(ForeignKey("consent_texts.version"))
    """The text agreed to for news and offers; None when the visitor did not agree."""
    language: Mapped[str] = mapped_column(String(35))
    page: Mapped[str | None] = mapped_column(Text)
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL"), index=True
    )
    """The chat, only when the visitor chose to include it."""

    received_at: Mapped[dt.datetime]
    """Also the time of the consent."""
    first_response_at: Mapped[dt.datetime | None]
    assigned_to: Mapped[int | None]
    """The id of a member of staff."""
    demo: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Invented by the demo command, which can take it away again."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts changes, so that of two people who edit at once the second is told."""


class LeadEvent(Base):
    """One step of a lead's history: who did what, and when; nothing here is ever changed."""

    __tablename__ = "lead_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None]
    """The id of a member of staff; None for the server itself."""
    kind: Mapped[str] = mapped_column(String(10))
    """received, status, urgent, assigned or note."""
    old: Mapped[str | None] = mapped_column(String(50))
    new: Mapped[str | None] = mapped_column(String(50))
    note: Mapped[str | None] = mapped_column(EncryptedText("lead_events.note"))
    undoes_id: Mapped[int | None] = mapped_column(
        ForeignKey("lead_events.id", ondelete="CASCADE"), unique=True
    )


class IdempotencyKey(Base):
    """A key that a visitor's widget has used up, and the answer it got."""

    __tablename__ = "idempotency_keys"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    body_digest: Mapped[str] = mapped_column(String(32))
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    receipt: Mapped[str] = mapped_column(EncryptedText("idempotency_keys.receipt"))


class OutboxRow(Base):
    """A notification about one lead by one channel, kept until it is sent or given up."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "lead_id", "channel", unique=True),
        Index(None, "channel", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    """email, webhook or confirmation."""
    event_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    """The same at every try, so that a receiver knows a repetition."""
    status: Mapped[str] = mapped_column(String(10))
    """pending, sent or failed."""
    attempts: Mapped[int]
    due_at: Mapped[dt.datetime]
    """When to try next; while a sender has it: when its lease ends."""
    lease: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    give_up_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))
    """Why the last try failed, in our own words."""


def _refuse(_mapper: Any, _connection: Any, target: ConsentText) -> None:
    raise ValueError(f"the consent text {target.version} is what people agreed to: add a new one")


orm_event.listen(ConsentText, "before_update", _refuse)
