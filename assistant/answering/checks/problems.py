"""What a check says, and what it is given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from assistant.answering.checks.places import Places
from assistant.answering.content.knowledge import Edition, Entry, Fact, Knowledge


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend: where, what, and how; a warning may stay."""

    place: str  # file:line, below the knowledge folder
    text: str
    warning: bool = False

    def __str__(self) -> str:
        """Return the problem as one line of a report."""
        return f"{self.place}: {'warning: ' if self.warning else ''}{self.text}"


@dataclass(frozen=True, slots=True)
class Draft:
    """Knowledge under check, and the day it is checked for."""

    knowledge: Knowledge
    places: Places
    today: dt.date

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The knowledge in each of its languages."""
        return tuple(self.knowledge.editions.values())

    def in_entry(
        self,
        edition: Edition,
        entry: Entry,
        key: str,
        text: str,
        value: str = "",
        *,
        warning: bool = False,
    ) -> Problem:
        """Return a problem of an entry's `key`, at the line of `value` when it is given."""
        places = self.places.find(f"{edition.language}/topics/", "entry", entry.id, key, value)
        return Problem(places[0], f"{key} ({entry.id}): {text}", warning)

    def in_fact(self, fact: Fact, key: str, text: str, value: str = "") -> Problem:
        """Return a problem of a fact's `key`."""
        places = self.places.find("facts.toml", "fact", fact.id, key, value)
        return Problem(places[0], f"{key} ({fact.id}): {text}")
