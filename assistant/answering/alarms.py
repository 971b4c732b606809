"""Whether a message gets the urgent-care card: by red flags, and by how emergencies sound."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.answering import cards, tone
from assistant.answering.blocks import Card
from assistant.answering.opinion import Opinion
from assistant.answering.red_flags import Level, Safety
from assistant.answering.safety import Alarm, Guard
from assistant.answering.tone import LEVELS, Friendly

_SOUNDS, _SOUNDS_DEADLY = 0.85, 0.5
"""How probable an emergency must be for its card: one of any level, and a danger to life
(docs/emergencies.md)."""
_DEADLY: tuple[Level, ...] = ("now", "crisis")


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a message sounds like."""

    alarm: Alarm | None = None
    """What is answered before all else."""
    chances: dict[str, float] = field(default_factory=dict)
    """How probable each tone is by the words alone, 0 to 1."""
    friendly: Friendly | None = None
    """The small talk that it is, where it sounds of nothing else."""


class Alarms:
    """Looks for emergencies in messages; built once, then only read."""

    def __init__(self, safety: Safety, learnt: Opinion | None) -> None:
        """Take the red flags and, where there is, what examples have taught."""
        self._safety = safety
        self._guard = Guard(safety)
        self._learnt = learnt

    def hear(self, text: str) -> Hearing:
        """Return what a message sounds like; a red flag is enough for the alarm."""
        alarm, words = self._guard.look(text)
        if self._learnt is None or alarm or not words:
            return Hearing(alarm)
        chances = tone.chances(self._learnt, words)
        deadly = sum(chances[level] for level in _DEADLY)
        if deadly >= _SOUNDS_DEADLY or sum(chances[level] for level in LEVELS) >= _SOUNDS:
            levels = _DEADLY if deadly >= _SOUNDS_DEADLY else LEVELS
            level = max(levels, key=lambda each: chances[each])
            reasons = tone.reasons(self._learnt, words, level)
            return Hearing(Alarm(level, f"sounds like {level}", reasons), chances)
        return Hearing(None, chances, tone.friendly(self._learnt, words, chances))

    def card(self, alarm: Alarm, numbers: cards.Numbers) -> Card:
        """Return the card of an alarm, with a button that fits its level."""
        return cards.card(self._safety, alarm, numbers)
