"""What was seen in a message that may be an emergency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from assistant.answering.emergencies.red_flags import Level

SIGN = "!"
"""Stands for the words that gave a red flag away."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A red flag found: how urgent it is, which one, and the words that gave it away."""

    level: Level
    flag: str
    reasons: tuple[str, ...]
    around: tuple[str, ...] = ()
    """The words of its sentence, those that gave it away as one `SIGN`."""
    close: tuple[str, ...] = ()
    """The same of its clause."""
    taken_back: bool = False
    """Whether a saying or a veto takes it back, as in "what if my throat closes"."""

    def spelt(self, around: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words of its sentence or clause with its own, side by side, for the sign."""
        at = around.index(SIGN)
        return (*around[:at], *self.reasons, *around[at + 1 :])


class Look(NamedTuple):
    """What was seen in a message: its red flags, the gravest first, and its words.

    Those that stand come before those taken back.
    """

    alarms: tuple[Alarm, ...]
    sentences: list[list[str]]
    """The words of each sentence, as most likely meant."""

    @property
    def words(self) -> list[str]:
        """All its words, as most likely meant."""
        return [word for sentence in self.sentences for word in sentence]

    @property
    def alarm(self) -> Alarm | None:
        """The most urgent red flag that nothing takes back."""
        return next((alarm for alarm in self.alarms if not alarm.taken_back), None)
