"""Every route of the staff area, for everybody: who gets in, who is sent away, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from assistant.web.staff.guard import POLICIES, Policy
from tests.conftest import MakeApp
from tests.staff_stories import Clinic, Person, goes_to

PLACES: dict[str, Any] = {
    "token": "nothing", "session_id": 999, "account_id": 999, "row_id": 999, "event_id": 999,
    "reference": "00000000", "rest": "nowhere/at/all",
}  # fmt: skip


def _routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Yield each rule of the staff area, a method, and an address that it matches."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/staff"):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(PLACES[part[1]]), rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method, path


@pytest.fixture
def clinic(app: Flask) -> Clinic:
    return Clinic(app)


def test_every_route_has_a_policy_and_every_policy_a_route(app: Flask) -> None:
    assert {rule.endpoint for rule, _, _ in _routes(app)} == set(POLICIES)


def test_a_route_without_a_policy_is_closed(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = clinic.person()
    monkeypatch.delitem(POLICIES, "staff.notifications")
    assert robin.opens("/staff/notifications").status_code == 403


def test_who_is_not_signed_in_gets_nowhere(clinic: Clinic) -> None:
    for rule, method, path in _routes(clinic.app):
        if POLICIES[rule.endpoint] is Policy.ANYONE:
            continue
        answer = Person(clinic).client.open(path, method=method)
        if rule.endpoint == "staff.pulse" or method == "POST":
            assert answer.status_code == 401, path
        else:
            assert goes_to(answer) == "/staff/sign-in", path


def test_staff_get_everywhere_but_where_admins_work(clinic: Clinic) -> None:
    clinic.person()
    for rule, method, path in _routes(clinic.app):
        robin = Person(clinic)
        robin.walks_in()
        form = {"csrf_token": robin.token("/staff/account")}
        answer = robin.client.open(path, method=method, data=form if method == "POST" else None)
        refused = POLICIES[rule.endpoint] is Policy.ADMIN
        assert (answer.status_code == 403) == refused, (path, answer.status_code)
        assert answer.status_code < 500, path


def test_admins_get_everywhere(clinic: Clinic) -> None:
    clinic.person("ann@example.com", "admin")
    for rule, method, path in _routes(clinic.app):
        ann = Person(clinic, "ann@example.com")
        ann.walks_in()
        form = {"csrf_token": ann.token("/staff/account")}
        answer = ann.client.open(path, method=method, data=form if method == "POST" else None)
        forbidden = rule.endpoint == "staff.remove_second_step"  # admins keep theirs
        assert (answer.status_code == 403) == forbidden, (path, answer.status_code)
        assert answer.status_code < 500, path


def test_an_admin_without_a_second_step_sets_it_up_before_anything_else(clinic: Clinic) -> None:
    ann = Person(clinic, "ann@example.com")
    ann.accepts(clinic.invitation("ann@example.com", "admin"))
    for rule, method, path in _routes(clinic.app):
        if POLICIES[rule.endpoint] in (Policy.STAFF, Policy.ADMIN):
            answer = ann.client.open(path, method=method)
            assert goes_to(answer) == "/staff/account/second-step", path


@pytest.mark.parametrize("path", ["/staff/leads/00000000", "/staff/nowhere", "/staff/leads/x y"])
def test_what_does_not_exist_is_a_page_that_says_so(clinic: Clinic, path: str) -> None:
    answer = clinic.person().opens(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize("number", [2**31, 2**63, int("9" * 50)])
def test_a_number_that_no_row_can_have_is_the_address_of_nothing(
    both_app: Flask, number: int
) -> None:
    clinic = Clinic(both_app)
    clinic.person("ann@example.com", "admin")
    reference = clinic.receives()
    for path in (
        f"/staff/account/sessions/{number}/end",
        f"/staff/people/{number}",
        f"/staff/people/{number}/reset",
        f"/staff/notifications/{number}/resend",
        f"/staff/leads/{reference}/undo/{number}",
    ):
        ann = Person(clinic, "ann@example.com")
        ann.walks_in()
        answer = ann.sends(path, {"do": "close", "version": "1"}, page="/staff/account")
        assert answer.status_code == 404, path


def test_no_page_is_kept_by_a_cache_and_none_takes_scripts_from_elsewhere(clinic: Clinic) -> None:
    answer = clinic.person().opens("/staff/leads")
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] != "no-referrer"
    assert not re.search(
        r"<script(?! type=\"module\" src=\"/static)|\sstyle=|\son\w+=", answer.text
    )


def test_what_was_typed_into_a_form_that_came_too_late_is_shown(clinic: Clinic) -> None:
    robin = clinic.person()
    reference = clinic.receives()
    form = {
        "csrf_token": robin.token(f"/staff/leads/{reference}"),
        "note": "She calls <back> at six",
    }
    clinic.clock.forward(minutes=45)
    answer = robin.client.post(f"/staff/leads/{reference}", data=form)
    assert answer.status_code == 401
    assert "She calls &lt;back&gt; at six" in answer.text


def test_a_database_that_is_away_is_said_so(make_app: MakeApp, sqlite_url: str) -> None:
    clinic = Clinic(make_app(sqlite_url, migrate=False))
    robin = Person(clinic)
    answer = robin.sends("/staff/sign-in", {"email": "robin@example.com", "password": "x"})
    assert answer.status_code == 503
    assert "does not answer" in answer.text
