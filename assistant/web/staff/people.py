"""Colleagues' accounts, for admins: invite, reset, change the role, close and open again."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assistant.records.accounts import account_links, accounts
from assistant.records.accounts.accounts import AccountError
from assistant.records.storage.account_models import Account
from assistant.web.desk import desk
from assistant.web.staff import identity
from assistant.web.staff.blueprint import staff


@staff.get("/people", endpoint="people")
def people_page() -> ResponseReturnValue:
    """List the accounts."""
    return _page()


@staff.post("/people", endpoint="invite")
def invite() -> ResponseReturnValue:
    """Add an account and show its invitation link, once."""
    form = request.form
    try:
        with desk().database.write() as rows:
            token = account_links.invite(
                rows,
                form.get("email", ""),
                form.get("name", ""),
                form.get("role", ""),
                desk().now(),
            )
    except AccountError as error:
        return _page(error=error, status=422)
    return _link(token, form["email"].strip(), "72 hours")


@staff.post("/people/<row:account_id>/reset", endpoint="reset_person")
def reset_person(account_id: int) -> ResponseReturnValue:
    """Make a link for a colleague who forgot the password or lost the second step."""
    too = request.form.get("second_step") == "yes"
    try:
        with desk().database.write() as rows:
            account = _account(rows.get(Account, account_id))
            token = account_links.reset(rows, account, desk().now(), second_step=too)
    except AccountError as error:
        return _page(error=error, status=422)
    return _link(token, account.email, "one hour" if account.password_hash else "72 hours")


@staff.post("/people/<row:account_id>", endpoint="change_person")
def change_person(account_id: int) -> ResponseReturnValue:
    """Change a colleague's role, or close the account, or open it again."""
    if account_id == identity.member().id:
        return _page(
            error=AccountError("Ask another admin to change your own account."), status=422
        )
    try:
        with desk().database.write() as rows:
            account = _account(rows.get(Account, account_id))
            done = _change(rows, account, request.form.get("do", ""))
    except AccountError as error:
        return _page(error=error, status=422)
    flash(done)
    return redirect(url_for("staff.people"), 303)


def _change(rows: Session, account: Account, action: str) -> str:
    if action == "close":
        accounts.close(rows, account, desk().now())
        return f"The account of {account.name} is closed."
    if action == "reopen":
        accounts.reopen(rows, account)
        return f"The account of {account.name} is open again."
    accounts.change_role(rows, account, action)
    return f"{account.name} is {'an admin' if account.role == 'admin' else 'staff'} now."


def _account(found: Account | None) -> Account:
    if found is None or found.demo:
        abort(404)
    return found


def _link(token: str, email: str, life: str) -> ResponseReturnValue:
    link = url_for("staff.link", token=token, _external=True)
    return _page(link=link, link_for=email, link_life=life)


def _page(
    *, error: AccountError | None = None, status: int = 200, **shown: str
) -> ResponseReturnValue:
    with desk().database.read() as rows:
        people = accounts.everybody(rows)
    page = render_template(
        "staff/people.html",
        people=people,
        error=error,
        form=request.form if error else {},
        **shown,
    )
    return page, status
