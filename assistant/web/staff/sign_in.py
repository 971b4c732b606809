"""Signing in and out: a password, then a code for those who have a second step."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assistant.records.accounts import accounts, passwords, second_step, sign_in, staff_sessions
from assistant.records.storage.account_models import Account
from assistant.web.desk import desk
from assistant.web.limits import address
from assistant.web.staff import identity
from assistant.web.staff.blueprint import staff

_WRONG = "E-mail address and password do not match an account. Check both and try again."
_WRONG_CODE = "That code did not work. Wait for the next one, or use a recovery code."
_TOO_LATE = "That took longer than five minutes: please start again."


@staff.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
def sign_in_page() -> ResponseReturnValue:
    """Ask for e-mail address and password; the answer is the same for unknown accounts."""
    if request.method == "GET":
        return _form("sign_in")
    email = request.form.get("email", "")
    tries = Tries(email)
    if tries.wait:
        return _form("sign_in", slow_down(tries.wait), status=429, wait=tries.wait)
    with desk().database.read() as rows:
        account = accounts.by_email(rows, email)
    able = sign_in.may_sign_in(account)
    stored = account.password_hash if account is not None and able else None
    if not passwords.matches(stored, request.form.get("password", "")) or account is None:
        return _form("sign_in", _WRONG, status=422)
    tries.succeeded()
    if account.second_step:
        identity.await_second_step(account, desk().now())
        return redirect(url_for("staff.second_step", next=request.args.get("next")), 303)
    return enter(account)


@staff.route("/sign-in/code", methods=["GET", "POST"], endpoint="second_step")
def second_step_page() -> ResponseReturnValue:
    """Ask for the code of the authenticator, or a recovery code."""
    account_id = identity.awaited(desk().now())
    if account_id is None:
        flash(_TOO_LATE)
        return redirect(url_for("staff.sign_in", next=request.args.get("next")), 303)
    if request.method == "GET":
        return _form("second_step")
    with desk().database.read() as rows:
        account = rows.get_one(Account, account_id)
    tries = Tries(f"code {account.email}")
    if tries.wait:
        return _form("second_step", slow_down(tries.wait), status=429, wait=tries.wait)
    if not _passes(account_id, request.form.get("code", "")):
        return _form("second_step", _WRONG_CODE, status=422)
    tries.succeeded()
    return enter(account)


@staff.post("/sign-out", endpoint="sign_out")
def sign_out() -> ResponseReturnValue:
    """End this device's session."""
    member = identity.member()
    with desk().database.write() as rows:
        staff_sessions.end(rows, member.session_id, member.id)
    identity.end()
    flash("You are signed out.")
    return redirect(url_for("staff.sign_in"), 303)


def enter(account: Account) -> ResponseReturnValue:
    """Sign this browser in with a new session and go where the person was going."""
    with desk().database.write() as rows:
        token = staff_sessions.begin(
            rows, account, request.headers.get("User-Agent", ""), desk().now()
        )
    identity.begin(token)
    response = redirect(_next(), 303)
    return identity.remember_device(response, account.email)


class Tries:
    """This try, counted; `wait` is how many seconds it comes too early."""

    def __init__(self, email: str) -> None:
        """`email` is whose secret is tried, with a word before it for each kind of secret."""
        self._tries = sign_in.Tries(email, address(), identity.known_device(email))
        self.wait = 0
        if desk().limits.enabled:
            with desk().database.write() as rows:
                self.wait = self._tries.begin(rows, desk().now())

    def succeeded(self) -> None:
        """Forget this try: it was right."""
        if desk().limits.enabled:
            with desk().database.write() as rows:
                self._tries.succeeded(rows)


def _passes(account_id: int, code: str) -> bool:
    with desk().database.write() as rows:
        account = rows.get(Account, account_id, with_for_update=True)
        if account is None or not sign_in.may_sign_in(account):
            return False
        return second_step.passes(rows, account, code, desk().now())


def _next() -> str:
    """Return the page of this area that was asked for before signing in."""
    wanted = request.args.get("next", "")
    safe = wanted.startswith("/staff/") and not any(c in wanted for c in "\\\r\n\t")
    return wanted if safe else url_for("staff.overview")


def slow_down(seconds: int) -> str:
    """Return what somebody is told who tries too often."""
    return f"Too many tries. Wait {seconds} seconds, then try again."


def _form(name: str, problem: str = "", status: int = 200, wait: int = 0) -> ResponseReturnValue:
    headers = {"Retry-After": str(wait)} if wait else {}
    email = request.form.get("email", "")
    page = render_template(f"staff/{name}.html", problem=problem, email=email)
    return page, status, headers
