"""The reply to a message: the visible, ordered list of decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.answering import contacts, english, explanation
from assistant.answering.alarms import Alarms
from assistant.answering.blocks import Block, BulletList, Span, paragraph, parse
from assistant.answering.confidence import share_right
from assistant.answering.decision import BOOKING, Decider, Decision
from assistant.answering.knowledge import Clinic, Edition, Entry
from assistant.answering.look import Alarm
from assistant.answering.messages import Answer, Context, Reply, Suggestion
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
        tones = {*LEVELS, HARMLESS, *(kind.id for kind in edition.replies.small_talk)}
        self._alarms = Alarms(edition.safety, edition.tone and edition.tone.among(tones))
        self._small_talker = SmallTalker(
            edition.replies,
            edition.words.stop_words,
            words,
            Segmenter(edition.grammar).is_question,
        )
        self._patients = Patients(edition.replies)
        self._distress = Phrases({"distress": edition.replies.distress}, words)
        self.decider = Decider(edition)
        self._questions = Questions(edition, self.decider, self._small_talker)
        self._reach = _reach(clinic)
        self._typeahead = TypeAhead(edition.entries, edition.words.stop_words)

    def reply(self, text: str, context: Context, today: dt.date) -> Reply:
        """Return the reply to a message, the safest rule first.

        A red flag comes before all; then contact data is taken out, each question is decided,
        and small talk is answered only when the message is, or sounds of, nothing else.
        """
        kept = contacts.remove(text)
        heard = self._alarms.hear(text)
        if heard.alarm:
            return self._urgent(heard.alarm, kept)
        asked = contacts.without_lead_in(kept)
        said = words(kept)
        distressed = bool(self._distress.find(said))
        serious = distressed or self._questions.goes_on(asked, context)
        pleasantry = None if serious else self._small_talker.reply(asked)
        if pleasantry and kept == text:
            return self._pleasantry(pleasantry, kept, context)
        decisions = self._questions.decide(asked, context)
        answered = any(decision.entry for decision in decisions)
        touched = any(decision.case.limits.touched for decision in decisions)
        friendly = heard.friendly if kept == text and not touched and not serious else None
        if friendly and (friendly.chance >= _SURELY_FRIENDLY or not answered):
            return self._pleasantry(self._small_talker.answer(friendly.kind), kept, context)
        told = {
            "contact_removed": kept != text,
            "distress": distressed,
            "patient": self._patients.speak(said, *(words(turn.text) for turn in context.turns)),
            "other_language": self._english and not answered and english.foreign(said),
        }
        return self._compose(kept, decisions, context, today, told)

    def _pleasantry(self, said: str, kept: str, context: Context) -> Reply:
        """Return small talk; just after an emergency the card again, for "ok" may not be ok."""
        last = context.last
        alarming = last.text if last and last.kind == "emergency" else ""
        again = self._alarms.hear(alarming).alarm
        if again:
            return replace(self._urgent(again, kept), rules=("the emergency goes on",))
        return Reply("smalltalk", kept, (paragraph(said),), rules=("small talk",))

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
            notes.append(paragraph(self._texts["second_miss" if context.missed else "unknown"]))
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
