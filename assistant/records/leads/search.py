"""Searching names and messages: they are encrypted, so they are opened and looked through."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy import LargeBinary, func, select, type_coerce
from sqlalchemy.orm import Session

from assistant.records.leads.inbox import ORDER, Place, View, up_to
from assistant.records.storage.encryption import Keyring
from assistant.records.storage.lead_models import Lead

MOST_SEARCHED = 5000
# Opened here instead of by the column's type: of 5,000 rows that is half of the time.
_STORED = [type_coerce(column, LargeBinary) for column in (Lead.message, Lead.name)]
_ID = Lead.__table__.c.id


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of the leads that have all the words, in inbox order.

    `complete` is False when the view has more leads than are looked through: the first 5,000.
    """

    ids: tuple[int, ...]
    complete: bool

    def after(self, session: Session, place: Place | None, size: int) -> tuple[int, ...]:
        """Return the ids of the page that follows `place`, or of the first page."""
        start = 0 if place is None else self._count(session, place)
        return self.ids[start : start + size]

    def before(self, session: Session, place: Place, size: int) -> tuple[int, ...]:
        """Return the ids of the page that leads up to `place`."""
        end = self._count(session, place) - (place.id in self.ids)
        return self.ids[max(end - size, 0) : end]

    def _count(self, session: Session, place: Place) -> int:
        """Return how many of them stand up to `place`, itself included."""
        if place.id in self.ids:
            return self.ids.index(place.id) + 1
        earlier = select(func.count()).where(Lead.id.in_(self.ids), up_to(place))
        return session.scalar(earlier) or 0


def search(session: Session, keyring: Keyring, view: View, words: tuple[str, ...]) -> Found:
    """Return the leads of the view whose name and message together have every word."""
    wanted = [_folded(word) for word in words]
    rows = (
        session.connection()
        .execute(
            select(_ID, *_STORED)
            .where(*view.conditions(keyring))
            .order_by(*ORDER)
            .limit(MOST_SEARCHED + 1)
        )
        .all()
    )
    found = tuple(row[0] for row in rows[:MOST_SEARCHED] if _has(keyring, wanted, row[1], row[2]))
    return Found(found, len(rows) <= MOST_SEARCHED)


def _has(keyring: Keyring, wanted: list[str], message: bytes | None, name: bytes) -> bool:
    text = _folded(keyring.decrypt(message, "leads.message")) if message else ""
    left = [word for word in wanted if word not in text]
    if not left:
        return True
    text = _folded(keyring.decrypt(name, "leads.name"))
    return all(word in text for word in left)


def _folded(text: str) -> str:
    """Return what spellings of a word share: no case, no accents."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
