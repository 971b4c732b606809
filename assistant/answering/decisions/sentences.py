"""Decides a sentence, which may join several questions: "does it hurt and how much is it?"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import inf

from assistant.answering.content.knowledge import BOOKING
from assistant.answering.decisions import halves
from assistant.answering.decisions.decision import CERTAIN, NOWHERE, Case, Decider, Decision
from assistant.answering.decisions.follow_ups import FollowUps
from assistant.answering.decisions.segments import Cut, Segmenter

_OURS = 0.2
"""The least share of a message that an entry must explain for the message to be about us."""


class Sentences:
    """Decides sentences, whole or cut where they join two questions."""

    def __init__(self, decider: Decider, segmenter: Segmenter, follow_ups: FollowUps) -> None:
        self._decider = decider
        self._segmenter = segmenter
        self._follow_ups = follow_ups

    def decide(self, text: str) -> list[Decision]:
        """Return the decision for a sentence, or two where it joins two questions."""
        whole = self._decider.decide(self._decider.case(text))
        personal = whole.case.limits.personal()
        about = personal if personal.beyond else NOWHERE
        # A part may be asked for twice: as a half, then as a tail.
        part = cache(lambda part: self._decider.decide(self._decider.case(part, about)))
        if not personal.touched and (listed := self._listed(text, part)):
            return listed
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
        viewed = (self.in_view_of(whole.case, one) for one in map(part, tails) if one.entry)
        return [max((whole, *viewed), key=lambda one: one.confidence)]

    def _listed(self, text: str, decide: Callable[[str], Decision]) -> list[Decision]:
        """Return the decisions for the parts of a list of which at least two are clearly known.

        Those come first: no more are answered than three.
        """
        found = [decide(item) for item in self._segmenter.items(text)]
        known = {one.entry: one for one in found if one.confidence >= halves.CLEAR}
        rest = [one for one in found if one.confidence < halves.CLEAR]
        return [*known.values(), *rest] if len(known) > 1 else []

    def _known_half(self, cuts: Sequence[Cut], decide: Callable[[str], Decision]) -> list[Decision]:
        """Return the decisions for two halves of which one is clearly known.

        "Does it hurt, and can I drive home?", "can I wash my hair and go to the gym?": what is
        known is said, and what is left open. Both must ask, or the second name what is beyond us.
        """
        for cut in cuts:
            if not self._segmenter.asks(cut.before):
                continue
            before, after = map(decide, cut.halves)
            named = after.case.limits.beyond and not after.case.limits.personal().touched
            if not named and not self._segmenter.asks(cut.after):
                continue
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
            parts = self.decide(own) if own in cut.halves else [decision]
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
        pair = [first, *self.going_on([first], [decide(cut.after)])]
        if halves.least(pair) < needed:
            return []
        pair.sort(key=lambda decision: not decision.case.limits.personal().touched)
        return pair if pair[0].entry != pair[1].entry else []

    def in_view_of(self, story: Case, decision: Decision, clear: float = inf) -> Decision:
        """Return the decision as the whole story bears it out.

        What asks for a person stands, and what is as confident as `clear`.
        """
        sure = decision.entry == BOOKING or decision.confidence >= clear
        stands = sure or decision.case.limits.beyond
        return decision if stands else self._decider.both(decision, story)

    def going_on(self, before: list[Decision], found: list[Decision]) -> list[Decision]:
        """Return what was found, its first read as going on from what was asked just before."""
        personal = before and before[-1].case.limits.personal().touched
        unsure = before and before[-1].entry and not found[0].entry and not personal
        if not unsure:
            return found
        return [self._follow_ups.after(before[-1], found[0]) or found[0], *found[1:]]
