"""A question finds its entry, with reasons."""

from __future__ import annotations

from assistant.answering.knowledge import Entry
from assistant.answering.matcher import Matcher

ENTRIES = (
    Entry(id="refund", question="Can I get my money back?", phrasings=("refund",), answer="Yes."),
    Entry(id="delivery", question="When does my parcel arrive?", answer="Tomorrow."),
)


def test_a_misspelt_question_finds_its_entry_and_says_how_it_was_read() -> None:
    ranking = Matcher(ENTRIES).rank("when does my parcle arrive")
    assert ranking.candidates[0].entry == "delivery"
    assert ranking.question.corrections == (("parcle", "parcel"),)


def test_an_empty_question_has_no_candidates() -> None:
    assert Matcher(ENTRIES).rank(" ?! ").candidates == ()
