"""Accounts of staff: links, passwords, the second step, devices, and who may change whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from assistant.records.accounts import passwords
from tests.conftest import MakeApp
from tests.staff_stories import OTHER_PASSWORD, PASSWORD, Clinic, Person, goes_to, words


def test_the_first_link_makes_an_admin_who_sets_up_the_second_step(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    person = Person(clinic, "ann@example.com")
    answer = person.accepts(clinic.first_link(), email="ann@example.com", name="Ann Sample")
    assert goes_to(answer) == "/staff/"
    assert goes_to(person.opens("/staff/leads")) == "/staff/account/second-step"
    person.sets_up_second_step()
    assert len(person.codes) == 10
    assert "Ann Sample" in person.sees("/staff/people")


def test_there_is_no_first_link_once_there_is_an_account(app: Flask) -> None:
    clinic = Clinic(app)
    clinic.person()
    assert clinic.first_link().endswith("/None")


def test_a_link_works_once(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    link = clinic.invitation("robin@example.com")
    Person(clinic).accepts(link)
    again = Person(clinic).opens(link)
    assert again.status_code == 410
    assert "ask an admin" in words(again.text).casefold()


def test_looking_at_a_link_does_not_use_it_up(app: Flask) -> None:
    clinic = Clinic(app)
    link = clinic.invitation("robin@example.com")
    for _ in range(2):
        assert Person(clinic).opens(link).status_code == 200


def test_an_invitation_ends_after_72_hours(app: Flask) -> None:
    clinic = Clinic(app)
    link = clinic.invitation("robin@example.com")
    clinic.clock.forward(hours=73)
    assert Person(clinic).opens(link).status_code == 410


def test_a_new_invitation_ends_the_one_before(app: Flask) -> None:
    clinic = Clinic(app)
    first = clinic.invitation("robin@example.com")
    clinic.invitation("Robin@Example.com")
    assert Person(clinic).opens(first).status_code == 410


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "P@ssw0rd2024!", "qwertyuiop12", "abcabcabcabc", "123456789012345",
     "Robin Sample", "robin@example.com"],
)  # fmt: skip
def test_a_weak_password_is_refused_with_advice(app: Flask, password: str) -> None:
    clinic = Clinic(app)
    link = clinic.invitation("robin@example.com")
    answer = Person(clinic).accepts(link, password)
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert Person(clinic).opens(link).status_code == 200


def test_two_different_passwords_are_refused(app: Flask) -> None:
    clinic = Clinic(app)
    link = clinic.invitation("robin@example.com")
    assert Person(clinic).accepts(link, again=OTHER_PASSWORD).status_code == 422


def test_a_password_is_the_same_on_every_keyboard() -> None:
    assert passwords.matches(passwords.hashed("cafe\u0301 terrasse bleue"), "café terrasse bleue")


def test_changing_the_password_signs_every_other_device_out(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    here, there = clinic.person(), Person(clinic)
    there.signs_in()
    assert there.is_signed_in()
    before = here.client.get_cookie("staff_session", path="/staff")
    form = {"current": PASSWORD, "password": OTHER_PASSWORD}
    assert goes_to(here.sends("/staff/account/password", form, "/staff/account")) == "/staff/"
    assert here.is_signed_in()
    assert before != here.client.get_cookie("staff_session", path="/staff")
    assert not there.is_signed_in()
    assert there.signs_in(PASSWORD).status_code == 422
    assert goes_to(there.signs_in(OTHER_PASSWORD)) == "/staff/"


def test_changing_the_password_takes_the_current_one(app: Flask) -> None:
    person = Clinic(app).person()
    form = {"current": "not my password", "password": OTHER_PASSWORD}
    answer = person.sends("/staff/account/password", form, "/staff/account")
    assert answer.status_code == 422
    assert "not your current password" in words(answer.text)


def test_a_device_can_be_signed_out_from_another(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    here, lost = clinic.person(), Person(clinic)
    lost.signs_in()
    page = here.opens("/staff/account").text
    [end] = re.findall(r'action="(/staff/account/sessions/\d+/end)"', page)
    here.sends(end, page="/staff/account")
    assert here.is_signed_in()
    assert not lost.is_signed_in()


def test_nobody_ends_the_session_of_somebody_else(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    robin, stranger = clinic.person(), clinic.person("sam@example.com")
    for number in (1, 2, 3):
        path = f"/staff/account/sessions/{number}/end"
        answer = stranger.sends(path, page="/staff/account")
        if answer.status_code == 303:
            stranger.signs_in()
    assert robin.is_signed_in()


def test_a_reset_keeps_the_second_step(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    admin = clinic.person("ann@example.com", "admin")
    robin = clinic.person()
    robin.sets_up_second_step()
    link = _reset(admin, robin)
    assert not Person(clinic).accepts(link, OTHER_PASSWORD).headers["Location"].endswith("/staff/")
    assert not robin.is_signed_in()
    clinic.clock.forward(minutes=1)
    answer = robin.signs_in(OTHER_PASSWORD)
    assert goes_to(answer) == "/staff/sign-in/code"


def test_a_reset_of_a_lost_second_step_removes_it(app: Flask) -> None:
    clinic = Clinic(app)
    admin = clinic.person("ann@example.com", "admin")
    robin = clinic.person()
    robin.sets_up_second_step()
    link = _reset(admin, robin, second_step="yes")
    Person(clinic).accepts(link, OTHER_PASSWORD)
    assert goes_to(robin.signs_in(OTHER_PASSWORD)) == "/staff/"


def test_a_reset_link_ends_after_an_hour(app: Flask) -> None:
    clinic = Clinic(app)
    link = _reset(clinic.person("ann@example.com", "admin"), clinic.person())
    clinic.clock.forward(minutes=61)
    assert Person(clinic).opens(link).status_code == 410


def test_an_admin_invites_and_the_link_is_shown_once(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    admin = clinic.person("ann@example.com", "admin")
    form = {"email": "new@example.com", "name": "New Sample", "role": "staff"}
    page = admin.sends("/staff/people", form).text
    [link] = re.findall(r"http://localhost(/staff/link/[\w-]+)", page)
    assert "/staff/link/" not in admin.opens("/staff/people").text
    assert goes_to(Person(clinic, "new@example.com").accepts(link)) == "/staff/"


def test_a_closed_account_is_out_at_once(both_app: Flask) -> None:
    clinic = Clinic(both_app)
    admin, robin = clinic.person("ann@example.com", "admin"), clinic.person()
    _change(admin, robin, "close")
    assert not robin.is_signed_in()
    assert robin.signs_in().status_code == 422
    _change(admin, robin, "reopen")
    assert goes_to(robin.signs_in()) == "/staff/"


def test_an_admin_cannot_lock_the_clinic_out(app: Flask) -> None:
    clinic = Clinic(app)
    admin = clinic.person("ann@example.com", "admin")
    answer = _change(admin, admin, "close")
    assert answer.status_code == 422
    assert admin.is_signed_in()


def test_an_invented_role_is_refused(app: Flask) -> None:
    clinic = Clinic(app)
    admin, robin = clinic.person("ann@example.com", "admin"), clinic.person()
    assert _change(admin, robin, "owner").status_code == 422
    assert clinic.account(robin.email).role == "staff"


def test_staff_may_do_without_a_second_step_and_admins_may_not(app: Flask) -> None:
    clinic = Clinic(app)
    robin = clinic.person()
    robin.sets_up_second_step()
    form = {"current": PASSWORD}
    answer = robin.sends("/staff/account/second-step/remove", form, "/staff/account")
    assert goes_to(answer) == "/staff/account"
    admin = clinic.person("ann@example.com", "admin")
    answer = admin.sends("/staff/account/second-step/remove", form, "/staff/account")
    assert answer.status_code == 403


def test_new_recovery_codes_end_the_old_ones(app: Flask) -> None:
    clinic = Clinic(app)
    robin = clinic.person()
    robin.sets_up_second_step()
    form = {"current": PASSWORD}
    page = robin.sends("/staff/account/recovery-codes", form, "/staff/account").text
    new = re.findall(r"<code>([0-9a-z-]+)</code>", page)
    assert not set(new) & set(robin.codes)
    assert Person(clinic).signs_in(code=robin.codes[0]).status_code == 422
    assert goes_to(Person(clinic).signs_in(code=new[0])) == "/staff/"


def test_nothing_that_opens_an_account_is_in_the_database(
    make_app: MakeApp, sqlite_url: str
) -> None:
    clinic = Clinic(make_app(sqlite_url))
    robin = clinic.person()
    robin.sets_up_second_step()
    link = clinic.invitation("sam@example.com").rpartition("/")[2]
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    kept = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    for secret in (PASSWORD, robin.secret, link, *robin.codes):
        assert secret.encode() not in kept


def _reset(admin: Person, person: Person, **form: str) -> str:
    number = admin.clinic.account(person.email).id
    page = admin.sends(f"/staff/people/{number}/reset", form, "/staff/people").text
    [link] = re.findall(r"http://localhost(/staff/link/[\w-]+)", page)
    return str(link)


def _change(admin: Person, person: Person, action: str):  # type: ignore[no-untyped-def]
    number = admin.clinic.account(person.email).id
    return admin.sends(f"/staff/people/{number}", {"do": action}, "/staff/people")
