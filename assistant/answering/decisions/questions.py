"""Finds the questions in a message, with what came before it, and decides each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import inf

from assistant.answering.content.knowledge import BOOKING, Edition
from assistant.answering.decisions import halves
from assistant.answering.decisions.circumstances import Circumstances
from assistant.answering.decisions.decision import (
    CERTAIN,
    MOST_QUESTIONS,
    NOWHERE,
    Case,
    Decider,
    Decision,
    distinct,
)
from assistant.answering.decisions.follow_ups import FollowUps
from assistant.answering.decisions.segments import Cut, Segmenter, Sentence
from assistant.answering.decisions.small_talk import SmallTalker
from assistant.answering.language.text import words
from assistant.answering.messages import Context, Turn

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


class Questions:
    """Decides the questions of a message."""

    def __init__(self, edition: Edition, decider: Decider, small_talker: SmallTalker) -> None:
        self._decider = decider
        self._small_talker = small_talker
        self._segmenter = Segmenter(edition.grammar)
        self._follow_ups = FollowUps(edition, decider, self._segmenter)
        self._circumstances = Circumstances(edition, decider)
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
            decisions = self._circumstances.told(before).bar([decision])
        else:
            decisions = self._message([*before, *said])
        earlier = (one for turn in context.turns for one in self._segmenter.sentences(turn.text))
        return self._circumstances.in_mind(distinct(decisions), earlier)

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

    def _message(self, said: list[Sentence]) -> list[Decision]:
        """Return the decisions for the sentences of a message."""
        asked, told = self._asked(said), self._circumstances.told(said)
        decisions: list[Decision] = []
        for one in asked:
            decisions += self._leaning(decisions, self._sentence(one.text))
        if len(said) > len(asked) or not any(decision.entry for decision in decisions):
            beside = [one.text for one in said if not one.asks and one not in asked]
            decisions = self._together(said, [] if told.first else beside, decisions)
        return [*told.first, *told.bar(decisions)]

    def asks_anew(self, message: str) -> bool:
        """Tell whether a message asks something clear that leans on nothing said before.

        A plain fact such as the price is clear in any words, a plan and what may not hold for
        everybody only in full ones.
        """
        asked = [one.text for one in self._segmenter.sentences(message) if one.asks]
        decisions = self.decide(message, Context()) if asked else ()
        found = [decision.entry for decision in decisions if decision.entry]
        if not found or len(found) < len(decisions) or BOOKING in found:
            return False
        plain = self._circumstances.change_nothing(found)
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
