"""Finds the questions in a message, with what came before it, and decides each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from math import inf
from operator import or_

from assistant.answering import halves
from assistant.answering.boundaries import Limits
from assistant.answering.decision import CERTAIN, NOWHERE, Case, Decider, Decision
from assistant.answering.follow_ups import FollowUps
from assistant.answering.knowledge import BOOKING, Edition
from assistant.answering.messages import Context, Turn
from assistant.answering.segments import Cut, Segmenter, Sentence
from assistant.answering.small_talk import SmallTalker
from assistant.answering.text import words

MOST_QUESTIONS = 3
_MOST_SENTENCES = 10
"""Sentences that are read, the last ones: what is longer is no story but a row of dots."""
_OURS = 0.2
"""The least share of a message that an entry must explain for the message to be about us."""
_CLEAR = 0.7
"""From this confidence on one of several questions in a story needs no bearing out: the story is
about all of them."""
_BORNE_OUT = 0.2
"""The least share of a story that an entry must explain for the story to bear it out."""
_STATEMENT = 4
"""Words from which on a message without a question is no row of keywords, but tells something."""


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
        self._follow_ups = FollowUps(edition, decider, self._segmenter)
        self._for_everybody = frozenset(e.id for e in edition.entries if e.for_everybody)
        self._plans = frozenset(e.id for e in edition.entries if e.a_plan)
        self._own = edition.grammar.own

    def decide(self, message: str, context: Context) -> tuple[Decision, ...]:
        """Return a decision for each question found, in the order asked, at most three."""
        said = [
            sentence
            for sentence in self._segmenter.sentences(message)
            if self.goes_on(sentence.text, context)
            or not self._small_talker.is_only_small_talk(sentence.text)
        ][-_MOST_SENTENCES:]
        before = self._left_open(said, context.last)
        if len(said) == 1 and (decision := self._follow_ups.decide(said[0].text, context.last)):
            return self._in_mind(tuple(self._told(before).bar([decision])), context)
        return self._in_mind(self._message([*before, *said]), context)

    def _in_mind(self, decisions: tuple[Decision, ...], context: Context) -> tuple[Decision, ...]:
        """Return the decisions in view of what was told of the person in earlier messages.

        "I'm pregnant", a price, then "and is it safe?": what may not hold for everybody comes after
        what was written of a pregnancy, or stays open where nothing was. So do plans, but that
        something stays open is only said with them.
        """
        found = [d.entry for d in decisions if d.entry]
        narrow = [entry for entry in found if entry not in self._for_everybody]
        if not narrow and self._plans.isdisjoint(found):
            return decisions
        earlier = self._limits(
            sentence for turn in context.turns for sentence in self._segmenter.sentences(turn.text)
        )
        kept = [d for d in decisions if not (earlier.beyond and d.entry in narrow)]
        first = self._decider.about(earlier)
        again = [first] if first and not earlier.open_to(narrow or found) else []
        rule = f"beyond: {', '.join(earlier.beyond)}"
        left_open = [Decision(rule, decisions[0].case)] if earlier.beyond else []
        return _distinct([*again, *kept[: MOST_QUESTIONS - len(again)], *left_open])

    def _left_open(self, said: list[Sentence], last: Turn | None) -> list[Sentence]:
        """Return what was told of the person just before, got no answer, and is leaned on now.

        "I have diabetes", then "can I do it?": the same as both in one message.
        """
        if not last or last.entries or last.kind == "emergency" or len(said) != 1:
            return []
        if not self._follow_ups.leans(said[0].text):
            return []
        return [
            Sentence(one.text, asks=False)
            for one in self._segmenter.sentences(last.text)
            if self._decider.touched(one.text).personal().beyond
        ]

    def _message(self, said: list[Sentence]) -> tuple[Decision, ...]:
        """Return the decisions for the sentences of a message."""
        asked, told = self._asked(said), self._told(said)
        decisions: list[Decision] = []
        for one in asked:
            decisions += self._leaning(decisions, self._sentence(one.text))
        if len(said) > len(asked) or not any(decision.entry for decision in decisions):
            beside = [one.text for one in said if not one.asks and one not in asked]
            decisions = self._together(said, [] if told.first else beside, decisions)
        return _distinct([*told.first, *told.bar(decisions)])[:MOST_QUESTIONS]

    def asks_anew(self, message: str) -> bool:
        """Tell whether a message asks something clear that leans on nothing said before.

        A plain fact such as the price is clear in any words, a plan and what may not hold for
        everybody only in full ones.
        """
        asked = [one.text for one in self._segmenter.sentences(message) if one.asks]
        found = [decision.entry for decision in self.decide(message, Context())] if asked else []
        if not found or None in found or BOOKING in found:
            return False
        plain = all(each in self._for_everybody and each not in self._plans for each in found)
        return plain or not any(map(self._follow_ups.leans, asked))

    def asks(self, message: str) -> bool:
        """Tell whether a message asks for anything."""
        return any(one.asks for one in self._segmenter.sentences(message))

    def only_tells(self, message: str) -> bool:
        """Tell whether a message asks for nothing and tells of whoever writes it."""
        said = words(message)
        told = len(said) >= _STATEMENT and not self._own.isdisjoint(said)
        return told and not self.asks(message)

    def goes_on(self, text: str, context: Context) -> bool:
        """Return whether a text asks on after an answer in a few words, such as "and later?"."""
        last = context.last
        return bool(last and last.entries and self._follow_ups.short(text, last.entries))

    def _asked(self, said: list[Sentence]) -> list[Sentence]:
        """Return the sentences that ask, else all of a message as short as "Pros. Then cons."."""
        asked = [sentence for sentence in said if sentence.asks]
        short = len(said) == 1 or self._segmenter.stand_alone(one.text for one in said)
        return (asked or (said if short else []))[:MOST_QUESTIONS]

    def _together(
        self, said: list[Sentence], aside: list[str], decisions: list[Decision]
    ) -> list[Decision]:
        """Return the decisions in view of the whole message, or what that asks in their place."""
        text = " ".join(one.text for one in said)
        same = (decision.case for decision in decisions if decision.case.text == text)
        story = next(same, None) or self._decider.case(text)
        if aside:
            clear = _CLEAR if len(decisions) > 1 else inf
            decisions = [self._in_view_of(story, decision, clear) for decision in decisions]
        if any(decision.entry for decision in decisions):
            return decisions
        return self._whole(story, aside, decisions)

    def _whole(self, story: Case, aside: list[str], decisions: list[Decision]) -> list[Decision]:
        """Return what the message as a whole, or one of its sentences, is sure to ask.

        Where something else was asked, a sentence by the way must agree with the whole.
        """
        if any(decision.case.limits.beyond for decision in decisions) or not story.text:
            return decisions
        done = {decision.case.text for decision in decisions}
        told = dict.fromkeys(text for text in aside if text != story.text)
        cases = [story, *map(self._decider.case, told)]
        tried = [self._decider.decide(case) for case in cases if case.text not in done]
        sure = [decision for decision in tried if decision.entry]
        if decisions:
            main = [c.entry for c in story.ranking.candidates[:1] if c.coverage >= _BORNE_OUT]
            sure = [decision for decision in sure if decision.entry in main]
        best = max(sure, key=lambda decision: decision.confidence, default=None)
        return [best] if best else decisions or tried[:1]

    def _in_view_of(self, story: Case, decision: Decision, clear: float = inf) -> Decision:
        """Return the decision as the whole story bears it out.

        What asks for a person stands, and what is as confident as `clear`.
        """
        sure = decision.entry == BOOKING or decision.confidence >= clear
        stands = sure or decision.case.limits.beyond
        return decision if stands else self._decider.both(decision, story)

    def _sentence(self, text: str) -> list[Decision]:
        """Return the decision for a sentence, or two where it joins two questions."""
        whole = self._decider.decide(self._decider.case(text))
        personal = whole.case.limits.personal()
        about = personal if personal.beyond else NOWHERE
        # A part may be asked for twice: as a half, then as a tail.
        part = cache(lambda part: self._decider.decide(self._decider.case(part, about)))
        cuts = self._segmenter.cuts(text)
        decided = [(self._pair(cut, part), cut) for cut in cuts]
        pairs = [
            (pair, cut) for pair, cut in decided if halves.two_questions(pair, cut, whole.case)
        ]
        if pairs:
            pair, cut = max(pairs, key=lambda found: halves.least(found[0]))
            return self._further(pair, cut)
        if not whole.entry and (known := self._known_half(cuts, part)):
            return known
        near = whole.case.ranking.candidates[:1]
        foreign = all(candidate.coverage < _OURS for candidate in near)
        if foreign or whole.confidence >= CERTAIN or whole.case.limits.touched:
            return [whole]
        tails = (cut.after for cut in cuts if self._segmenter.is_question(cut.after))
        viewed = (self._in_view_of(whole.case, one) for one in map(part, tails) if one.entry)
        return [max((whole, *viewed), key=lambda one: one.confidence)]

    def _known_half(self, cuts: Sequence[Cut], decide: Callable[[str], Decision]) -> list[Decision]:
        """Return the decisions for two halves that both ask, of which one is clearly known.

        "Does it hurt, and can I drive home?": what is known is said, and what is left open.
        """
        for cut in cuts:
            if not all(map(self._segmenter.asks, cut.halves)):
                continue
            before, after = map(decide, cut.halves)
            first = before.confidence >= halves.CLEAR and not after.entry
            second = after.confidence >= halves.CLEAR and not before.entry
            if first or (second and not self._follow_ups.leans(cut.after)):
                return [before, after]
        return []

    def _further(self, pair: list[Decision], cut: Cut) -> list[Decision]:
        """Return two questions, and in place of one those it is made of: "a, b and c"."""
        found: list[Decision] = []
        for decision in pair:
            own = decision.case.text
            parts = self._sentence(own) if own in cut.halves else [decision]
            found += parts if len(parts) > 1 else [decision]
        return found

    def _pair(self, cut: Cut, decide: Callable[[str], Decision]) -> list[Decision]:
        """Return the decisions for the two halves when each is a question of its own, else none.

        Where the grammar does not tell, both must be clear by themselves.
        """
        other = [half for half in cut.halves if not self._decider.wants_a_person(half)]
        if len(other) == len(cut.halves) and self._segmenter.leads_up(cut):
            return []
        needed = halves.SURE if self._segmenter.stand_alone(other) else halves.CLEAR
        first = decide(cut.before)
        if first.confidence < needed:
            return []
        pair = [first, *self._leaning([first], [decide(cut.after)])]
        if halves.least(pair) < needed:
            return []
        pair.sort(key=lambda decision: not decision.case.limits.personal().touched)
        return pair if pair[0].entry != pair[1].entry else []

    def _leaning(self, before: list[Decision], found: list[Decision]) -> list[Decision]:
        """Return what was found, its first read as going on from what was asked just before."""
        personal = before and before[-1].case.limits.personal().touched
        unsure = before and before[-1].entry and not found[0].entry and not personal
        if not unsure:
            return found
        return [self._follow_ups.after(before[-1], found[0]) or found[0], *found[1:]]

    def _told(self, said: list[Sentence]) -> _Told:
        limits = self._limits(sentence for sentence in said if not sentence.asks)
        first = self._decider.about(limits)
        return _Told(limits, (first,) if first else (), self._for_everybody)

    def _limits(self, said: Iterable[Sentence]) -> Limits:
        """Return what sentences say of the person."""
        return reduce(or_, (self._decider.told(sentence.text) for sentence in said), NOWHERE)


def _distinct(decisions: list[Decision]) -> tuple[Decision, ...]:
    seen: dict[object, Decision] = {}
    for number, decision in enumerate(decisions):
        seen.setdefault(decision.entry or number, decision)
    return tuple(seen.values())
