"""Conversations: what was asked and what kind of reply it got, noted without delaying anyone."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from assistant.answering.messages import Turn
from assistant.records.storage.database import Database, DatabaseUnavailableError
from assistant.records.storage.group_commit import GroupCommit
from assistant.records.storage.lead_models import Lead
from assistant.records.storage.models import Conversation, Exchange

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 random bits in URL-safe base64."""
TOKEN_LIFE = dt.timedelta(hours=24)
KEPT = dt.timedelta(days=30)
_TURNS_RECALLED = 8
_PATIENCE_SECONDS = 0.05
# Written once: putting a statement together takes longer than running it.
_ALIVE = (
    Conversation.token_hash == bindparam("token_hash"),
    Conversation.started_at > bindparam("since"),
)
_FIND = select(Conversation.id).where(*_ALIVE)
_TURNS = (
    select(Exchange.text, Exchange.kind, Exchange.entries)
    .join(Conversation)
    .where(*_ALIVE)
    .order_by(Exchange.id.desc())
    .limit(_TURNS_RECALLED)
)
_CONVERSATIONS, _EXCHANGES = (cast(Table, of.__table__) for of in (Conversation, Exchange))
_ADD_CONVERSATIONS = insert(_CONVERSATIONS)
_LATER = ("id", "conversation_id", "helpful")  # columns that a note does not give
_NOTED = [column for column in _EXCHANGES.c if column.name not in _LATER]
_ADD_EXCHANGES = insert(_EXCHANGES).from_select(
    [_EXCHANGES.c.conversation_id, *_NOTED],
    select(
        _CONVERSATIONS.c.id, *(bindparam(column.name, type_=column.type) for column in _NOTED)
    ).where(_CONVERSATIONS.c.token_hash == bindparam("token_hash")),
)


@dataclass(frozen=True, slots=True)
class Note:
    """What is kept of one exchange; `text` has no contact data any more."""

    text: str
    kind: str
    entries: tuple[str, ...]
    confidence: float | None
    knowledge_version: str
    language: str
    page: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """Where an exchange was noted: the conversation's token and the message's id."""

    conversation: str
    message: str


class Conversations:
    """Every visitor's conversation; a database that fails costs the memory, never the reply."""

    def __init__(self, database: Database, *, rest_seconds: float = 2.0) -> None:
        """`rest_seconds`: how long a database that failed is left alone."""
        self._database = database
        self._reading = _Breaker(rest_seconds)
        self._writing = _Breaker(rest_seconds)
        self._notes = GroupCommit(self._write)

    def turns(self, token: str | None, now: dt.datetime) -> tuple[Turn, ...]:
        """Return the last turns of the token's conversation, oldest first; none if unknown."""
        if token is None or not self._reading.closed():
            return ()
        try:
            with self._database.look() as connection:
                rows = connection.execute(_TURNS, _alive(token, now)).all()
        except DatabaseUnavailableError:
            self._reading.trip()
            self._writing.trip()
            return ()
        self._reading.reset()
        return tuple(Turn(text, kind, tuple(entries)) for text, kind, entries in reversed(rows))

    def note(self, token: str | None, note: Note, now: dt.datetime) -> Noted | None:
        """Note an exchange in the conversation of a token that has turns; None begins a new one.

        In a conversation that was erased meanwhile nothing is noted. Returns None, after at most
        a moment's wait, when the database is down or locked.
        """
        begins = token is None
        token = token or secrets.token_urlsafe(32)
        message = uuid.uuid4()
        row = {
            "token_hash": _hash(token),
            "message": message,
            "text": note.text,
            "kind": note.kind,
            "entries": note.entries,
            "confidence": note.confidence,
            "knowledge_version": note.knowledge_version,
            "language": note.language,
            "page": note.page,
            "created_at": now,
        }
        return Noted(token, str(message)) if self._notes.add((begins, row)) else None

    def _write(self, notes: list[tuple[bool, dict[str, Any]]]) -> bool:
        """Write notes, each with whether it begins its conversation; return whether they are."""
        if not self._writing.closed():
            return False
        begun = [
            {
                "token_hash": row["token_hash"],
                "language": row["language"],
                "page": row["page"],
                "started_at": row["created_at"],
            }
            for begins, row in notes
            if begins
        ]
        try:
            with self._database.begin(patience=_PATIENCE_SECONDS) as connection:
                if begun:
                    connection.execute(_ADD_CONVERSATIONS, begun)
                connection.execute(_ADD_EXCHANGES, [row for _, row in notes])
        except DatabaseUnavailableError:
            self._writing.trip()
            return False
        self._writing.reset()
        return True

    def rate(self, token: str, message: uuid.UUID, helpful: bool, now: dt.datetime) -> bool:
        """Keep whether a message's reply helped; False when it isn't of that conversation.

        Raises DatabaseUnavailableError.
        """
        with self._database.write(patience=1) as session:
            conversation = session.scalar(_FIND, _alive(token, now))
            found = session.execute(
                update(Exchange)
                .where(Exchange.conversation_id == conversation, Exchange.message == message)
                .values(helpful=helpful)
                .returning(Exchange.id)
            ).first()
        return found is not None

    def erase(self, token: str) -> None:
        """Delete the token's conversation and exchanges; raises DatabaseUnavailableError."""
        with self._database.write(patience=2) as session:
            session.execute(delete(Conversation).where(Conversation.token_hash == _hash(token)))

    def purge(self, now: dt.datetime) -> int:
        """Delete the conversations older than 30 days and return how many there were.

        Those that a visitor included with a consultation request stay as long as the request.

        Raises DatabaseUnavailableError.
        """
        with self._database.write() as session:
            old = session.execute(
                delete(Conversation)
                .where(
                    Conversation.started_at < now - KEPT,
                    ~exists().where(Lead.conversation_id == Conversation.id),
                )
                .returning(Conversation.id)
            ).all()
        return len(old)


def find(session: Session, token: str, now: dt.datetime) -> int | None:
    """Return the id of the token's conversation; None when it is unknown, expired or erased."""
    found: int | None = session.scalar(_FIND, _alive(token, now))
    return found


class _Breaker:
    """Spares visitors the wait for a database that just failed; one of them tries again later."""

    def __init__(self, rest_seconds: float) -> None:
        self._rest_seconds = rest_seconds
        self._failed = False
        self._until = 0.0

    def closed(self) -> bool:
        """Return whether to try; after a rest only the first caller gets True."""
        if not self._failed:
            return True
        now = time.monotonic()
        if now < self._until:
            return False
        self._until = now + self._rest_seconds
        return True

    def trip(self) -> None:
        self._failed = True
        self._until = time.monotonic() + self._rest_seconds

    def reset(self) -> None:
        self._failed = False


def _alive(token: str, now: dt.datetime) -> dict[str, object]:
    return {"token_hash": _hash(token), "since": now - TOKEN_LIFE}


def _hash(token: str) -> bytes:
    # The token is 256 random bits, so one fast hash is enough: there is nothing to guess.
    return hashlib.sha256(token.encode("ascii")).digest()
