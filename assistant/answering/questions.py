"""Finds the questions in a message, with what came before it, and decides each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from assistant.answering.boundaries import Limits
from assistant.answering.decision import CERTAIN, Case, Decider, Decision, stems
from assistant.answering.knowledge import Edition
from assistant.answering.messages import Context
from assistant.answering.phrases import Phrases
from assistant.answering.segments import Segmenter, Sentence
from assistant.answering.small_talk import SmallTalker

MOST_QUESTIONS = 3
_MOST_SENTENCES = 10
"""Sentences that are read, the last ones: what is longer is no story but a row of dots."""
_SHORT = 4
"""Words up to which a message may lean on the one before without saying so."""
_OURS = 0.2
"""The least share of a message that an entry must explain for the message to be about us."""
_CLEAR = 0.7
"""From this confidence on a question in a story needs no bearing out."""
_HALVES = 0.3
"""How sure both halves must be for a sentence to be two questions."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the message says of the person beside its questions."""

    limits: Limits
    first: tuple[Decision, ...]
    """What that means for them comes before what they ask."""
    for_everybody: frozenset[str]

    def bar(self, decisions: list[Decision]) -> list[Decision]:
        """Return the decisions without entries that may not hold for this person.

        What nobody wrote of their circumstance stays open, and is said to.
        """
        beyond = self.limits.beyond
        if not beyond or not decisions:
            return decisions
        kept = [d for d in decisions if d.entry in self.for_everybody]
        return [*kept, Decision(f"beyond: {', '.join(beyond)}", decisions[0].case)]


class Questions:
    """Decides the questions of a message."""

    def __init__(self, edition: Edition, decider: Decider, small_talker: SmallTalker) -> None:
        self._decider = decider
        self._small_talker = small_talker
        self._segmenter = Segmenter(edition.grammar)
        self._refers_back = edition.grammar.refers_back
        self._goes_on = Phrases({"goes on": edition.grammar.goes_on}, stems)
        self._points = edition.grammar.points
        self._neighbours = _neighbours(edition)
        self._field = frozenset(s for word in edition.words.field_words for s in stems(word))
        named = [frozenset(each.entries) for each in edition.words.boundaries if each.fully]
        self._named_only = frozenset[str]().union(*named[:1]).intersection(*named)
        self._for_everybody = frozenset(e.id for e in edition.entries if e.for_everybody)

    def decide(self, message: str, context: Context) -> tuple[Decision, ...]:
        """Return a decision for each question found, in the order asked, at most three."""
        said = [
            sentence
            for sentence in self._segmenter.sentences(message)
            if not self._small_talker.is_only_small_talk(sentence.text)
        ][-_MOST_SENTENCES:]
        asked = [sentence for sentence in said if sentence.asks][:MOST_QUESTIONS]
        if len(said) == 1 and (decision := self._follow_up(said[0].text, context)):
            return (decision,)
        decisions = [d for one in asked for d in self._sentence(one.text)]
        if len(said) > len(asked) or not any(decision.entry for decision in decisions):
            decisions = self._together(said, decisions)
        told = self._told(said)
        return _distinct([*told.first, *told.bar(decisions)])[:MOST_QUESTIONS]

    def _together(self, said: list[Sentence], decisions: list[Decision]) -> list[Decision]:
        """Return the decisions in view of the whole message, or what that asks in their place."""
        text = " ".join(one.text for one in said)
        same = (decision.case for decision in decisions if decision.case.text == text)
        story = next(same, None) or self._decider.case(text)
        if not all(one.asks for one in said):
            decisions = [self._in_view_of(story, decision) for decision in decisions]
        if any(decision.entry for decision in decisions):
            return decisions
        return self._whole(story, said, decisions)

    def _whole(
        self, story: Case, said: list[Sentence], decisions: list[Decision]
    ) -> list[Decision]:
        """Return what the message as a whole, or one of its sentences, is sure to ask."""
        if any(decision.case.limits.beyond for decision in decisions) or not said:
            return decisions
        done = {decision.case.text for decision in decisions}
        told = dict.fromkeys(one.text for one in said if not one.asks)
        cases = [story, *(self._decider.case(text) for text in told if text != story.text)]
        tried = [self._decider.decide(case) for case in cases if case.text not in done]
        sure = [decision for decision in tried if decision.entry]
        best = max(sure, key=lambda decision: decision.confidence, default=None)
        return [best] if best else decisions or tried[:1]

    def _in_view_of(self, story: Case, decision: Decision) -> Decision:
        """Return the decision as the whole story bears it out.

        "What can I do?" is ours to answer only when the story before it is about our field.
        """
        if decision.entry is None:
            return decision
        if story.ranking.candidates[0].coverage < _OURS:
            return Decision("the story is about something else", decision.case)
        clear = decision.confidence >= _CLEAR
        return decision if clear else self._decider.both(decision, story)

    def _sentence(self, text: str) -> list[Decision]:
        """Return the decision for a sentence, or two where it joins two questions."""
        whole = self._decider.decide(self._decider.case(text))
        personal = whole.case.limits.personal()
        cuts = self._segmenter.cuts(text)
        pairs = [self._pair(cut, personal) for cut in cuts]
        best = max(pairs, key=_least, default=[])
        if best and _least(best) >= _HALVES:
            return best
        near = whole.case.ranking.candidates[:1]
        foreign = all(candidate.coverage < _OURS for candidate in near)
        if foreign or whole.confidence >= CERTAIN or whole.case.limits.touched:
            return [whole]
        tails = (tail for _, tail in cuts if self._segmenter.is_question(tail))
        parts = (self._decider.decide(self._decider.case(tail, personal)) for tail in tails)
        return [max((whole, *parts), key=lambda part: part.confidence)]

    def _pair(self, cut: tuple[str, str], personal: Limits) -> list[Decision]:
        """Return the decisions for the two halves when each is a question of its own, else none."""
        other = [half for half in cut if not self._decider.wants_a_person(half)]
        if not self._segmenter.stand_alone(other):
            return []
        pair = [self._decider.decide(self._decider.case(half, personal)) for half in cut]
        return pair if pair[0].entry != pair[1].entry else []

    def _follow_up(self, text: str, context: Context) -> Decision | None:
        """Return the decision for a message that goes on from the one before, else None."""
        last = context.last
        if last is None or not self._leans_back(text):
            return None
        if (
            last.entries
            and self._opens(text)
            and (beyond := self._decider.elsewhere(text, last.entries))
        ):
            return beyond
        if last.entries and self._named_only.issuperset(last.entries) and not self._ours(text):
            return self._decider.only_named(text)
        if self._points_at_one(text) and (
            decision := self._decider.one_of_two(text, last.text, last.entries)
        ):
            return decision
        near = frozenset(last.entries).union(*(self._neighbours[e] for e in last.entries))
        decision = self._decider.follow_up(text, last.entries, near)
        if decision or not last.text:
            return decision
        both = self._decider.decide(self._decider.case(f"{last.text}. {text}"))
        return both if both.confidence >= CERTAIN else None

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

    def _told(self, said: list[Sentence]) -> _Told:
        limits = Limits()
        for sentence in said:
            if not sentence.asks:
                limits |= self._decider.touched(sentence.text).personal()
        first = self._decider.about(limits)
        return _Told(limits, (first,) if first else (), self._for_everybody)


def _neighbours(edition: Edition) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in edition.entries:
        for related in entry.related:
            found[entry.id].add(related)
            found[related].add(entry.id)
    return found


def _least(decisions: list[Decision]) -> float:
    return min((decision.confidence for decision in decisions), default=0.0)


def _distinct(decisions: list[Decision]) -> tuple[Decision, ...]:
    seen: dict[object, Decision] = {}
    for number, decision in enumerate(decisions):
        seen.setdefault(decision.entry or number, decision)
    return tuple(seen.values())
