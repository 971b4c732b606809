"""What visitors are told, through the front of the core: a message in, a reply out."""

import datetime as dt

import pytest
from flask import Flask

from assistant.answering.messages import Context, Turn
from assistant.answering.reply import Replier
from tests.reply_stories import TODAY, entries, said, talk


def test_a_question_gets_the_entry_that_answers_it(replier: Replier) -> None:
    reply = talk(replier, "how much does it cost per session")
    assert (reply.kind, entries(reply), reply.offer_form) == ("answer", ["cost"], False)


def test_typing_errors_do_not_matter(replier: Replier) -> None:
    assert entries(talk(replier, "mesoterapy sid efects")) == ["side-effects"]


def test_chemotherapy_is_not_mesotherapy(replier: Replier) -> None:
    assert talk(replier, "how many sessions of chemotherapy").kind == "unknown"


def test_the_weather_is_not_our_business(replier: Replier) -> None:
    reply = talk(replier, "what is the weather")
    assert (reply.kind, reply.answers, reply.offer_form) == ("unknown", (), True)


@pytest.mark.parametrize(
    "message",
    [
        "is hifu painful",
        "can I have it while on warfarin",
        "does the laser cap work better",
        "will it bring back my eyelashes",
        "my little boy is six, is he too young for it",
        "how many mg of zinc should I take",
        "can I have it if I have lupus",
        "do you take credit cards",
    ],
)
def test_what_no_entry_speaks_of_is_left_to_a_person(replier: Replier, message: str) -> None:
    reply = talk(replier, message)
    assert (reply.kind, reply.answers, reply.offer_form) == ("unknown", (), True)


def test_a_clotting_disorder_is_in_the_article_and_a_blood_thinner_is_not(replier: Replier) -> None:
    assert entries(talk(replier, "I have von Willebrand, may I have it?")) == ["contraindications"]
    assert talk(replier, "I take blood thinners, may I have it?").kind == "unknown"


def test_two_questions_get_two_answers_in_the_order_asked(replier: Replier) -> None:
    reply = talk(replier, "does it hurt and how much is it")
    assert entries(reply) == ["pain", "cost"]


@pytest.mark.parametrize(
    "message",
    [
        "price, pain, duration",
        "cost/pain/duration",
        "how much, how long, does it hurt",
        "1. price 2. pain 3. duration",
    ],
)
def test_each_item_of_a_bare_list_is_answered(replier: Replier, message: str) -> None:
    assert set(entries(talk(replier, message))) == {"cost", "pain", "session-length"}


def test_what_a_list_names_beyond_the_knowledge_is_left_open(replier: Replier) -> None:
    reply = talk(replier, "aftercare, hair washing, gym")
    assert (entries(reply), reply.offer_form) == (["after-session", "washing-hair"], True)


def test_a_list_of_what_ails_somebody_is_no_row_of_questions(replier: Replier) -> None:
    assert talk(replier, "pale, tired, cold hands, thin hair").kind != "answer"


def test_a_text_speakers_n_joins_two_questions(replier: Replier) -> None:
    reply = talk(replier, "how many sessions is it n when can i wash my hair after one")
    assert entries(reply) == ["number-of-sessions", "washing-hair"]


def test_when_may_open_a_question_or_lead_up_to_one(replier: Replier) -> None:
    led = talk(replier, "When the patch is filled, must my brother still come for upkeep?")
    assert entries(led) == ["maintenance"]
    asked = talk(replier, "When can I wash my hair, and how much is it?")
    assert entries(asked) == ["washing-hair", "cost"]


def test_half_a_sentence_is_no_question_of_its_own_unless_it_is_clear(replier: Replier) -> None:
    reply = talk(replier, "who is going to do my injections and what training do they have")
    assert entries(reply) == ["about-clinic"]


def test_the_second_question_may_lean_on_the_first(replier: Replier) -> None:
    reply = talk(replier, "Who is the doctor, and how do I get to see her?")
    assert entries(reply) == ["about-clinic", "book-consultation"]


def test_a_few_words_without_a_verb_are_questions_too(replier: Replier) -> None:
    assert entries(talk(replier, "Price. Side effects.")) == ["cost", "side-effects"]


def test_what_a_story_is_about_decides_a_vague_question_in_it(replier: Replier) -> None:
    reply = talk(replier, "My policy covers private treatment of the skin. Does that include you?")
    assert entries(reply) == ["insurance"]


def test_a_remark_beside_a_question_is_not_answered_in_its_place(replier: Replier) -> None:
    reply = talk(replier, "My wallet is tired. Is what you inject something else than zinc pills?")
    assert "cost" not in entries(reply)


def test_a_clear_question_is_answered_whatever_story_it_ends(replier: Replier) -> None:
    story = "Cake tasted, band booked, dress paid for, and the aunts are already quarrelling."
    assert entries(talk(replier, f"{story} How many sessions is it?")) == ["number-of-sessions"]


def test_a_part_without_an_answer_is_said_and_the_form_offered(replier: Replier) -> None:
    reply = talk(replier, "How much is it? And do you have parking?")
    assert entries(reply) == ["cost"]
    assert reply.offer_form
    assert said(reply)


def test_contact_data_is_never_kept_and_the_form_is_offered(replier: Replier) -> None:
    reply = talk(replier, "hi, my number is 416-555-0134, does insurance pay and can I book")
    assert "0134" not in reply.text_kept
    assert entries(reply) == ["insurance", "book-consultation"]
    assert reply.offer_form


@pytest.mark.parametrize(
    ("earlier", "message", "entry"),
    [
        ("what happens during a session?", "how long does that take?", "session-length"),
        ("how much is a session", "and in Canada?", "cost"),
        ("does it hurt", "what if I'm pregnant", "pregnancy"),
        ("what do you inject", "and what does the biotin do", "ingredients"),
        ("is there a study", "says who?", "research-evidence"),
        ("does it work?", "how quickly though", "time-to-results"),
    ],
)
def test_a_follow_up_goes_on_from_the_answer_before(
    replier: Replier, earlier: str, message: str, entry: str
) -> None:
    assert entries(talk(replier, earlier, message)) == [entry]


def test_a_follow_up_that_no_entry_speaks_of_stays_unknown(replier: Replier) -> None:
    assert talk(replier, "how much is a session", "and for botox?").kind == "unknown"


@pytest.mark.parametrize(
    ("earlier", "entry"),
    [
        ("how many sessions do I need?", "number-of-sessions"),
        ("do I need maintenance sessions?", "maintenance"),
    ],
)
def test_a_few_words_mean_what_the_answer_before_makes_of_them(
    replier: Replier, earlier: str, entry: str
) -> None:
    assert entries(talk(replier, earlier, "ok so how often exactly?")) == [entry]


def test_a_few_words_that_could_mean_anything_get_no_answer(replier: Replier) -> None:
    assert talk(replier, "do you do botox?", "how often?").kind == "unknown"


def test_an_illness_told_before_still_holds(replier: Replier) -> None:
    assert talk(replier, "I have epilepsy", "is it safe then?").kind == "unknown"
    assert entries(talk(replier, "I have epilepsy", "and how much is it?")) == ["cost"]


def test_a_follow_up_is_no_small_talk(replier: Replier) -> None:
    assert talk(replier, "later").kind == "smalltalk"
    assert entries(talk(replier, "does it hurt?", "and later?")) == ["after-session"]


def test_a_conversation_outlives_an_entry_that_it_was_about(replier: Replier) -> None:
    context = Context((Turn("is it like PRP?", "answer", ("gone-since",)),))
    assert replier.reply("how much is that?", context, TODAY).kind


def test_any_full_stop_ends_a_question(replier: Replier) -> None:
    for message in ("does it hurt… how much is it", "does it hurt？how much is it"):
        assert entries(talk(replier, message)) == ["pain", "cost"]


def test_what_the_clinic_offers_is_told_whatever_is_asked_beside(replier: Replier) -> None:
    reply = talk(replier, "my friend wants hifu, can she come to you for it")
    assert entries(reply) == ["other-services"]


def test_small_talk_gets_small_talk(replier: Replier) -> None:
    for message in ("hello", "thank you so much", "bye bye"):
        assert talk(replier, message).kind == "smalltalk"


def test_small_talk_before_a_question_does_not_hide_it(replier: Replier) -> None:
    assert entries(talk(replier, "Hi there! What are the side effects?")) == ["side-effects"]


def test_two_misses_in_a_row_lead_to_the_form_never_to_a_loop(replier: Replier) -> None:
    reply = talk(replier, "blorple", "fnord")
    assert (reply.kind, reply.suggestions, reply.offer_form) == ("unknown", (), True)
    assert said(reply) != said(talk(replier, "blorple"))


def test_a_patient_is_sent_to_the_clinic_not_to_the_sales_form(replier: Replier) -> None:
    reply = talk(replier, "I had my session yesterday and there is some redness, what is that")
    assert not reply.offer_form
    assert reply.blocks


@pytest.mark.parametrize(
    ("message", "again"),
    [("can I take ibuprofen?", True), ("is that normal?", False), ("can I wash it?", False)],
)
def test_who_was_a_patient_a_moment_ago_still_is_one(
    replier: Replier, message: str, again: bool
) -> None:
    reply = talk(replier, "I had it done yesterday and my scalp is a bit red", message)
    assert not reply.offer_form
    # Said once, it is said again only where nothing else could help.
    assert ("contact the clinic that treated you" in said(reply)) is again
    assert again is not bool(reply.answers)


def test_a_mother_is_no_patient_by_having_had_a_baby(replier: Replier) -> None:
    reply = talk(replier, "my hair falls since I had the baby 5 months ago")
    assert "that treated you" not in said(reply)


def test_a_swelling_that_goes_down_to_the_eyes_gets_the_card(replier: Replier) -> None:
    reply = talk(replier, "my forehead is swollen today after the shots", "it goes down to my eyes")
    assert reply.kind == "emergency"


def test_a_patient_who_asks_for_a_person_gets_the_form_that_the_answer_speaks_of(
    replier: Replier,
) -> None:
    reply = talk(replier, "I had my session yesterday", "can I talk to someone please")
    assert entries(reply) == ["book-consultation"]
    assert reply.offer_form


def test_a_patient_sees_how_to_reach_the_clinic(app: Flask) -> None:
    knowledge = app.extensions["desk"].knowledge
    clinic = knowledge.clinic.model_copy(update={"phone": "+1 416 555 0100"})
    reply = talk(Replier(knowledge.edition(), clinic), "I had my session yesterday and it itches")
    links = [span.href for block in reply.blocks if block.type == "list" for (span,) in block.items]
    assert links == ["tel:+14165550100"]


def test_a_friend_of_a_patient_is_none(replier: Replier) -> None:
    reply = talk(replier, "my friend had it done last year, do you have parking?")
    assert "that treated you" not in said(reply)
    assert reply.offer_form


def test_a_red_flag_comes_before_everything_else(replier: Replier) -> None:
    reply = talk(replier, "how much is it and also I can't breathe since the injection")
    assert reply.kind == "emergency"
    assert reply.blocks[0].type == "card"
    assert reply.answers == ()


def test_an_entry_past_its_review_date_hands_over(replier: Replier) -> None:
    reply = replier.reply("how much does it cost", Context(), dt.date(2031, 1, 1))
    assert (reply.kind, reply.answers, reply.offer_form) == ("unknown", (), True)


@pytest.mark.parametrize(
    "message",
    ["can I talk to a real person please", "what's your reply time", "when do i get a reply"],
)
def test_asking_for_a_person_offers_the_form(replier: Replier, message: str) -> None:
    reply = talk(replier, message)
    assert entries(reply) == ["book-consultation"]
    assert reply.offer_form


def test_the_same_message_gets_the_same_reply(replier: Replier) -> None:
    message = "is it worth it and does it last"
    assert talk(replier, message) == talk(replier, message)


@pytest.mark.parametrize("said", ["thanks, my number is 416 555 0199", "thank you! 416-555-0134"])
def test_who_leaves_a_number_with_their_thanks_is_led_to_the_form(
    replier: Replier, said: str
) -> None:
    reply = talk(replier, said)
    assert (reply.kind, reply.offer_form) == ("answer", True)
    assert reply.answers[0].entry == "book-consultation"
    assert "555" not in reply.text_kept


@pytest.mark.parametrize("message", ["no hope", "I give up", "I'm not ok", "I feel so ugly"])
def test_despair_is_never_answered_with_small_talk(replier: Replier, message: str) -> None:
    reply = talk(replier, message)
    assert (reply.kind, reply.offer_form) == ("unknown", True)
    assert "sorry that this is so hard" in said(reply)


def test_after_an_emergency_ok_brings_the_card_again(replier: Replier) -> None:
    reply = talk(replier, "I want to die", "ok")
    assert (reply.kind, reply.blocks[0].type) == ("emergency", "card")


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("what's the gestation period of a goat", "pregnancy"),
        ("How can I tell if my patch is ringworm or the other thing?", "contraindications"),
        ("Do I get put to sleep? I had a bad time waking up from my c-section", "pregnancy"),
    ],
)
def test_a_word_of_a_circumstance_that_is_not_meant_does_not_answer(
    replier: Replier, message: str, entry: str
) -> None:
    assert entry not in entries(talk(replier, message))


@pytest.mark.parametrize(
    "message", ["two lines on the test this morning!! what about my shots", "Baby's due. How much?"]
)
def test_a_circumstance_said_in_other_words_still_comes_first(
    replier: Replier, message: str
) -> None:
    assert entries(talk(replier, message))[0] == "pregnancy"


def test_who_signs_up_for_a_saga_asks_for_nobody(replier: Replier) -> None:
    reply = talk(replier, "Is it one and done or am I signing up for a saga?")
    assert "book-consultation" not in entries(reply)


@pytest.mark.parametrize(
    "message", ["Ist die Klinik am Bahnhof oder in der Innenstadt?", "هل يوجد موقف سيارات؟"]
)
def test_another_language_hears_whom_to_call_and_where_a_person_reads_it(
    replier: Replier, message: str
) -> None:
    for reply in (talk(replier, message), talk(replier, message, message)):
        assert (reply.kind, reply.offer_form) == ("unknown", True)
        assert "Notfall" in said(reply)
        assert "112 or your local emergency number" in said(reply)


def test_who_writes_english_hears_nothing_of_other_languages(replier: Replier) -> None:
    assert "Notfall" not in said(talk(replier, "what is the weather"))
    assert "Notfall" not in said(talk(replier, "mesoterapy sid efects"))


def test_what_a_circumstance_leaves_open_is_said_beside_an_answer_for_everybody(
    replier: Replier,
) -> None:
    reply = talk(replier, "I'm on warfarin. How many sessions are there?")
    assert entries(reply) == ["number-of-sessions"]
    assert reply.offer_form
    assert said(reply)


def test_an_allergy_comes_before_the_price(replier: Replier) -> None:
    reply = talk(replier, "I'm allergic to zinc. How much is it?")
    assert entries(reply) == ["allergies", "cost"]


def test_the_price_of_what_is_only_named_is_not_ours_to_tell(replier: Replier) -> None:
    assert talk(replier, "do you offer botox?", "how much?").kind == "unknown"


@pytest.mark.parametrize("message", ["how much is that?", "does that hurt?", "which is cheaper?"])
def test_of_two_treatments_just_compared_ours_is_not_taken_for_the_other(
    replier: Replier, message: str
) -> None:
    reply = talk(replier, "what is the difference between mesotherapy and PRP", message)
    assert (reply.kind, reply.answers) == ("unknown", ())


def test_what_stands_between_two_things_is_one_question(replier: Replier) -> None:
    assert entries(talk(replier, "what is the difference between mesotherapy and prp")) == [
        "vs-prp"
    ]


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("any before and after tales you could share?", "success-stories"),
        ("are those needles painful, yes or no?", "pain"),
    ],
)
def test_a_fixed_expression_is_not_cut_into_two_questions(
    replier: Replier, message: str, entry: str
) -> None:
    assert entries(talk(replier, message)) == [entry]


def test_what_leads_up_to_a_question_is_none(replier: Replier) -> None:
    assert entries(talk(replier, "The waiting is torture, when does the first hair show up?")) == [
        "time-to-results"
    ]


def test_another_treatment_may_be_named_by_the_way(replier: Replier) -> None:
    compared = "I had laser on my legs and it stung like mad, how sore is this in comparison?"
    assert entries(talk(replier, compared)) == ["pain"]
    assert talk(replier, "Is laser sore?").kind == "unknown"


def test_what_was_learnt_is_believed_where_the_wordings_do_not_find_it(replier: Replier) -> None:
    both = "can I take it together with minoxidil"
    assert entries(talk(replier, both)) == ["combining-treatments"]
    many = "how many times must I come at the beginning"
    assert entries(talk(replier, many)) == ["number-of-sessions"]
    assert talk(replier, "Is my rash an allergy?").kind != "answer"  # a ban that is repeated holds


def test_words_for_a_person_may_be_about_something_else(replier: Replier) -> None:
    assert entries(talk(replier, "give me an email address")) == ["book-consultation"]
    assert talk(replier, "which regex matches email addresses").kind != "answer"


def test_whether_it_makes_hair_loss_worse_is_left_to_a_person(replier: Replier) -> None:
    assert talk(replier, "Can mesotherapy cause more hair loss?").kind == "unknown"


def test_redness_that_lasts_is_not_about_a_lasting_cure(replier: Replier) -> None:
    assert entries(talk(replier, "how long will the redness last?")) == ["side-effects"]


def test_it_never_passes_for_a_doctor(replier: Replier) -> None:
    assert talk(replier, "are you a real doctor?").kind == "smalltalk"


@pytest.mark.parametrize(
    "message",
    [
        "heyyy",
        "thnaks!",
        "👍🏽",
        "Good morning, Amara here",
        "Greetings from Ljubljana",
        "😂 ok then",
    ],
)
def test_small_talk_is_known_drawn_out_mistyped_with_a_name_or_as_a_sign(
    replier: Replier, message: str
) -> None:
    assert talk(replier, message).kind == "smalltalk"


@pytest.mark.parametrize(
    "message",
    ["helo is anyboddy there", "are you a real human or a computer who answers me"],
)
def test_small_talk_is_known_by_its_sound(replier: Replier, message: str) -> None:
    assert talk(replier, message).kind == "smalltalk"


@pytest.mark.parametrize(
    "message", ["hello, I am frightened", "thanks, I am alone", "kjsdhf lskdj"]
)
def test_what_only_begins_like_small_talk_is_none(replier: Replier, message: str) -> None:
    assert talk(replier, message).kind != "smalltalk"


@pytest.mark.parametrize("message", ["😭", "hi, dizy", "sorry for everything, goodbye", "nooo"])
def test_what_may_be_a_cry_for_help_is_no_small_talk(replier: Replier, message: str) -> None:
    assert talk(replier, message).kind != "smalltalk"


@pytest.mark.parametrize(
    "message",
    ["what time is my appointment?", "my card was charged twice", "how do I become a practitioner"],
)
def test_what_only_the_staff_can_settle_is_left_to_them(replier: Replier, message: str) -> None:
    assert talk(replier, message).kind == "unknown"


def test_a_turn_of_phrase_is_not_taken_at_its_word(replier: Replier) -> None:
    assert entries(talk(replier, "My aunt raised an eyebrow. Is it safe?")) == ["safety"]
    assert talk(replier, "Can you raise my eyebrow?").kind == "unknown"


@pytest.mark.parametrize(
    "told", ["I have had thin hair since my twenties.", "My hair fell out after covid."]
)
def test_two_plain_questions_after_something_told_are_both_answered(
    replier: Replier, told: str
) -> None:
    asked = "How much does it cost? When will I see results?"
    assert entries(talk(replier, f"{told} {asked}")) == ["cost", "time-to-results"]


def test_a_question_is_weighed_with_the_story_it_stands_in(replier: Replier) -> None:
    story = "I once came up in blotches from a vitamin injection. Is it wise for me to have these?"
    assert "right-for-me" not in entries(talk(replier, story))
