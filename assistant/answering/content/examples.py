"""Messages written by people, from which is learnt what others mean."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, RootModel

from assistant.answering.content.knowledge import Edition
from assistant.answering.emergencies.red_flags import Level
from assistant.answering.emergencies.tone import LEVELS
from assistant.answering.learnt.opinion import NONE


class Examples(BaseModel):
    """The content of urgency.toml: messages of each level, and harmless ones, one a line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    now: str
    crisis: str
    today: str
    harmless: str

    def lines(self, level: Level | None) -> list[str]:
        """Return the messages of a level; None stands for the harmless ones."""
        text: str = getattr(self, level or "harmless")
        return _lines(text)


class Messages(RootModel[dict[str, str]]):
    """Messages by what they ask for, such as an entry or none, one a line."""

    def lines(self, label: str) -> list[str]:
        """Return the messages of a label."""
        return _lines(self.root.get(label, ""))

    def all(self) -> list[str]:
        """Return the messages of all labels."""
        return [line for label in self.root for line in self.lines(label)]


@dataclass(frozen=True, slots=True)
class Tones:
    """Messages by their tone: how urgent they are, and the content of pleasantries.toml.

    That is messages of nothing but small talk, by its kind.
    """

    urgency: Examples
    pleasantries: Messages

    def digest(self, asked: Iterable[str]) -> str:
        """What tells these messages, and those of what people ask for, from others."""
        urgent = ((str(level), self.urgency.lines(level)) for level in (*LEVELS, None))
        friendly = ((kind, self.pleasantries.lines(kind)) for kind in self.pleasantries.root)
        told = (line for tone, lines in (*urgent, *friendly) for line in (tone, *lines))
        return _digest([*told, *asked])


class Talk(RootModel[dict[str, Messages]]):
    """The content of follow_ups.toml: what is asked just after each entry, or after no answer."""

    def after(self, label: str) -> Messages:
        """Return the messages that followed an entry, or no answer."""
        return self.root.get(label, Messages({}))


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that people asked: the content of messages.toml, and what followed an answer."""

    messages: Messages
    talk: Talk

    def digest(self, edition: Edition) -> str:
        """What tells these messages, for these entries, from others."""
        labels = labels_of(edition)
        parts = [("", self.messages), *((label, self.talk.after(label)) for label in labels)]
        return _digest(
            line
            for before, said in parts
            for label in labels
            for line in (before, label, *said.lines(label))
        )


def labels_of(edition: Edition) -> list[str]:
    """Return what a message may ask for: the entries' ids, in order, and `NONE`."""
    return [*sorted(entry.id for entry in edition.entries), NONE]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
