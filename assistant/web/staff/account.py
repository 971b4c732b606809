"""One's own account: password, second step, and the devices that are signed in."""

from __future__ import annotations

import segno
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from assistant.records.accounts import accounts, passwords, second_step, staff_sessions
from assistant.records.accounts.accounts import AccountError
from assistant.records.storage.account_models import Account
from assistant.web.desk import desk
from assistant.web.staff import identity
from assistant.web.staff.blueprint import staff
from assistant.web.staff.sign_in import Tries, enter, slow_down

_WRONG_PASSWORD = "This is not your current password."  # noqa: S105
_WRONG_CODE = "That code did not work: type the one that your app shows now."


class _TooSoonError(AccountError):
    """A try at the current password that comes `wait` seconds too early."""

    def __init__(self, wait: int) -> None:
        super().__init__(slow_down(wait), "current")
        self.wait = wait


@staff.get("/account", endpoint="account")
def account_page() -> ResponseReturnValue:
    """Show the account of whoever is signed in."""
    return _page()


@staff.post("/account/password", endpoint="change_password")
def change_password() -> ResponseReturnValue:
    """Change the password: every device is signed out, this one comes back with a new session."""
    try:
        account = _confirmed()
        password = request.form.get("password", "")
        clinic = desk().knowledge.clinic.name
        accounts.check_password(password, account.name, account.email, clinic)
    except AccountError as error:
        return _page(error)
    password_hash = passwords.hashed(password)
    with desk().database.write() as rows:
        account = rows.get_one(Account, account.id)
        accounts.set_password(rows, account, password_hash)
    response = enter(account)
    flash("Your password is changed. Every other device is signed out.")
    return response


@staff.post("/account/sessions/<row:session_id>/end", endpoint="end_session")
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one of one's own devices out."""
    with desk().database.write() as rows:
        if not staff_sessions.end(rows, session_id, identity.member().id):
            abort(404)
    flash("That device is signed out.")
    return redirect(url_for("staff.account"), 303)


@staff.post("/account/sessions/end-others", endpoint="end_other_sessions")
def end_other_sessions() -> ResponseReturnValue:
    """Sign every device out but this one."""
    member = identity.member()
    with desk().database.write() as rows:
        for device in staff_sessions.devices(rows, member.id, desk().now()):
            if device.id != member.session_id:
                staff_sessions.end(rows, device.id, member.id)
    flash("Every other device is signed out.")
    return redirect(url_for("staff.account"), 303)


@staff.route("/account/second-step", methods=["GET", "POST"], endpoint="second_step_setup")
def second_step_setup() -> ResponseReturnValue:
    """Offer the secret as a QR code; a right code turns the second step on."""
    if identity.member().second_step:
        return redirect(url_for("staff.account"), 303)
    problem = ""
    with desk().database.write() as rows:
        account = rows.get_one(Account, identity.member().id, with_for_update=True)
        secret = second_step.offer(account)
        if request.method == "POST":
            codes = second_step.confirm(rows, account, request.form.get("code", ""), desk().now())
            if codes:
                return _codes(codes)
            problem = _WRONG_CODE
        uri = second_step.uri(account, secret, desk().knowledge.clinic.name)
    qr = Markup(segno.make(uri).svg_inline(scale=5, border=3, dark="#000", light="#fff"))  # noqa: S704
    page = render_template("staff/second_step_setup.html", qr=qr, secret=secret, problem=problem)
    return page, 422 if problem else 200


@staff.post("/account/recovery-codes", endpoint="renew_recovery_codes")
def renew_recovery_codes() -> ResponseReturnValue:
    """Replace the recovery codes and show the new ones once."""
    try:
        account = _confirmed()
    except AccountError as error:
        return _page(error, "codes")
    if not account.second_step:
        abort(404)
    with desk().database.write() as rows:
        return _codes(second_step.renew_recovery_codes(rows, account))


@staff.post("/account/second-step/remove", endpoint="remove_second_step")
def remove_second_step() -> ResponseReturnValue:
    """Turn the second step off; admins keep it."""
    if identity.member().is_admin:
        abort(403)
    try:
        account = _confirmed()
    except AccountError as error:
        return _page(error, "remove")
    with desk().database.write() as rows:
        accounts.remove_second_step(rows, rows.get_one(Account, account.id))
    flash("Signing in takes your password only now.")
    return redirect(url_for("staff.account"), 303)


def _confirmed() -> Account:
    """Return the account once its current password was typed; raises AccountError.

    Whoever sits down at somebody's open browser guesses as slowly as at the sign-in.
    """
    with desk().database.read() as rows:
        account = rows.get_one(Account, identity.member().id)
    tries = Tries(f"current {account.email}")
    if tries.wait:
        raise _TooSoonError(tries.wait)
    if not passwords.matches(account.password_hash, request.form.get("current", "")):
        raise AccountError(_WRONG_PASSWORD, "current")
    tries.succeeded()
    return account


def _codes(codes: list[str]) -> ResponseReturnValue:
    return render_template("staff/recovery_codes.html", codes=codes)


def _page(error: AccountError | None = None, form: str = "password") -> ResponseReturnValue:
    member = identity.member()
    with desk().database.read() as rows:
        devices = staff_sessions.devices(rows, member.id, desk().now())
        left = second_step.recovery_codes_left(rows, member.id)
    page = render_template(
        "staff/account.html",
        devices=devices,
        codes_left=left,
        errors={f"{form}-{error.field}": str(error)} if error else {},
        shortest=passwords.SHORTEST,
    )
    if isinstance(error, _TooSoonError):
        return page, 429, {"Retry-After": str(error.wait)}
    return page, 422 if error else 200
