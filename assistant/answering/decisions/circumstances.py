"""What is said of the person, in a message and before it, and what that leaves of an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from assistant.answering.content.knowledge import Edition
from assistant.answering.decisions.boundaries import Limits
from assistant.answering.decisions.decision import MOST_QUESTIONS, NOWHERE, Decider, Decision
from assistant.answering.decisions.segments import Sentence


@dataclass(frozen=True, slots=True)
class Told:
    """What the message says of the person beside its questions."""

    limits: Limits
    first: tuple[Decision, ...]
    """What that means for them comes before what they ask."""
    for_everybody: frozenset[str]

    def bar(self, decisions: list[Decision]) -> list[Decision]:
        """Return the decisions without entries that may not hold for this person.

        What nobody wrote of their circumstance stays open, and is said to.
        """
        if not self.limits.beyond or not decisions:
            return decisions
        kept = [d for d in decisions if d.entry in self.for_everybody]
        return [*kept, _left_open(self.limits, decisions)]


class Circumstances:
    """Knows what an edition's entries mean for a person with circumstances."""

    def __init__(self, edition: Edition, decider: Decider) -> None:
        self._decider = decider
        self._for_everybody = frozenset(e.id for e in edition.entries if e.for_everybody)
        self._plans = frozenset(e.id for e in edition.entries if e.a_plan)

    def told(self, said: Iterable[Sentence]) -> Told:
        """Return what the sentences of a message that ask for nothing say of the person."""
        limits = self._limits(sentence for sentence in said if not sentence.asks)
        first = self._decider.about(limits)
        return Told(limits, (first,) if first else (), self._for_everybody)

    def change_nothing(self, entries: Collection[str]) -> bool:
        """Tell whether entries are plain facts, whoever asks and whatever was told."""
        return self._for_everybody.issuperset(entries) and self._plans.isdisjoint(entries)

    def in_mind(
        self, decisions: tuple[Decision, ...], earlier: Iterable[Sentence]
    ) -> tuple[Decision, ...]:
        """Return the decisions in view of what was told of the person in earlier messages.

        "I'm pregnant", a price, then "and is it safe?": what may not hold for everybody comes after
        what was written of a pregnancy, or stays open where nothing was. So do plans, but that
        something stays open is only said with them.
        """
        found = [d.entry for d in decisions if d.entry]
        if self.change_nothing(found):
            return decisions
        limits = self._limits(earlier)
        narrow = [entry for entry in found if entry not in self._for_everybody]
        kept = [d for d in decisions if not (limits.beyond and d.entry in narrow)]
        first = self._decider.about(limits)
        again = [first] if first and not limits.open_to(narrow or found) else []
        left_open = [_left_open(limits, decisions)] if limits.beyond else []
        return (*again, *kept[: MOST_QUESTIONS - len(again)], *left_open)

    def _limits(self, said: Iterable[Sentence]) -> Limits:
        """Return what sentences say of the person."""
        return reduce(or_, (self._decider.told(sentence.text) for sentence in said), NOWHERE)


def _left_open(limits: Limits, decisions: Sequence[Decision]) -> Decision:
    return Decision(f"beyond: {', '.join(limits.beyond)}", decisions[0].case)
