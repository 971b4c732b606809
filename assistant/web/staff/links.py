"""Links that let their holder choose a password: the first account, an invitation, a reset."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assistant.records.accounts import account_links, accounts, passwords
from assistant.records.accounts.account_links import OpenLink
from assistant.records.accounts.accounts import AccountError
from assistant.web.desk import desk
from assistant.web.staff.blueprint import staff
from assistant.web.staff.sign_in import enter


@staff.route("/link/<token>", methods=["GET", "POST"], endpoint="link")
def link_page(token: str) -> ResponseReturnValue:
    """Show who the link is for and take the new password; only sending the form uses it up."""
    with desk().database.read() as rows:
        link = account_links.open_link(rows, token, desk().now())
    if link is None:
        return render_template("staff/link_over.html"), 410
    if request.method == "GET":
        return _form(link)
    try:
        return _accept(token, link)
    except AccountError as error:
        return _form(link, error, 422)


def _accept(token: str, link: OpenLink) -> ResponseReturnValue:
    email = request.form.get("email", "").strip() if link.purpose == "first" else link.email
    name = request.form.get("name", link.name)
    password = request.form.get("password", "")
    accounts.checked_email(email)
    accounts.checked_name(name)
    accounts.check_password(password, name, email, desk().knowledge.clinic.name)
    if password != request.form.get("again", ""):
        raise AccountError("The two passwords differ: type the same one twice.", "again")
    password_hash = passwords.hashed(password)
    with desk().database.write() as rows:
        account = account_links.accept(
            rows, token, password_hash, desk().now(), email=email, name=name
        )
    if account.second_step:
        flash("Your new password is set. Sign in with it.")
        return redirect(url_for("staff.sign_in"), 303)
    return enter(account)


def _form(
    link: OpenLink, error: AccountError | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "staff/link.html",
        link=link,
        email=request.form.get("email", link.email),
        name=request.form.get("name", link.name),
        errors={error.field: str(error)} if error else {},
        shortest=passwords.SHORTEST,
    )
    return page, status
