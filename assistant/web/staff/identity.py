"""Who uses the staff area: Flask-Login over session rows, and the marks of known devices."""

from __future__ import annotations

import datetime as dt
import secrets

from flask import Flask, Request, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug import Response

from assistant.records.accounts import staff_sessions, tokens
from assistant.records.accounts.staff_sessions import SignedIn
from assistant.records.storage.account_models import ADMIN, Account
from assistant.records.storage.database import DatabaseUnavailableError
from assistant.web.desk import desk

SECOND_STEP_SECONDS = 300
_DEVICE_COOKIE = "staff_device"
_DEVICE_LIFE = dt.timedelta(days=90)
_MOST_DEVICES = 12
_PENDING = "second_step"


class Member(UserMixin):  # type: ignore[misc]
    """A member of staff on one device; the session's token stands for both."""

    def __init__(self, token: str, row: SignedIn) -> None:
        self.token = token
        self.id = row.account_id
        self.session_id = row.session_id
        self.name = row.name
        self.email = row.email
        self.is_admin = row.role == ADMIN
        self.second_step = row.second_step
        self.seen_at = row.seen_at

    def get_id(self) -> str:
        """Return what the cookie holds: the token of the session row."""
        return self.token


class _Cookies(SecureCookieSessionInterface):
    """The session's cookie: for the staff area only, and Secure whenever the page came by https."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        # Visitors have none, so nothing is made ready, looked for or sent.
        return super().open_session(app, request) if request.path.startswith("/staff") else None

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def init_app(app: Flask) -> None:
    """Let the application know its staff by their session rows."""
    app.config.update(
        SESSION_COOKIE_NAME="staff_session",
        SESSION_COOKIE_PATH="/staff",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = _Cookies()
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)
    # A session row can be ended; a fingerprint of address and browser ends it on every train ride.
    manager.session_protection = None
    manager.user_loader(_load)


def member() -> Member:
    """Return who is signed in; the guard has made sure that somebody is."""
    found = current_user._get_current_object()
    assert isinstance(found, Member)  # noqa: S101  (tells mypy, costs nothing)
    return found


def begin(token: str) -> None:
    """Sign this browser in with a new session's token; nothing of an earlier session stays."""
    session.clear()
    found = _load(token)
    if found is not None:
        login_user(found)


def end() -> None:
    """Sign this browser out."""
    logout_user()
    session.clear()


def await_second_step(account: Account, now: dt.datetime) -> None:
    """Remember that the password was right and the code is still to come."""
    session.clear()
    session[_PENDING] = [account.id, int(now.timestamp())]


def awaited(now: dt.datetime) -> int | None:
    """Return the id of the account whose code is still to come; None after five minutes."""
    account_id, since = session.get(_PENDING, (None, 0))
    fresh = now.timestamp() - since < SECOND_STEP_SECONDS
    return account_id if fresh else None


def known_device(email: str) -> str | None:
    """Return this browser's mark if it has signed in to that account before."""
    return _marks().get(_mark_name(email))


def remember_device(response: Response, email: str) -> Response:
    """Mark this browser as one that has signed in to that account."""
    marks = _marks()
    name = _mark_name(email)
    marks = {name: marks.pop(name, secrets.token_urlsafe(9)), **marks}
    kept = dict(list(marks.items())[:_MOST_DEVICES])
    response.set_cookie(
        _DEVICE_COOKIE,
        _signer().dumps(kept),
        max_age=_DEVICE_LIFE,
        path="/staff",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _load(token: str) -> Member | None:
    with desk().database.read() as rows:
        row = staff_sessions.find(rows, token, desk().now())
    return Member(token, row) if row else None


def notice(now: dt.datetime) -> None:
    """Keep the session from idling out; a busy database may miss one such note."""
    if staff_sessions.is_worth_noting(member().seen_at, now):
        try:
            with desk().database.write(patience=0.2) as rows:
                staff_sessions.notice(rows, member().session_id, now)
        except DatabaseUnavailableError:
            return


def _marks() -> dict[str, str]:
    try:
        marks = _signer().loads(
            request.cookies.get(_DEVICE_COOKIE, ""), max_age=int(_DEVICE_LIFE.total_seconds())
        )
    except BadSignature:
        return {}
    return dict(marks)


def _mark_name(email: str) -> str:
    return tokens.digest(email.strip().casefold()).hex()[:12]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="staff device")
