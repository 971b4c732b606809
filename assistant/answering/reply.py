"""The reply to a message: the visible, ordered list of decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.answering import contacts, english, explanation
from assistant.answering.alarms import Alarms, Hearing
from assistant.answering.blocks import Block, BulletList, Span, paragraph, parse
from assistant.answering.confidence import share_right
from assistant.answering.decision import Decider, Decision
from assistant.answering.knowledge import BOOKING, Clinic, Edition, Entry
from assistant.answering.look import Alarm
from assistant.answering.messages import Answer, Context, Reply, Suggestion, Turn
from assistant.answering.offers import Offers
from assistant.answering.patients import Patients
from assistant.answering.phrases import Phrases
from assistant.answering.questions import Questions
from assistant.answering.segments import Segmenter
from assistant.answering.small_talk import SmallTalker
from assistant.answering.text import words
from assistant.answering.tone import HARMLESS, LEVELS
from assistant.answering.typeahead import TypeAhead

MOST_SUGGESTIONS = 3
_SURELY_FRIENDLY = 0.8
"""How probable small talk must be where an answer is known, too (docs/answers.md)."""


class Replier:
    """Replies to visitors in one language; the same message, day and context, the same reply."""

    def __init__(self, edition: Edition, clinic: Clinic) -> None:
        self._clinic = clinic
        number = clinic.emergency_number
        texts = edition.replies.texts
        self._texts = {id_: text.replace("{emergency}", number) for id_, text in texts.items()}
        self._english = edition.language == "en"
        self._entries = {entry.id: entry for entry in edition.entries}
        self._blocks = {entry.id: parse(entry.answer) for entry in edition.entries}
        self._small_talk = {kind.id: kind for kind in edition.replies.small_talk}
        tones = {*LEVELS, HARMLESS, *self._small_talk}
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
        self._reach = _reach(clinic)
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
            "patient": patient or bool(treated),
            "other_language": self._english
            and not (answered or touched)
            and english.foreign(said, self._ours),
        }
        missed = "second_miss" if context.missed else "unknown"
        text_id = "told" if self._questions.only_tells(asked) else missed
        return self._compose(kept, decisions, context, today, told, text_id)

    def _hear(self, text: str, treated: Sequence[Turn]) -> Hearing:
        """Return what a message sounds like; of a patient, also together with what they told.

        "I had it done yesterday", then "my face is puffy": the same as both in one message.
        """
        heard = self._alarms.hear(text)
        # What was alarming by itself has its card, which goes on by a rule of its own.
        told = [turn.text for turn in treated if turn.kind != "emergency"]
        if heard.alarm or not told:
            return heard
        together = self._alarms.hear(f"{told[-1]}. {text}")
        return together if together.alarm else heard

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
        misread = [paragraph(self._texts["misread"])] if asks else []
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
            entry = self._entries[choices[picked]]
        elif agrees and offered.offer_form:
            entry = self._entries[BOOKING]
        else:
            return None
        return self._answered(kept, [(entry, 1.0)], (), today, ("what was offered",))

    def _pleasantry(self, kind: str, kept: str, said: Sequence[str], context: Context) -> Reply:
        """Return small talk; what draws a conclusion from what was said before is not confirmed."""
        if context.last and self._conclusions.find(said):
            block = paragraph(self._texts["conclusion"])
            return self._unknown(kept, [block], (), ("draws a conclusion",))
        talk = self._small_talk[kind]
        block = paragraph(talk.reply.replace("{emergency}", self._clinic.emergency_number))
        return Reply(
            "smalltalk", kept, (block,), offer_form=talk.offers_form, rules=("small talk",)
        )

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
        entry = self._entries.get(entry_id)
        if entry is None:
            return None
        return self._answered("", [(entry, 1.0)], (), today, ("chosen",))

    def suggest(self, typed: str, today: dt.date) -> tuple[Suggestion, ...]:
        """Return at most three entries that go with what is typed so far."""
        return self._suggestions(self._typeahead.find(typed), today)

    def _compose(
        self,
        kept: str,
        decisions: tuple[Decision, ...],
        context: Context,
        today: dt.date,
        told: Mapping[str, bool],
        missed: str,
    ) -> Reply:
        removed, patient = told["contact_removed"], told["patient"]
        notes: list[Block] = [paragraph(self._texts[id_]) for id_, said in told.items() if said]
        notes += self._reach if patient else ()
        found = [(self._entries[d.entry], d.confidence) for d in decisions if d.entry]
        if removed and not decisions:
            found = [(self._entries[BOOKING], 1.0)]
        current = [(entry, sure) for entry, sure in found if entry.review_by >= today]
        rules = tuple(decision.rule for decision in decisions)
        if current:
            if len(current) < max(len(decisions), len(found)):
                notes.append(paragraph(self._texts["unknown_part"]))
            reply = self._answered(kept, current, tuple(notes), today, rules)
            offer = bool(notes) and not patient
            return replace(reply, offer_form=reply.offer_form or offer)
        if found:
            notes.append(paragraph(self._texts["overdue_entry"]))
            return self._unknown(kept, notes, (), rules, form=not patient)
        near = tuple(dict.fromkeys(entry for d in decisions for entry in d.near))
        suggestions = self._suggestions(near, today)
        if patient:
            return self._unknown(kept, notes, suggestions, rules, form=False)
        if suggestions and not (told["distress"] or context.missed):
            blocks = (*notes, paragraph(self._texts["suggest"]))
            return Reply("suggest", kept, blocks, (), suggestions, removed, rules)
        if not told["other_language"]:
            notes.append(paragraph(self._texts[missed]))
        return self._unknown(kept, notes, (), rules)

    def _unknown(
        self,
        kept: str,
        notes: Iterable[Block],
        suggestions: tuple[Suggestion, ...],
        rules: tuple[str, ...],
        *,
        form: bool = True,
    ) -> Reply:
        return Reply("unknown", kept, tuple(notes), (), suggestions, form, rules)

    def _answered(
        self,
        kept: str,
        found: list[tuple[Entry, float]],
        notes: tuple[Block, ...],
        today: dt.date,
        rules: tuple[str, ...],
    ) -> Reply:
        answers = tuple(self._answer(entry, sure, today) for entry, sure in found)
        offer = any(entry.id == BOOKING for entry, _ in found)
        return Reply("answer", kept, notes, answers, (), offer, rules)

    def _answer(self, entry: Entry, confidence: float, today: dt.date) -> Answer:
        blocks: tuple[Block, ...] = self._blocks[entry.id]
        if entry.id == BOOKING:
            blocks += self._reach
        return Answer(
            entry=entry.id,
            question=entry.question,
            blocks=blocks,
            title=self._clinic.source.title,
            section=entry.section,
            url=self._clinic.source.url,
            confidence=share_right(confidence),
            related=self._suggestions(entry.related, today),
        )

    def _suggestions(self, ids: Iterable[str], today: dt.date) -> tuple[Suggestion, ...]:
        known = (self._entries[each] for each in ids if each in self._entries)
        current = [Suggestion(e.id, e.question) for e in known if e.review_by >= today]
        return tuple(current[:MOST_SUGGESTIONS])


def _reach(clinic: Clinic) -> tuple[Block, ...]:
    """Return the clinic's contact facts, those left empty not shown."""
    links = (
        (clinic.phone, f"tel:{clinic.phone}"),
        (clinic.email, f"mailto:{clinic.email}"),
        (clinic.website, clinic.website),
    )
    spans = [
        (Span(type="link", text=text, href=href.replace(" ", "")),) for text, href in links if text
    ]
    spans += [(Span(text=clinic.address),)] if clinic.address else []
    spans += [(Span(text=f"{day.capitalize()}: {hours}"),) for day, hours in clinic.hours.items()]
    return (BulletList(items=tuple(spans)),) if spans else ()
