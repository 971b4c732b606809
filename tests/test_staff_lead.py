"""One request: what its page shows, every step with it, undoing, and two people at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import update

from assistant.records.contact import Phone
from assistant.records.leads.leads import Leads
from assistant.records.storage.lead_models import OutboxRow
from tests.staff_stories import Clinic, Person, goes_to, words


@pytest.fixture
def clinic(both_app: Flask) -> Clinic:
    """A clinic on each database."""
    return Clinic(both_app)


@pytest.fixture
def robin(clinic: Clinic) -> Person:
    """A member of staff, signed in."""
    return clinic.person()


def test_the_page_has_everything_to_call_back(clinic: Clinic, robin: Person) -> None:
    reference = clinic.receives(message="Is it <b>safe</b>?\nThanks")
    page = robin.opens(f"/staff/leads/{reference}").text
    assert 'href="tel:+14165550134"' in page
    assert 'href="mailto:zelda%40example.com"' in page
    assert "Is it &lt;b&gt;safe&lt;/b&gt;?\nThanks" in page
    for part in ("typed “416-555 0134 ext 2”", "after six", "https://clinic.example/hair"):
        assert part in words(page)
    assert "I agree that the clinic may call me." in words(page)
    assert "Did not agree to news" in words(page)


def test_the_chat_is_shown_with_what_was_answered_and_why_it_went_on(
    clinic: Clinic, robin: Person
) -> None:
    visitor = clinic.app.test_client()
    talk = None
    for text in ("does it hurt", "who won the football match"):
        answer = visitor.post("/api/v1/messages", json={"text": text, "conversation": talk}).json
        talk = answer["conversation"]
    reference = clinic.receives(conversation=talk)
    page = robin.sees(f"/staff/leads/{reference}")
    assert "Visitor: does it hurt" in page
    assert "It had no vetted answer to the last question" in page


def test_a_reference_can_be_written_as_it_was_heard(clinic: Clinic, robin: Person) -> None:
    reference = clinic.receives()
    assert robin.opens(f"/staff/leads/{reference[:4].lower()}-{reference[4:]}").status_code == 200


def test_saving_changes_status_assignment_urgency_and_note_together(
    clinic: Clinic, robin: Person
) -> None:
    reference = clinic.receives()
    account = clinic.account(robin.email).id
    form = {
        "state": "attempted", "assigned_to": str(account), "urgent": "yes",
        "note": "Voicemail", "version": "1",
    }  # fmt: skip
    answer = robin.sends(f"/staff/leads/{reference}", form)
    assert goes_to(answer) == f"/staff/leads/{reference}"
    lead = clinic.lead(reference)
    assert (lead.status, lead.assigned_to, lead.urgent) == ("attempted", account, True)
    page = robin.sees(f"/staff/leads/{reference}")
    assert "New → Attempted" in page
    assert "Voicemail Robin Sample, today 10:00" in page


def test_closing_takes_a_reason(clinic: Clinic, robin: Person) -> None:
    reference = clinic.receives()
    form = {"state": "closed", "reason": "", "note": "Too far away", "version": "1"}
    answer = robin.sends(f"/staff/leads/{reference}", form)
    assert answer.status_code == 422
    assert "closed needs a reason" in words(answer.text)
    assert "Too far away</textarea>" in answer.text
    assert clinic.lead(reference).status == "new"
    robin.sends(f"/staff/leads/{reference}", {**form, "reason": "elsewhere"})
    assert clinic.lead(reference).closed_reason == "elsewhere"


@pytest.mark.parametrize(
    "form",
    [{"state": "held"}, {"state": "done"}, {}, {"state": "new", "assigned_to": "999"},
     {"state": "new", "assigned_to": "1 or 1"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(
    clinic: Clinic, robin: Person, form: dict[str, str]
) -> None:
    reference = clinic.receives()
    form = {**form, "note": "kept?", "version": "1"}
    assert robin.sends(f"/staff/leads/{reference}", form).status_code == 422
    assert clinic.lead(reference).version == 1
    assert "kept?" not in robin.sees(f"/staff/leads/{reference}")


def test_the_second_of_two_sees_what_changed_and_loses_nothing(
    clinic: Clinic, robin: Person
) -> None:
    reference = clinic.receives()
    sam = clinic.person("sam@example.com")
    path = f"/staff/leads/{reference}"
    robin.sends(path, {"state": "reached", "version": "1"})
    form = {"state": "attempted", "note": "No answer at noon", "version": "1"}
    answer = sam.sends(path, form)
    assert answer.status_code == 409
    page = words(answer.text)
    assert "changed while you had it open" in page
    assert "New → Reached , by Robin Sample" in page
    assert "No answer at noon</textarea>" in answer.text
    assert 'value="attempted" checked' in answer.text
    assert clinic.lead(reference).status == "reached"
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version
    sam.sends(path, {**form, "version": version[1]})
    assert clinic.lead(reference).status == "attempted"
    assert "No answer at noon" in sam.sees(path)


def test_a_step_can_be_undone_from_the_history(clinic: Clinic, robin: Person) -> None:
    path = f"/staff/leads/{(reference := clinic.receives())}"
    robin.sends(path, {"state": "spam", "version": "1"})
    page = robin.opens(path).text
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    action = re.findall(r'action="([^"]+/undo/\d+)"', page)[0]
    answer = robin.sends(action, {"version": version}, page=path)
    assert goes_to(answer) == path
    assert clinic.lead(reference).status == "new"
    assert "Spam → New (undone)" in robin.sees(path)


def test_undoing_what_somebody_changed_since_is_a_conflict(clinic: Clinic, robin: Person) -> None:
    path = f"/staff/leads/{(reference := clinic.receives())}"
    robin.sends(path, {"state": "attempted", "version": "1"})
    old = robin.opens(path).text
    robin.sends(path, {"state": "reached", "version": "2"})
    action = re.findall(r'action="([^"]+/undo/\d+)"', old)[0]
    assert robin.sends(action, {"version": "2"}, page=path).status_code == 409
    assert clinic.lead(reference).status == "reached"


def test_a_step_of_another_request_cannot_be_undone_here(clinic: Clinic, robin: Person) -> None:
    here, there = (f"/staff/leads/{clinic.receives()}" for _ in range(2))
    robin.sends(there, {"state": "spam", "version": "1"})
    action = re.findall(r"/undo/\d+", robin.opens(there).text)[0]
    robin.sends(f"{here}{action}", {"version": "1"}, page=here)
    assert clinic.lead(there.rpartition("/")[2]).status == "spam"


def test_earlier_requests_of_the_same_contact_are_beside_it(clinic: Clinic, robin: Person) -> None:
    first = clinic.receives(message="The first time")
    second = clinic.receives(email=None, message="Once more")
    other = clinic.receives(email="bob@example.com", phone=Phone("+14165550199", ""))
    page = robin.opens(f"/staff/leads/{second}").text
    assert f"/staff/leads/{first}" in page
    assert f"/staff/leads/{other}?" not in words(page)
    assert "The first time" in words(page)


def test_a_held_one_says_why_and_can_be_released(clinic: Clinic, robin: Person) -> None:
    reference = clinic.receives(held_reason="trap")
    path = f"/staff/leads/{reference}"
    assert "hidden field was filled in" in robin.sees(path)
    robin.sends(path, {"state": "new", "version": "1"})
    assert clinic.lead(reference).status == "new"
    assert reference in robin.opens("/staff/leads").text


def test_saving_can_lead_on_to_the_next_of_the_list(clinic: Clinic, robin: Person) -> None:
    first, second, third = (clinic.receives(), clinic.receives(), clinic.receives())
    robin.sends(f"/staff/leads/{second}", {"state": "booked", "version": "1"})
    path = f"/staff/leads/{first}?view=status%3Dnew"
    answer = robin.sends(path, {"state": "attempted", "version": "1", "then": "next"})
    assert answer.headers["Location"] == f"/staff/leads/{third}?view=status%3Dnew"


def test_an_urgent_one_says_what_the_visitor_was_shown(clinic: Clinic, robin: Person) -> None:
    reference = clinic.receives(urgent_level="now")
    page = robin.sees(f"/staff/leads/{reference}")
    assert "shown the emergency card" in page


def test_a_failed_notification_is_listed_and_sent_again(clinic: Clinic, robin: Person) -> None:
    clinic.desk.leads = Leads(clinic.desk.database, clinic.desk.keyring, to_staff=("email",))
    reference = clinic.receives()
    with clinic.desk.database.write() as session:
        session.execute(update(OutboxRow).values(status="failed", error="No mail server."))
    page = robin.opens("/staff/notifications").text
    assert reference in page
    assert "No mail server." in page
    [action] = re.findall(r'action="([^"]+/resend)"', page)
    robin.sends(action, page="/staff/notifications")
    assert "Nothing failed" in robin.sees("/staff/notifications")
