"""Tells how a message leans on what was said before it: "and in Canada?", "how much is that?"."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answering.content.knowledge import Edition
from assistant.answering.decisions.decision import stems
from assistant.answering.language.phrases import Phrases

_SHORT = 4
"""Words up to which a message may lean on the one before without saying so."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a message shows of going on from another."""

    back: bool
    """Whether it may only make sense after what was said before."""
    opens: bool
    """Whether it begins as one that goes on: "and for …"."""
    ours: bool
    """Whether it names our own field, so that it needs nothing said before."""
    points: bool
    """Whether it may mean another treatment than ours: "how much is that?"."""


class Leanings:
    """Finds by an edition's grammar how messages lean."""

    def __init__(self, edition: Edition) -> None:
        self._refers_back = frozenset(edition.grammar.refers_back)
        self._goes_on = Phrases({"goes on": edition.grammar.goes_on}, stems)
        self._points = frozenset(edition.grammar.points)
        self._field = frozenset(s for word in edition.words.field_words for s in stems(word))

    def of(self, text: str) -> Leaning:
        """Return how a message leans."""
        said = stems(text)
        opens = any(found.start == 0 for found in self._goes_on.find(said))
        ours = not self._field.isdisjoint(said)
        return Leaning(
            back=len(said) <= _SHORT or opens or not self._refers_back.isdisjoint(said),
            opens=opens,
            ours=ours,
            points=not ours and not self._points.isdisjoint(said),
        )
