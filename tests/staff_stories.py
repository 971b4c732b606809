"""What the tests of the staff area share: an invented clinic day and the people at its desk."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assistant.records.accounts import account_links, staff_sessions
from assistant.records.leads.leads import Leads
from assistant.records.storage.account_models import Account
from assistant.records.storage.lead_models import Lead
from tests.lead_stories import TERMS, Clock, desk_of, request, take

__all__ = ["TERMS", "Clinic", "Person", "request"]
PASSWORD = "otter lantern maple"
OTHER_PASSWORD = "quiet harbour pencil"


class Clinic:
    """The application with a clock, and ways to fill it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.desk = desk_of(app)
        self.clock = Clock()
        self.desk.now = self.clock

    def receives(self, **changes: Any) -> str:
        """Take a request now and return its reference."""
        leads: Leads = self.desk.leads
        return take(leads, self.clock(), **changes)

    def lead(self, reference: str) -> Lead:
        """Return a request as it is now."""
        with self.desk.database.read() as session:
            return session.scalars(select(Lead).where(Lead.reference == reference)).one()

    def account(self, email: str) -> Account:
        """Return an account as it is now."""
        with self.desk.database.read() as session:
            return session.scalars(select(Account).where(Account.email == email)).one()

    def first_link(self) -> str:
        """Return the path of the link that makes the first account."""
        with self.desk.database.write() as session:
            return f"/staff/link/{account_links.first_link(session, self.clock())}"

    def invitation(self, email: str, role: str = "staff") -> str:
        """Return the path of an invitation."""
        with self.desk.database.write() as session:
            token = account_links.invite(session, email, "Robin Sample", role, self.clock())
            return f"/staff/link/{token}"

    def person(self, email: str = "robin@example.com", role: str = "staff") -> Person:
        """Return somebody who has accepted an invitation and is signed in."""
        person = Person(self, email)
        person.accepts(self.invitation(email, role))
        if role == "admin":
            person.sets_up_second_step()
        return person


class Person:
    """Somebody with a browser."""

    def __init__(self, clinic: Clinic, email: str = "robin@example.com") -> None:
        self.clinic = clinic
        self.email = email
        self.secret = ""
        self.codes: list[str] = []
        self.client: FlaskClient = clinic.app.test_client()
        self.address = "192.0.2.10"

    def opens(self, path: str, **options: Any) -> TestResponse:
        """Return the answer to opening a page."""
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **options)

    def sends(self, path: str, form: dict[str, Any] | None = None, page: str = "") -> TestResponse:
        """Return the answer to a form, sent with the token of the page it is on."""
        token = self.token(page or path)
        return self.client.post(
            path,
            data={"csrf_token": token, **(form or {})},
            environ_base={"REMOTE_ADDR": self.address},
        )

    def token(self, page: str) -> str:
        """Return the CSRF token of a page's forms."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.opens(page).text)
        return found[1] if found else ""

    def accepts(self, link: str, password: str = PASSWORD, **more: str) -> TestResponse:
        """Choose a password by a link."""
        form = {"name": "Robin Sample", "password": password, "again": password, **more}
        return self.sends(link, form)

    def signs_in(self, password: str = PASSWORD, code: str = "") -> TestResponse:
        """Type address and password, and the code if there is one."""
        answer = self.sends("/staff/sign-in", {"email": self.email, "password": password})
        if code:
            return self.sends("/staff/sign-in/code", {"code": code})
        return answer

    def walks_in(self) -> None:
        """Have a new session without the ceremony of signing in."""
        account = self.clinic.account(self.email)
        with self.clinic.desk.database.write() as session:
            token = staff_sessions.begin(session, account, "", self.clinic.clock())
        with self.client.session_transaction(path="/staff/") as cookie:
            cookie["_user_id"] = token

    def sets_up_second_step(self) -> TestResponse:
        """Scan the secret and type the first code."""
        page = self.opens("/staff/account/second-step").text
        found = re.search(r'class="secret">([^<]+)<', page)
        assert found
        self.secret = found[1].replace(" ", "")
        answer = self.sends("/staff/account/second-step", {"code": self.code()})
        self.codes = re.findall(r"<code>([0-9a-z-]+)</code>", answer.text)
        return answer

    def code(self) -> str:
        """Return what the authenticator shows now."""
        return pyotp.TOTP(self.secret).at(self.clinic.clock())

    def is_signed_in(self) -> bool:
        """Return whether the account page opens."""
        return self.opens("/staff/account").status_code == 200

    def sees(self, path: str) -> str:
        """Return the words of a page, tags and line breaks out."""
        answer = self.opens(path)
        assert answer.status_code == 200, answer.status_code
        return words(answer.text)


def words(page: str) -> str:
    """Return the words of HTML, each space one."""
    body = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def goes_to(answer: TestResponse) -> str:
    """Return the path that an answer sends the browser to."""
    assert answer.status_code == 303, answer.status_code
    return urlsplit(answer.headers["Location"]).path
