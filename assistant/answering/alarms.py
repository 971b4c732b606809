"""Whether a message gets the urgent-care card: by red flags, and by how emergencies sound."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.blocks import Card
from assistant.answering.red_flags import Level, Safety
from assistant.answering.safety import Alarm, Guard, Numbers
from assistant.answering.urgency import LEVELS, Learnt

_SOUNDS, _MAY_SOUND = 0.9, 0.55
"""How probable an emergency must be for its card; the second for a danger to life where no answer
is known either (docs/emergencies.md)."""


class Alarms:
    """Looks for emergencies in messages; built once, then only read."""

    def __init__(self, safety: Safety, learnt: Learnt | None) -> None:
        """Take the red flags and, where there is, what examples have taught."""
        self._guard = Guard(safety)
        self._learnt = learnt

    def check(self, text: str) -> Alarm | None:
        """Return the alarm that a message raises before all else, or None."""
        return self._guard.check(text) or self._heard(text, LEVELS, _SOUNDS)

    def suspect(self, text: str) -> Alarm | None:
        """Return the alarm of a message that nothing else is known to say of, or None."""
        return self._heard(text, ("now", "crisis"), _MAY_SOUND)

    def chances(self, text: str) -> dict[Level, float]:
        """Return how probable each level is by the sound of a message, 0 to 1."""
        return self._learnt.chances(self._guard.words(text)) if self._learnt else {}

    def card(self, alarm: Alarm, numbers: Numbers) -> Card:
        """Return the card of an alarm, with a button that fits its level."""
        return self._guard.card(alarm, numbers)

    def _heard(self, text: str, levels: Sequence[Level], least: float) -> Alarm | None:
        if self._learnt is None:
            return None
        words = self._guard.words(text)
        chances = self._learnt.chances(words)
        if sum(chances[level] for level in levels) < least:
            return None
        level = max(levels, key=lambda each: chances[each])
        return Alarm(level, f"sounds like {level}", self._learnt.reasons(words, level))
