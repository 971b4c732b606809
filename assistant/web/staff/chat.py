"""The chat that a visitor included: what was asked, what was answered, and why it went on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.answering.blocks import Block, parse
from assistant.answering.content.knowledge import Edition
from assistant.records.storage.lead_models import Lead
from assistant.records.storage.models import Exchange
from assistant.web.desk import desk

_PERSON = "book-consultation"
_HANDED_OVER = {
    "unknown": "It had no vetted answer to the last question, so it offered a person.",
    "suggest": "It was not sure what was meant and offered near questions.",
    "emergency": "It saw a sign of an urgent problem and showed the urgent-care card.",
    "answer": "It answered; the visitor chose to ask for a consultation.",
    "smalltalk": "The visitor went from small talk to the form.",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """An entry that was given: its question, and its answer as it stands today."""

    question: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One exchange of the chat."""

    exchange: Exchange
    answers: tuple[Answered, ...]


def chat(rows: Session, lead: Lead) -> list[Said]:
    """Return the exchanges of the chat that the visitor included, oldest first."""
    if lead.conversation_id is None:
        return []
    found = rows.scalars(
        select(Exchange)
        .where(Exchange.conversation_id == lead.conversation_id)
        .order_by(Exchange.id)
    )
    return [Said(exchange, _answers(exchange)) for exchange in found]


def why_handed_over(said: Sequence[Said]) -> str:
    """Return in words why the chat ended at the form."""
    last = said[-1].exchange
    if _PERSON in last.entries:
        return "The visitor asked for a person or an appointment."
    return _HANDED_OVER.get(last.kind, "")


def _answers(exchange: Exchange) -> tuple[Answered, ...]:
    edition = desk().knowledge.edition(exchange.language)
    return tuple(_answer(edition, entry_id) for entry_id in exchange.entries)


def _answer(edition: Edition, entry_id: str) -> Answered:
    entry = edition.entry(entry_id)
    if entry is None:
        return Answered(f"An entry that is gone since: {entry_id}", ())
    return Answered(entry.question, parse(entry.answer))
