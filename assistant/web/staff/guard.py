"""The guard: nothing of the staff area is served unless a policy here allows it."""

from __future__ import annotations

from enum import Enum

from flask import Flask, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from assistant.records.storage.database import DatabaseUnavailableError
from assistant.web.desk import desk
from assistant.web.staff import identity
from assistant.web.staff.blueprint import staff


class Policy(Enum):
    """Who may use an endpoint."""

    ANYONE = "anyone"
    """Also people who are not signed in: signing in and accepting an invitation."""
    SETTING_UP = "setting up"
    """Anybody signed in, also an admin who has no second step yet."""
    STAFF = "staff"
    ADMIN = "admin"


POLICIES = {
    "staff.sign_in": Policy.ANYONE,
    "staff.second_step": Policy.ANYONE,
    "staff.link": Policy.ANYONE,
    "staff.sign_out": Policy.SETTING_UP,
    "staff.second_step_setup": Policy.SETTING_UP,
    "staff.account": Policy.SETTING_UP,
    "staff.change_password": Policy.SETTING_UP,
    "staff.end_session": Policy.SETTING_UP,
    "staff.end_other_sessions": Policy.SETTING_UP,
    "staff.renew_recovery_codes": Policy.STAFF,
    "staff.remove_second_step": Policy.STAFF,
    "staff.overview": Policy.STAFF,
    "staff.inbox": Policy.STAFF,
    "staff.pulse": Policy.STAFF,
    "staff.set_several": Policy.STAFF,
    "staff.export": Policy.STAFF,
    "staff.lead": Policy.STAFF,
    "staff.save_lead": Policy.STAFF,
    "staff.undo": Policy.STAFF,
    "staff.notifications": Policy.STAFF,
    "staff.resend": Policy.STAFF,
    "staff.people": Policy.ADMIN,
    "staff.invite": Policy.ADMIN,
    "staff.reset_person": Policy.ADMIN,
    "staff.change_person": Policy.ADMIN,
    "staff.nowhere": Policy.STAFF,
}
_UNNOTICED = ("staff.pulse",)
"""What a page does by itself does not keep a session alive."""

_csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Check the CSRF token of forms in the staff area only: the API has no cookies to abuse."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    _csrf.init_app(app)


@staff.before_request
def check() -> ResponseReturnValue | None:
    """Let the request pass, or answer it: sign in first, set up the second step, or no."""
    policy = POLICIES.get(request.endpoint or "")
    if policy is None:
        abort(403)
    answer = None if policy is Policy.ANYONE else _check_member(policy)
    if answer is None and request.method not in ("GET", "HEAD", "OPTIONS"):
        _csrf.protect()
    return answer


def _check_member(policy: Policy) -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        return _sign_in_first()
    g.member = member = identity.member()
    if request.endpoint not in _UNNOTICED:
        identity.notice(desk().now())
    if policy is Policy.SETTING_UP:
        return None
    if member.is_admin and not member.second_step:
        return redirect(url_for("staff.second_step_setup"), 303)
    if policy is Policy.ADMIN and not member.is_admin:
        abort(403)
    return None


def _sign_in_first() -> ResponseReturnValue:
    """Ask to sign in; what was typed into a form that came too late is shown, not lost."""
    if request.endpoint == "staff.pulse":
        abort(401)
    if request.method == "GET":
        next_page = request.full_path.rstrip("?")
        return redirect(url_for("staff.sign_in", next=next_page), 303)
    typed = request.form.get("note", "").strip()
    return render_template("staff/signed_out.html", typed=typed), 401


@staff.after_request
def keep_private(response: Response) -> Response:
    """Let no cache keep a page about people."""
    response.headers["Cache-Control"] = "no-store"
    return response


@staff.errorhandler(CSRFError)
def form_too_old(_error: CSRFError) -> ResponseReturnValue:
    """Explain a form without a valid token: mostly a page left open over a sign-in."""
    typed = request.form.get("note", "").strip()
    return render_template("staff/error.html", **_WORDS[400], typed=typed), 400


@staff.errorhandler(HTTPException)
def refused(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of the staff area as a page that says what to do."""
    status = error.code or 500
    if error.response is not None:
        return error.get_response()
    words = _WORDS.get(status, _WORDS[500])
    return render_template("staff/error.html", **words, typed=""), status


@staff.errorhandler(DatabaseUnavailableError)
def unavailable(_error: DatabaseUnavailableError) -> ResponseReturnValue:
    """Say that the database is away; what was typed is still in the browser's form."""
    typed = request.form.get("note", "").strip()
    page = render_template("staff/error.html", **_WORDS[503], typed=typed)
    return page, 503, {"Retry-After": "5"}


_WORDS = {
    400: {
        "title": "This form is too old",
        "advice": "It was opened before you last signed in. Go back, reload the page, and send "
        "it again.",
    },
    403: {
        "title": "This is for admins",
        "advice": "Ask an admin of the clinic if you need this page.",
    },
    404: {
        "title": "There is nothing here",
        "advice": "The request may have been erased, or the address has a slip in it.",
    },
    405: {
        "title": "This address cannot be opened like that",
        "advice": "Go back to the list and start from there.",
    },
    500: {
        "title": "Something went wrong on our side",
        "advice": "Nothing was changed. Try again; if it stays like this, tell whoever runs the "
        "server.",
    },
    503: {
        "title": "The database does not answer",
        "advice": "Nothing was changed. Wait a moment, then send it again.",
    },
}
