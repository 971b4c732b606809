"""Searching names and messages: they are encrypted, so they are opened and looked through."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.records.encryption import Keyring
from assistant.records.inbox import ORDER, Place, View
from assistant.records.lead_models import Lead

MOST_SEARCHED = 5000


@dataclass(frozen=True, slots=True)
class Found:
    """The places of the leads that have all the words, in inbox order.

    `complete` is False when the view has more leads than are looked through: the first 5,000.
    """

    places: tuple[Place, ...]
    complete: bool

    def after(self, place: Place | None, size: int) -> list[int]:
        """Return the ids of the page that follows `place`, or of the first page."""
        keys = [_key(found) for found in self.places]
        start = 0 if place is None else sum(key <= _key(place) for key in keys)
        return [found.id for found in self.places[start : start + size]]

    def before(self, place: Place, size: int) -> list[int]:
        """Return the ids of the page that leads up to `place`."""
        earlier = [found.id for found in self.places if _key(found) < _key(place)]
        return earlier[-size:]


def search(session: Session, keyring: Keyring, view: View, words: tuple[str, ...]) -> Found:
    """Return the leads of the view whose name and message together have every word."""
    wanted = [_folded(word) for word in words]
    rows = session.execute(
        select(Lead.name, Lead.message, Lead.queue, Lead.received_at, Lead.id)
        .where(*view.conditions(keyring))
        .order_by(*ORDER)
        .limit(MOST_SEARCHED + 1)
    ).all()
    places = []
    for name, message, queue, received_at, number in rows[:MOST_SEARCHED]:
        text = _folded(f"{name} {message or ''}")
        if all(word in text for word in wanted):
            places.append(Place(queue, received_at, number))
    return Found(tuple(places), len(rows) <= MOST_SEARCHED)


def _key(place: Place) -> tuple[object, ...]:
    return (place.queue, place.received_at, place.id)


def _folded(text: str) -> str:
    """Return what spellings of a word share: no case, no accents."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
