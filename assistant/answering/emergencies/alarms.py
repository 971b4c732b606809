"""Whether a message gets the urgent-care card: by red flags, and by how emergencies sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.answering.blocks import Card
from assistant.answering.emergencies import cards, tone
from assistant.answering.emergencies.look import Alarm, Look
from assistant.answering.emergencies.red_flags import Level, Safety
from assistant.answering.emergencies.safety import Guard
from assistant.answering.emergencies.tone import LEVELS, Friendly
from assistant.answering.learnt.opinion import Opinion

_SOUNDS, _SOUNDS_DEADLY = 0.87, 0.6
"""How probable an emergency must be for its card: one of any level, and a danger to life where no
red flag was seen (docs/emergencies.md)."""
_ALONE, _AT_ALL = 0.9, 0.002
"""How probable one sentence must make it by itself, whatever is asked beside it; and how probable
the message must make it for its sentences to be heard one by one: three in four are not."""
_BELIEVED, _BELIEVED_SHORT, _SHORT = 0.2, 0.08, 4
"""How probable a red flag must be to be believed, and one in a clause of at most four words (its
own counted as one), of which less can be heard; one taken back must sound of an emergency."""
_DEADLY: tuple[Level, ...] = ("now", "crisis")


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a message sounds like."""

    alarm: Alarm | None = None
    """What is answered before all else."""
    chances: dict[str, float] = field(default_factory=dict)
    """How probable each tone is by the words and what stands around a red flag, 0 to 1."""
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
        """Return what a message sounds like."""
        look = self._guard.look(text)
        if self._learnt is None or not look.sentences:
            return Hearing(look.alarm)
        return _weighed(look, self._learnt)

    def card(self, alarm: Alarm, numbers: cards.Numbers) -> Card:
        """Return the card of an alarm, with a button that fits its level."""
        return cards.card(self._safety, alarm, numbers)


def _weighed(look: Look, learnt: Opinion) -> Hearing:
    """Return what was seen in view of what was learnt: a red flag that is believed comes first."""
    several = len(look.sentences) > 1
    for alarm in look.alarms:
        if alarm.taken_back:  # the only sentence is heard below
            believed = several and tone.means(learnt, alarm, _SOUNDS)
        else:
            least = _BELIEVED_SHORT if len(alarm.close) <= _SHORT else _BELIEVED
            believed = tone.means(learnt, alarm, least)
        if believed:
            return Hearing(alarm)
    words, around = look.words, look.alarms[0].around if look.alarms else ()
    chances = tone.chances(learnt, words, around)
    deadly = sum(chances[level] for level in _DEADLY)
    if deadly >= _SOUNDS_DEADLY and not look.alarms:
        return Hearing(_sounding(words, chances, _DEADLY, learnt), chances)
    if tone.urgent(chances) >= _SOUNDS:
        return Hearing(_sounding(words, chances, LEVELS, learnt), chances)
    for sentence in look.sentences if several and tone.urgent(chances) >= _AT_ALL else ():
        alone = tone.chances(learnt, sentence)
        if tone.urgent(alone) >= _ALONE:
            return Hearing(_sounding(sentence, alone, LEVELS, learnt), chances)
    return Hearing(None, chances, tone.friendly(learnt, words, chances))


def _sounding(
    words: Sequence[str], chances: Mapping[str, float], levels: Sequence[Level], learnt: Opinion
) -> Alarm:
    """Return the alarm for words that sound urgent, of the likeliest of the levels."""
    level = max(levels, key=lambda each: chances[each])
    return Alarm(level, f"sounds like {level}", tone.reasons(learnt, words, level))
