"""Finds the questions in a message, with what came before it, and decides each."""

from __future__ import annotations

from math import inf

from assistant.answering.content.knowledge import BOOKING, Edition
from assistant.answering.decisions.circumstances import Circumstances
from assistant.answering.decisions.decision import (
    MOST_QUESTIONS,
    Case,
    Decider,
    Decision,
    distinct,
)
from assistant.answering.decisions.follow_ups import FollowUps
from assistant.answering.decisions.segments import Segmenter, Sentence
from assistant.answering.decisions.sentences import Sentences
from assistant.answering.decisions.small_talk import SmallTalker
from assistant.answering.language.text import words
from assistant.answering.messages import Context, Turn

_MOST_SENTENCES = 10
"""Sentences that are read, the last ones: what is longer is no story but a row of dots."""
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
        self._sentences = Sentences(decider, self._segmenter, self._follow_ups)
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
            decisions += self._sentences.going_on(decisions, self._sentences.decide(one.text))
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
            decisions = [
                self._sentences.in_view_of(story, decision, clear) for decision in decisions
            ]
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
