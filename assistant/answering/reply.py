"""The reply to a message: the visible, ordered list of decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering import contacts, explanation
from assistant.answering.composing import Composer
from assistant.answering.content.knowledge import BOOKING, Clinic, Edition
from assistant.answering.decisions.decision import Decider
from assistant.answering.decisions.offers import Offers
from assistant.answering.decisions.patients import Patients
from assistant.answering.decisions.questions import Questions
from assistant.answering.decisions.segments import Segmenter
from assistant.answering.decisions.small_talk import SmallTalker
from assistant.answering.emergencies.alarms import Alarms, Hearing
from assistant.answering.emergencies.look import Alarm
from assistant.answering.emergencies.tone import HARMLESS, LEVELS
from assistant.answering.language import english
from assistant.answering.language.phrases import Phrases
from assistant.answering.language.text import words
from assistant.answering.messages import Context, Reply, Suggestion, Turn
from assistant.answering.typeahead import TypeAhead

_SURELY_FRIENDLY = 0.8
"""How probable small talk must be where an answer is known, too (docs/answers.md)."""


class Replier:
    """Replies to visitors in one language; the same message, day and context, the same reply."""

    def __init__(self, edition: Edition, clinic: Clinic) -> None:
        self._clinic = clinic
        self._english = edition.language == "en"
        self._composer = Composer(edition, clinic)
        tones = {*LEVELS, HARMLESS, *(kind.id for kind in edition.replies.small_talk)}
        self._alarms = Alarms(edition.safety, edition.tone and edition.tone.among(tones))
        self._small_talker = SmallTalker(
            edition.replies,
            edition.words.stop_words,
            words,
            Segmenter(edition.grammar).is_question,
        )
        own = (word for entry in edition.entries for word in (entry.question, entry.answer))
        self._ours = {word for text in own for word in words(text)} | edition.words.field_words
        self._patients = Patients(edition.replies)
        self._distress = Phrases({"distress": edition.replies.distress}, words)
        self.decider = Decider(edition)
        self._questions = Questions(edition, self.decider, self._small_talker)
        self._offers = Offers(edition)
        self._conclusions = Phrases({"conclusion": edition.replies.conclusions}, words)
        self._typeahead = TypeAhead(edition.entries, edition.words.stop_words)

    def reply(self, text: str, context: Context, today: dt.date) -> Reply:
        """Return the reply to a message, the safest rule first.

        A red flag comes before all; then contact data is taken out, each question is decided,
        and small talk is answered only when the message is, or sounds of, nothing else.
        """
        kept = contacts.remove(text)
        treated = [turn for turn in context.turns if self._patients.speak(words(turn.text))]
        heard = self._hear(text, treated)
        if heard.alarm:
            return self._urgent(heard.alarm, kept)
        asked = contacts.without_lead_in(kept)
        said = words(kept)
        alarm = self._open(context)
        if alarm and not self._questions.asks_anew(asked):
            return self._urgent_again(alarm, kept, asks=self._questions.asks(asked))
        if taken := self._taken_up(said, kept, context, today):
            return taken
        distressed = bool(self._distress.find(said))
        serious = distressed or self._questions.goes_on(asked, context)
        pleasantry = None if serious else self._small_talker.kind(asked)
        if pleasantry and kept == text:
            return self._pleasantry(pleasantry, kept, said, context)
        decisions = self._questions.decide(asked, context)
        answered = any(decision.entry for decision in decisions)
        touched = any(decision.case.limits.touched for decision in decisions)
        patient = self._patients.speak(said)
        friendly = None if kept != text or touched or serious or patient else heard.friendly
        if friendly and (friendly.chance >= _SURELY_FRIENDLY or not answered):
            return self._pleasantry(friendly.kind, kept, said, context)
        told = {
            "not_over": alarm is not None,
            "contact_removed": kept != text,
            "distress": distressed,
            "patient": patient,
            "other_language": self._english
            and not (answered or touched)
            and english.foreign(said, self._ours),
        }
        missed = "second_miss" if context.missed else "unknown"
        text_id = "told" if self._questions.only_tells(asked) else missed
        return self._composer.compose(
            kept, decisions, context, today, told, text_id, treated=bool(treated)
        )

    def _hear(self, text: str, treated: Sequence[Turn]) -> Hearing:
        """Return what a message sounds like; of a patient, also together with what they told.

        "I had it done yesterday", then "my face is puffy": the same as both in one message, or in
        one sentence: "my forehead is swollen after the shots", then "it goes down to my eyes".
        """
        heard = self._alarms.hear(text)
        # What was alarming by itself has its card, which goes on by a rule of its own.
        told = [turn.text for turn in treated if turn.kind != "emergency"]
        if heard.alarm or not told:
            return heard
        joined = (f"{told[-1]}. {text}", f"{told[-1].rstrip('.!')}, {text}")
        together = map(self._alarms.hear, joined)
        return next((hearing for hearing in together if hearing.alarm), heard)

    def _open(self, context: Context) -> Alarm | None:
        """Return the alarm of the last message but small talk, or of what it went on from."""
        for turn in reversed(context.turns):
            if turn.kind not in ("emergency", "smalltalk"):
                return None
            if turn.kind == "emergency" and (alarm := self._alarms.hear(turn.text).alarm):
                return alarm
        return None

    def _urgent_again(self, alarm: Alarm, kept: str, *, asks: bool) -> Reply:
        """Return the card once more: "ok" may not be ok, "it stopped" is not for us to judge."""
        again = self._urgent(alarm, kept)
        misread = [self._composer.text("misread")] if asks else []
        blocks = (*again.blocks, *misread)
        return replace(again, blocks=blocks, rules=("the emergency goes on",))

    def _taken_up(
        self, said: Sequence[str], kept: str, context: Context, today: dt.date
    ) -> Reply | None:
        """Return what a message gets that only takes up what the reply before it offered."""
        agrees, picked = self._offers.agrees(said), self._offers.picked(said)
        last = context.turns[-1] if context.turns else None
        if not last or not last.text or not (agrees or picked is not None):
            return None
        offered = self.reply(last.text, Context(context.turns[:-1]), today)
        related = (choice for answer in offered.answers for choice in answer.related)
        choices = [choice.entry for choice in offered.suggestions or related]
        if offered.kind == "suggest" and agrees and len(choices) == 1:
            picked = 0
        if picked is not None and picked < len(choices):
            entry = choices[picked]
        elif agrees and offered.offer_form:
            entry = BOOKING
        else:
            return None
        return self._composer.entry(entry, kept, today, "what was offered")

    def _pleasantry(self, kind: str, kept: str, said: Sequence[str], context: Context) -> Reply:
        """Return small talk; what draws a conclusion from what was said before is not confirmed."""
        if context.last and self._conclusions.find(said):
            block = self._composer.text("conclusion")
            return self._composer.unknown(kept, [block], (), ("draws a conclusion",))
        return self._composer.pleasantry(kind, kept)

    def explain(self, text: str, context: Context) -> list[str]:
        """Return how the questions of a message are decided, line by line."""
        heard = self._alarms.hear(text)
        if alarm := heard.alarm:
            return [f"red flag: {alarm.flag} ({alarm.level}): {', '.join(alarm.reasons)}"]
        asked = contacts.without_lead_in(contacts.remove(text))
        decisions = self._questions.decide(asked, context)
        sound = ", ".join(f"{tone} {c:.2f}" for tone, c in heard.chances.items() if c >= 0.005)
        return [
            f"tone:        {sound}",
            *(line for decision in decisions for line in explanation.lines(decision)),
        ]

    def alarm(self, text: str) -> Reply | None:
        """Return the urgent-care card when the text holds a red flag, else None."""
        alarm = self._alarms.hear(text).alarm
        return self._urgent(alarm, contacts.remove(text)) if alarm else None

    def _urgent(self, alarm: Alarm, kept: str) -> Reply:
        card = self._alarms.card(alarm, self._clinic)
        return Reply("emergency", kept, (card,), rules=(f"red flag: {alarm.flag}",))

    def choose(self, entry_id: str, today: dt.date) -> Reply | None:
        """Return the answer of an entry the visitor chose, or None when there is no such entry."""
        return self._composer.entry(entry_id, "", today, "chosen")

    def suggest(self, typed: str, today: dt.date) -> tuple[Suggestion, ...]:
        """Return at most three entries that go with what is typed so far."""
        return self._composer.suggestions(self._typeahead.find(typed), today)
