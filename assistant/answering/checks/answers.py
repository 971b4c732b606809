"""Checks that an answer is short, plain, direct, vetted, and promises nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from assistant.answering.blocks import parse, plain
from assistant.answering.checks.problems import Draft, Problem
from assistant.answering.checks.promises import promises
from assistant.answering.checks.readability import grade
from assistant.answering.content.knowledge import Edition, Entry
from assistant.answering.language.text import stem, words

LENGTH = (20, 90)
"""Words of an answer."""
HARDEST = 8.0
"""The highest school grade an answer may need."""
_FILLER = re.compile(
    r"(?:(?:that's|that is|what) )?an? (?:great|good|excellent|very good|important) question"
    r"|(?:great|good|excellent) question|thank|thanks|welcome|sorry|we understand|many people ask"
    r"|it is important to|please note|as (?:you may know|mentioned)|when it comes to|in general,"
    r"|we are (?:happy|glad)|of course|let me|let us|i |hello|hi\b",
    re.IGNORECASE,
)


def check(draft: Draft) -> Iterator[Problem]:
    """Yield answers of a wrong length, hard to read, slow to begin, promising, or not vetted."""
    facts = {fact.id: fact for fact in draft.knowledge.facts}
    for edition in draft.editions:
        for entry in edition.entries:
            text = plain(parse(entry.answer))
            listed = [facts[id_].text for id_ in entry.facts if id_ in facts]
            for found in promises(text, listed):
                what = f'promises: "{found}"; say it plainly without that, or negate it.'
                yield draft.in_entry(edition, entry, "answer", what, found)
            yield from _shape(draft, edition, entry, text)
            yield from _vetting(draft, edition, entry)


def terms(draft: Draft, edition: Edition, entry: Entry) -> set[str]:
    """Return the stems an answer cannot do without: the field's words and its facts' terms."""
    facts = {fact.id: fact for fact in draft.knowledge.facts}
    named = [term for id_ in entry.facts if id_ in facts for term in facts[id_].terms]
    return {stem(word) for text in (*edition.words.field_words, *named) for word in words(text)}


def _shape(draft: Draft, edition: Edition, entry: Entry, text: str) -> Iterator[Problem]:
    least, most = LENGTH
    count = len(text.split())
    if not least <= count <= most:
        what = f"has {count} words; write {least} to {most}."
        yield draft.in_entry(edition, entry, "answer", what)
    if _FILLER.match(text):
        what = "begins with a filler; begin with the answer itself."
        yield draft.in_entry(edition, entry, "answer", what, warning=True)
    needed = grade(text, terms(draft, edition, entry))
    if edition.language.startswith("en") and needed > HARDEST:
        what = f"needs school grade {needed:.1f}, at most {HARDEST:g}; shorter sentences and words."
        yield draft.in_entry(edition, entry, "answer", what, warning=True)


def _vetting(draft: Draft, edition: Edition, entry: Entry) -> Iterator[Problem]:
    if entry.review_by == dt.date.max:
        what = "is missing; write the day until which the answer holds, such as 2028-06-30."
        yield draft.in_entry(edition, entry, "review_by", what)
    elif entry.review_by < draft.today:
        what = f"was {entry.review_by}, so it hands over; review the answer and set a new day."
        yield draft.in_entry(edition, entry, "review_by", what, warning=True)
    for key, value in (("author", entry.author), ("section", entry.section)):
        if not value:
            what = "is missing; write who answers for it and where it comes from."
            yield draft.in_entry(edition, entry, key, what)
