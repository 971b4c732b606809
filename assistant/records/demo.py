"""Invented visitors, chats and requests, so that a newcomer sees the staff area alive.

Every row carries the mark `demo`, is shown with it, and can be taken away again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.answering.messages import Context, Reply
from assistant.records.leads import reference, triage
from assistant.records.leads.consent import Consent
from assistant.records.leads.leads import Contacts
from assistant.records.storage.account_models import STAFF, Account
from assistant.records.storage.encryption import Keyring
from assistant.records.storage.lead_models import Lead, LeadEvent
from assistant.records.storage.models import Conversation, Exchange

LEADS = 300
DAYS = 60
_CHATS = 120
_FRESH = 16
_URGENT = (LEADS - 3, LEADS - 9)
_WORDS = Path(__file__).parent / "demo.toml"
_PAGE = "https://clinic.example/hair-loss"
_OUTCOMES = ("booked", "closed", "reached", "attempted", "spam")


@dataclass
class Demo:
    """What is invented, always the same for one seed; `reply` answers the chats' questions."""

    keyring: Keyring
    consent: Consent
    marketing: Consent
    reply: Callable[[str, Context], Reply]
    knowledge_version: str
    now: dt.datetime
    seed: int = 1

    @cached_property
    def _words(self) -> dict[str, Any]:
        return tomllib.loads(_WORDS.read_text(encoding="utf-8"))

    @cached_property
    def _random(self) -> random.Random:
        return random.Random(self.seed)  # noqa: S311  (nothing secret)

    def fill(self, session: Session) -> int:
        """Add everything and return the number of requests; 0 when a demo is there already."""
        if session.scalar(select(Lead.id).where(Lead.demo).limit(1)) is not None:
            return 0
        staff = self._staff(session)
        moments = [self._moment() for _ in range(LEADS - _FRESH)]
        moments += [self._lately() for _ in range(_FRESH)]
        for number, moment in enumerate(sorted(moments)):
            lead = self._lead(session, moment, urgent=number in _URGENT)
            self._treat(session, lead, [account.id for account in staff])
        for _ in range(_CHATS):
            self._chat(session, self._moment())
        return LEADS

    def _staff(self, session: Session) -> list[Account]:
        accounts = [
            Account(
                email=f"{name.split()[0].lower()}@demo.example.com",
                name=name,
                role=STAFF,
                created_at=self.now,
                demo=True,
            )
            for name in self._words["staff"]
        ]
        session.add_all(accounts)
        session.flush()
        return accounts

    def _moment(self) -> dt.datetime:
        """Return a moment of the last weeks; evenings and workdays are busier, as in life."""
        while True:
            moment = self.now - dt.timedelta(days=self._random.uniform(0.5, DAYS))
            hour = self._random.choice((8, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20, 20, 21, 21, 22))
            placed = moment.replace(hour=hour, minute=self._random.randrange(60))
            if placed < self.now and self._random.random() < (1 if placed.weekday() < 5 else 0.4):
                return placed

    def _lately(self) -> dt.datetime:
        """Return a moment of the last hours, so that somebody waits."""
        return self.now - dt.timedelta(minutes=self._random.expovariate(1 / 150))

    def _lead(self, session: Session, moment: dt.datetime, *, urgent: bool) -> Lead:
        pick = self._random.choice
        name = f"{pick(self._words['first_names'])} {pick(self._words['last_names'])}"
        phone, email = self._reach(name)
        contacts = Contacts(self.keyring, phone, email)
        level, message = pick(self._words["urgent"]) if urgent else (None, None)
        lead = Lead(
            reference=reference.new(),
            status="held" if self._random.random() < 0.02 else "new",
            urgent=urgent,
            urgent_level=level,
            name=name,
            phone=phone,
            phone_typed=f"{phone[2:5]}-555-{phone[-4:]}" if phone else None,
            email=email,
            preferred_time=pick(self._words["preferred_times"]) or None,
            message=message or pick(self._words["messages"]) or None,
            phone_index=contacts.phone_index,
            email_index=contacts.email_index,
            consent_version=self.consent.keep(session, self.now),
            marketing_version=self.marketing.keep(session, self.now)
            if self._random.random() < 0.3
            else None,
            language="en",
            page=_PAGE,
            conversation_id=self._chat(session, moment) if self._random.random() < 0.6 else None,
            received_at=moment,
            demo=True,
        )
        lead.held_reason = "speed" if lead.status == "held" else None
        session.add(lead)
        session.flush()
        session.add(LeadEvent(lead_id=lead.id, at=moment, kind="received", new=lead.status))
        return lead

    def _reach(self, name: str) -> tuple[str | None, str | None]:
        """Return a telephone number, an e-mail address, or both, that reach nobody."""
        area = self._random.choice((226, 249, 289, 343, 416, 437, 519, 613, 647, 705, 807, 905))
        phone = f"+1{area}555{self._random.randrange(100, 200):04}"
        email = f"{name.lower().replace(' ', '.')}{self._random.randrange(10, 100)}@example.com"
        return self._random.choice(((phone, email), (phone, None), (phone, None), (None, email)))

    def _treat(self, session: Session, lead: Lead, staff: list[int]) -> None:
        """Give a request the history that one of its age has."""
        age = self.now - lead.received_at
        if lead.status == "held" or age < dt.timedelta(hours=self._random.uniform(2, 12)):
            return
        actor = self._random.choice(staff)
        at = lead.received_at + age * min(self._random.expovariate(12), 0.9)
        at = min(at, lead.received_at + dt.timedelta(minutes=self._random.expovariate(1 / 150)))
        triage.assign(session, lead, actor, actor=actor, now=at)
        outcome = self._random.choices(_OUTCOMES, _shares(age))[0]
        steps = {"booked": ("attempted", "reached", "booked"), "closed": ("attempted", "closed")}
        for status in steps.get(outcome, (outcome,)):
            reason = self._random.choice(triage.CLOSED_REASONS) if status == "closed" else None
            triage.set_status(session, lead, status, reason=reason, actor=actor, now=at)
            at = min(at + dt.timedelta(hours=self._random.expovariate(1 / 8)), self.now)
        if self._random.random() < 0.4:
            note = self._random.choice(self._words["notes"])
            triage.add_note(session, lead, note, actor=actor, now=at)

    def _chat(self, session: Session, moment: dt.datetime) -> int:
        conversation = Conversation(
            token_hash=hashlib.sha256(self._random.randbytes(32)).digest(),
            language="en",
            page=_PAGE,
            started_at=moment,
            demo=True,
        )
        session.add(conversation)
        session.flush()
        context = Context()
        for number in range(self._random.randrange(1, 5)):
            reply = self.reply(self._random.choice(self._words["questions"]), context)
            context = context.after(reply)
            session.add(self._exchange(conversation.id, reply, moment, number))
        return conversation.id

    def _exchange(
        self, conversation: int, reply: Reply, moment: dt.datetime, number: int
    ) -> Exchange:
        return Exchange(
            conversation_id=conversation,
            message=uuid.UUID(bytes=self._random.randbytes(16), version=4),
            text=reply.text_kept,
            kind=reply.kind,
            entries=[answer.entry for answer in reply.answers],
            confidence=min((answer.confidence for answer in reply.answers), default=None),
            knowledge_version=self.knowledge_version,
            language="en",
            page=_PAGE,
            created_at=moment - dt.timedelta(minutes=10 - 2 * number),
            helpful=self._random.choice((None, None, None, True, True, False)),
        )


def _shares(age: dt.timedelta) -> tuple[int, ...]:
    """Return how likely each outcome is: what is old is mostly settled."""
    return (44, 48, 1, 1, 6) if age > dt.timedelta(days=6) else (18, 14, 30, 34, 4)


def remove(session: Session) -> int:
    """Take every demo row away and return the number of requests that went."""
    gone = session.execute(delete(Lead).where(Lead.demo).returning(Lead.id)).all()
    session.execute(delete(Conversation).where(Conversation.demo))
    session.execute(delete(Account).where(Account.demo))
    return len(gone)
