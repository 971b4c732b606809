"""A question finds its entry, with reasons, or is told that none is sure."""

from __future__ import annotations

import pytest

from assistant.answering.content.knowledge import Entry, Words
from assistant.answering.matching.matcher import Matcher

ENTRIES = (
    Entry(
        id="refund",
        question="Can I get my money back?",
        phrasings=("refund please", "how do I return an order", "send it back for a refund"),
        must_not_match=("Can I get my money back for a gift card?",),
        answer="Yes.",
    ),
    Entry(
        id="delivery",
        question="When does my parcel arrive?",
        phrasings=("where is my order", "how long does delivery take", "track my parcel"),
        answer="Tomorrow.",
    ),
    Entry(
        id="who-may",
        question="Who should join the club?",
        phrasings=("who can join the club", "is the club for me"),
        answer="All.",
    ),
    Entry(
        id="who-may-not",
        question="Who should not join the club?",
        phrasings=("who cannot join the club", "who is not allowed in the club"),
        answer="None.",
    ),
)
WORDS = Words(
    concepts={"refund": ("cash back", "compensate me"), "delivery": ("turn up at my door",)},
    field_words=frozenset({"order"}),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(ENTRIES, WORDS)


def best(matcher: Matcher, question: str) -> str:
    return matcher.rank(question).candidates[0].entry


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_phrasing_finds_its_own_entry_with_confidence(matcher: Matcher, entry: Entry) -> None:
    for text in (entry.question, *entry.phrasings):
        found = matcher.rank(text).candidates[0]
        assert found.entry == entry.id
        assert found.confidence > 0.5


def test_a_misspelt_question_finds_its_entry_and_says_how_it_was_read(matcher: Matcher) -> None:
    ranking = matcher.rank("when does my parcle arive")
    assert ranking.candidates[0].entry == "delivery"
    assert ("parcle", "parcel") in ranking.question.corrections


def test_an_everyday_expression_is_read_as_its_concept(matcher: Matcher) -> None:
    ranking = matcher.rank("will you compensate me for the refund")
    assert [concept.name for concept in ranking.question.concepts] == ["refund"]
    assert ranking.candidates[0].entry == "refund"


def test_negation_tells_two_entries_apart(matcher: Matcher) -> None:
    assert best(matcher, "who shouldn't join the club") == "who-may-not"
    assert best(matcher, "who should join the club") == "who-may"


def test_what_an_entry_must_not_match_is_not_answered_by_it(matcher: Matcher) -> None:
    found = matcher.rank("can i get my money back for a gift card")
    assert "refund" not in [candidate.entry for candidate in found.candidates]


def test_an_unknown_subject_is_missing_and_lowers_coverage_and_confidence(
    matcher: Matcher,
) -> None:
    known = matcher.rank("how long does delivery take").candidates[0]
    foreign = matcher.rank("how long does chemotherapy take").candidates[0]
    assert "chemotherapy" in foreign.missing
    assert foreign.coverage < 0.5 < known.coverage
    assert foreign.confidence < known.confidence - 0.25


def test_the_same_question_gets_the_same_ranking(matcher: Matcher) -> None:
    assert matcher.rank("wheres my ordr") == Matcher(ENTRIES, WORDS).rank("wheres my ordr")


@pytest.mark.parametrize("nothing", ["", " ?! ", "😀", "\u200b"])
def test_a_message_without_words_has_no_candidates(matcher: Matcher, nothing: str) -> None:
    assert matcher.rank(nothing).candidates == ()


def test_a_knowledge_base_without_entries_has_no_candidates() -> None:
    assert Matcher(()).rank("anything at all").candidates == ()


def test_the_only_entry_of_a_knowledge_base_is_found_and_surer_of_what_it_says() -> None:
    matcher = Matcher(ENTRIES[:1])
    said = matcher.rank("how do I return an order").candidates[0].confidence
    other = matcher.rank("how do I cook an order of rice").candidates[0].confidence
    assert 0 < other < said < 1
