"""`flask --app assistant.app staff …`: accounts of the staff area, from the server's own side."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from assistant.cli.writing import writing
from assistant.records.accounts import account_links, accounts
from assistant.records.accounts.accounts import AccountError
from assistant.records.storage.account_models import ROLES, STAFF
from assistant.web.desk import desk


@click.group()
def staff() -> None:
    """Invite colleagues, and help those who cannot sign in."""


@staff.command()
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default=STAFF, show_default=True)
@click.option("--name", default="", help="Their name; they may change it when they accept.")
@with_appcontext
def invite(email: str, role: str, name: str) -> None:
    """Print a link with which EMAIL makes an account, good once for 72 hours."""
    with writing() as rows:
        token = account_links.invite(
            rows, email, name or email.partition("@")[0], role, desk().now()
        )
    click.echo(link(token))


@staff.command()
@click.argument("email")
@click.option("--second-step", is_flag=True, help="Also remove a lost second step.")
@with_appcontext
def reset(email: str, second_step: bool) -> None:
    """Print a link with which EMAIL chooses a new password, good once for an hour."""
    with writing() as rows:
        account = accounts.by_email(rows, email)
        if account is None:
            raise AccountError("There is no account with this address.")
        token = account_links.reset(rows, account, desk().now(), second_step=second_step)
    click.echo(link(token))


def link(token: str, site: str | None = None) -> str:
    """Return the address at which a token is used."""
    site = desk().site or site or "http://localhost:8000"
    with current_app.test_request_context(base_url=site):
        return current_app.url_for("staff.link", token=token, _external=True)
