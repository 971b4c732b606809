"""Erasing one consultation request for good, when the person it is about asks for that."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from assistant.records.storage.lead_models import Lead
from assistant.records.storage.models import Conversation


def received(session: Session, reference: str) -> dt.datetime | None:
    """Return when the request of that reference came in; None when there is none."""
    return session.scalar(select(Lead.received_at).where(Lead.reference == reference))


def erase(session: Session, reference: str) -> None:
    """Delete a request with its history, notes, notifications and receipt, and its chat.

    A chat that another request includes as well stays with that one. Nothing is decrypted, so
    this works without the right data key, too.
    """
    chat = session.scalar(select(Lead.conversation_id).where(Lead.reference == reference))
    session.execute(delete(Lead).where(Lead.reference == reference))
    included = exists().where(Lead.conversation_id == Conversation.id)
    session.execute(delete(Conversation).where(Conversation.id == chat, ~included))
