"""What goes back and forth: the turns of a conversation and the reply to a message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.answering.blocks import Block

Kind = Literal["answer", "suggest", "unknown", "emergency", "smalltalk"]
MISSES = ("unknown", "suggest")


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange: the message without contact data, and what it got."""

    text: str
    kind: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """The conversation so far, oldest turn first."""

    turns: tuple[Turn, ...] = ()

    @property
    def last(self) -> Turn | None:
        """The turn just before, small talk passed over."""
        return next((turn for turn in reversed(self.turns) if turn.kind != "smalltalk"), None)

    @property
    def missed(self) -> bool:
        """Whether the turn just before got no answer."""
        return self.last is not None and self.last.kind in MISSES

    def after(self, reply: Reply) -> Context:
        """Return the conversation with one more exchange."""
        entries = tuple(answer.entry for answer in reply.answers)
        return replace(self, turns=(*self.turns, Turn(reply.text_kept, reply.kind, entries)))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry offered by its question."""

    entry: str
    question: str

    def as_json(self) -> dict[str, str]:
        """Return the wire form."""
        return {"entry": self.entry, "question": self.question}


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry given as the answer; `confidence` is a probability, 0 to 1."""

    entry: str
    question: str
    blocks: tuple[Block, ...]
    title: str
    section: str
    url: str
    confidence: float
    related: tuple[Suggestion, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the wire form."""
        return {
            "entry": self.entry,
            "question": self.question,
            "blocks": blocks_json(self.blocks),
            "source": {"title": self.title, "section": self.section, "url": self.url or None},
            "confidence": round(self.confidence, 3),
            "related": [suggestion.as_json() for suggestion in self.related],
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message got; `text_kept` is the only form of the message that may be stored."""

    kind: Kind
    text_kept: str
    blocks: tuple[Block, ...] = ()
    answers: tuple[Answer, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    offer_form: bool = False
    rules: tuple[str, ...] = ()
    """The rule that decided each question, for logs and staff."""

    def as_json(self) -> dict[str, Any]:
        """Return the `reply` object of the visitor API."""
        return {
            "kind": self.kind,
            "blocks": blocks_json(self.blocks),
            "answers": [answer.as_json() for answer in self.answers],
            "suggestions": [suggestion.as_json() for suggestion in self.suggestions],
            "offer_form": self.offer_form,
        }


def blocks_json(blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
    """Return blocks in their wire form."""
    return [block.model_dump(mode="json", exclude_none=True) for block in blocks]
