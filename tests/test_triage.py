"""What staff do with a lead, on both databases: statuses, conflicts, history and undoing."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from assistant.records.leads import inbox, triage
from assistant.records.leads.triage import ConflictError, UndoError
from assistant.records.storage.lead_models import Lead
from tests.lead_stories import MONDAY, desk_of, take

LATER = MONDAY + dt.timedelta(hours=1)


def lead_of(app: Flask, reference: str) -> Lead:
    with desk_of(app).database.read() as session:
        found = inbox.find(session, reference)
        assert found is not None
        return found


def move(app: Flask, reference: str, status: str, reason: str | None = None) -> None:
    with desk_of(app).database.write() as session:
        lead = triage.edit(session, reference)
        triage.set_status(session, lead, status, actor=1, now=LATER, reason=reason)


def test_the_first_answer_is_timed_and_stays_the_first(both_app: Flask) -> None:
    reference = take(desk_of(both_app).leads)
    move(both_app, reference, "attempted")
    move(both_app, reference, "closed", "price")
    lead = lead_of(both_app, reference)
    assert (lead.status, lead.closed_reason, lead.first_response_at) == ("closed", "price", LATER)


def test_closing_needs_a_reason(both_app: Flask) -> None:
    reference = take(desk_of(both_app).leads)
    with pytest.raises(ValueError, match="reason"):
        move(both_app, reference, "closed")
    assert lead_of(both_app, reference).status == "new"


def test_of_two_who_edit_at_once_the_second_is_told_and_changes_nothing(both_app: Flask) -> None:
    desk = desk_of(both_app)
    reference = take(desk.leads)
    seen = lead_of(both_app, reference).version
    with desk.database.write() as session:
        triage.assign(session, triage.edit(session, reference, seen), 1, actor=1, now=LATER)
    with pytest.raises(ConflictError), desk.database.write() as session:
        triage.assign(session, triage.edit(session, reference, seen), 2, actor=2, now=LATER)
    assert lead_of(both_app, reference).assigned_to == 1


def test_each_change_is_undone_in_turn_and_nothing_leaves_the_history(both_app: Flask) -> None:
    desk = desk_of(both_app)
    reference = take(desk.leads)
    move(both_app, reference, "attempted")
    move(both_app, reference, "closed", "price")
    for expected in ("attempted", "new"):
        with desk.database.write() as session:
            lead = triage.edit(session, reference)
            (step,) = triage.undoable(session, lead)
            triage.undo(session, lead, step, actor=1, now=LATER)
        assert lead_of(both_app, reference).status == expected
    lead = lead_of(both_app, reference)
    assert (lead.closed_reason, lead.first_response_at) == (None, None)
    with desk.database.read() as session:
        assert [step.new for step in triage.history(session, lead)] == [
            *("new", "attempted", "closed/price"),
            *("attempted", "new"),
        ]


def test_an_older_step_is_not_undone_from_under_a_later_one(both_app: Flask) -> None:
    desk = desk_of(both_app)
    reference = take(desk.leads)
    move(both_app, reference, "attempted")
    move(both_app, reference, "reached")
    with desk.database.read() as session:
        first = triage.history(session, lead_of(both_app, reference))[1].id
    with pytest.raises(UndoError), desk.database.write() as session:
        lead = triage.edit(session, reference)
        triage.undo(session, lead, first, actor=1, now=LATER)


def test_a_note_is_kept_in_the_history(both_app: Flask) -> None:
    desk = desk_of(both_app)
    reference = take(desk.leads)
    with desk.database.write() as session:
        lead = triage.edit(session, reference)
        triage.add_note(session, lead, "Call on Wednesday", actor=1, now=LATER)
    with desk.database.read() as session:
        steps = triage.history(session, lead_of(both_app, reference))
    assert [(step.kind, step.note) for step in steps] == [
        ("received", None),
        ("note", "Call on Wednesday"),
    ]
