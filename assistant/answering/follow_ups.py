"""Decides what only makes sense after what was asked before: "how long?", "and in Canada?"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from assistant.answering.decision import CERTAIN, Decider, Decision, stems
from assistant.answering.knowledge import Edition
from assistant.answering.messages import Turn
from assistant.answering.phrases import Phrases
from assistant.answering.segments import Segmenter

_SHORT = 4
"""Words up to which a message may lean on the one before without saying so."""


class FollowUps:
    """Decides questions that go on from another one."""

    def __init__(self, edition: Edition, decider: Decider, segmenter: Segmenter) -> None:
        self._decider = decider
        self._segmenter = segmenter
        self._refers_back = edition.grammar.refers_back
        self._goes_on = Phrases({"goes on": edition.grammar.goes_on}, stems)
        self._points = edition.grammar.points
        self._neighbours = _neighbours(edition)
        self._field = frozenset(s for word in edition.words.field_words for s in stems(word))
        named = [frozenset(each.entries) for each in edition.words.boundaries if each.fully]
        self._named_only = frozenset[str]().union(*named[:1]).intersection(*named)

    def decide(self, text: str, last: Turn | None) -> Decision | None:
        """Return the decision for a message that goes on from the turn before, else None."""
        if last is None or not self._leans_back(text):
            return None
        alone = self._decider.decide(self._decider.case(text))
        if (
            last.entries
            and self._opens(text)
            and (beyond := self._decider.elsewhere(alone.case, last.entries))
        ):
            return beyond
        if last.entries and self._named_only.issuperset(last.entries) and not self._ours(text):
            return self._decider.only_named(alone)
        if self._points_at_one(text) and (
            decision := self._decider.one_of_two(alone, last.text, last.entries)
        ):
            return decision
        decision = self._decider.follow_up(alone, last.entries, self._near(last.entries))
        if decision or not last.text or self._segmenter.asks(text):
            return decision
        both = self._decider.decide(self._decider.case(f"{last.text}. {text}"))
        return both if both.confidence >= CERTAIN else None

    def after(self, before: Decision, alone: Decision) -> Decision | None:
        """Return what a question means just after another of the same message, else None.

        "And what happens once I'm home?" is unsure by itself, but not after the session.
        """
        last = [before.entry] if before.entry else []
        if self._points_at_one(alone.case.text) and (
            decision := self._decider.one_of_two(alone, before.case.text, last)
        ):
            return decision
        return self._decider.follow_up(alone, last, self._near(last))

    def _near(self, entries: Iterable[str]) -> frozenset[str]:
        """Return entries with their neighbours."""
        return frozenset(entries).union(*(self._neighbours[entry] for entry in entries))

    def _leans_back(self, text: str) -> bool:
        said = stems(text)
        short = len(said) <= _SHORT
        return short or self._opens(text) or any(word in self._refers_back for word in said)

    def _ours(self, text: str) -> bool:
        """Tell whether a text names our own field, so that it needs nothing said before."""
        return any(word in self._field for word in stems(text))

    def _points_at_one(self, text: str) -> bool:
        """Tell whether a text may mean another treatment than ours: "how much is that?"."""
        return not self._ours(text) and any(word in self._points for word in stems(text))

    def _opens(self, text: str) -> bool:
        """Tell whether a text begins as one that goes on: "and for …"."""
        return any(found.start == 0 for found in self._goes_on.find(stems(text)))


def _neighbours(edition: Edition) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in edition.entries:
        for related in entry.related:
            found[entry.id].add(related)
            found[related].add(entry.id)
    return found
