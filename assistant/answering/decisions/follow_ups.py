"""Decides what only makes sense after what was asked before: "how long?", "and in Canada?"."""

from __future__ import annotations

from collections.abc import Collection

from assistant.answering.content.knowledge import BOOKING, Edition
from assistant.answering.decisions.decision import CERTAIN, NEAR, Decider, Decision
from assistant.answering.decisions.leaning import Leaning, Leanings
from assistant.answering.decisions.segments import Segmenter
from assistant.answering.decisions.short_questions import ShortQuestions, meant
from assistant.answering.messages import Turn

OTHERS = "other-services"
_HEARD = 0.4
"""From this probability on an entry is given for what goes on from another."""
_BORNE_OUT = 0.3
"""The least probability, after an answer, of what a question asks for by itself."""


class FollowUps:
    """Decides questions that go on from another one."""

    def __init__(self, edition: Edition, decider: Decider, segmenter: Segmenter) -> None:
        self._decider = decider
        self._segmenter = segmenter
        self._leanings = Leanings(edition)
        self._short = ShortQuestions(edition)
        self._compared = {e.id: self._other_treatments(e.question) for e in edition.entries}
        named = [frozenset(each.entries) for each in edition.words.boundaries if each.fully]
        self._named_only = frozenset[str]().union(*named[:1]).intersection(*named)

    def decide(self, text: str, last: Turn | None) -> Decision | None:
        """Return the decision for a message that goes on from the turn before, else None."""
        if last is None:
            return None
        short = self.short(text, last.entries) if last.entries else None
        return short or self._leans(text, last)

    def _leans(self, text: str, last: Turn) -> Decision | None:
        """Return the decision for a message that leans on the turn before, else None."""
        leaning = self._leanings.of(text)
        if not leaning.back:
            return None
        alone = self._decider.decide(self._decider.case(text))
        if last.entries and (decision := self._elsewhere(alone, leaning, last)):
            return decision
        if leaning.points and (decision := self._one_of_two(alone, last.text, last.entries)):
            return decision
        decision = self.goes_on(alone, last.entries)
        if decision or not last.text or self._segmenter.asks(text):
            return decision
        both = self._decider.decide(self._decider.case(f"{last.text}. {text}"))
        return both if both.confidence >= CERTAIN else None

    def leans(self, text: str) -> bool:
        """Return whether a text may only make sense after what was said before."""
        return self._leanings.of(text).back

    def short(self, text: str, last: Collection[str]) -> Decision | None:
        """Return what a short question such as "how often?" asks for after entries.

        None for other questions. Where it could mean several things, nothing is given.
        """
        asked = self._short.find(self._decider.reader.read(text).words)
        if not asked:
            return None
        case = self._decider.case(text)
        if case.limits.beyond:
            return None
        entry = meant(asked, last)
        return Decision("short question", case, entry, CERTAIN if entry else 0.0)

    def after(self, before: Decision, alone: Decision) -> Decision | None:
        """Return what a question means just after another of the same message, else None.

        "And what happens once I'm home?" is unsure by itself, but not after the session.
        """
        last = [before.entry] if before.entry else []
        if last and (decision := self.short(alone.case.text, last)):
            return decision
        if self._leanings.of(alone.case.text).points and (
            decision := self._one_of_two(alone, before.case.text, last)
        ):
            return decision
        return self.goes_on(alone, last)

    def goes_on(self, alone: Decision, last: Collection[str]) -> Decision | None:
        """Return the decision for a question that goes on from entries, or None if it cannot.

        `alone` is what the question means by itself.
        """
        case = alone.case
        if case.limits.beyond:
            return alone
        heard = self._decider.after(case, last)
        confidence, best = next(iter(heard), (0.0, None))
        if confidence >= _HEARD:
            return Decision("goes on", case, best, confidence)
        if not alone.entry or not heard:
            return alone if alone.entry else None
        if any(entry == alone.entry and chance >= _BORNE_OUT for chance, entry in heard):
            return alone
        near = dict.fromkeys([*(entry for chance, entry in heard if chance >= NEAR), alone.entry])
        return Decision("goes on elsewhere", case, near=tuple(near))

    def _elsewhere(self, alone: Decision, leaning: Leaning, last: Turn) -> Decision | None:
        """Return the decision for what is asked of something else than was answered last.

        The price of a session was told; "and for Botox?" asks for one that nobody wrote down.
        """
        if leaning.opens:
            named = [each for each in alone.case.limits.touched if each.fully]
            outside = [
                each.id for each in named if not set(each.entries).intersection(last.entries)
            ]
            if outside:
                return Decision(f"beyond: {', '.join(outside)}", alone.case)
        if not leaning.ours and self._named_only.issuperset(last.entries):
            return self._only_named(alone)
        return None

    def _only_named(self, alone: Decision) -> Decision:
        """Return the decision for what is asked about a thing that is only named, like Botox.

        "How much?" just after it does not ask for our price; another such thing, or a person, may
        be asked for.
        """
        if alone.entry == BOOKING or any(each.fully for each in alone.case.limits.touched):
            return alone
        stays = any(entry == OTHERS for _, entry in self._decider.after(alone.case, (OTHERS,))[:1])
        if stays or alone.entry == OTHERS:
            return Decision("goes on", alone.case, OTHERS, CERTAIN)
        return Decision("beyond: only named", alone.case)

    def _one_of_two(self, alone: Decision, before: str, last: Collection[str]) -> Decision | None:
        """Return what is asked about one of two treatments just compared, None after other entries.

        "How much is that?" may mean the other one: only what speaks of both is an answer.
        """
        spoken = frozenset[str]().union(*(self._compared.get(entry, ()) for entry in last))
        if not spoken:
            return None
        case = alone.case
        if alone.entry in spoken or alone.entry == BOOKING or case.limits.beyond:
            return alone
        heard = self._decider.after(case, last)[:1]
        if heard and heard[0][1] in spoken and heard[0][0] >= _HEARD:
            return Decision("goes on", case, heard[0][1], heard[0][0])
        both = self._decider.decide(self._decider.case(f"{before}. {case.text}"))
        return both if both.entry in spoken.difference(last) else Decision("beyond: either", case)

    def _other_treatments(self, text: str) -> frozenset[str]:
        """Return the entries that speak of the other treatments a text names."""
        named = [each for each in self._decider.touched(text).touched if each.kind == "treatment"]
        return frozenset(entry for each in named for entry in each.entries)
