"""The inbox, on both databases: its order, its pages, its filters, and repeated contacts."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from assistant.records.contact import Phone
from assistant.records.leads import inbox, reference, triage
from assistant.records.leads.inbox import Place, View
from tests.lead_stories import MONDAY, desk_of, take

HOUR = dt.timedelta(hours=1)


def person(number: int) -> dict[str, object]:
    """Return the contact of one of many people."""
    return {"phone": Phone(f"+1416555{number:04}", ""), "email": f"p{number}@example.com"}


def shown(app: Flask, view: View | None = None, **page: object) -> list[str]:
    desk = desk_of(app)
    with desk.database.read() as session:
        found = inbox.page(session, desk.keyring, view or View(), **page)  # type: ignore[arg-type]
        return [lead.reference for lead in found]


def test_urgent_comes_first_then_new_then_the_longest_waiting(both_app: Flask) -> None:
    desk = desk_of(both_app)
    begun = take(desk.leads, MONDAY, **person(1))
    young = take(desk.leads, MONDAY + 2 * HOUR, **person(2))
    old = take(desk.leads, MONDAY + HOUR, **person(3))
    urgent = take(desk.leads, MONDAY + 3 * HOUR, urgent_level="now", **person(4))
    held = take(desk.leads, MONDAY, held_reason="trap", **person(5))
    with desk.database.write() as session:
        lead = triage.edit(session, begun)
        triage.set_status(session, lead, "attempted", actor=1, now=MONDAY)
    assert shown(both_app) == [urgent, old, young, begun]
    assert shown(both_app, View(statuses=("held",))) == [held]


def test_pages_go_on_from_a_place_both_ways(both_app: Flask) -> None:
    desk = desk_of(both_app)
    everyone = [take(desk.leads, MONDAY, **person(number)) for number in range(5)]
    with desk.database.read() as session:
        first = inbox.page(session, desk.keyring, View(), size=2)
    then = shown(both_app, after=Place.of(first[-1]), size=2)
    assert [lead.reference for lead in first] + then == everyone[:4]
    with desk.database.read() as session:
        third = inbox.find(session, everyone[2])
        assert third is not None
    assert shown(both_app, before=Place.of(third), size=2) == everyone[:2]


def test_overdue_are_those_unanswered_since_a_moment(both_app: Flask) -> None:
    desk = desk_of(both_app)
    late = take(desk.leads, MONDAY, **person(1))
    take(desk.leads, MONDAY + 2 * HOUR, **person(2))
    answered = take(desk.leads, MONDAY, **person(3))
    with desk.database.write() as session:
        lead = triage.edit(session, answered)
        triage.set_status(session, lead, "reached", actor=1, now=MONDAY)
    assert shown(both_app, View(unanswered_since=MONDAY + HOUR)) == [late]


def test_a_second_request_of_a_contact_is_shown_with_the_first(both_app: Flask) -> None:
    desk = desk_of(both_app)
    first = take(desk.leads, MONDAY, **{**person(1), "email": None})
    second = take(desk.leads, MONDAY + HOUR, **{**person(1), "message": "Hello again"})
    third = take(desk.leads, MONDAY + HOUR, **person(2))
    with desk.database.read() as session:
        leads = inbox.page(session, desk.keyring, View())
        by_reference = {lead.reference: lead for lead in leads}
        earlier = inbox.same_contact(session, desk.keyring, by_reference[second])
        assert [lead.reference for lead in earlier] == [first]
        assert inbox.repeated(session, leads) == {
            lead.id for lead in leads if lead.reference != third
        }


def test_leads_are_counted_by_status(both_app: Flask) -> None:
    desk = desk_of(both_app)
    take(desk.leads, MONDAY, **person(1))
    take(desk.leads, MONDAY, held_reason="trap", **person(2))
    with desk.database.read() as session:
        assert inbox.counts(session) == {"new": 1, "held": 1}
        assert inbox.count(session, desk.keyring, View()) == 1


def test_a_reference_is_understood_as_people_write_it() -> None:
    assert reference.parse(" k7q2-9fd0 ") == reference.parse("K7Q29FDO") == "K7Q29FD0"
    assert reference.parse("K7Q2") is None
