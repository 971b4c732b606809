"""Signing in: right and wrong, how long it lasts, and what a guesser runs into."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from assistant.records.storage.account_models import SignInFailure
from assistant.web.logs import JsonFormatter
from tests.conftest import MakeApp
from tests.staff_stories import OTHER_PASSWORD, PASSWORD, Clinic, Person, goes_to, words

WRONG = "wrong password here"


@pytest.fixture
def guarded(make_app: MakeApp, database_url: str) -> Clinic:
    """A clinic whose limits are on."""
    return Clinic(make_app(database_url, rate_limits="on"))


def test_password_and_code_sign_in(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    clinic_admin = clinic.person("ann@example.com", "admin")
    other = Person(clinic, "ann@example.com")
    other.secret = clinic_admin.secret
    clinic.clock.forward(minutes=1)
    assert goes_to(other.signs_in()) == "/staff/sign-in/code"
    assert not other.is_signed_in()
    assert goes_to(other.sends("/staff/sign-in/code", {"code": other.code()})) == "/staff/"


def test_a_code_works_once(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    robin = clinic.person()
    robin.sets_up_second_step()
    clinic.clock.forward(minutes=1)
    code = robin.code()
    assert goes_to(Person(clinic).signs_in(code=code)) == "/staff/"
    assert Person(clinic).signs_in(code=code).status_code == 422


def test_a_recovery_code_works_once_however_it_is_typed(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    robin = clinic.person()
    robin.sets_up_second_step()
    typed = robin.codes[3].upper().replace("-", " ").replace("0", "O").replace("1", "I")
    assert goes_to(Person(clinic).signs_in(code=typed)) == "/staff/"
    assert Person(clinic).signs_in(code=typed).status_code == 422


def test_the_code_must_come_within_five_minutes(app: Flask) -> None:
    clinic = Clinic(app)
    robin = clinic.person()
    robin.sets_up_second_step()
    late = Person(clinic)
    late.secret = robin.secret
    late.signs_in()
    clinic.clock.forward(minutes=6)
    answer = late.client.post(
        "/staff/sign-in/code", data={"csrf_token": late.token("/staff/sign-in")}
    )
    assert goes_to(answer) == "/staff/sign-in"


def test_unknown_wrong_closed_and_invited_get_the_same_answer(app: Flask) -> None:
    clinic = Clinic(app)
    clinic.person()
    clinic.invitation("invited@example.com")
    pages = set()
    for email in ("robin@example.com", "nobody@example.com", "invited@example.com"):
        person = Person(clinic, email)
        answer = person.signs_in(WRONG)
        assert answer.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(pages) == 1


def test_case_and_spaces_of_the_address_do_not_matter(app: Flask) -> None:
    clinic = Clinic(app)
    clinic.person()
    assert goes_to(Person(clinic, " Robin@Example.COM ").signs_in()) == "/staff/"


def test_a_session_ends_after_half_an_hour_without_use(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    robin = clinic.person()
    for _ in range(3):
        clinic.clock.forward(minutes=25)
        assert robin.is_signed_in()
    clinic.clock.forward(minutes=31)
    assert not robin.is_signed_in()


def test_an_open_page_does_not_keep_a_session_alive(app: Flask) -> None:
    clinic = Clinic(app)
    robin = clinic.person()
    for _ in range(7):
        clinic.clock.forward(minutes=5)
        answer = robin.opens("/staff/leads/pulse")
    assert answer.status_code == 401


def test_a_session_ends_after_twelve_hours(app: Flask) -> None:
    clinic = Clinic(app)
    robin = clinic.person()
    for _ in range(12 * 3):
        clinic.clock.forward(minutes=19)
        assert robin.is_signed_in()
    clinic.clock.forward(minutes=37)
    assert not robin.is_signed_in()


def test_signing_out_ends_the_session_itself(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    robin, thief = clinic.person(), Person(clinic)
    cookie = robin.client.get_cookie("staff_session", path="/staff")
    assert cookie
    thief.client.set_cookie("staff_session", cookie.value, path="/staff")
    assert thief.is_signed_in()
    robin.sends("/staff/sign-out", page="/staff/")
    assert not thief.is_signed_in()


def test_signing_in_starts_a_new_session(app: Flask) -> None:
    clinic = Clinic(app)
    clinic.person()
    robin = Person(clinic)
    robin.opens("/staff/sign-in")
    before = robin.client.get_cookie("staff_session", path="/staff")
    robin.signs_in()
    assert before != robin.client.get_cookie("staff_session", path="/staff")


def test_signing_in_goes_on_to_the_page_that_was_asked_for(app: Flask) -> None:
    clinic = Clinic(app)
    clinic.person()
    robin = Person(clinic)
    answer = robin.opens("/staff/leads?status=new")
    form = {"email": robin.email, "password": PASSWORD}
    answer = robin.sends(answer.headers["Location"], form)
    assert answer.headers["Location"] == "/staff/leads?status=new"


@pytest.mark.parametrize(
    "place", ["https://evil.example/staff/", "//evil.example/staff/", "/staff/\\evil", "//[", "/"]
)
def test_signing_in_never_leads_elsewhere(app: Flask, place: str) -> None:
    clinic = Clinic(app)
    clinic.person()
    robin = Person(clinic)
    path = f"/staff/sign-in?next={place}"
    answer = robin.sends(path, {"email": robin.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/staff/"


def test_cookies_are_secure_over_https_and_for_the_staff_area_only(app: Flask) -> None:
    clinic = Clinic(app)
    clinic.person()
    robin = Person(clinic)
    page = robin.opens("/staff/sign-in", base_url="https://clinic.example")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    answer = robin.client.post(
        "/staff/sign-in",
        base_url="https://clinic.example",
        headers={"Referer": "https://clinic.example/staff/sign-in"},
        data={"csrf_token": token[1], "email": robin.email, "password": PASSWORD},
    )
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        for flag in ("Secure", "HttpOnly", "Path=/staff", "SameSite=Lax"):
            assert flag in cookie


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    clinic = Clinic(app)
    robin = clinic.person()
    assert robin.client.post("/staff/sign-out").status_code == 400
    assert robin.is_signed_in()


def test_a_guesser_waits_longer_and_longer(guarded: Clinic) -> None:
    guarded.person()
    guesser = Person(guarded)
    guesser.address = "198.51.100.1"
    for _ in range(5):
        assert guesser.signs_in(WRONG).status_code == 422
    waits = []
    for _ in range(4):
        answer = guesser.signs_in(WRONG)
        assert answer.status_code == 429
        waits.append(int(answer.headers["Retry-After"]))
        guarded.clock.forward(seconds=waits[-1])
        assert guesser.signs_in(WRONG).status_code == 422
    assert waits == sorted(waits)
    assert waits[-1] > 2 * waits[0]
    assert "Wait" in words(guesser.signs_in(PASSWORD).text)


def test_a_guesser_elsewhere_does_not_keep_the_owner_out(guarded: Clinic) -> None:
    guarded.person()
    for number in range(80):
        guesser = Person(guarded)
        guesser.address = f"198.51.100.{number}"
        guesser.signs_in(WRONG)
    newcomer = Person(guarded)
    newcomer.address = "203.0.113.9"
    assert goes_to(newcomer.signs_in()) == "/staff/"


def test_a_guesser_at_the_next_desk_does_not_keep_the_owner_out(guarded: Clinic) -> None:
    robin, guesser = guarded.person(), Person(guarded)
    for _ in range(9):
        guesser.signs_in(WRONG)
    assert guesser.signs_in().status_code == 429
    robin.sends("/staff/sign-out", page="/staff/")
    assert goes_to(robin.signs_in()) == "/staff/"


def test_unknown_accounts_slow_a_guesser_down_alike(guarded: Clinic) -> None:
    guesser = Person(guarded, "nobody@example.com")
    answers = [guesser.signs_in(WRONG).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_guessing_codes_is_slowed_down_too(guarded: Clinic) -> None:
    robin = guarded.person()
    robin.sets_up_second_step()
    thief = Person(guarded)
    thief.signs_in()
    answers = [
        thief.sends("/staff/sign-in/code", {"code": f"{number:06}"}).status_code
        for number in range(6)
    ]
    assert answers == [422] * 5 + [429]


@pytest.mark.parametrize("place", ["password", "recovery-codes", "second-step/remove"])
def test_guessing_at_an_open_browser_is_slowed_down_too(guarded: Clinic, place: str) -> None:
    robin = guarded.person()
    robin.sets_up_second_step()

    def guess(password: str) -> TestResponse:
        form = {"current": password, "password": OTHER_PASSWORD}
        return robin.sends(f"/staff/account/{place}", form, page="/staff/account")

    assert [guess(WRONG).status_code for _ in range(6)] == [422] * 5 + [429]
    answer = guess(PASSWORD)
    assert answer.status_code == 429
    assert "Too many tries" in words(answer.text)
    guarded.clock.forward(seconds=int(answer.headers["Retry-After"]))
    assert guess(PASSWORD).status_code in (200, 303)


def test_who_is_told_to_wait_leaves_nothing_behind(guarded: Clinic) -> None:
    for number in range(30):
        assert Person(guarded, f"guess{number}@example.com").signs_in().status_code == 422
    kept = _counts(guarded)
    for number in range(30, 40):
        assert Person(guarded, f"guess{number}@example.com").signs_in().status_code == 429
    assert _counts(guarded) == kept


def _counts(clinic: Clinic) -> list[tuple[bytes, int]]:
    with clinic.desk.database.read() as session:
        order = select(SignInFailure).order_by(SignInFailure.key)
        return [(row.key, row.count) for row in session.scalars(order)]


def test_an_error_behind_a_link_does_not_write_the_link_into_the_log(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    clinic = Clinic(app)
    link = clinic.invitation("robin@example.com")
    app.testing = False  # as outside: an error is logged and answered, not raised

    def stopped() -> dt.datetime:
        clinic.desk.now = clinic.clock
        raise OSError("the clock stopped")

    clinic.desk.now = stopped
    assert Person(clinic).opens(link).status_code == 500
    lines = [JsonFormatter().format(record) + record.getMessage() for record in caplog.records]
    assert any("OSError" in line and "/staff/link/<token>" in line for line in lines)
    assert not any(link.rpartition("/")[2] in line for line in lines)
