"""Taking a consultation request: kept exactly once, on disk before anybody is told so."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, delete, false, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.records import conversations
from assistant.records.contact import Phone, comparable_email
from assistant.records.leads import reference
from assistant.records.leads.consent import Consent
from assistant.records.notifications.outbox import CONFIRMATION, Schedule, enqueue
from assistant.records.storage.database import Database
from assistant.records.storage.encryption import Keyring
from assistant.records.storage.lead_models import IdempotencyKey, Lead, LeadEvent, OutboxRow

HELD_KEPT = dt.timedelta(days=7)
PATIENCE_SECONDS = 10
_DAY = dt.timedelta(days=1)
_PER_CONTACT_AND_DAY = 3
_TRIES = 4

P = ParamSpec("P")
T = TypeVar("T")


class KeyReusedError(Exception):
    """The idempotency key has been used up by another request."""


class ConsentChangedError(Exception):
    """The text that the visitor agreed to is not the current one."""


@dataclass(frozen=True, slots=True)
class Request:
    """A consultation request whose fields have been checked."""

    name: str
    phone: Phone | None
    email: str | None
    preferred_time: str | None
    message: str | None
    language: str
    page: str | None
    conversation: str | None
    """The chat's token, when the visitor chose to include the chat."""
    agreed_to: str
    """The version of the consent text that the visitor saw."""
    marketing: bool
    urgent_level: str | None
    held_reason: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """The current texts to agree to."""

    consent: Consent
    marketing: Consent


def _retried(take: Callable[P, T]) -> Callable[P, T]:
    """Return `take` tried again when another process was faster with the key or the text."""

    @wraps(take)
    def trying(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_TRIES - 1):
            with suppress(IntegrityError):
                return take(*args, **kwargs)
        return take(*args, **kwargs)

    return trying


class Leads:
    """The intake; `to_staff` and `to_visitor` name the channels of new leads."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        *,
        to_staff: tuple[str, ...] = (),
        to_visitor: tuple[str, ...] = (),
        holds_by_count: bool = True,
    ) -> None:
        self.to_staff = to_staff
        self._database = database
        self._keyring = keyring
        self._to_visitor = to_visitor
        self._holds_by_count = holds_by_count

    @_retried
    def take(
        self,
        key: uuid.UUID,
        body: str,
        request: Request,
        terms: Terms,
        answer: Mapping[str, Any],
        now: dt.datetime,
    ) -> dict[str, Any]:
        """Keep the request and return what the visitor is told: `answer` and the reference.

        `key` and `body` say whether this is a repetition, which gets what the first one got.
        Raises KeyReusedError, ConsentChangedError, and DatabaseUnavailableError after 10 s.
        """
        key_hash = hashlib.sha256(key.bytes).digest()
        with self._database.write(patience=PATIENCE_SECONDS, durable=True) as session:
            used = session.get(IdempotencyKey, key_hash)
            if used is not None:
                return self._again(used, body)
            if request.agreed_to != terms.consent.version:
                raise ConsentChangedError
            lead = self._add(session, request, terms, now)
            receipt = {"reference": lead.reference, **answer}
            session.add(
                IdempotencyKey(
                    key_hash=key_hash,
                    body_digest=self._keyring.digest(body, "request"),
                    lead_id=lead.id,
                    receipt=json.dumps(receipt),
                )
            )
            return receipt

    def purge(self, now: dt.datetime) -> int:
        """Delete the held requests that nobody released within 7 days; return how many."""
        with self._database.write() as session:
            old = (Lead.status == "held", Lead.received_at < now - HELD_KEPT)
            return len(session.execute(delete(Lead).where(*old).returning(Lead.id)).all())

    def _again(self, used: IdempotencyKey, body: str) -> dict[str, Any]:
        if used.body_digest not in self._keyring.digests(body, "request"):
            raise KeyReusedError
        receipt: dict[str, Any] = json.loads(used.receipt)
        return receipt

    def _add(self, session: Session, request: Request, terms: Terms, now: dt.datetime) -> Lead:
        phone = request.phone
        contacts = Contacts(self._keyring, phone.e164 if phone else None, request.email)
        held = request.held_reason
        if held is None and self._holds_by_count and self._too_many(session, contacts, now):
            held = "contact"
        lead = Lead(
            reference=reference.new(),
            status="held" if held else "new",
            held_reason=held,
            urgent=request.urgent_level is not None,
            urgent_level=request.urgent_level,
            name=request.name,
            phone=phone.e164 if phone else None,
            phone_typed=phone.typed if phone else None,
            email=request.email,
            preferred_time=request.preferred_time,
            message=request.message,
            phone_index=contacts.phone_index,
            email_index=contacts.email_index,
            consent_version=terms.consent.keep(session, now),
            marketing_version=terms.marketing.keep(session, now) if request.marketing else None,
            language=request.language,
            page=request.page,
            conversation_id=request.conversation
            and conversations.find(session, request.conversation, now),
            received_at=now,
        )
        session.add(lead)
        session.flush()
        session.add(LeadEvent(lead_id=lead.id, at=now, kind="received", new=lead.status))
        if not held:
            enqueue(session, lead, self._wanted(session, lead, contacts, now), now, Schedule())
        return lead

    def _wanted(
        self, session: Session, lead: Lead, contacts: Contacts, now: dt.datetime
    ) -> tuple[str, ...]:
        if not self._to_visitor or lead.email is None:
            return self.to_staff
        confirmed = session.scalar(
            select(OutboxRow.id)
            .join(Lead, Lead.id == OutboxRow.lead_id)
            .where(
                OutboxRow.channel == CONFIRMATION,
                Lead.email_index.in_(contacts.email_indexes),
                Lead.received_at > now - _DAY,
            )
            .limit(1)
        )
        return self.to_staff if confirmed else (*self.to_staff, *self._to_visitor)

    def _too_many(self, session: Session, contacts: Contacts, now: dt.datetime) -> bool:
        recent = select(func.count()).select_from(Lead).where(contacts.same())
        count = session.scalar(recent.where(Lead.received_at > now - _DAY)) or 0
        return count >= _PER_CONTACT_AND_DAY


class Contacts:
    """The blind indexes of a person's telephone number (E.164) and e-mail address."""

    def __init__(self, keyring: Keyring, phone: str | None, email: str | None) -> None:
        address = email and comparable_email(email)
        self.phone_index = keyring.digest(phone, "phone") if phone else None
        self.email_index = keyring.digest(address, "email") if address else None
        self.phone_indexes = keyring.digests(phone, "phone") if phone else []
        self.email_indexes = keyring.digests(address, "email") if address else []

    def same(self) -> ColumnElement[bool]:
        """Return the condition that a lead has one of these contacts, under any data key."""
        # Only what is given: an empty list beside it would keep SQLite from the index.
        columns = ((Lead.phone_index, self.phone_indexes), (Lead.email_index, self.email_indexes))
        return or_(false(), *(column.in_(indexes) for column, indexes in columns if indexes))
