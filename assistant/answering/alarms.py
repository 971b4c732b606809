"""Whether a message gets the urgent-care card: by red flags, and by how emergencies sound."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.answering import cards, tone
from assistant.answering.blocks import Card
from assistant.answering.opinion import Opinion
from assistant.answering.red_flags import Level, Safety
from assistant.answering.safety import Alarm, Guard
from assistant.answering.tone import LEVELS

_SOUNDS, _SOUNDS_DEADLY, _MAY_SOUND = 0.9, 0.55, 0.5
"""How probable an emergency must be for its card: one of any level, a danger to life, and the same
where no answer is known either (docs/emergencies.md)."""
_DEADLY: tuple[Level, ...] = ("now", "crisis")


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a message sounds like."""

    alarm: Alarm | None = None
    """What is answered before all else."""
    suspicion: Alarm | None = None
    """What is answered when nothing else is known to say."""
    chances: dict[Level, float] = field(default_factory=dict)
    """How probable each level is by the words alone, 0 to 1."""


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
        if self._learnt is None or alarm:
            return Hearing(alarm, alarm)
        chances = tone.chances(self._learnt, words)
        deadly = sum(chances[level] for level in _DEADLY)
        if deadly >= _SOUNDS_DEADLY or sum(chances.values()) >= _SOUNDS:
            alarm = self._sound(words, chances, LEVELS)
            return Hearing(alarm, alarm, chances)
        if deadly >= _MAY_SOUND:
            return Hearing(None, self._sound(words, chances, _DEADLY), chances)
        return Hearing(None, None, chances)

    def card(self, alarm: Alarm, numbers: cards.Numbers) -> Card:
        """Return the card of an alarm, with a button that fits its level."""
        return cards.card(self._safety, alarm, numbers)

    def _sound(
        self, words: list[str], chances: dict[Level, float], levels: tuple[Level, ...]
    ) -> Alarm:
        level = max(levels, key=lambda each: chances[each])
        reasons = tone.reasons(self._learnt, words, level) if self._learnt else ()
        return Alarm(level, f"sounds like {level}", reasons)
