"""What a visitor told stays told: emergencies, circumstances and offers over several messages."""

import pytest

from assistant.answering.messages import Reply
from assistant.answering.reply import Replier
from tests.reply_stories import entries, said, talk

LIPS = "my lips and tongue are swelling up since the injections"
PUS = "there is yellow pus on my head after the treatment"


def level(reply: Reply) -> str | None:
    block = reply.blocks[0]
    return block.level if block.type == "card" else None


@pytest.mark.parametrize(
    "message",
    [
        "ok I'm calm",
        "thank you",
        "feeling better now",
        "no it's fine, my husband called the ambulance",
        "what number do I call",
        "is it dangerous?",
        "should I still go?",
        "does it hurt?",
    ],
)
def test_an_emergency_goes_on_until_something_else_is_asked(replier: Replier, message: str) -> None:
    assert level(talk(replier, LIPS, message)) == "now"
    assert level(talk(replier, LIPS, "I took an antihistamine", message)) == "now"


def test_the_card_that_is_shown_again_is_of_the_level_it_was(replier: Replier) -> None:
    assert level(talk(replier, PUS, "can it wait until Monday")) == "today"
    assert level(talk(replier, "I want to kill myself", "sorry", "it was a joke")) == "crisis"


def test_who_was_misread_is_told_how_to_go_on(replier: Replier) -> None:
    assert "full sentence" in said(talk(replier, LIPS, "is that normal?"))
    assert "full sentence" not in said(talk(replier, LIPS, "no"))
    reply = talk(replier, LIPS, "no", "How much does a session for a small patch cost in Canada?")
    assert entries(reply) == ["cost"]
    assert "get help for that first" in said(reply)
    assert "get help" not in said(talk(replier, LIPS, "What does a session cost in Canada?", "ok"))


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("I had my injections today", "my face is puffy"),
        ("I had it done 4 days ago", "there's yellow liquid coming out"),
    ],
)
def test_an_emergency_told_in_two_messages_is_one(
    replier: Replier, told: str, message: str
) -> None:
    assert talk(replier, told).kind != "emergency"
    assert talk(replier, told, message).kind == "emergency"


@pytest.mark.parametrize(
    "told", ["it's for my 6 year old", "I have a heart condition", "I have hepatitis C"]
)
def test_what_nobody_wrote_about_stays_open_for_the_whole_conversation(
    replier: Replier, told: str
) -> None:
    assert entries(talk(replier, told, "how long does a session take?")) == ["session-length"]
    reply = talk(replier, told, "how long does a session take?", "and is it safe?")
    assert (entries(reply), reply.offer_form) == ([], True)


def test_what_was_written_of_a_pregnancy_is_said_again_with_what_may_not_hold(
    replier: Replier,
) -> None:
    reply = talk(replier, "I'm pregnant", "what does a session cost?")
    assert entries(reply) == ["cost"]
    reply = talk(replier, "I'm pregnant", "what does a session cost?", "and is it safe?")
    assert entries(reply)[0] == "pregnancy"


def test_a_plan_is_told_with_what_may_change_it(replier: Replier) -> None:
    reply = talk(replier, "I'm pregnant", "how many sessions would I need?")
    assert entries(reply) == ["pregnancy", "number-of-sessions"]
    child = talk(replier, "my daughter is 7 and has two bald patches", "how many sessions is that?")
    assert (entries(child), child.offer_form) == (["number-of-sessions"], True)
    assert "left it open" in said(child)


def test_who_asks_about_all_they_told_is_not_told_it_twice(replier: Replier) -> None:
    reply = talk(replier, "I'm breastfeeding, can I have it?", "who else can't?")
    assert entries(reply) == ["contraindications"]


@pytest.mark.parametrize("message", ["so that's fine", "ok so its fine"])
def test_a_conclusion_is_not_confirmed(replier: Replier, message: str) -> None:
    reply = talk(replier, "I have a cold sore on my head, can I come?", message)
    assert (reply.kind, reply.offer_form) == ("unknown", True)
    assert "can't confirm" in said(reply)


def test_yes_to_the_form_leads_to_the_form(replier: Replier) -> None:
    offered = talk(replier, "do you have a wheelchair ramp?")
    assert offered.offer_form
    reply = talk(replier, "do you have a wheelchair ramp?", "yes please")
    assert (entries(reply), reply.offer_form) == (["book-consultation"], True)
    assert talk(replier, "does it hurt?", "yes").kind == "smalltalk"


def test_one_of_the_questions_offered_can_be_picked_in_words(replier: Replier) -> None:
    first, second, *_ = talk(replier, "what about the treatment").suggestions
    assert entries(talk(replier, "what about the treatment", "the first one")) == [first.entry]
    assert entries(talk(replier, "what about the treatment", "2")) == [second.entry]
    assert talk(replier, "what about the treatment", "none of these").kind == "smalltalk"
    related = talk(replier, "does it hurt?").answers[0].related
    assert entries(talk(replier, "does it hurt?", "the second one")) == [related[1].entry]


def test_who_tells_and_asks_nothing_is_not_told_that_it_was_a_question(replier: Replier) -> None:
    reply = talk(replier, "my aunt keeps a parrot and we talk to it")
    assert (reply.kind, reply.offer_form) == ("unknown", True)
    assert "Thank you for telling me" in said(reply)


@pytest.mark.parametrize(
    "message", ["and hashimoto", "iron pills?", "over 60?", "PRP vs exosomes?"]
)
def test_what_was_understood_is_no_other_language(replier: Replier, message: str) -> None:
    assert "I only know English" not in said(talk(replier, message))


def test_three_questions_in_a_sentence_get_three_answers(replier: Replier) -> None:
    reply = talk(replier, "what's the cost, is it painful, and when can I wash my hair?")
    assert entries(reply) == ["cost", "pain", "washing-hair"]


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("does it hurt and can I drive home?", "pain"),
        ("can I wash my hair and go to the gym?", "washing-hair"),
        ("how many sessions do I need and a discount?", "number-of-sessions"),
    ],
)
def test_what_is_known_of_two_questions_is_told_and_the_other_left_open(
    replier: Replier, message: str, entry: str
) -> None:
    reply = talk(replier, message)
    assert (entries(reply), reply.offer_form) == ([entry], True)
    assert "left it open" in said(reply)


def test_what_is_asked_for_oneself_is_no_half_to_be_answered(replier: Replier) -> None:
    assert talk(replier, "is it safe for me and my diabetes").kind == "unknown"


def test_a_husband_asks_for_his_wife_or_for_himself(replier: Replier) -> None:
    assert entries(talk(replier, "my wife is pregnant, can she have it?")) == ["pregnancy"]
    assert talk(replier, "my wife is pregnant, can I have it?").kind == "unknown"


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("who can read what I write here?", "30 days"),
        ("did you get my phone number?", "form"),
        ("this is useless, you don't understand me", "sorry"),
        ("I cry every night because of my hair", "hard"),
    ],
)
def test_it_speaks_for_itself(replier: Replier, message: str, word: str) -> None:
    reply = talk(replier, message)
    assert reply.kind == "smalltalk"
    assert word in said(reply)
