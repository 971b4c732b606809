"""Puts replies together: an edition's texts and answers, and the clinic's own facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.answering.blocks import Block, BulletList, Paragraph, Span, paragraph, parse
from assistant.answering.content.knowledge import BOOKING, Clinic, Edition, Entry
from assistant.answering.decisions.decision import Decision
from assistant.answering.matching.confidence import share_right
from assistant.answering.messages import Answer, Context, Reply, Suggestion

MOST_SUGGESTIONS = 3


class Composer:
    """Writes what visitors read, in one language."""

    def __init__(self, edition: Edition, clinic: Clinic) -> None:
        self._source, self._number = clinic.source, clinic.emergency_number
        self._texts = edition.replies.texts
        self._small_talk = {kind.id: kind for kind in edition.replies.small_talk}
        self._blocks = {entry.id: parse(entry.answer) for entry in edition.entries}
        self._entries = {entry.id: entry for entry in edition.entries}
        self._reach = _reach(clinic)

    def text(self, id_: str) -> Paragraph:
        """Return one of the texts that the assistant says itself."""
        return self._said(self._texts[id_])

    def pleasantry(self, kind: str, kept: str) -> Reply:
        """Return what is said back to a kind of small talk."""
        talk = self._small_talk[kind]
        blocks = (self._said(talk.reply),)
        return Reply("smalltalk", kept, blocks, offer_form=talk.offers_form, rules=("small talk",))

    def entry(self, entry_id: str, kept: str, today: dt.date, rule: str) -> Reply | None:
        """Return the answer of one entry, or None when there is no such entry."""
        entry = self._entries.get(entry_id)
        return self.answered(kept, [(entry, 1.0)], (), today, (rule,)) if entry else None

    def _said(self, text: str) -> Paragraph:
        return paragraph(text.replace("{emergency}", self._number))

    def compose(
        self,
        kept: str,
        decisions: tuple[Decision, ...],
        context: Context,
        today: dt.date,
        told: Mapping[str, bool],
        missed: str,
        *,
        treated: bool,
    ) -> Reply:
        """Return the reply to questions as decided.

        `told` says which texts come first; `missed` names the one that is said where nothing is
        known. Whoever has `treated` told before that they are a patient is sent to their clinic
        again only where no answer is known.
        """
        removed, patient = told["contact_removed"], told["patient"] or treated
        notes: list[Block] = [self.text(id_) for id_, said in told.items() if said]
        notes += self._reach if told["patient"] else ()
        found = [(self._entries[d.entry], d.confidence) for d in decisions if d.entry]
        if removed and not decisions:
            found = [(self._entries[BOOKING], 1.0)]
        current = [(entry, sure) for entry, sure in found if entry.review_by >= today]
        rules = tuple(decision.rule for decision in decisions)
        if current:
            if len(current) < max(len(decisions), len(found)):
                notes.append(self.text("unknown_part"))
            reply = self.answered(kept, current, tuple(notes), today, rules)
            offer = bool(notes) and not patient
            return replace(reply, offer_form=reply.offer_form or offer)
        if patient and not told["patient"]:
            notes += [self.text("patient"), *self._reach]
        if found:
            notes.append(self.text("overdue_entry"))
            return self.unknown(kept, notes, (), rules, form=not patient)
        near = tuple(dict.fromkeys(entry for d in decisions for entry in d.near))
        suggestions = self.suggestions(near, today)
        if patient:
            return self.unknown(kept, notes, suggestions, rules, form=False)
        if suggestions and not (told["distress"] or context.missed):
            blocks = (*notes, self.text("suggest"))
            return Reply("suggest", kept, blocks, (), suggestions, removed, rules)
        if not told["other_language"]:
            notes.append(self.text(missed))
        return self.unknown(kept, notes, (), rules)

    def unknown(
        self,
        kept: str,
        notes: Iterable[Block],
        suggestions: tuple[Suggestion, ...],
        rules: tuple[str, ...],
        *,
        form: bool = True,
    ) -> Reply:
        """Return the reply to what is not known, with the form unless something else is better."""
        return Reply("unknown", kept, tuple(notes), (), suggestions, form, rules)

    def answered(
        self,
        kept: str,
        found: list[tuple[Entry, float]],
        notes: tuple[Block, ...],
        today: dt.date,
        rules: tuple[str, ...],
    ) -> Reply:
        """Return the answers of entries, each with its confidence, after the notes."""
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
            title=self._source.title,
            section=entry.section,
            url=self._source.url,
            confidence=share_right(confidence),
            related=self.suggestions(entry.related, today),
        )

    def suggestions(self, ids: Iterable[str], today: dt.date) -> tuple[Suggestion, ...]:
        """Return the first three of the entries that are current."""
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
